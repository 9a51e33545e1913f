"""Fitting the weights by which speech to the judge is heard (``charter.detectors.injection.speech``)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from charter.detectors import injection
from charter.detectors.injection.speech import BIAS, features
from charter.scoring.normalise import normalise

OURS = Path(__file__).with_name("speech")
_HEAVIER = 8.0  # a sentence of ours against one of the rows
_INVERSE_REGULARISATION = 0.5
_LEAST_WEIGHT = 0.1
_MOST_ROUNDS = 300


def ours(name: str) -> list[str]:
    r"""Sentences of our own wording, one a line, with line breaks written as ``\n``."""
    lines = (OURS / f"{name}.txt").read_text("utf-8").splitlines()
    return [normalise(line.replace("\\n", "\n")).words.text for line in lines]


def candidates(response: str) -> list[str]:
    """The sentences of an ordinary answer that the detector would weigh, in small letters."""
    folded = injection.fold(normalise(response).words.text)
    spans = injection.sentences(folded)
    return [folded[start:end].strip() for start, end in spans if injection.worth_weighing(folded, start, end)]


def fit(ordinary: Iterable[str]) -> dict[str, float]:
    """Weights by feature from our sentences and these ``ordinary`` ones (small letters); small weights are left out."""
    spoken = [injection.fold(sentence).strip() for sentence in ours("to_the_judge")]
    about = [injection.fold(sentence).strip() for sentence in ours("about_judging")]
    other = list(ordinary)
    names: dict[str, int] = {}
    columns: list[int] = []
    ends = [0]
    for sentence in (*spoken, *about, *other):
        held = sorted(set(features(sentence, injection.all_kinds(sentence))))
        columns.extend(names.setdefault(name, len(names)) for name in held)
        ends.append(len(columns))
    table = csr_matrix(
        (np.ones(len(columns), dtype=np.float64), np.array(columns, np.int32), np.array(ends, np.int32)),
        shape=(len(ends) - 1, len(names)),
    )
    labels = np.array([1] * len(spoken) + [0] * (len(about) + len(other)))
    shares = np.array([_HEAVIER] * (len(spoken) + len(about)) + [1.0] * len(other))
    model = LogisticRegression(C=_INVERSE_REGULARISATION, max_iter=_MOST_ROUNDS, solver="liblinear", random_state=0)
    model.fit(table, labels, sample_weight=shares)
    weights = {name: round(float(model.coef_[0][at]), 3) for name, at in names.items()}
    kept = {name: weight for name, weight in sorted(weights.items()) if abs(weight) >= _LEAST_WEIGHT}
    return {BIAS: round(float(model.intercept_[0]), 3), **kept}


def write(weights: dict[str, float], out: Path) -> None:
    """The weights as JSON, one a line, in order."""
    out.write_text(json.dumps(weights, ensure_ascii=True, indent=0, sort_keys=True) + "\n", "utf-8")
