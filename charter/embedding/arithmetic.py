"""The same model in numpy with 32-bit numbers: where onnxruntime is missing, and as a second opinion on the graph."""

from collections.abc import Mapping, Sequence

import numpy as np

from charter.embedding.shape import EPSILON, HEAD, HEADS, LAYERS, POOLED
from charter.embedding.weights import Floats

# Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26: erf within 1.5e-7, the grain of 32-bit numbers.
_ERF = (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429)
_ERF_SLOPE = 0.3275911


class Arithmetic:
    """MiniLM over tensors by name."""

    def __init__(self, tensors: Mapping[str, Floats]) -> None:
        self._tensors = tensors
        place = tensors["embeddings.position_embeddings.weight"]
        self._places = place + tensors["embeddings.token_type_embeddings.weight"][0]

    def run(self, pieces: Sequence[int]) -> Floats:
        """The pools (WIDTH) of one window of word pieces, [CLS] and [SEP] among them."""
        words = self._tensors["embeddings.word_embeddings.weight"][list(pieces)]
        value = self._normalised(words + self._places[: len(pieces)], "embeddings.LayerNorm")
        pools = []
        for layer in range(LAYERS):
            value = self._layer(value, f"encoder.layer.{layer}")
            if layer in POOLED:
                pools.append(value.mean(axis=0))
        return np.concatenate([*pools, value.max(axis=0)])

    def _layer(self, value: Floats, name: str) -> Floats:
        seen = self._dense(self._attended(value, f"{name}.attention"), f"{name}.attention.output.dense")
        value = self._normalised(value + seen, f"{name}.attention.output.LayerNorm")
        wide = gelu(self._dense(value, f"{name}.intermediate.dense"))
        return self._normalised(value + self._dense(wide, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _attended(self, value: Floats, name: str) -> Floats:
        query, key, held = (
            self._dense(value, f"{name}.self.{part}").reshape(-1, HEADS, HEAD).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        likeness = query @ key.transpose(0, 2, 1) * np.float32(1 / np.sqrt(HEAD))
        likeness = np.exp(likeness - likeness.max(axis=-1, keepdims=True))
        likeness /= likeness.sum(axis=-1, keepdims=True)
        joined: Floats = (likeness @ held).transpose(1, 0, 2).reshape(-1, HEADS * HEAD)
        return joined

    def _dense(self, value: Floats, name: str) -> Floats:
        product: Floats = value @ self._tensors[f"{name}.weight"].T + self._tensors[f"{name}.bias"]
        return product

    def _normalised(self, value: Floats, name: str) -> Floats:
        centred = value - value.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(EPSILON))
        scaled: Floats = centred / spread * self._tensors[f"{name}.weight"] + self._tensors[f"{name}.bias"]
        return scaled


def gelu(value: Floats) -> Floats:
    """``x / 2 · (1 + erf(x / √2))``, elementwise."""
    at = value * np.float32(1 / np.sqrt(2))
    step = 1 / (1 + np.float32(_ERF_SLOPE) * np.abs(at))
    series = np.zeros_like(step)
    for factor in reversed(_ERF):
        series = (series + np.float32(factor)) * step
    erf = np.copysign(1 - series * np.exp(-at * at), at)
    result: Floats = np.float32(0.5) * value * (1 + erf)
    return result
