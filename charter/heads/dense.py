"""The embedded half: small networks of one hidden layer over sentence embeddings and signals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from charter.heads.targets import TARGETS

Logits = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Net:
    """``relu((x - mean) / spread @ hidden + hidden_bias) @ out + out_bias``; float16 as kept, float32 as run."""

    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    hidden: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    out: NDArray[np.float32]
    out_bias: NDArray[np.float32]

    def logits(self, features: NDArray[np.float32]) -> Logits:
        """One logit for each target; ``einsum`` adds in one order whatever library numpy was built with."""
        x = (features - self.mean) / self.spread
        inside = np.maximum(np.einsum("i,ij->j", x, self.hidden, optimize=False) + self.hidden_bias, 0)
        return np.asarray(np.einsum("i,ij->j", inside, self.out, optimize=False) + self.out_bias, np.float64)


class Dense:
    """The mean of some nets that differ by the chance of their fitting."""

    def __init__(self, nets: Sequence[Net]) -> None:
        """At least one net; all of one shape."""
        if not nets or {net.out.shape[1] for net in nets} != {len(TARGETS)}:
            raise ValueError("dense weights do not fit the targets")
        self.nets = tuple(nets)

    @property
    def width(self) -> int:
        """How many features a net reads."""
        return int(self.nets[0].hidden.shape[0])

    def logits(self, features: NDArray[np.float32]) -> Logits:
        """One logit for each target."""
        total = np.zeros(len(TARGETS), np.float64)
        for net in self.nets:
            total = total + net.logits(features)
        return np.asarray(total / len(self.nets))


def pooled(vectors: NDArray[np.float32], tokens: NDArray[np.int64], *, means: int) -> NDArray[np.float32]:
    """Windows of one text as one vector: the first ``means`` values averaged by tokens, then the maximum of all."""
    share = (tokens / tokens.sum()).astype(np.float32)
    mean = np.einsum("w,wd->d", share, vectors[:, :means], optimize=False)
    return np.concatenate([mean, vectors.max(axis=0)])
