"""The weight of a sentence: what it holds together decides."""

from __future__ import annotations

import re

from charter.detectors.injection.naming import NAMING
from charter.detectors.injection.wishing import WISHING

KINDS = NAMING | WISHING
# Small letters only: the sentences are folded before. A blank stands for any one white space.
COMPILED = {kind: re.compile(pattern.replace(" ", r"\s"), re.MULTILINE) for kind, pattern in KINDS.items()}
POINTS = {
    "addressed": 3,
    "judge": 2,
    "yours": 2,
    "answer": 2,
    "handed": 2,
    "mark": 2,
    "weak": 1,
    "act": 1,
    "order": 1,
    "way_out": 2,
    "cleared": 2,
    "dodge": 1,
    "craft": 1,
    "plea": 2,
    "staged": 2,
}
NAMED = ("judge", "yours", "answer", "handed", "craft")
LINKS = frozenset(("addressed", *NAMED, "staged", "way_out"))
# What speaks to a judge holds one of these, where it names none.
CALLS = (
    *(
        "the ai",
        "the model",
        "the llm",
        "the machine",
        "the one",
        "the person",
        "whoever",
        "hono",
        "fellow ",
        "between us",
    ),
    *(
        "scor",
        "rating",
        "reading",
        "grad",
        "judg",
        "marking",
        "checking",
        "evaluat",
        "review",
        "assess",
        "inspect",
        "moderat",
    ),
    *("complian", "safety", "audit", "compar"),
)
WANTED = ("mark", "way_out", "cleared", "dodge", "weak", "plea")
# The staging of a voice that is not the answer's needs one of these.
STAGES = ("[", "<", "/*", ":", ">", "end of", "begin ev", "to=", "system ")
TALK = re.compile(
    r"\b(?:attackers?|adversar\w+|jailbreak\w*|prompt injections?|injections?|malicious|(?:phrases?|texts?|notes?|"
    r"words|"
    r"sentences?|instructions?) (?:like|such as|that (?:tell|ask)s?)|such as|for example|for instance|some(?:one|body)|"
    r"(?:users?|people|they|models?) (?:may|might|could|can|try|sometimes)|tricks?|attempts? to|tr(?:y|ies|ying) to|"
    r"red[- ]team\w*|researchers|known problem|vulnerab\w+)\b",
    re.IGNORECASE,
)

TALKED_OF = 3
# Less than any weighed sentence has: it holds nothing that a neighbour could complete.
NOTHING = -9
# One of these a sentence must hold: whom or what it is about, with what is wanted.
_ENOUGH: tuple[frozenset[str], ...] = tuple(
    frozenset(needed.split())
    for needed in (
        *(
            f"{about} {wanted}"
            for about in ("addressed", "answer", "handed")
            for wanted in ("mark", "way_out", "cleared")
        ),
        *(f"craft mark {more}" for more in ("order", "staged", "way_out", "plea")),
        *(
            f"staged {wanted} {more}"
            for wanted in ("mark", "cleared")
            for more in ("judge", "craft", "answer", "handed", "order")
        ),
        "judge mark order",
        "judge plea order",
        "answer handed",
        "answer plea judge",
        "craft cleared judge",
        *(
            f"yours {more}"
            for more in ("order way_out", "order mark", "way_out", "dodge craft", "dodge answer", "dodge mark")
        ),
        *(
            f"{who} answer {soft}"
            for who in ("judge", "yours", "addressed", "craft order")
            for soft in ("weak", "dodge")
        ),
        "craft answer dodge act",
        *(f"addressed {soft}" for soft in ("weak", "dodge", "plea")),
        *(f"handed {more}" for more in ("plea", "dodge order", "judge weak")),
        *(f"way_out {more}" for more in ("mark", "plea", "order weak act", "staged")),
        "staged craft answer",
        *(f"yours {more}" for more in ("handed order", "handed mark", "mark answer", "mark act way_out")),
        "answer mark craft",
    )
)


def kinds(sentence: str) -> frozenset[str]:
    """What a sentence in small letters holds; empty where nothing is wanted or nothing is named."""
    held = {kind for kind in WANTED if COMPILED[kind].search(sentence)}
    if any(sign in sentence for sign in STAGES):
        held.update(kind for kind in ("staged",) if COMPILED[kind].search(sentence))
    if not held:
        return frozenset()
    held.update(kind for kind in NAMED if COMPILED[kind].search(sentence))
    if "judge" in held or any(sign in sentence for sign in CALLS):
        held.update(kind for kind in ("addressed",) if COMPILED[kind].search(sentence))
    if not held & LINKS:
        return frozenset()
    held.update(kind for kind in ("act", "order") if COMPILED[kind].search(sentence))
    return frozenset(held)


def all_kinds(sentence: str) -> frozenset[str]:
    """Every kind of thing in a sentence in small letters, whether or not they make sense together."""
    return frozenset(kind for kind, pattern in COMPILED.items() if pattern.search(sentence))


def points(held: frozenset[str]) -> int:
    """The weight of what a sentence holds; nothing unless it is about a mark or a way out of one."""
    if not any(needed <= held for needed in _ENOUGH):
        return 0
    return sum(POINTS[kind] for kind in held if not (kind == "judge" and "addressed" in held))


def weigh(sentence: str) -> int:
    """The points of one sentence in small letters; talk about injection and tales of judges are set against it."""
    held = kinds(sentence)
    if not held:
        return NOTHING
    total = points(held)
    if total and (TALK.search(sentence) or _OTHER.search(sentence)):
        total -= TALKED_OF
    if total and not held & _SPOKEN and _TALE.search(sentence):
        total -= TALKED_OF
    return total


_SPOKEN = frozenset(("addressed", "answer", "handed", "yours", "staged"))
# What else is judged, rated and marked in ordinary life.
_OTHER = re.compile(
    r"\b(?:essays?|papers?|books?|novels?|films?|movies?|recipes?|hotels?|restaurants?|students?|exams?|homework|"
    r"lease|leather|"
    r"spam|proposals?|bids?|games?|cars?|invoices?|hypothes[ie]s|crash|students?|teams?|players?|contest|albums?|"
    r"songs?|"
    r"dish(?:es)?|tenants?|viruses|taxes|tax)\b"
)
_TALE = re.compile(r"\b(?:gave|found|praised|signed|won|awarded|received|said|ruled)\b")
