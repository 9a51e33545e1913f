"""The product's own source, parsed, for tests that read it."""

import ast
import functools
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Top to bottom: a room may look down and never up.
ROOMS = ("kaizen", "appeals", "onboarding", "tiers", "shadow", "civic", "registry", "charter", "ledger")
GROUND = "faces"


@functools.cache
def modules():
    """Dotted name: syntax tree, of every product module but migrations."""
    return {name: ast.parse(path.read_text(encoding="utf-8"), str(path)) for name, path in paths().items()}


def paths():
    found = {}
    for room in (*ROOMS, GROUND):
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "migrations" not in parts:
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def templates():
    return [
        path
        for folder in (ROOT / "templates", *(ROOT / room for room in (*ROOMS, GROUND)))
        for path in sorted(folder.rglob("*.html")) + sorted(folder.rglob("*.txt"))
    ]


def calls(tree):
    """Every call with the dotted name of what is called, as far as it is written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def names_used(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield node.name.rsplit(".", 1)[-1]


def imported(tree):
    """Dotted names of what is imported, members of packages included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
