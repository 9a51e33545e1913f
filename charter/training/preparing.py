"""Rows as the scorer reads them: the same normaliser, rules, signals and vectors as at run time."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from charter.heads.dense import pooled
from charter.heads.reader import MEANS, Embeds
from charter.heads.signals import signals
from charter.heads.targets import CLAUSE_TARGETS, TARGETS
from charter.scoring.groups import alike
from charter.scoring.normalise import Mapped
from charter.scoring.registry import rule_stage
from charter.scoring.shape import Violation
from charter.scoring.stages import Answer, normaliser
from charter.scoring.statistical import heard
from charter.training.rows import ANY, Row

UNKNOWN = -1
_FULL_REFUSAL = "2_full_refusal"
_COMPLIANCE = "1_full_compliance"

Labels = NDArray[np.int8]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Prepared:
    """One row as read: the words that count, the prompt's, the rules' findings, and its signals."""

    row: Row
    reading: Mapped
    prompt: str
    violations: tuple[Violation, ...]
    signals: NDArray[np.float32]

    @cached_property
    def text(self) -> str:
        """The whole view, names of groups made alike."""
        return alike(self.reading.text)


def prepare(rows: Sequence[Row], *, tell: Progress) -> list[Prepared]:
    """Every row through the rules and down to the words that the heads may read."""
    stage = rule_stage()
    normalise = normaliser(stage.normaliser)
    found = []
    for at, row in enumerate(rows):
        answer = Answer(row.response, row.prompt, "", normalise)
        violations = stage.judge(answer).violations
        reading = heard(answer.normalised.words, violations)
        prompt = alike(answer.asked.words.text)
        told = signals(alike(reading.text), asked=bool(prompt.strip()), violations=violations)
        found.append(Prepared(row, reading, prompt, violations, told))
        tell(at + 1, len(rows))
    return found


def labels(rows: Sequence[Row]) -> NDArray[np.int8]:
    """Rows x targets: 1, 0, or -1 where nobody knows."""
    table = np.full((len(rows), len(TARGETS)), UNKNOWN, np.int8)
    for at, row in enumerate(rows):
        for place, target in enumerate(TARGETS):
            table[at, place] = row.labels.get(target, UNKNOWN)
        table[at, -1] = _refuses(row)
    return table


def _refuses(row: Row) -> int:
    if "refusal" in row.labels:
        return row.labels["refusal"]
    told = row.meta.get("compliance")
    if told is not None:
        return int(told == _FULL_REFUSAL) if told in {_FULL_REFUSAL, _COMPLIANCE} else UNKNOWN
    violates = row.labels.get(ANY) == 1
    return 0 if violates and row.labels.get(CLAUSE_TARGETS[3]) == 1 else UNKNOWN


class VectorCache:
    """Vectors of texts on disk, by digest of embedder and text, so that a second training need not wait."""

    def __init__(self, path: Path | None, digest: str) -> None:
        self._digest = digest
        self._base = sqlite3.connect(path or ":memory:")
        self._base.execute("create table if not exists vector (key blob primary key, value blob) without rowid")

    def get(self, kind: str, text: str, make: Callable[[], NDArray[np.float32]]) -> NDArray[np.float32]:
        """The kept vector, or the one that ``make`` gives now."""
        key = hashlib.sha256(f"{self._digest}\0{kind}\0{text}".encode("utf-8", "surrogatepass")).digest()
        found = self._base.execute("select value from vector where key = ?", (key,)).fetchone()
        if found:
            return np.frombuffer(found[0], np.float32)
        vector = make().astype(np.float32)
        self._base.execute("insert into vector values (?, ?)", (key, vector.tobytes()))
        return vector

    def keep(self) -> None:
        """Write down what was computed since."""
        self._base.commit()


def dense_features(
    texts: Sequence[tuple[str, str, NDArray[np.float32]]], embedder: Embeds, cache: VectorCache, tell: Progress
) -> NDArray[np.float32]:
    """(text, prompt, signals) as the dense half reads them, one row each."""
    found = []
    for at, (text, prompt, told) in enumerate(texts):
        found.append(np.concatenate([_pooled(text, embedder, cache), _opening(prompt, embedder, cache), told]))
        tell(at + 1, len(texts))
        if at % 500 == 0:
            cache.keep()
    cache.keep()
    return np.array(found, np.float32)


def _pooled(text: str, embedder: Embeds, cache: VectorCache) -> NDArray[np.float32]:
    def make() -> NDArray[np.float32]:
        seen = embedder.windows(text)
        return pooled(seen.vectors, seen.tokens, means=MEANS)

    return cache.get("answer", text, make)


def _opening(prompt: str, embedder: Embeds, cache: VectorCache) -> NDArray[np.float32]:
    return cache.get("prompt", prompt, lambda: embedder.opening(prompt))
