"""Fitting the two halves. Seeds are fixed; the same rows give the same weights on one machine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from charter.heads.dense import Dense, Net
from charter.heads.lexical import Lexical
from charter.heads.targets import TARGETS
from charter.heads.vectoriser import Sparse, Vectoriser, fitted
from charter.training.preparing import UNKNOWN, Labels, Prepared
from charter.training.recipe import DenseRecipe, LexicalRecipe

Told = Callable[[str], None]


def fold_of(group: str, folds: int) -> int:
    """Which fold a group belongs to: rows that must not be split never are."""
    return int.from_bytes(hashlib.sha256(group.encode()).digest()[:8], "big") % folds


def vocabularies(rows: Sequence[Prepared], recipe: LexicalRecipe) -> list[Vectoriser]:
    """The three vocabularies, their places one after another."""
    found: list[Vectoriser] = []
    wanted = (("word", recipe.words), ("letter", recipe.letters), ("asked", recipe.asked))
    for part, most in wanted:
        texts = (row.prompt if part == "asked" else row.text for row in rows)
        offset = sum(len(one.vocabulary) for one in found)
        found.append(fitted(part, texts, least=recipe.least_texts, most=most, offset=offset))
    return found


def matrix(read: Sequence[Sparse], signals: NDArray[np.float32], width: int) -> csr_matrix:
    """Terms and then signals, one row each."""
    ends = np.cumsum([0, *(len(one.at) + signals.shape[1] for one in read)])
    places = [np.concatenate([one.at, width + np.arange(signals.shape[1])]) for one in read]
    values = [np.concatenate([one.value, told]) for one, told in zip(read, signals, strict=True)]
    shape = (len(read), width + signals.shape[1])
    return csr_matrix((np.concatenate(values), np.concatenate(places), ends), shape=shape)


def fit_lexical(
    parts: Sequence[Vectoriser], table: csr_matrix, labels: Labels, recipe: LexicalRecipe, *, seed: int
) -> Lexical:
    """One linear head for each target, over the rows whose label is known."""
    width = sum(len(part.vocabulary) for part in parts)
    weights = np.zeros((table.shape[1], len(TARGETS)))
    bias = np.zeros(len(TARGETS))
    for at in range(len(TARGETS)):
        known = labels[:, at] != UNKNOWN
        if len(set(labels[known, at].tolist())) < 2:  # noqa: PLR2004 - a head needs both answers
            continue
        head = LogisticRegression(C=recipe.strength, solver="liblinear", max_iter=300, random_state=seed)
        head.fit(table[known], labels[known, at])
        weights[:, at], bias[at] = head.coef_[0], head.intercept_[0]
    return Lexical(
        parts, weights[:width].astype(np.float16), weights[width:].astype(np.float32), bias.astype(np.float32)
    )


def fit_dense(features: NDArray[np.float32], labels: Labels, recipe: DenseRecipe, *, seed: int, tell: Told) -> Dense:
    """Nets of one hidden layer on all targets at once; a label that nobody knows teaches nothing."""
    nets = []
    for number in range(recipe.nets):
        tell(f"net {number + 1} of {recipe.nets}")
        nets.append(_net(features, labels, recipe, seed=seed + number))
    return Dense(nets)


def _net(features: NDArray[np.float32], labels: Labels, recipe: DenseRecipe, *, seed: int) -> Net:
    """Adam with a warm start and a cosine end, decoupled decay (Loshchilov and Hutter 2019), dropout on both layers."""
    chance = np.random.default_rng(seed)
    mean, spread = features.mean(axis=0), features.std(axis=0) + np.float32(1e-6)
    mask = (labels != UNKNOWN).astype(np.float32)
    truth = np.maximum(labels, 0).astype(np.float32)
    n, width = features.shape
    weights = [
        (chance.standard_normal((width, recipe.hidden)) * np.sqrt(2 / width)).astype(np.float32),
        np.zeros(recipe.hidden, np.float32),
        (chance.standard_normal((recipe.hidden, len(TARGETS))) * np.sqrt(1 / recipe.hidden)).astype(np.float32),
        np.zeros(len(TARGETS), np.float32),
    ]
    adam = _Adam(weights, recipe, steps=recipe.epochs * -(-n // recipe.batch))
    for _ in range(recipe.epochs):
        order = chance.permutation(n)
        for start in range(0, n, recipe.batch):
            batch = order[start : start + recipe.batch]
            seen = (features[batch] - mean) / spread
            seen *= (chance.random(seen.shape, dtype=np.float32) > recipe.drop_input) / (1 - recipe.drop_input)
            inside = seen @ weights[0] + weights[1]
            kept = chance.random(inside.shape, dtype=np.float32) > recipe.drop_hidden
            open_ = ((inside > 0) * kept / np.float32(1 - recipe.drop_hidden)).astype(np.float32)
            said = inside * open_
            shares = 1 / (1 + np.exp(-(said @ weights[2] + weights[3])))
            wrong = (shares - truth[batch]) * mask[batch] / len(batch)
            back = (wrong @ weights[2].T) * open_
            adam.step([seen.T @ back, back.sum(axis=0), said.T @ wrong, wrong.sum(axis=0)])
    halves = [one.astype(np.float16).astype(np.float32) for one in weights]
    return Net(mean, spread, halves[0], halves[1], halves[2], halves[3])


class _Adam:
    def __init__(self, weights: list[NDArray[np.float32]], recipe: DenseRecipe, *, steps: int) -> None:
        self._weights, self._recipe, self._steps, self._at = weights, recipe, steps, 0
        self._first = [np.zeros_like(one) for one in weights]
        self._second = [np.zeros_like(one) for one in weights]

    def step(self, slopes: Sequence[NDArray[np.float32]]) -> None:
        """One step against the slopes, in place."""
        self._at += 1
        warm, cosine = min(1.0, self._at / 200), 0.5 * (1 + np.cos(np.pi * self._at / self._steps))
        rate = np.float32(self._recipe.rate * warm * cosine)
        for at, slope in enumerate(slopes):
            self._first[at] = 0.9 * self._first[at] + 0.1 * slope
            self._second[at] = 0.999 * self._second[at] + 0.001 * slope * slope
            first = self._first[at] / (1 - 0.9**self._at)
            second = np.sqrt(self._second[at] / (1 - 0.999**self._at)) + 1e-8
            decay = self._recipe.decay * self._weights[at] if self._weights[at].ndim > 1 else 0
            self._weights[at] -= (rate * (first / second + decay)).astype(np.float32)
