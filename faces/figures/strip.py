"""The states of one lifecycle from left to right: the way gone, where it stands, what comes next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Status = Literal["gone", "here", "next", "open", "skipped"]
WORDS: dict[str, str] = {"gone": "done", "here": "now", "next": "next", "open": "later", "skipped": "not taken"}


@dataclass(frozen=True)
class Step:
    """One state: ``at`` and ``by`` say when and by whom it was reached, ``due_at`` by when it is due.

    ``tone`` colours the state it stands in by a verdict's word (``fail`` for removed, ``frozen`` for frozen);
    ``overdue`` is told, not computed, since only the page knows what time it is.
    """

    label: str
    status: Status
    at: datetime | None = None
    by: str = ""
    due_at: datetime | None = None
    overdue: bool = False
    note: str = ""
    tone: str = ""

    @property
    def word(self) -> str:
        return WORDS[self.status]


@dataclass(frozen=True)
class Strip:
    """A lifecycle of one thing; ``endings`` names the ways off it that were not taken (returned, withdrawn)."""

    name: str
    steps: tuple[Step, ...]
    endings: tuple[str, ...] = ()
