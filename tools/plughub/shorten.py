"""Gives private names one or two letters: every name that differs is heap on the board, for good.

MicroPython keeps each name once, for as long as it runs, in a table that doubles when it is full.
A private name means something only in its file, and in those whose classes inherit from one
another: files that do not share anything may use the same letters. Lines stay where they are, so
that a traceback still tells the place. The same goes for what the hub's functions call their
arguments, where nobody calls them by name; those of the library are its face.
"""

import ast
import builtins
import io
import itertools
import string
import tokenize

# A name of so few letters is left alone.
_SHORT = 2


def shorten(sources):
    """Return {module: source} with short private names, of {module: source}.

    Raises SyntaxError, and ValueError where a module uses a private name of another one.
    """
    trees = {
        module: ast.parse(source, f"{module.replace('.', '/')}.py")
        for module, source in sources.items()
    }
    groups = _groups(trees)
    inner = _only_arguments(trees)
    names = {module: _defined(tree) for module, tree in trees.items()}
    result = {}
    for group in groups:
        own = set().union(*(names[module] for module in group))
        others = set().union(*(names[module] for module in sources if module not in group))
        for module in group:
            stolen = (_attributes(trees[module]) - own) & others
            if stolen:
                raise ValueError(f"{module} uses private names of others: {sorted(stolen)}")
        if all(module.startswith("hub.") for module in group):
            own |= inner & set().union(*(_arguments(trees[module]) for module in group))
        short = dict(zip(sorted(own), _letters(), strict=False))
        for module in group:
            result[module] = _replaced(sources[module], short)
    return result


def is_private(name):
    return name.startswith("_") and not name.startswith("__") and name != "_"


def _groups(trees):
    """Return sets of modules that are connected by inheritance."""
    group_of = {module: {module} for module in trees}
    for module, tree in trees.items():
        origins = _origins(module, tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                for base in node.bases:
                    other = origins.get(getattr(base, "id", None))
                    if other in group_of and group_of[other] is not group_of[module]:
                        joined = group_of[other] | group_of[module]
                        for member in joined:
                            group_of[member] = joined
    return list({id(group): group for group in group_of.values()}.values())


def _origins(module, tree):
    """Return {name: module it is imported from}."""
    origins = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            package = module.split(".")[: -node.level] if node.level else []
            origin = ".".join([*package, *([node.module] if node.module else [])])
            origins |= {alias.asname or alias.name: origin for alias in node.names}
    return origins


def _defined(tree):
    """Return the private names that a module gives to something."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names.add(node.attr)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {alias.asname for alias in node.names if alias.asname}
    return set(filter(is_private, names))


def _only_arguments(trees):
    """Return the names that are nothing but arguments, and never said by who calls."""
    arguments = set()
    others = set(dir(builtins))
    for tree in trees.values():
        arguments |= _arguments(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                others.add(node.attr)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                others.add(node.name)
            elif isinstance(node, ast.keyword):
                others.add(node.arg)
            elif isinstance(node, ast.alias):
                others |= set(node.name.split(".")) | {node.asname}
            elif isinstance(node, ast.ImportFrom):
                others |= set((node.module or "").split("."))
        others |= {name for statement in tree.body for name in _bound(statement)}
    return {name for name in arguments - others if len(name) > _SHORT}


def _arguments(tree):
    return {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}


def _bound(statement):
    """Return the names that a statement of a module gives to something."""
    return {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Store)
        and not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    }


def _attributes(tree):
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and is_private(node.attr)
    }


def _letters():
    for length in itertools.count(1):
        for letters in itertools.product(string.ascii_lowercase, repeat=length):
            yield "_" + "".join(letters)


def _replaced(source, short):
    """Return the source with names replaced, each in its line."""
    lines = source.splitlines(keepends=True)
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    places = [t.start for t in tokens if t.type == tokenize.NAME and t.string in short]
    for row, column in reversed(places):
        line = lines[row - 1]
        end = column
        while end < len(line) and (line[end].isalnum() or line[end] == "_"):
            end += 1
        lines[row - 1] = line[:column] + short[line[column:end]] + line[end:]
    return "".join(lines)
