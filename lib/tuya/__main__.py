"""`python -m tuya`: find devices, read, set and watch one, with this library alone."""

import argparse
import asyncio
import json
import sys

import tuya

_SCAN_S = 9  # devices broadcast every 5 to 8 s


def _parser():
    parser = argparse.ArgumentParser(prog="python -m tuya", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    scan = commands.add_parser("scan", help="list the devices that make themselves known")
    scan.add_argument("addresses", nargs="*", help="addresses to ask as well, in other networks")
    scan.add_argument("--seconds", type=float, default=_SCAN_S)
    for name, text in (
        ("status", "print all that a device reports"),
        ("set", "write DPs, and wait until the device has confirmed them"),
        ("watch", "print what changes, until Ctrl-C"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("id")
        command.add_argument("address", help="'auto' has it looked for")
        command.add_argument("key", help="the local key; '-' reads it from standard input")
        command.add_argument("--version", help="3.1 to 3.5; without it it is found out")
        command.add_argument("--port", type=int, default=6668)
        if name == "set":
            command.add_argument("dps", nargs="+", metavar="dp=value", help="1=true, 2=50, 3=text")
    return parser


def dps_of(words):
    """Return {number: value} of texts such as 1=true. Raises ValueError."""
    dps = {}
    for word in words:
        number, is_there, text = word.partition("=")
        if not (is_there and number.isdigit()):
            raise ValueError(f"{word} is no number of a DP and a value, such as 1=true")
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        dps[int(number)] = value if isinstance(value, (bool, int, float)) else text
    return dps


async def _scan(asked):
    async with tuya.discover(int(asked.seconds * 1000), asked.addresses) as found:
        async for device in found:
            print(device.id, device.address, device.version, flush=True)


async def _use(asked):
    key = sys.stdin.readline().strip() if asked.key == "-" else asked.key
    address = None if asked.address == "auto" else asked.address
    device = tuya.Device(asked.id, address, key, asked.version, asked.port)
    dps = dps_of(asked.dps) if asked.command == "set" else {}
    # Nothing that happens while the state is asked for may be missed, or be told twice.
    async with device, device.changes() as changes:
        told = await device.status()
        print(json.dumps(told), flush=True)
        if dps:
            await device.set(dps)
            print(json.dumps({dp: device.dps.get(dp) for dp in dps}))
        if asked.command == "watch":
            async for changed in changes:
                news = {dp: value for dp, value in changed.items() if told.get(dp) != value}
                told.update(news)
                if news or not changed:
                    text = json.dumps(news) if news else str(device.error or "online")
                    print(text, flush=True)


def main(words=None):
    """Run one command; return what the process ends with."""
    asked = _parser().parse_args(words)
    try:
        asyncio.run(_scan(asked) if asked.command == "scan" else _use(asked))
    except (tuya.TuyaError, ValueError) as e:
        print(e, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
