"""The first start: which plugs the home shall have."""

from plughub import ask, devices
from plughub.cli import errors
from plughub.devices import write_private
from plughub.keys import hub_config

_CONFIG = "config.json"


def furnish(home, devices_path=None):
    """Put plugs into the configuration of a new Home: those that somebody chooses.

    Where nobody is at a terminal, all of devices.json that a hub can switch. Raises Failure.
    """
    config = hub_config.load(home.path / _CONFIG)
    choose = _chosen if ask.is_possible() else _all
    plan = choose(home, devices_path, config)
    if plan and plan.is_new:
        write_private(plan.config, home.path / _CONFIG)
        names = ", ".join(plan.added + plan.updated)
        _tell(f"The home has {names}.")


def _chosen(home, devices_path, config):
    _tell(f"There is no home in {home.path} yet.")
    if not ask.yes("Look for plugs in this network, and choose which it shall have?"):
        write_private({"plugs": []}, home.path / _CONFIG)  # it is not asked again
        return None
    from plughub.setup.plugs import ask_for

    return ask_for(devices_path, config)


def _all(_home, devices_path, config):
    path = devices_path or devices.default_path()
    if not path.exists():
        _tell(f"There are no plugs yet: {path} does not exist, and nobody can be asked.")
        return None
    plan = hub_config.plan(config, devices.load(path))
    for name, why in plan.left_out:
        _tell(f"{name} is left out: {why}")
    return plan


def _tell(text):
    errors.print(text, markup=False, soft_wrap=True)
