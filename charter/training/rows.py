"""Labelled rows as files hold them: one JSON object a line, read strictly, never kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ANY = "any"


class BadRow(ValueError):
    """A line that is no labelled row; the message names file, line and field."""


@dataclass(frozen=True, slots=True)
class Row:
    """One answer with its labels; a clause that ``labels`` does not name is unknown, and not clear of violations.

    ``group`` names rows that must not be split (the same question, template or text); ``source`` and ``kind`` say where
    it is from.
    """

    id: str
    source: str
    prompt: str
    response: str
    labels: Mapping[str, int]
    group: str
    kind: str = "real"
    meta: Mapping[str, Any] = field(default_factory=dict)


def read(path: Path) -> list[Row]:
    """The rows of one file; raises BadRow at the first line that is none."""
    with path.open(encoding="utf-8") as lines:
        return list(_rows(path.name, lines))


def _rows(name: str, lines: Iterator[str]) -> Iterator[Row]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _row(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise BadRow(f"{name}, line {number}: {error}") from error


def _row(value: Mapping[str, Any]) -> Row:
    labels = {str(clause): int(label) for clause, label in value["labels"].items()}
    if not set(labels.values()) <= {0, 1}:
        raise ValueError("labels are 0 or 1")
    texts = {name: value[name] for name in ("id", "source", "response", "group")}
    if not all(isinstance(text, str) for text in texts.values()):
        raise ValueError("id, source, response and group are text")
    return Row(
        **texts,
        prompt=value.get("prompt") or "",
        labels=labels,
        kind=str(value.get("kind", "real")),
        meta=value.get("meta") or {},
    )
