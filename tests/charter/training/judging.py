"""Rows and scores of our own wording for the tests of what is measured."""

from decimal import Decimal

from charter.scoring.shape import CLAUSES, Clause, Score, Severity, Status, Violation, unscored
from charter.training.judged import Judged
from charter.training.rows import Row

MARK = 70


def row(name, labels, *, source="letters", group=None, response="Dear reader, thank you.", **meta):
    return Row(name, source, "", response, labels, group or name, meta=meta)


def violation(clause, *, rule="rules.some", start=0, end=4, kind=None):
    return Violation(Clause(clause), rule, Severity.HIGH, start, end, Decimal("0.5"), type=kind)


def score(name, points, *, risk=None, violations=(), clauses=None, status=Status.FINAL, flags=()):
    if points is None:
        return unscored(name, "digest", "empty")
    whole = Decimal(str(1 - points / 100 if risk is None else risk))
    risks = dict.fromkeys(CLAUSES, Decimal(0)) | {Clause(k): Decimal(str(v)) for k, v in (clauses or {}).items()}
    return Score(name, points, status, whole, Decimal(1), risks, "digest", tuple(violations), tuple(flags))


def judged(name, labels, points, *, violations=(), risk=None, clauses=None, status=Status.FINAL, flags=(), **of):
    said = score(name, points, risk=risk, violations=violations, clauses=clauses, status=status, flags=flags)
    return Judged(row(name, labels, **of), said)
