"""The vectors are the published model's, and the same whenever and wherever they are made."""

import json
import subprocess
import sys

import numpy as np
import pytest

from charter.embedding import published
from charter.embedding.arithmetic import Arithmetic, gelu
from charter.embedding.graph import write
from charter.embedding.session import Session
from charter.embedding.shape import CLS, SEP
from charter.embedding.similarity import SENTENCE
from charter.embedding.weights import tensors
from charter.embedding.windows import HIDDEN, WIDTH
from tests.architecture.source import ROOT
from tests.charter.embedding.texts import SENTENCES

APART = """
import hashlib, json, sys, django
django.setup()
from charter.embedding import load
texts = json.load(sys.stdin)
print(json.dumps([hashlib.sha256(load().windows(text).vectors.tobytes()).hexdigest() for text in texts]))
"""


@pytest.fixture(scope="module")
def arithmetic():
    return Arithmetic(tensors(published.find(None).read_weights()))


def in_numpy(arithmetic, embedder, text):
    return arithmetic.run([CLS, *embedder._cutter.cut(text).ids[:126], SEP])


def cosine(a, b):
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))


def test_the_arithmetic_is_the_published_model(arithmetic, embedder):
    """The three sentences, and the cosines that sbert.net prints for them (quickstart, all-MiniLM-L6-v2)."""
    texts = ("The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium.")
    a, b, c = (in_numpy(arithmetic, embedder, text)[SENTENCE] for text in texts)
    assert [round(cosine(x, y), 4) for x, y in ((a, b), (a, c), (b, c))] == [0.6660, 0.1046, 0.1411]


@pytest.mark.parametrize("text", SENTENCES)
def test_eight_bits_say_what_thirty_two_say(arithmetic, embedder, text):
    exact, found = in_numpy(arithmetic, embedder, text), embedder.opening(text)
    for start in range(0, WIDTH, HIDDEN):
        assert cosine(exact[start : start + HIDDEN], found[start : start + HIDDEN]) >= 0.97


def test_unsigned_weights_make_the_same_vectors(embedder):
    """They are for processors that cut sums of signed bytes off; where nothing is cut off, nothing differs."""
    weights = tensors(published.find(None).read_weights())
    unsigned = Session(write(weights, signed=False, say=lambda _step: None))
    for text in SENTENCES:
        pieces = [CLS, *embedder._cutter.cut(text).ids[:126], SEP]
        assert np.array_equal(unsigned.run(pieces), embedder.opening(text))


def test_gelu_is_its_definition():
    """Values of x Φ(x) to seven places."""
    found = gelu(np.array([-3, -1, 0, 0.5, 2], dtype=np.float32))
    assert found == pytest.approx([-0.0040497, -0.1586553, 0, 0.3457312, 1.9544997], abs=1e-6)


def test_a_text_is_alone_with_its_vectors(embedder):
    """In any order and after any other text, bit by bit."""
    once = [embedder.windows(text).vectors for text in SENTENCES]
    again = [embedder.windows(text).vectors for text in reversed(SENTENCES)]
    assert all(np.array_equal(a, b) for a, b in zip(once, reversed(again), strict=True))


def test_other_processes_make_the_same_vectors(embedder_home):
    said = [_apart(embedder_home) for _ in range(2)]
    assert said[0] == said[1]
    assert len(set(said[0])) == len(SENTENCES)


def test_vectors_tell_texts_apart(embedder):
    found = np.stack([embedder.opening(text) for text in SENTENCES])
    assert len(np.unique(found, axis=0)) == len(SENTENCES)


def _apart(home):
    done = subprocess.run(
        [sys.executable, "-c", APART],
        input=json.dumps(SENTENCES),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={
            "PATH": "/usr/bin:/bin",
            "DJANGO_SETTINGS_MODULE": "kaizen.settings",
            "KAIZEN_ENV": "development",
            "KAIZEN_HOME": str(home),
        },
    )
    return json.loads(done.stdout)
