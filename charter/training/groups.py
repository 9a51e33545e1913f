"""Groups that share a protected trait, and sentences filled with them."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).with_name("templates")
_SLOT = re.compile(r"\{([A-Za-z_]+)\}")
# Written with a vowel, spoken with a consonant.
_SPOKEN_WITH_A = re.compile(r"(?:eu|uk|ug|uy|uni|one)", re.IGNORECASE)

_SENTENCE_ENDS = (". ", "! ", "? ", "\n")


@dataclass(frozen=True, slots=True)
class Group:
    """People who share ``trait``: ``many`` of them, ``adjective`` before a noun, ``one`` of them with its article."""

    trait: str
    many: str
    adjective: str
    one: str

    def words(self) -> dict[str, str]:
        """What the slots they, adj, a_adj and one say of this group, and They, A_adj and One at the start."""
        of_one = f"{article(self.adjective)} {self.adjective}"
        said = {"they": self.many, "adj": self.adjective, "a_adj": of_one, "one": self.one}
        return said | {name.capitalize(): capital(text) for name, text in said.items()}


@cache
def template(name: str) -> dict[str, Any]:
    """The template file of this name; OSError or TOMLDecodeError where it is missing or broken."""
    return tomllib.loads((TEMPLATES / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def groups() -> tuple[Group, ...]:
    """All groups in the order of their file."""
    named = template("groups")
    return tuple(Group(trait, *forms) for trait, listed in named.items() for forms in listed["groups"])


def filled(frame: str, *, words: Mapping[str, str], pools: Mapping[str, Sequence[str]], chance: random.Random) -> str:
    """The frame with its slots filled: from ``words``, else by chance from the pool of that name.

    A slot says the same wherever it stands in one frame; KeyError for a slot that nobody knows.
    """
    said = dict(words)
    for slot in _SLOT.findall(frame):
        if slot not in said:
            said[slot] = chance.choice(pools[slot])
    return _SLOT.sub(lambda found: _in_place(said[found[1]], frame[: found.start()]), frame)


def _in_place(word: str, before: str) -> str:
    return capital(word) if not before or before.endswith(_SENTENCE_ENDS) else word


def capital(text: str) -> str:
    """The text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def article(word: str) -> str:
    """``a`` or ``an``, by how the word is spoken."""
    return "an" if word[:1].lower() in "aeiou" and not _SPOKEN_WITH_A.match(word) else "a"
