"""From logits of rows that the heads never saw to what joins, calibrates and anchors them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from charter.heads.fusion import Band, Fusion, whole_logit
from charter.heads.targets import ANY_AT, CLAUSE_TARGETS, TARGETS
from charter.heads.views import Kind
from charter.training.preparing import UNKNOWN, Labels
from charter.training.recipe import CalibrationRecipe

Logits = NDArray[np.float64]
_LEAST_KNOWN = 40
# Which of the anchors is the mark of compliance, where a violation is listed.
MARK = 2


@dataclass(frozen=True)
class Unseen:
    """Rows that the heads did not see: both halves' logits by view, the whole first; labels; which are ordinary."""

    views: Sequence[Sequence[tuple[Kind, Logits, Logits | None]]]
    labels: Labels
    ordinary: NDArray[np.bool_]


def calibrated(unseen: Unseen, recipe: CalibrationRecipe, *, dense: bool) -> Fusion:
    """The fusion of both halves, or of the lexical one alone."""
    fusion = _blank(*_weights(unseen, dense=dense))
    fusion = replace(fusion, handicap=_handicaps(unseen, fusion, recipe))
    joint = np.array([fusion.worst(_joined(fusion, row))[0] for row in unseen.views])
    scale, shift = _platt(joint, unseen.labels)
    fusion = replace(fusion, scale=scale, shift=shift)
    shares = [fusion.shares(logits) for logits in joint]
    fusion = replace(fusion, whole=_whole(shares, unseen.labels[:, ANY_AT]))
    risks = np.array([fusion.risk(one) for one in shares])
    anchors = _anchors(risks[unseen.ordinary], recipe)
    flagged = next(at for at, points in anchors if points == recipe.anchors[MARK][1])
    return replace(
        fusion,
        anchors=anchors,
        flagged=flagged,
        listed=_listed(shares, risks, unseen.labels, recipe, flagged=flagged),
        band=_band(risks, unseen.labels[:, ANY_AT], recipe.band_error, flagged=flagged),
    )


def _blank(lexical: Sequence[float], dense: Sequence[float]) -> Fusion:
    ones, zeros = tuple([1.0] * len(TARGETS)), tuple([0.0] * len(TARGETS))
    return Fusion(
        lexical=tuple(lexical),
        dense=tuple(dense),
        handicap={},
        scale=ones,
        shift=zeros,
        whole=(1.0, 0.0),
        anchors=(),
        listed=dict.fromkeys(CLAUSE_TARGETS, 0.5),
        flagged=0.5,
        band=Band(0.1, 0.9),
    )


def _joined(fusion: Fusion, row: Sequence[tuple[Kind, Logits, Logits | None]]) -> list[tuple[Kind, Logits]]:
    return [(kind, fusion.join(lexical, dense)) for kind, lexical, dense in row]


def _weights(unseen: Unseen, *, dense: bool) -> tuple[list[float], list[float]]:
    """What each half weighs by target: logistic regression on the two logits of the whole, neither below zero."""
    lexical = np.array([row[0][1] for row in unseen.views])
    if not dense:
        return [1.0] * len(TARGETS), [0.0] * len(TARGETS)
    other = np.array([row[0][2] for row in unseen.views])
    first, second = [], []
    for at in range(len(TARGETS)):
        known = unseen.labels[:, at] != UNKNOWN
        if known.sum() < _LEAST_KNOWN:
            first.append(0.5)
            second.append(0.5)
            continue
        one, two, _ = _logistic(
            np.stack([lexical[known, at], other[known, at]], axis=1), unseen.labels[known, at], bounds=(0.0, None)
        )
        first.append(one)
        second.append(two)
    return first, second


def _logistic(
    features: NDArray[np.float64], truth: NDArray[np.int8], *, bounds: tuple[float | None, float | None]
) -> list[float]:
    """Weights and bias of least log loss, lightly held."""
    sign = 2.0 * truth - 1

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (features @ values[:-1] + values[-1])
        slope = -sign / (1 + np.exp(np.clip(margin, -30, 30)))
        held = 1e-3 * float(values[:-1] @ values[:-1])
        down = np.concatenate([features.T @ slope / len(truth) + 2e-3 * values[:-1], [slope.mean()]])
        return float(np.logaddexp(0, -margin).mean()) + held, down

    width = features.shape[1]
    start = np.array([1.0 / width] * width + [0.0])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[bounds] * width + [(None, None)])
    return [round(float(value), 6) for value in found.x]


