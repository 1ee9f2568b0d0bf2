"""`plughub image`: the hub frozen into a stock MicroPython firmware, one file for esptool."""

from dataclasses import replace

from rich.console import Console

from freeze import Refused, freeze
from freeze.chips import chip_of
from freeze.filesystem import with_files
from plughub import BUILD, ROOT, SCRIPTS
from plughub.firmware.assets import build_behind
from plughub.firmware.build import compile_source, has_native_twin, is_for
from plughub.firmware.manifest import ManifestError, read_manifest

_MANIFEST = ROOT / "firmware" / "manifest.py"
#: What is to be said of an image without a configuration.
WITHOUT_FILES = (
    "It brings no files: those of the board stay. A new board wants boot.py, main.py and a"
    " configuration: --config, or `plughub deploy`."
)
ERRORS = (Refused, ManifestError, RuntimeError, OSError)


def make_image(firmware, out, config=None, rules=None):
    """Write the image of a stock .bin to `out`. Returns 0 or 1; where it is 1, nothing is written.

    A configuration or rules bring a file system with boot.py and main.py. It replaces the one of
    the board, and `out` then holds the keys of the plugs.
    """
    console = Console(highlight=False, soft_wrap=True)
    try:
        frozen = build_image(firmware, console, config, rules)
        out.write_bytes(frozen.data)
    except ERRORS as error:
        console.print(f"No image: {firmware}: {error}", markup=False)
        return 1
    console.print(f"{out} is what esptool writes at {frozen.offset:#x}.", markup=False)
    if not (config or rules):
        console.print(WITHOUT_FILES)
    if config:
        console.print("It holds the configuration, keys and passwords included.")
    return 0


def build_image(firmware, console, config=None, rules=None):
    """Return the freeze.Frozen of a stock .bin, and say what it is. Raises one of ERRORS."""
    frozen, count = freeze_hub(firmware)
    for line in describe(frozen, count):
        console.print(line, markup=False)
    files = board_files(config, rules)
    if files:
        frozen = replace(frozen, data=with_files(frozen.data, files))
        console.print(f"The file system has {', '.join(files)}.", markup=False)
    return frozen


def freeze_hub(firmware):
    """Return (freeze.Frozen of a stock .bin with the hub in it, how many modules that are)."""
    data = firmware.read_bytes()
    modules, behind = compile_modules(chip_of(data).native)
    return freeze(data, modules, behind), len(modules)


def describe(frozen, count):
    """Yield lines of what was frozen, for people."""
    yield f"MicroPython {frozen.version} for {frozen.chip}: {frozen.machine}."
    yield f"{count} modules frozen: {frozen.added:,} bytes more, {frozen.left:,} bytes left."
    if not frozen.is_known:
        yield (
            "Warning: nobody tried this very .bin before. It was understood to the last constant;"
            " keep the stock one at hand."
        )


def compile_modules(arch):
    """Return ([(name, bytes of its .mpy)], what they want behind the application) of what the
    manifest names. Raises RuntimeError.
    """
    assets, behind = build_behind()
    modules = []
    for source in read_manifest(_MANIFEST):
        path = assets if source.name == assets.name else source.path
        if not is_for(arch, path) or (arch and has_native_twin(path)):
            continue
        folder = BUILD / "frozen" / f"{arch or 'bytecode'}-O{source.optimisation}"
        output = (folder / source.name).with_suffix(".mpy")
        compile_source(path, output, source.name, arch, source.optimisation)
        modules.append((source.name, output.read_bytes()))
    return modules, behind


def board_files(config, rules):
    """Return {name: bytes} of a board's file system, empty where nothing is to be configured."""
    given = {"config.json": config, "rules.json": rules}
    given = {name: path.read_bytes() for name, path in given.items() if path}
    if not given:
        return {}
    return scripts() | given


def scripts():
    """Return {name: bytes} of what starts a board."""
    return {name: (ROOT / name).read_bytes() for name in sorted(SCRIPTS)}
