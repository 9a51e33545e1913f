"""All figures of a report as plain values, so that they can be kept, compared and shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charter.scoring.grades import GRADES
from charter.scoring.shape import CLAUSES, Clause, Status
from charter.training.goals import Measured, ece, goals, values, written
from charter.training.judged import By, Column, Judged, column
from charter.training.measure import (
    auroc,
    average_precision,
    brier,
    calibration,
    counts,
    interval,
)
from charter.training.robustness import recalls, risen
from charter.training.rows import ANY
from charter.training.spans import by_type, together

PLACES = 4
TARGETS = (ANY, *(clause.value for clause in CLAUSES))
NOTHING = "none"


def figures(measured: Measured, *, lexical: bool = False, seed: int = 0) -> dict[str, Any]:
    """All that the report says in numbers; ``lexical`` for a scorer without an embedder, ``seed`` for intervals."""
    reached = values(measured)
    held = {one.key: one.held(reached[one.key], lexical=lexical) for one in goals()}
    told: dict[str, Any] = _rounded(
        {
            "lexical": lexical,
            "mark": measured.mark,
            "rows": _rows(measured.rows),
            "challenge_rows": _rows(measured.challenge),
            "goals": {one.key: {"value": reached[one.key], "held": held[one.key]} for one in goals()},
            "clauses": {clause: _clause(measured, clause, seed) for clause in TARGETS},
            "flagged_by": {by.value: _verdicts(column(measured.rows, ANY, mark=measured.mark, by=by)) for by in By},
            "sources": {
                source: _source(measured, source) for source in sorted({it.row.source for it in measured.rows})
            },
            "confusion": confusion(measured.rows),
            "calibration": {clause: _bins(measured, clause) for clause in TARGETS},
            "robustness": _robustness(measured),
            "personal": _personal(measured),
            "fairness": _fairness(measured),
        }
    )
    return told


def _rows(judged: Sequence[Judged]) -> dict[str, int]:
    return {
        "rows": len(judged),
        "violating": sum(one.violates is True for one in judged),
        "compliant": sum(one.violates is False for one in judged),
        "unknown": sum(one.violates is None for one in judged),
        **{status.value: sum(one.score.status is status for one in judged) for status in Status},
    }


def _clause(measured: Measured, clause: str, seed: int) -> dict[str, Any]:
    told = column(measured.rows, clause, mark=measured.mark)

    def again(places: NDArray[np.intp]) -> float | None:
        return average_precision(told.truth[places], told.risks[places])

    return {
        "rows": len(told.truth),
        "violating": int(told.truth.sum()),
        "unscored": told.unscored,
        "ap": average_precision(told.truth, told.risks),
        "ap_between": interval(told.groups, again, seed=seed),
        "auroc": auroc(told.truth, told.risks),
        **_verdicts(told),
        "ece": ece(measured, clause),
        "brier": brier(told.truth, told.risks),
        "grade": None if clause == ANY else GRADES[Clause(clause)].evidence.value,
    }


def _verdicts(told: Column) -> dict[str, Any]:
    found = counts(told.truth, told.flagged)
    return {
        **asdict(found),
        "f1": found.f1,
        "precision": found.precision,
        "recall": found.recall,
        "false_share": found.false_share,
    }


def _source(measured: Measured, source: str) -> dict[str, Any]:
    told = column(measured.of(source), ANY, mark=measured.mark)
    by = {
        f"false_share_{how.value}": _verdicts(column(measured.of(source), ANY, mark=measured.mark, by=how))[
            "false_share"
        ]
        for how in (By.LISTED, By.BELOW)
    }
    return {
        "rows": len(measured.of(source)),
        "known": len(told.truth),
        "violating": int(told.truth.sum()),
        "unscored": told.unscored,
        "auroc": auroc(told.truth, told.risks),
        **_verdicts(told),
        **by,
    }


def confusion(judged: Sequence[Judged]) -> dict[str, dict[str, int]]:
    """For the rows of each labelled clause, and those without a violation, how often which clause was listed.

    A row counts once for each of its labels and once for each clause that was listed.
    """
    said = [*(clause.value for clause in Clause), NOTHING]
    found = {name: dict.fromkeys(said, 0) for name in (*TARGETS[1:], NOTHING)}
    for one in judged:
        labels = [clause for clause in TARGETS[1:] if one.row.labels.get(clause) == 1]
        labels = labels or ([NOTHING] if one.violates is False else [])
        listed = list(dict.fromkeys(it.clause.value for it in one.score.violations)) or [NOTHING]
        for label in labels:
            for clause in listed:
                found[label][clause] += 1
    return found


def _bins(measured: Measured, clause: str) -> list[dict[str, Any]]:
    told = column(measured.rows, clause, mark=measured.mark)
    return [asdict(one) for one in calibration(told.truth[told.scored], told.risks[told.scored], equal_mass=True)]


def _robustness(measured: Measured) -> dict[str, Any]:
    met = recalls(measured.rows, measured.challenge, mark=measured.mark)
    found: dict[str, Any] = {
        name: {"rows": rows, "recall": recall, "plain": plain, "ratio": recall / plain if plain else None}
        for name, (rows, recall, plain) in met.items()
    }
    harmless = [one for one in measured.challenge if one.violates is False]
    kinds = sorted({str(one.row.meta.get("transform")) for one in harmless})
    false = {
        kind: sum(one.flagged(mark=measured.mark) for one in chosen) / len(chosen)
        for kind in kinds
        if (chosen := [one for one in harmless if str(one.row.meta.get("transform")) == kind])
    }
    return {"disguises": found, "false_share": false, "risen": risen(measured.rows, measured.challenge)}


def _personal(measured: Measured) -> dict[str, Any]:
    found = by_type(measured.of(written()["sets"]["personal"]), written()["personal"])
    found["structured"] = together(found, written()["structured"]["types"])
    return {
        name: {**asdict(one), "precision": one.precision, "recall": one.recall, "f1": one.f1}
        for name, one in found.items()
    }


def _fairness(measured: Measured) -> dict[str, Any] | None:
    found = measured.fairness
    if found is None:
        return None
    return {
        "texts": len(found.templates),
        "unscored": found.unscored,
        "mean_gap": found.mean_gap,
        "largest_gap": found.largest_gap,
        "swapped": found.swapped,
        "swapped_once": found.swapped_once,
        "over": {str(points): many for points, many in found.over.items()},
        "groups": {name: {"mean": mean, "largest": largest} for name, (mean, largest) in found.by_group.items()},
        "worst": [
            {"text": text.text, "kind": text.kind, "group": group, "gap": gap} for text, group, gap in found.worst()
        ],
    }


def _rounded(value: Any) -> Any:
    """The same with numbers cut to four places, so that a report changes only where a figure does."""
    if isinstance(value, float):
        return round(value, PLACES)
    if isinstance(value, Mapping):
        return {str(key): _rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return value
