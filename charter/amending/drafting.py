"""A draft as somebody writes it: TOML of the lines that are to differ, laid over the law. Pure.

Beside tables and lines of the law it may hold ``removes``, a list of paths (``"tiers.standard.vote_weight_most"``) that
the law is to have no more. A document that has every table of the law stands by itself.
"""

import json
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from charter.amending.comparing import changes_between
from charter.law import Law, laid_over, parse, read_document
from charter.numbering import next_minor, next_patch
from charter.typed import LawMalformed
from faces.text import refused_at
from ledger.canonical import NotCanonical

# Limits of what is read, not of the law: the shipped law has 12,000 bytes.
MOST_BYTES = 65_536
MOST_OF_A_NUMBER = 40
REMOVES, EXTENDS = "removes", "extends"
_NUMBER = re.compile(r"[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}[0-9A-Za-z.+-]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_TABLES = frozenset(field.name for field in fields(Law)) - {"digest"}


def read_changes(text: str) -> dict[str, Any]:
    """The changes that ``text`` states in TOML. Raises LawMalformed, with the line."""
    if len(text.encode()) > MOST_BYTES:
        raise LawMalformed(f"A draft has at most {MOST_BYTES} bytes.")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LawMalformed(f"This is no TOML: {error}.") from None
    except RecursionError:
        raise LawMalformed("The draft is nested too deep.") from None


def read_file(path: Path) -> dict[str, Any]:
    """The same of a file; one that ``extends`` another, beside it, is the whole of both."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LawMalformed(f"{path.name}: {error}") from error
    changes = read_changes(text)
    if EXTENDS not in changes:
        return changes
    try:
        return read_document(path)
    except LawMalformed:
        raise
    except (RecursionError, TypeError, ValueError) as error:
        raise LawMalformed(f"{path.name} extends what cannot be read.") from error


def as_it_would_be(
    changes: Mapping[str, Any], base: Mapping[str, Any], *, taken: Collection[str], may_be_same: bool = False
) -> dict[str, Any]:
    """The whole document of the law after ``changes`` to ``base``, under a number that is not ``taken``.

    A number that the changes name is kept; else it is the next patch, or the next minor number where lines come or go.
    Raises LawMalformed, naming the field that is amiss, and unless ``may_be_same`` where nothing would change.
    """
    try:
        document = _whole(changes, base)
        _has_readable_texts(document)
        if not _differs(document, base):
            if may_be_same:
                return dict(base)
            raise LawMalformed("This changes nothing: every line says what the law says already.")
        numbered = {**document, "version": _number_of(document, base, taken)}
        parse(numbered)
    except RecursionError:
        raise LawMalformed("The draft is nested too deep.") from None
    except NotCanonical as error:
        raise LawMalformed(f"The law holds no such value: {error}.") from None
    return numbered


def as_toml(document: Mapping[str, Any], base: Mapping[str, Any]) -> str:
    """The changes that lead from ``base`` to ``document``, as TOML that ``read_changes`` reads; the number left out."""
    found = [it for it in changes_between(base, document) if it.path != "version"]
    removed = [it.path for it in found if it.kind == "removed"]
    lines = [f"{REMOVES} = {json.dumps(removed)}"] if removed else []
    kept = {it.path for it in found} - set(removed)
    lines += [f"{key} = {_value(value)}" for path, key, value in _keys(document) if path in kept]
    return "\n".join(lines) + "\n"


def _whole(changes: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    changes = dict(changes)
    removed = changes.pop(REMOVES, [])
    if changes.keys() >= _TABLES and not removed:
        return changes
    if not (isinstance(removed, list) and all(isinstance(path, str) for path in removed)):
        raise LawMalformed(f'{REMOVES} asks for a list of paths, such as {REMOVES} = ["tiers.standard.may_not"]')
    return laid_over(_without(base, removed), changes)


def _without(base: Mapping[str, Any], removed: list[str]) -> dict[str, Any]:
    document = deepcopy(dict(base))
    for path in removed:
        *way, last = path.split(".")
        table: Any = document
        for step in way:
            table = table.get(step) if isinstance(table, dict) else None
        if not isinstance(table, dict) or last not in table:
            raise LawMalformed(f"{REMOVES} names {path}, which the law does not have")
        del table[last]
    return document


def _has_readable_texts(document: Any, at: str = "law") -> None:
    """Texts of the law stand on public pages: no character that shows nothing, or turns the line around."""
    if isinstance(document, Mapping):
        for key, value in document.items():
            _has_readable_texts(key, at)
            _has_readable_texts(value, f"{at}.{key}")
    elif isinstance(document, list):
        for number, value in enumerate(document):
            _has_readable_texts(value, f"{at}[{number}]")
    elif isinstance(document, str) and refused_at(document) is not None:
        raise LawMalformed(f"{at} holds a control, invisible or reserved character")


def _differs(document: dict[str, Any], base: Mapping[str, Any]) -> bool:
    """The same values written otherwise are the same law: 24h is 1d."""
    after, before = (replace(parse(each), version="", digest="") for each in (document, base))
    return after != before


def _number_of(document: Mapping[str, Any], base: Mapping[str, Any], taken: Collection[str]) -> str:
    given = str(document["version"])
    if given == base["version"]:
        kinds = {it.kind for it in changes_between(base, document)}
        return (next_patch if kinds <= {"changed"} else next_minor)(given, taken=taken)
    if not _NUMBER.fullmatch(given) or len(given) > MOST_OF_A_NUMBER:
        raise LawMalformed('law.version asks for a number such as "1.2.0"')
    if given in taken:
        raise LawMalformed(f"law.version names {given}, which is another law already")
    return given


def _keys(document: Mapping[str, Any], path: str = "", key: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every value with its path and with its dotted key of TOML, in which odd names stand in quotes."""
    for name, value in document.items():
        step = name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)
        inner, dotted = (f"{path}.{name}", f"{key}.{step}") if path else (name, step)
        if isinstance(value, Mapping):
            yield from _keys(value, inner, dotted)
        else:
            yield inner, dotted, value


def _value(value: Any) -> str:
    """Text, whole numbers, booleans and lists of them are written in TOML as in JSON."""
    return json.dumps(value, ensure_ascii=False)
