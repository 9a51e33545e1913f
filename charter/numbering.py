"""Numbers of versions of the law: the next one that is free. Pure."""

import re
from collections.abc import Collection

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(.*)", re.DOTALL)


def next_patch(version: str, *, taken: Collection[str]) -> str:
    """``1.0.0-demo`` gives ``1.0.1-demo``; one of another form gets a number of its own. Taken ones are passed over."""
    parts = _VERSION.fullmatch(version)
    head, number, tail = (f"{parts[1]}.{parts[2]}.", int(parts[3]), parts[4]) if parts else (f"{version}.", 0, "")
    return _first_free(head, number, tail, taken)


def next_minor(version: str, *, taken: Collection[str]) -> str:
    """``1.0.3-demo`` gives ``1.1.0-demo``; one of another form gets its next patch."""
    parts = _VERSION.fullmatch(version)
    if parts is None:
        return next_patch(version, taken=taken)
    return _first_free(f"{parts[1]}.", int(parts[2]), f".0{parts[4]}", taken)


def _first_free(head: str, number: int, tail: str, taken: Collection[str]) -> str:
    while f"{head}{number + 1}{tail}" in taken:
        number += 1
    return f"{head}{number + 1}{tail}"
