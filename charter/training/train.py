"""The whole fitting: folds, final heads, what joins them, exemplars. Long, and so it tells how far it is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from charter.heads.dense import Dense
from charter.heads.fusion import Fusion, share
from charter.heads.lexical import Lexical
from charter.heads.reader import Embeds
from charter.heads.signals import SIGNALS, signals
from charter.heads.targets import ANY, ANY_AT, CLAUSE_TARGETS, TARGETS
from charter.heads.vectoriser import Vectoriser
from charter.heads.views import Kind, views
from charter.scoring.pipeline import points_of, risk
from charter.scoring.statistical import DENSE, EMBEDDED, LEXICAL, SECOND
from charter.training.calibrating import Logits, Unseen, calibrated
from charter.training.fitting import fit_dense, fit_lexical, fold_of, matrix, vocabularies
from charter.training.preparing import UNKNOWN, Labels, Prepared, VectorCache, dense_features, labels
from charter.training.recipe import Recipe

Tell = Callable[[str], None]
Views = list[tuple[Kind, Logits, Logits | None]]
MOST_POINTS = 100


@dataclass(frozen=True)
class Fitted:
    """All that a version's folder holds."""

    lexical: Lexical
    dense: Dense | None
    fusions: Mapping[str, Fusion]
    points: Mapping[str, Mapping[str, list[int]]]
    exemplars: tuple[NDArray[np.int8], list[str]] | None

    @property
    def joined(self) -> dict[str, Any]:
        """The file of what joins: fusions by name, and how many rows of each kind came to how many points."""
        return {"fusions": {name: one.as_json() for name, one in self.fusions.items()}, "points": dict(self.points)}


@dataclass(frozen=True)
class Vectors:
    """The embedder of a training, with its cache; absent where none is installed."""

    embedder: Embeds
    cache: VectorCache

    def features(
        self, rows: Sequence[tuple[str, str, NDArray[np.float32]]], tell: Tell, what: str
    ) -> NDArray[np.float32]:
        """(text, prompt, signals) as the dense half reads them."""
        return dense_features(rows, self.embedder, self.cache, every(tell, what))


@dataclass(frozen=True)
class Trained:
    """``held`` was fitted without the rows that check; ``shipped`` on all of them, and joined as ``held`` was."""

    held: Fitted
    shipped: Fitted


@dataclass(frozen=True)
class Table:
    """Rows as both halves read them, with their labels."""

    rows: Sequence[Prepared]
    lexical: csr_matrix
    dense: NDArray[np.float32] | None
    truth: Labels

    def only(self, places: NDArray[np.bool_]) -> Table:
        """Some of the rows."""
        chosen = [row for row, wanted in zip(self.rows, places, strict=True) if wanted]
        return Table(
            chosen, self.lexical[places], None if self.dense is None else self.dense[places], self.truth[places]
        )

    def and_(self, other: Table) -> Table:
        """These rows and those."""
        dense = None if self.dense is None or other.dense is None else np.concatenate([self.dense, other.dense])
        lexical = vstack([self.lexical, other.lexical]).tocsr()
        return Table([*self.rows, *other.rows], lexical, dense, np.concatenate([self.truth, other.truth]))


class Training:
    """One training: the vocabulary of its rows, and what fits, predicts and joins over it."""

    def __init__(self, rows: Sequence[Prepared], recipe: Recipe, *, vectors: Vectors | None, tell: Tell) -> None:
        """``rows`` give the vocabulary; ``vectors`` is None to fit the word heads alone."""
        self.recipe, self.vectors, self.tell = recipe, vectors, tell
        self.parts = vocabularies(rows, recipe.lexical)
        self.blank = blank(self.parts)
        tell(f"{len(self.blank.weights):,} terms")

    def table(self, rows: Sequence[Prepared], what: str) -> Table:
        """Rows as both halves read them."""
        read = [self.blank.read(it.text, self.blank.ask(it.prompt)) for it in rows]
        told = np.array([it.signals for it in rows], np.float32)
        asked = [(it.text, it.prompt, it.signals) for it in rows]
        dense = self.vectors.features(asked, self.tell, f"vectors of {what}") if self.vectors else None
        truth = labels([it.row for it in rows])
        return Table(rows, matrix(read, told, len(self.blank.weights)), dense, truth)

    def heads(self, table: Table, *, nets: int | None = None) -> tuple[Lexical, Dense | None]:
        """Both halves fitted on these rows."""
        lexical = fit_lexical(self.parts, table.lexical, table.truth, self.recipe.lexical, seed=self.recipe.seed)
        if table.dense is None:
            return lexical, None
        recipe = self.recipe.dense if nets is None else replace(self.recipe.dense, nets=nets)
        return lexical, fit_dense(table.dense, table.truth, recipe, seed=self.recipe.seed, tell=self.tell)

    def unseen(self, table: Table, own: Table) -> list[Views]:
        """The whole view of each row by heads that were fitted on the other folds, and on our own rows."""
        folds = np.array([fold_of(it.row.group, self.recipe.folds) for it in table.rows])
        found: dict[int, Views] = {}
        for fold in range(self.recipe.folds):
            self.tell(f"fold {fold + 1} of {self.recipe.folds}")
            lexical, dense = self.heads(table.only(folds != fold).and_(own), nets=1)
            for at in np.nonzero(folds == fold)[0].tolist():
                it = table.rows[at]
                words = lexical.logits(lexical.read(it.text, lexical.ask(it.prompt)), it.signals)
                other = dense.logits(table.dense[at]) if dense is not None and table.dense is not None else None
                found[at] = [(Kind.WHOLE, words, other)]
        return [found[at] for at in range(len(table.rows))]

    def checked(self, rows: Sequence[Prepared], lexical: Lexical, dense: Dense | None) -> list[Views]:
        """Every view of rows that no head was fitted on, by both halves."""
        flat = [
            (at, view, signals(view.text, asked=bool(it.prompt.strip()), violations=it.violations))
            for at, it in enumerate(rows)
            for view in views(it.reading, lexical.suspicion)
        ]
        read = [(view.text, rows[at].prompt, told) for at, view, told in flat]
        features = self.vectors.features(read, self.tell, "vectors of views") if self.vectors else None
        found: list[Views] = [[] for _ in rows]
        for place, (at, view, told) in enumerate(flat):
            words = lexical.logits(lexical.read(view.text, lexical.ask(rows[at].prompt)), told)
            other = dense.logits(features[place]) if dense is not None and features is not None else None
            found[at].append((view.kind, words, other))
        return found

    def joined(self, rows: Sequence[Prepared], seen: Sequence[Views]) -> tuple[dict[str, Fusion], dict[str, Any]]:
        """The fusions by name, and how many rows came to how many points by each."""
        truth = labels([it.row for it in rows])
        unseen = Unseen(seen, truth, _ordinary(rows, self.recipe))
        calibration = self.recipe.calibration
        fusions = {
            LEXICAL: calibrated(unseen, calibration, dense=False),
            SECOND: calibrated(unseen, calibration.stricter(), dense=False),
        }
        if self.vectors:
            fusions[DENSE] = calibrated(unseen, calibration, dense=True)
        return fusions, {name: _points(rows, seen, truth, one, dense=name == DENSE) for name, one in fusions.items()}


