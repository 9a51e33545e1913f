"""Sentences as vectors: MiniLM on one core, without torch and without a network.

    package or folder ─ prepare ─▶ KAIZEN_HOME/embedder/<recipe>/{graph.onnx, tokenizer.json, embedder.json}
    installed() ─▶ Installed: what lies there, and its digest, read from the small file alone
    load() ─▶ Embedder ─▶ windows(text), opening(prompt); similarity(a, b)

``published`` finds the published weights and checks them against their digests, ``weights`` reads them, ``graph``
writes them as a graph of 8-bit integers, ``session`` runs it; ``arithmetic`` is the same model in numpy, for machines
without onnxruntime. A text gets the same vectors alone or among others, today and tomorrow, on one class of
processor; the digest names all that this rests on. Whatever is missing or damaged raises ``EmbedderMissing``, and
scoring goes on without vectors.
"""

from charter.embedding.embedder import Embedder, Windows, load
from charter.embedding.errors import EmbedderDamaged, EmbedderMissing
from charter.embedding.prepared import Installed, installed
from charter.embedding.similarity import similarities, similarity
from charter.embedding.windows import MOST_WINDOWS, WIDTH, WINDOW

__all__ = [
    "MOST_WINDOWS",
    "WIDTH",
    "WINDOW",
    "Embedder",
    "EmbedderDamaged",
    "EmbedderMissing",
    "Installed",
    "Windows",
    "installed",
    "load",
    "similarities",
    "similarity",
]
