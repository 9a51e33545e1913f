"""How much a sentence sounds like speech to its judge: a linear sum over its words and what it holds.

The weights stand in ``speech.json`` and are fitted by ``charter.training.speech`` from sentences of our own wording.
They hear what no rule foresaw, less surely than the rules do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

WEIGHTS = Path(__file__).with_name("speech.json")
BIAS = ""

_TOKEN = re.compile(r"[a-z]+|\d+(?:/\d+)?|[{}\[\]<>:=#*@]")
_STEM = 6
_TOLD = frozenset(("0", "10", "100", "10/10", "100/100"))


def features(sentence: str, held: frozenset[str]) -> Iterator[str]:
    """The names of what counts in a sentence in small letters that holds these kinds of things; some twice."""
    stems = ["9" if token[0].isdigit() and token not in _TOLD else token[:_STEM] for token in _TOKEN.findall(sentence)]
    yield from stems
    for left, right in pairwise(("^", *stems, "$")):
        yield f"{left} {right}"
    for kind in held:
        yield f"+{kind}"
    for left, right in combinations(sorted(held), 2):
        yield f"+{left} {right}"


@cache
def _weights() -> dict[str, float]:
    return {name: float(weight) for name, weight in json.loads(WEIGHTS.read_text("utf-8")).items()}


def likeness(sentence: str, held: frozenset[str]) -> float:
    """The logit of being speech to the judge; above 0 it more likely is, among sentences that name judging at all."""
    weights = _weights()
    return weights[BIAS] + sum(weights.get(name, 0.0) for name in set(features(sentence, held)))
