"""What decoding a 3.5 reply costs on MicroPython, beside parsing its JSON."""

import json
import subprocess
from pathlib import Path

from plughub import ROOT
from plughub.checkout import find_micropython

_SCRIPT = Path(__file__).resolve().parent / "upy" / "decode.py"
_RATIO = 2
_GARBAGE = 1024


def main():
    for bits in (64, 32):
        program = find_micropython(bits)
        if not program:
            continue
        command = [str(word) for word in (program, _SCRIPT, ROOT / "lib")]
        output = subprocess.run(command, capture_output=True, timeout=60, check=True).stdout
        figures = json.loads(output)
        ratio = figures["decode_us"] / figures["json_us"]
        # A word of the board has 32 bits: that is where garbage counts.
        kept = ratio <= _RATIO and (bits == 64 or figures["garbage"] <= _GARBAGE)
        mark = "kept" if kept else "MISSED"
        print(
            f"{mark:7}3.5 decode  MicroPython {bits}-bit  {figures['decode_us']:.0f} us, "
            f"{ratio:.2f}x json.loads, {figures['garbage']} bytes of garbage"
        )


if __name__ == "__main__":
    main()
