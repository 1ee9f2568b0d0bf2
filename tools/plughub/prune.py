"""Leaves out of microdot what the firmware never calls: a fifth of its heap on the board."""

import ast

_UNUSED = {
    "": {"urlencode", "AsyncBytesIO"},
    "NoCaseDict": {"__delitem__", "update"},
    "MultiDict": {"get", "getlist"},
    "Request": {"form", "files", "stream", "after_request"},
    "Response": {"set_cookie", "delete_cookie", "redirect", "send_file"},
    "URLPattern": {"register_type", "__repr__"},
    "HTTPException": {"__repr__"},
    "Microdot": {
        *("patch", "delete", "query", "before_request", "after_request", "after_error_request"),
        *("abort", "mount", "start_server", "run", "shutdown", "handle_request"),
    },
}
_ALIASES = {"abort", "redirect", "send_file"}  # of what is left out, at the end of the module


def prune_microdot(source):
    """Return the source of microdot's core without them. Raises ValueError if one is missing."""
    module = ast.parse(source)
    missing = {(owner, name) for owner, names in _UNUSED.items() for name in names}
    module.body = [
        node for node in module.body if not _is_alias(node) and not _is_unused("", node, missing)
    ]
    for owner in module.body:
        if isinstance(owner, ast.ClassDef):
            owner.body = [n for n in owner.body if not _is_unused(owner.name, n, missing)]
    if missing:
        raise ValueError(f"microdot has changed; not found: {sorted(missing)}")
    return ast.unparse(module)


def _is_unused(owner, node, missing):
    name = getattr(node, "name", None)
    if name not in _UNUSED.get(owner, ()):
        return False
    missing.discard((owner, name))
    return True


def _is_alias(node):
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id in _ALIASES
    )
