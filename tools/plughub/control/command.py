"""`plughub get`, `set`, `on`, `off`, `toggle` and `watch`."""

import asyncio
import time

from plughub import devices
from plughub.cli import USAGE, Failure, console, print_json
from plughub.control.reach import reached


def get(word, names, file, is_json):
    """Print what a device reports, or of it the values with these names."""
    asyncio.run(_get(word, names, file, is_json))


def set_values(word, pairs, file, is_json):
    """Write words such as brightness=40%, and print what the device has confirmed."""
    words = {}
    for pair in pairs:
        name, is_there, text = pair.partition("=")
        if not (name and is_there):
            raise Failure(f"{pair} is no name and value, such as brightness=40%", USAGE)
        words[name] = text
    asyncio.run(_set(word, words, file, is_json))


def turn(word, what, switch, file):
    """Turn a device "on" or "off", or "toggle" it."""
    asyncio.run(_turn(word, what, switch, file))


def watch(word, file, is_json):
    """Print what changes, until Ctrl-C."""
    asyncio.run(_watch(word, file, is_json))


async def _get(word, names, file, is_json):
    everybody = devices.load(file)
    known = devices.find(everybody, word)
    async with reached(known, everybody) as there:
        told = there.kind.tell(await there.device.status())
    for name in names:
        if name not in told:
            raise Failure(f"{known.name} reports no {name}, only {', '.join(told)}")
    told = {name: told[name] for name in names or told}
    if is_json:
        print_json({name: value for name, (value, _) in told.items()})
    elif len(names) == 1:
        console.print(told[names[0]][0], markup=False)
    else:
        _print(told)


async def _set(word, words, file, is_json):
    everybody = devices.load(file)
    known = devices.find(everybody, word)
    async with reached(known, everybody) as there:
        await there.device.status()
        before = dict(there.device.dps)
        await there.kind.set(words)
        changed = {dp: v for dp, v in there.device.dps.items() if before.get(dp) != v}
        told = there.kind.tell(changed)
    if is_json:
        print_json({name: value for name, (value, _) in told.items()})
    elif told:
        _print(told)
    else:
        console.print(f"{known.name or known.id} has that already")


async def _turn(word, what, switch, file):
    everybody = devices.load(file)
    known = devices.find(everybody, word)
    async with reached(known, everybody) as there:
        if switch is None:
            await there.device.status()
            switch = _first_switch(there)
        await getattr(there.device, what if what == "toggle" else f"turn_{what}")(switch)
        on = there.device.dps[switch]
    console.print(f"{known.name or known.id} is {'on' if on else 'off'}", markup=False)


async def _watch(word, file, is_json):
    everybody = devices.load(file)
    known = devices.find(everybody, word)
    # Nothing that happens while the state is asked for may be missed, or be told twice.
    async with reached(known, everybody) as there, there.device.changes() as changes:
        told = await there.device.status()
        _tell(known, there, told, is_json)
        async for changed in changes:
            news = {dp: value for dp, value in changed.items() if told.get(dp) != value}
            if news or not changed:
                told.update(news)
                _tell(known, there, news, is_json)


def _first_switch(there):
    """Return the DP that turns it on: 1 of plugs, 20 of newer bulbs."""
    for dp in (1, 20):
        if isinstance(there.device.dps.get(dp), bool):
            return dp
    raise Failure("it has no switch; `plughub set` writes other values")


def _tell(known, there, changed, is_json):
    now = time.strftime("%H:%M:%S")
    if is_json:
        told = {name: value for name, (value, _) in there.kind.tell(changed).items()}
        state = {} if changed else {"online": there.device.online}
        print_json({"time": now, "device": known.name, **state, **told}, indent=None)
    elif not changed:
        console.print(f"{now} {there.device.error or 'online'}", markup=False)
    else:
        for name, (value, unit) in there.kind.tell(changed).items():
            console.print(f"{now} {name} {_worded(value, unit)}", markup=False)


def _print(told):
    width = max(map(len, told))
    for name, (value, unit) in told.items():
        console.print(f"{name:{width}}  {_worded(value, unit)}", markup=False)


def _worded(value, unit):
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return f"{value} {unit}".rstrip()