def _platt(joint: Logits, labels: Labels) -> tuple[tuple[float, ...], tuple[float, ...]]:
    scale, shift = [], []
    for at in range(len(TARGETS)):
        known = labels[:, at] != UNKNOWN
        one, two = (1.0, 0.0)
        if known.sum() >= _LEAST_KNOWN and 0 < labels[known, at].sum() < known.sum():
            one, two = _logistic(joint[known, at][:, None], labels[known, at], bounds=(0.0, None))
        scale.append(one)
        shift.append(two)
    return tuple(scale), tuple(shift)


def _whole(shares: Sequence[Mapping[str, float]], truth: NDArray[np.int8]) -> tuple[float, float]:
    known = truth != UNKNOWN
    logits = np.array([whole_logit(one) for one in shares])[known]
    scale, shift = _logistic(logits[:, None], truth[known], bounds=(0.0, None))
    return scale, shift


def _handicaps(unseen: Unseen, fusion: Fusion, recipe: CalibrationRecipe) -> Mapping[Kind, float]:
    """How much worse a further view must look, so that it flags no more than its share of ordinary answers."""
    whole = np.array([fusion.join(row[0][1], row[0][2])[ANY_AT] for row in unseen.views])
    mark = float(np.quantile(whole[unseen.ordinary], 1 - recipe.anchors[MARK][0]))
    found = {}
    for kind in (Kind.PACKED, Kind.UNREPEATED, Kind.EXTRACT):
        seen = [
            float(fusion.join(lexical, dense)[ANY_AT])
            for row, ordinary in zip(unseen.views, unseen.ordinary, strict=True)
            if ordinary
            for view, lexical, dense in row
            if view is kind
        ]
        most = float(np.quantile(seen, 1 - recipe.handicap_share)) if len(seen) >= _LEAST_KNOWN else mark
        found[kind] = round(max(recipe.least_handicap[kind.value], most - mark), 6)
    return found


def _anchors(ordinary: NDArray[np.float64], recipe: CalibrationRecipe) -> tuple[tuple[float, float], ...]:
    """(risk, points): so many points for the risk that this share of ordinary answers reaches."""
    found = [(round(float(np.quantile(ordinary, 1 - share)), 6), float(points)) for share, points in recipe.anchors]
    return tuple((at + order * 1e-6, points) for order, (at, points) in enumerate(found))


def _listed(
    shares: Sequence[Mapping[str, float]],
    risks: NDArray[np.float64],
    labels: Labels,
    recipe: CalibrationRecipe,
    *,
    flagged: float,
) -> Mapping[str, float]:
    """By clause the share of the best F1 among flagged rows, with no more than so many false flags."""
    found = {}
    for at, clause in enumerate(CLAUSE_TARGETS):
        known = labels[:, at] != UNKNOWN
        values = np.array([one[clause] for one in shares])[known]
        truth, open_ = labels[known, at], risks[known] >= flagged
        best, found[clause] = -1.0, 0.5
        for threshold in np.arange(0.05, 0.96, 0.01):
            said = (values >= threshold) & open_
            hits, wrong = int((said & (truth == 1)).sum()), int((said & (truth == 0)).sum())
            if wrong > recipe.listed_false_flags * max(int((truth == 0).sum()), 1):
                continue
            f1 = 2 * hits / max(2 * hits + wrong + int((~said & (truth == 1)).sum()), 1)
            if f1 > best:
                best, found[clause] = f1, round(float(threshold), 2)
    return found


def _band(risks: NDArray[np.float64], truth: NDArray[np.int8], error: float, *, flagged: float) -> Band:
    """The widest clear bands whose rows are wrong no more often than ``error``; violations begin at the mark."""
    known = truth != UNKNOWN
    order = np.argsort(risks[known], kind="stable")
    sorted_risks, sorted_truth = risks[known][order], truth[known][order]
    below = np.cumsum(sorted_truth) / np.arange(1, len(order) + 1)
    passes = np.nonzero(below <= error)[0]
    above = np.cumsum(sorted_truth[::-1] == 0) / np.arange(1, len(order) + 1)
    violates = np.nonzero(above <= error)[0]
    low = float(sorted_risks[passes[-1]]) if len(passes) else 0.0
    high = float(sorted_risks[::-1][violates[-1]]) if len(violates) else 1.0
    high = max(high, flagged)
    return Band(round(min(low, high), 6), round(high, 6))