def train(
    rows: Sequence[Prepared],
    own: Sequence[Prepared],
    checks: Sequence[Prepared],
    recipe: Recipe,
    *,
    vectors: Vectors | None,
    tell: Tell,
) -> Trained:
    """Fit on ``rows`` and on our ``own``; join and calibrate on rows unseen: those of other folds, and ``checks``.

    What ships is fitted once more on all rows together, and joined as the fitting before it was: its logits differ by
    no more than folds do.
    """
    training = Training([*rows, *own], recipe, vectors=vectors, tell=tell)
    table, ours = training.table(rows, "rows"), training.table(own, "our own rows")
    seen = training.unseen(table, ours)
    tell("heads without the rows that check")
    lexical, dense = training.heads(table.and_(ours))
    seen += training.checked(checks, lexical, dense)
    fusions, points = training.joined([*rows, *checks], seen)
    tell("heads on all rows")
    everything = table.and_(ours).and_(training.table(checks, "rows that check"))
    shipped = training.heads(everything)
    nearest = None if table.dense is None else _exemplars(rows, table.dense, table.truth, recipe.exemplars.each)
    return Trained(Fitted(lexical, dense, fusions, points, nearest), Fitted(*shipped, fusions, points, nearest))


def blank(parts: Sequence[Vectoriser]) -> Lexical:
    """The vocabulary without weights: what reads rows before anything is fitted."""
    width, outcomes = sum(len(part.vocabulary) for part in parts), len(TARGETS)
    return Lexical(
        parts,
        np.zeros((width, outcomes), np.float16),
        np.zeros((len(SIGNALS), outcomes), np.float32),
        np.zeros(outcomes, np.float32),
    )


def _ordinary(rows: Sequence[Prepared], recipe: Recipe) -> NDArray[np.bool_]:
    kept = set(recipe.calibration.ordinary)
    return np.array([it.row.source in kept and it.row.labels.get(ANY) == 0 for it in rows])


def _points(
    rows: Sequence[Prepared], seen: Sequence[Views], truth: Labels, fusion: Fusion, *, dense: bool
) -> dict[str, list[int]]:
    """How many rows without and with a violation came to 0, 1, ... 100 points; rates at any mark follow."""
    counts = {"compliant": [0] * (MOST_POINTS + 1), "violating": [0] * (MOST_POINTS + 1)}
    for it, row, known in zip(rows, seen, truth[:, ANY_AT], strict=True):
        if known == UNKNOWN:
            continue
        joint, _ = fusion.worst([(kind, fusion.join(words, other if dense else None)) for kind, words, other in row])
        points = fusion.points(share(fusion.risk(fusion.shares(joint))))
        if it.violations:
            points = min(points, points_of(risk(it.violations)))
        counts["violating" if known else "compliant"][points] += 1
    return counts


def _exemplars(
    rows: Sequence[Prepared], features: NDArray[np.float32], truth: Labels, each: int
) -> tuple[NDArray[np.int8], list[str]]:
    """So many rows of each clause and so many compliant ones, drawn by their names; directions in 8 bits."""
    order = sorted(range(len(rows)), key=lambda at: hashlib.sha256(rows[at].row.id.encode()).digest())
    chosen: dict[int, str] = {}
    for place, target in enumerate(CLAUSE_TARGETS):
        chosen |= dict.fromkeys([at for at in order if truth[at, place] == 1][:each], target)
    chosen |= dict.fromkeys([at for at in order if truth[at, ANY_AT] == 0][:each], "compliant")
    places = sorted(chosen)
    vectors = features[places][:, EMBEDDED]
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled = np.round(vectors / np.abs(vectors).max(axis=1, keepdims=True) * 127).astype(np.int8)
    return scaled, [f"{rows[at].row.id} ({chosen[at]})" for at in places]


def every(tell: Tell, what: str) -> Callable[[int, int], None]:
    def told(done: int, of: int) -> None:
        if done % 1000 == 0 or done == of:
            tell(f"{what}: {done:,} of {of:,}")

    return told
