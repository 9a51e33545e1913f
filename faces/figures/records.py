"""Rows of records: what was decided, what waits for somebody, what is wrong with a form."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class HistoryEntry:
    """One sealed decision: ``index`` is its place in the ledger, ``law_version`` the law it was taken under.

    ``subject`` and ``subject_url`` are for histories of more than one thing; ``url`` shows the decision itself.
    """

    at: datetime
    actor: str
    move: str
    reason: str = ""
    law_version: str = ""
    law_digest: str = ""
    index: int | None = None
    decision_id: str = ""
    url: str = ""
    subject: str = ""
    subject_url: str = ""


@dataclass(frozen=True)
class QueueRow:
    """One thing that waits for somebody: ``next_act`` is the one act to do, ``url`` where it is done."""

    what: str
    whose: str
    url: str
    next_act: str
    age: timedelta
    due_at: datetime | None = None
    overdue: bool = False
    kind: str = ""


@dataclass(frozen=True)
class ProblemLine:
    """One thing to mend in a form: the sentence, and the id of the field it belongs to (empty for the whole form)."""

    message: str
    field_id: str = ""
    label: str = ""


@dataclass(frozen=True)
class DecideAction:
    """One decision that the reader may take: the verb as label, the address of its decide page."""

    label: str
    url: str
    primary: bool = False
    grave: bool = False
