"""Where the home is: its time zone and its sun. The almanac is loaded when it is asked."""

_site = None
_offset = 0  # s ahead of UTC
_change = None  # Unix time at which that changes


def use(site):
    """Take the site of the rules: {"tz", "lat", "lon"}; None for UTC."""
    global _site, _offset, _change  # noqa: PLW0603 - a home is in one place
    _site = site
    _offset = 0
    _change = 0 if site else None


def build(hub, item, config):
    """Take the site of a configuration: the component "site" of rules.json."""
    use(item)
    if hub.engine:
        hub.engine.look_again()


def ask(question, *arguments):
    """Ask an Almanac of the site; `question` is the name of a method of it."""
    from hub.clock.almanac import Almanac

    return getattr(Almanac(_site), question)(*arguments)


def local(unix):
    """Return the local time of a Unix time, in seconds as if there were no offset."""
    global _offset, _change
    if _change is not None and unix >= _change:
        _offset, _change = ask("local", unix)
    return unix + _offset
