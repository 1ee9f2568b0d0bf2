"""Twenty rules as people have them, by the clock, the sun and power, and what they cost."""

import json
import subprocess
from pathlib import Path

from plughub import BUILD, ROOT
from plughub.checkout import find_micropython

NAMES = ("lamp", "porch", "heater", "washer", "pump", "screen", "fan", "kettle")
_SITE = {"tz": "CET-1CEST,M3.5.0,M10.5.0/3", "lat": 52.5, "lon": 13.4}


def rules_for(names, count=20):
    """Return a rules file of `count` rules for the plugs of these names."""
    rules = []
    for i, name in enumerate(names[:5]):
        do = {"plug": name, "set": "on", "for": "45m"}
        rules.append({"id": f"at-{i}", "at": f"0{i + 1}:30", "days": "mo-fr", "do": do})
    for i, name in enumerate(names[:3]):
        do = {"plug": name, "set": "on"}
        rules.append({"id": f"sun-{i}", "at": "sunset-20m", "do": do, "until": "23:30"})
    for i, name in enumerate(names[:3]):
        do = [{"notify": "done"}, {"plug": name, "set": "off", "delay": "10m"}]
        after = {"power": ">4000W", "for": "1m"}
        when = {"plug": name, "power": "<4W", "for": "3m", "after": after}
        rules.append({"id": f"done-{i}", "when": when, "do": do})
    for i, name in enumerate(names[:4]):
        when = {"plug": name, "power": ">4000W", "for": "5s"}
        do = {"plug": name, "set": "off", "lock": "until-cleared"}
        rules.append({"id": f"cut-{i}", "when": when, "do": do, "safety": True})
    for i, name in enumerate(names[:3]):
        when = {"plug": name, "power": "<1W", "for": "24h"}
        window = {"between": "18:00-23:00"}
        do = {"plug": name, "set": "off"}
        rules.append({"id": f"standby-{i}", "when": when, "do": do, "not": window})
    for i, name in enumerate(names[:2]):
        rules.append({"id": f"max-{i}", "limit": {"plug": name, "max_on": "24h"}})
    return {"site": _SITE, "rules": rules[:count]}


_BUDGET_US = 2000
_WEEK_MS = 7 * 86400 * 1000


def main():
    config = {"plugs": [{"name": name} for name in NAMES]}
    for i, plug in enumerate(config["plugs"]):
        plug |= {"id": f"bf{i:020}", "key": "0" * 16}
    print("rules on MicroPython: us to look at all 20, and at none; a week in virtual time")
    for bits in (64, 32):
        figures = _measure(find_micropython(bits), config)
        faster = _WEEK_MS // max(1, figures["a_week_ms"])
        print(
            f"  {bits}-bit: {figures['all_20_rules']} us (budget {_BUDGET_US}), "
            f"{figures['nothing_due']} us; {faster:,} times as fast as life"
        )


def _measure(micropython, config):
    if not micropython:
        raise SystemExit("there is no MicroPython here")
    path = ":".join(str(ROOT / name) for name in ("lib", "tools", "tools/simulator"))
    file = BUILD / "rules.json"  # an argument of MicroPython has 255 bytes at most
    file.write_text(json.dumps([config, rules_for(NAMES)]))
    script = Path(__file__).parent / "upy" / "evaluate.py"
    output = subprocess.run(
        [str(micropython), "-X", "heapsize=4M", str(script), path, str(file)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout
    return json.loads(output.splitlines()[-1])


if __name__ == "__main__":
    main()
