"""Tables for spreadsheets, whose cells can never run as formulas (OWASP, CSV injection)."""

import csv
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Line:
    """What the csv writer writes to: it hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def guarded(cell: Any) -> str:
    """The cell as text; one that a spreadsheet might run gets a leading quote, numbers below zero included."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_RUNS_AS_FORMULA) else text


def lines(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The table line by line (RFC 4180), for a streaming response."""
    writer = csv.writer(_Line())
    for row in chain([header], rows):
        yield writer.writerow([guarded(cell) for cell in row])
