"""The house as docs/architecture.md draws it: arrows point down, and there are no circles."""

import ast

from plughub import ROOT

HUB = ROOT / "lib" / "hub"
FLOORS = (
    ("log", "logbook", "broadcast"),
    ("system", "clock", "setup", "net"),
    ("config",),
    ("targets", "energy"),
    ("mqtt", "pins", "rules", "web", "cloud", "backup", "update", "first"),
    ("app", "assemble", "boot", "components", "furnish", "hub"),
)
FILES_MAX = 14
LINES_MAX = 350


def modules():
    """Return {dotted name: path} of the hub."""
    found = {}
    for path in HUB.rglob("*.py"):
        parts = path.relative_to(HUB.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(name, path, known):
    """Yield the modules of the hub that a module imports, wherever in it."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join(base + ([node.module] if node.module else []))
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                if (inner if inner in known else source) in known:
                    yield inner if inner in known else source


def arrows():
    known = modules()
    return {name: set(imports(name, path, known)) - {name} for name, path in known.items()}


def floor_of(name):
    room = name.split(".")[1]
    return next(floor for floor, rooms in enumerate(FLOORS) if room in rooms)


def test_no_arrow_points_up():
    for name, targets in arrows().items():
        for target in targets - {"hub"}:  # which has no more than the version
            assert name == "hub" or floor_of(target) <= floor_of(name), (name, target)


def test_there_are_no_circles():
    left = arrows()
    while left:
        free = [name for name, targets in left.items() if not targets & set(left)]
        assert free, sorted(left)
        for name in free:
            del left[name]


def test_a_file_is_one_idea_and_a_folder_can_be_looked_over():
    for path in modules().values():
        assert len(path.read_text().splitlines()) <= LINES_MAX, path
        assert len(list(path.parent.glob("*.py"))) <= FILES_MAX, path.parent
