"""Numbers that rules and context add to what the heads read; all between 0 and 1, in one order."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from charter.scoring.context import Context
from charter.scoring.shape import CLAUSES, Violation

SIGNALS: tuple[str, ...] = (
    *(f"rules_{clause.value}" for clause in CLAUSES),
    "refuses",
    "refusal_anywhere",
    "warns",
    "quoted",
    "asked",
    "length",
)
_LONGEST = 2000


def signals(text: str, *, asked: bool, violations: Iterable[Violation]) -> NDArray[np.float32]:
    """The signals of one view: the weight of the heaviest rule by clause, and what its context says."""
    heaviest = dict.fromkeys(CLAUSES, 0.0)
    for violation in violations:
        heaviest[violation.clause] = max(heaviest[violation.clause], float(violation.weight))
    context = Context(text)
    quoted = sum(end - start for start, end in context.quotations)
    values = [
        *heaviest.values(),
        context.refuses,
        context.refusal_anywhere,
        context.warns,
        min(quoted / max(len(text), 1), 1.0),
        asked,
        min(math.log1p(len(text.split())) / math.log1p(_LONGEST), 1.0),
    ]
    return np.array(values, np.float32)
