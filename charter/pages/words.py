"""A law document as sentences: every line, by the subjects of ``wording.toml``. Pure but for reading that file."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from faces.figures.amounts import in_words, percent

WORDING = Path(__file__).with_name("wording.toml")
_SPAN = re.compile(r"([1-9][0-9]{0,6})(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_OTHER = "Further lines"


@dataclass(frozen=True)
class Line:
    """One line of the law: its path in the document, its value as written, and what it says."""

    path: str
    value: str
    says: str


def lines_of(document: Mapping[str, Any]) -> dict[str, list[Line]]:
    """All lines by subject, in the order of the wording; what has no wording yet stands last, as written."""
    by_subject: dict[str, list[Line]] = {subject: [] for subject in (*_wording(), _OTHER)}
    for path, value in flat(document):
        subject, template, name = _words_for(path)
        by_subject[subject].append(Line(path, as_written(value), _said(template, name, value)))
    return {subject: lines for subject, lines in by_subject.items() if lines}


def flat(document: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of the document with its path."""
    for key, value in document.items():
        path = f"{at}.{key}" if at else key
        if isinstance(value, Mapping):
            yield from flat(value, path)
        else:
            yield path, value


def line_at(document: Mapping[str, Any], path: str) -> str:
    """The line or lines at ``path`` as written: ``shadow.window = 7d``; the path alone where the law has none."""
    found: Any = document
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    if found is None:
        return path
    if isinstance(found, Mapping):
        return ", ".join(f"{path}.{name} = {as_written(value)}" for name, value in flat(found))
    return f"{path} = {as_written(found)}"


def as_written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(map(as_written, value))
    return str(value)


def in_prose(value: Any) -> str:
    """The value as a sentence holds it: ``7d`` is 7 days, true is yes."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(in_prose, value))
    span = _SPAN.fullmatch(value) if isinstance(value, str) else None
    return in_words(timedelta(**{_UNITS[span[2]]: int(span[1])})) if span else str(value)


def _said(template: str, name: str, value: Any) -> str:
    share = percent(Decimal(value)) if "{share}" in template else ""
    said = template.replace("{name}", name.replace("_", " ")).replace("{share}", share)
    said = said.replace("{value}", in_prose(value))
    return said[:1].upper() + said[1:]


def _words_for(path: str) -> tuple[str, str, str]:
    for subject, templates in _wording().items():
        for pattern, template in templates.items():
            if matched := re.fullmatch(re.escape(pattern).replace(r"\*", r"([^.]+)"), path):
                return subject, template, matched[1] if matched.groups() else ""
    return _OTHER, "{value}", ""


@lru_cache(maxsize=1)
def _wording() -> dict[str, dict[str, str]]:
    return tomllib.loads(WORDING.read_text(encoding="utf-8"))
