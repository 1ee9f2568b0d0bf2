"""Reads a manifest of frozen modules, as MicroPython's build has them (tools/manifestfile.py).

Of its functions there are those that name files: what stock firmware has already is left out.
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path

from plughub import BUILD, ROOT

# Files of MicroPython's own, by variables of its build: stock firmware has those frozen.
_OWN = "$("
_DEFAULT_OPTIMISATION = 0  # mpy-cross' own


class ManifestError(Exception):
    """A manifest asks for what there is not: the text names the place and the cause."""


@dataclass(frozen=True)
class Source:
    """A file to freeze: by this path, compiled with mpy-cross -O`optimisation`."""

    name: str
    path: Path
    optimisation: int


def read_manifest(path):
    """Return [Source] in the order of the manifest. Raises ManifestError."""
    sources = {}
    _Manifest(sources).include(str(path))
    return list(sources.values())


class _Manifest:
    def __init__(self, sources):
        self._sources = sources

    def include(self, path, **_):
        """Run another manifest, in its own folder."""
        if path.startswith(_OWN):
            return
        path = Path(path).resolve()
        if path.is_dir():
            path /= "manifest.py"
        try:
            code = compile(path.read_text(), path, "exec")
        except (OSError, SyntaxError) as error:
            raise ManifestError(f"{path} cannot be read: {error}") from None
        functions = ("include", "package", "module", "freeze", "metadata", "require")
        with contextlib.chdir(path.parent):
            exec(code, {name: getattr(self, name) for name in functions})

    def package(self, package_path, files=None, base_path=".", opt=None):
        """Freeze a package, or these files of it."""
        self._add_all(base_path, package_path, files, opt)

    def module(self, module_path, base_path=".", opt=None):
        """Freeze a file that is a module by itself."""
        self._add(base_path, module_path, opt)

    def freeze(self, path, script=None, opt=None):
        """Freeze all that a folder has, or some files of it."""
        scripts = [script] if isinstance(script, str) else script
        self._add_all(path, "", scripts, opt)

    def metadata(self, **_):
        """What a package says of itself: nothing that is frozen."""

    def require(self, name, **_):
        """Refuse: micropython-lib is not at hand."""
        raise ManifestError(f"the manifest requires {name!r}, which cannot be added to stock .bin")

    def _add_all(self, base, folder, files, opt):
        if files is None:
            files = sorted(
                p.relative_to(Path(base, folder)) for p in Path(base, folder).rglob("*.py")
            )
        if not files:
            raise ManifestError(f"the manifest freezes {Path(base, folder)}, where no .py file is")
        for file in files:
            self._add(base, Path(folder, file), opt)

    def _add(self, base, name, opt):
        path = _kept(Path(base, name).resolve())
        if not path.is_file():
            raise ManifestError(f"the manifest freezes {path}, which there is not")
        optimisation = _DEFAULT_OPTIMISATION if opt is None else opt
        name = Path(name).as_posix()
        self._sources[name] = Source(name, path, optimisation)


def _kept(path):
    """Return where a file is kept: what is made for a checkout is in it, else in a cache."""
    made = ROOT / "build"
    return BUILD / path.relative_to(made) if path.is_relative_to(made) else path
