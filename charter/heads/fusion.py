"""From logits to calibrated shares, from shares to points: what was fitted on rows that no head had seen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charter.heads.targets import ANY_AT, CLAUSE_TARGETS, TARGETS
from charter.heads.views import Kind

Logits = NDArray[np.float64]
PLACES = Decimal("0.000001")
_FURTHEST = 30.0
# charter.md 6.2: the whole is driven by the head for any violation, and a little by the gravest clause.
OF_ANY = 0.85


def sigmoid(logit: float) -> float:
    """``1 / (1 + exp(-x))``, for any x."""
    return 1 / (1 + math.exp(-max(-_FURTHEST, min(_FURTHEST, logit))))


def share(value: float) -> Decimal:
    """A share of 0-1 as it is kept: six places."""
    return Decimal(repr(value)).quantize(PLACES)


@dataclass(frozen=True, slots=True)
class Band:
    """Risks up to ``passes`` are clear passes, from ``violates`` on clear violations; between them nobody knows."""

    passes: float
    violates: float


@dataclass(frozen=True)
class Fusion:
    """How views and halves are joined.

    ``lexical`` and ``dense`` weigh the two halves by target. ``handicap`` is taken from a further view's logits before
    the worst view counts. ``scale`` and ``shift`` calibrate each target (Platt 1999), ``whole`` the risk itself.
    ``anchors`` are (risk, points), ascending in risk. ``listed`` is the share from which a clause is listed, once the
    whole is at ``flagged`` or more.
    """

    lexical: Sequence[float]
    dense: Sequence[float]
    handicap: Mapping[Kind, float]
    scale: Sequence[float]
    shift: Sequence[float]
    whole: tuple[float, float]
    anchors: Sequence[tuple[float, float]]
    listed: Mapping[str, float]
    flagged: float
    band: Band

    def join(self, lexical: Logits, dense: Logits | None) -> Logits:
        """The two halves of one view as one."""
        joint = np.asarray(self.lexical) * lexical
        return joint if dense is None else np.asarray(joint + np.asarray(self.dense) * dense)

    def worst(self, views: Sequence[tuple[Kind, Logits]]) -> tuple[Logits, int]:
        """The logits that count and which view they are from: the whole's, or a worse view's after its handicap."""
        handicapped = [logits - self.handicap.get(kind, 0.0) for kind, logits in views]
        at = max(range(len(views)), key=lambda view: (handicapped[view][ANY_AT], -view))
        return np.maximum(handicapped[0], handicapped[at]), at

    def shares(self, logits: Logits) -> dict[str, float]:
        """Calibrated shares by target."""
        return {
            target: sigmoid(self.scale[at] * float(logits[at]) + self.shift[at]) for at, target in enumerate(TARGETS)
        }

    def risk(self, shares: Mapping[str, float]) -> float:
        """The calibrated risk of the whole answer, 0-1."""
        scale, shift = self.whole
        return sigmoid(scale * whole_logit(shares) + shift)

    def points(self, risk: Decimal) -> int:
        """A risk as points of 0-100, by the published table, rounded half up once."""
        for (left, high), (right, low) in pairwise(self._table()):
            if risk <= right:
                points = high - (high - low) * (risk - left) / (right - left)
                return int(points.quantize(Decimal(1), rounding=ROUND_HALF_UP))
        return 0

    def risk_at(self, points: int) -> Decimal:
        """The least risk that comes to ``points``: the table read backwards."""
        for (left, high), (right, low) in pairwise(self._table()):
            if points >= low:
                return (left + (right - left) * (high - points) / (high - low)).quantize(PLACES)
        return Decimal(1)

    def _table(self) -> list[tuple[Decimal, Decimal]]:
        known = [(Decimal(repr(at)), Decimal(repr(to))) for at, to in self.anchors]
        return [(Decimal(0), Decimal(100)), *known, (Decimal(1), Decimal(0))]

    def as_json(self) -> dict[str, Any]:
        """For the file of weights."""
        return {
            "lexical": list(self.lexical),
            "dense": list(self.dense),
            "handicap": {kind.value: value for kind, value in self.handicap.items()},
            "scale": list(self.scale),
            "shift": list(self.shift),
            "whole": list(self.whole),
            "anchors": [list(anchor) for anchor in self.anchors],
            "listed": dict(self.listed),
            "flagged": self.flagged,
            "band": [self.band.passes, self.band.violates],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Fusion:
        """The inverse of ``as_json``; KeyError or ValueError where the shape is another."""
        passes, violates = value["band"]
        return cls(
            lexical=tuple(value["lexical"]),
            dense=tuple(value["dense"]),
            handicap={Kind(kind): float(by) for kind, by in value["handicap"].items()},
            scale=tuple(value["scale"]),
            shift=tuple(value["shift"]),
            whole=(float(value["whole"][0]), float(value["whole"][1])),
            anchors=tuple((float(at), float(to)) for at, to in value["anchors"]),
            listed={target: float(value["listed"][target]) for target in CLAUSE_TARGETS},
            flagged=float(value["flagged"]),
            band=Band(float(passes), float(violates)),
        )


def whole_logit(shares: Mapping[str, float]) -> float:
    """``0.85 logit(p_any) + 0.15 logit(max p_c)`` (charter.md 6.2)."""
    gravest = max(shares[clause] for clause in CLAUSE_TARGETS)
    return OF_ANY * _logit(shares[TARGETS[ANY_AT]]) + (1 - OF_ANY) * _logit(gravest)


def _logit(value: float) -> float:
    return math.log(value / (1 - value))
