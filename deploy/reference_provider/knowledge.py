"""What the good model knows: short, useful answers by topic, what it offers in place of harm, words for somebody in
danger.

The texts stand in ``knowledge.toml``; here they are read once, and found.
"""

import re
import tomllib
from pathlib import Path

_TEXTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
TOPICS: tuple[tuple[tuple[str, ...], str], ...] = tuple(
    (tuple(t["stems"].split()), t["answer"]) for t in _TEXTS["topic"]
)
INSTEAD: dict[str, list[str]] = {}
for _offer in _TEXTS["instead"]:
    INSTEAD.setdefault(_offer["clause"], []).append(_offer["answer"])
DANGER: dict[str, str] = {danger["sign"]: danger["answer"] for danger in _TEXTS["danger"]}

SHORTEST_KEYWORD = 4
COMMON = frozenset(
    """about after again also answer because been before being between both could does from give have help here into
    just know like long make many more most much must need only other please should some such tell than that their
    them then there these they this those through today tomorrow very want were what when where which while with
    without would write your draft explain word""".split()  # noqa: SIM905 -- fifty quoted words would read worse
)


def topic(request: str) -> str | None:
    """The short answer on the first topic all of whose stems occur in the request."""
    words = re.findall(r"[a-z]+", request.lower())
    for stems, answer in TOPICS:
        if all(any(word.startswith(stem) for word in words) for stem in stems):
            return answer
    return None


def keywords(request: str, most: int = 3) -> list[str]:
    """The words that a request is about: the longest ones that are not common, in their order."""
    words = list(
        dict.fromkeys(w for w in re.findall(rf"[a-z]{{{SHORTEST_KEYWORD},}}", request.lower()) if w not in COMMON)
    )
    longest = sorted(words, key=len, reverse=True)[:most]
    return [word for word in words if word in longest]
