"""One answer read by the heads: its views, their features, their logits, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from charter.heads.dense import Dense, pooled
from charter.heads.fusion import Fusion, Logits
from charter.heads.lexical import Lexical
from charter.heads.signals import signals
from charter.heads.vectoriser import Sparse
from charter.heads.views import View, views
from charter.scoring.groups import alike
from charter.scoring.normalise import Mapped
from charter.scoring.shape import Violation

# The embedder gives the mean pools of four layers, each of 384 values, and then the maximum of the last.
MEANS = 4 * 384


class Vectors(Protocol):
    """Windows of a text as an embedder gives them: (n, width) and the tokens of each window."""

    @property
    def vectors(self) -> NDArray[np.float32]:
        """One row for each window."""

    @property
    def tokens(self) -> NDArray[np.int64]:
        """How many tokens each window holds."""


class Embeds(Protocol):
    """What the heads ask of an embedder."""

    def windows(self, text: str) -> Vectors:
        """The windows of a text; at least one."""

    def opening(self, text: str) -> NDArray[np.float32]:
        """The first window of a prompt."""


@dataclass(frozen=True, slots=True)
class Features:
    """What the two halves read of one view; ``dense`` is None without an embedder."""

    lexical: Sparse
    signals: NDArray[np.float32]
    dense: NDArray[np.float32] | None


@dataclass(frozen=True, slots=True)
class Judged:
    """Calibrated shares by target, and the view that they rest on."""

    shares: dict[str, float]
    view: View


class Reader:
    """The heads of one version on this machine, with the embedder or without."""

    def __init__(self, *, lexical: Lexical, dense: Dense | None, fusion: Fusion, embedder: Embeds | None) -> None:
        """``dense`` and ``embedder`` come together or not at all."""
        if (dense is None) is not (embedder is None):
            raise ValueError("the dense heads need an embedder, and an embedder needs them")
        self.lexical = lexical
        self.dense = dense
        self.fusion = fusion
        self.embedder = embedder
        self._opening = lru_cache(maxsize=256)(embedder.opening) if embedder else None
        self._ask = lru_cache(maxsize=256)(lexical.ask)

    def features(self, text: str, prompt: str, violations: Sequence[Violation]) -> Features:
        """What both halves read of one text."""
        told = signals(text, asked=bool(prompt.strip()), violations=violations)
        read = self.lexical.read(text, self._ask(prompt))
        return Features(read, told, self._dense_features(text, prompt, told))

    def _dense_features(self, text: str, prompt: str, told: NDArray[np.float32]) -> NDArray[np.float32] | None:
        if self.embedder is None or self._opening is None:
            return None
        seen = self.embedder.windows(text)
        return np.concatenate([pooled(seen.vectors, seen.tokens, means=MEANS), self._opening(prompt), told])

    def logits(self, features: Features) -> Logits:
        """The fused logits of one view, before its handicap and calibration."""
        dense = None
        if self.dense is not None and features.dense is not None:
            dense = self.dense.logits(features.dense)
        return self.fusion.join(self.lexical.logits(features.lexical, features.signals), dense)

    def views(self, reading: Mapped) -> list[View]:
        """What is read of an answer."""
        return views(reading, self.lexical.suspicion)

    def judge(self, reading: Mapped, prompt: str, violations: Sequence[Violation]) -> Judged:
        """The calibrated shares of one answer; ``reading`` must hold a word."""
        seen, asked = self.views(reading), alike(prompt)
        logits = [(view.kind, self.logits(self.features(view.text, asked, violations))) for view in seen]
        joint, at = self.fusion.worst(logits)
        return Judged(self.fusion.shares(joint), seen[at])
