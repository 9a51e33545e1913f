"""The fitted weights of one version: read from their folder, each file checked against the manifest. No pickles."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charter.heads.dense import Dense, Net
from charter.heads.fusion import Fusion
from charter.heads.lexical import Lexical
from charter.heads.signals import SIGNALS
from charter.heads.targets import TARGETS
from charter.heads.vectoriser import PARTS, Vectoriser
from charter.heads.views import VIEWS

FOLDER = Path(__file__).resolve().parent.parent / "weights"
MANIFEST = "manifest.json"
NET_FIELDS = ("mean", "spread", "hidden", "hidden_bias", "out", "out_bias")


class WeightsDamaged(RuntimeError):
    """A file of weights is missing or not what the manifest says; the repository has it whole."""


@dataclass(frozen=True)
class Weights:
    """One version's folder of weights; nothing is read before it is asked for, and each file once."""

    folder: Path

    @cached_property
    def manifest_bytes(self) -> bytes:
        """The manifest as it lies there."""
        try:
            return (self.folder / MANIFEST).read_bytes()
        except OSError as error:
            raise WeightsDamaged(f"{self.folder} holds no {MANIFEST}.") from error

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest, which holds that of every file."""
        return hashlib.sha256(self.manifest_bytes).hexdigest()

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """What the files are; raises WeightsDamaged where they were fitted for other targets, signals or views."""
        value: Mapping[str, Any] = json.loads(self.manifest_bytes)
        if (value["targets"], value["signals"], value["views"]) != (list(TARGETS), list(SIGNALS), VIEWS):
            raise WeightsDamaged(f"{self.folder} was fitted for another reading of answers: train it anew.")
        return value

    @cached_property
    def lexical(self) -> Lexical:
        """The TF-IDF half."""
        idf = self._array("lexical.idf.npy").astype(np.float64)
        parts: list[Vectoriser] = []
        offset = 0
        for part in PARTS:
            vocabulary = self._bytes(f"vocabulary.{part}.txt").decode("utf-8").split("\n")
            parts.append(Vectoriser(part, vocabulary, idf[offset : offset + len(vocabulary)], offset=offset))
            offset += len(vocabulary)
        return Lexical(
            parts, self._array("lexical.npy"), self._array("lexical.signals.npy"), self._array("lexical.bias.npy")
        )

    @cached_property
    def dense(self) -> Dense:
        """The embedded half."""
        nets = []
        for name in sorted(name for name in self.manifest["files"] if name.startswith("dense.")):
            with np.load(io.BytesIO(self._bytes(name)), allow_pickle=False) as held:
                nets.append(Net(*(held[field].astype(np.float32) for field in NET_FIELDS)))
        return Dense(nets)

    @cached_property
    def joined(self) -> Mapping[str, Any]:
        """What joins and calibrates: the fusions by name, and the error rates of each."""
        value: Mapping[str, Any] = json.loads(self._bytes("fusion.json"))
        return value

    def fusion(self, name: str) -> Fusion:
        """One of ``dense`` (both halves), ``lexical`` (that half alone) and ``second`` (the second configuration)."""
        return Fusion.from_json(self.joined["fusions"][name])

    @cached_property
    def exemplars(self) -> tuple[NDArray[np.float32], list[str]]:
        """Directions of some training rows (n, 384), each of length 1, and their names."""
        names = self._bytes("exemplars.txt").decode("utf-8").split("\n")
        vectors = self._array("exemplars.npy").astype(np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), names

    def _array(self, name: str) -> NDArray[Any]:
        return np.asarray(np.load(io.BytesIO(self._bytes(name)), allow_pickle=False))

    def _bytes(self, name: str) -> bytes:
        try:
            held = (self.folder / name).read_bytes()
        except OSError as error:
            raise WeightsDamaged(f"{self.folder / name} cannot be read: {error.strerror}.") from error
        if hashlib.sha256(held).hexdigest() != self.manifest["files"][name]:
            raise WeightsDamaged(f"{self.folder / name} is not what its manifest says.")
        return held


@lru_cache(maxsize=4)
def weights(version: str) -> Weights:
    """The shipped weights of one version."""
    return Weights(FOLDER / version)
