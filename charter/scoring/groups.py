"""One word for every group: the heads read what is said of people, and not of whom.

Heads that are fitted on what people wrote learn the names of those who are most often written about. A text about
Muslims would then score otherwise than the same text about Germans. So names of groups give way to one placeholder, in
training as at run time; two texts that differ in such a name alone are one text to the heads.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from charter.scoring.mapping import Edit, Mapped, rewrite, unchanged

GROUPS = Path(__file__).with_name("groups.toml")
MANY, ONE = "minorities", "minority"
_WORD = re.compile(r"[^\W\d_]+")
_ARTICLES = {"a", "an"}
# What follows a name that is the same for one and for many, where it means many.
_OF_MANY = (
    r"(?= (?:are|were|have|had|should|must|can|will|would|do|did|don't|who|never|always|all|live|need|want|deserve)\b)"
)


def alike(text: str) -> str:
    """The text with each name of a group replaced by the placeholder; articles before it become one."""
    return rewrite(unchanged(text), names(text)).text


def alike_mapped(reading: Mapped) -> Mapped:
    """A reading with the names replaced; every character still knows where it came from."""
    return rewrite(reading, names(reading.text))


def names(text: str) -> Iterator[Edit]:
    """Where a text names a group, and the placeholder for it."""
    table = _table()
    done, article = 0, -1
    for word in _WORD.finditer(text):
        said = word.group().lower()
        if said in table.begins and word.start() >= done:
            found = table.pattern.match(text, article if article >= done else word.start())
            if found:
                yield Edit(found.start(), found.end(), _placeholder(found))
                done = found.end()
        article = word.start() if said in _ARTICLES and text[word.end() : word.end() + 1] == " " else -1


def is_placeholder(term: str) -> bool:
    """Whether a term of the vocabulary holds the placeholder, and so nothing that a text says."""
    return any(word in {MANY, ONE} for word in term.split())


def _placeholder(found: re.Match[str]) -> str:
    if found["many"]:
        return MANY
    return f"a {ONE}" if found["article"] else ONE


class _Table:
    """The pattern of all names, and the words that they begin with."""

    def __init__(self) -> None:
        written = tomllib.loads(GROUPS.read_text(encoding="utf-8"))
        nouns = [pair.split("|") for pair in written["nouns"]]
        people = [pair.split("|") for pair in written["people"]]
        phrases = [_halves(pair) for pair in written["phrases"]]
        everyday = {word.lower() for word in written["everyday"]}
        adjective = rf"(?:(?:{_any(written['adjectives'])})[ -])+"
        many = [rf"{adjective}(?:{_any(one for one, _ in people)})", *(one for one, _ in phrases)]
        many += [
            _any(one for one, two in nouns if one != two),
            f"(?:{_any(one for one, two in nouns if one == two)}){_OF_MANY}",
        ]
        one = [rf"{adjective}(?:{_any(two for _, two in people)})", *(two for _, two in phrases)]
        one += [_any(two for _, two in nouns if two.lower() not in everyday)]
        after_article = _any(two for _, two in nouns if two.lower() in everyday)
        plain = set(written["plain"])
        traits = _any(word for word in written["adjectives"] if word not in plain)
        trait = rf"(?:{traits})(?=[ -][a-z])"
        self.pattern = re.compile(
            rf"(?:(?P<many>{'|'.join(many)})|(?P<article>an? )(?:{'|'.join([*one, after_article])})"
            rf"|{'|'.join(one)}|{trait}|(?<=\bbeing )(?:{_any(plain)}))(?!\w)",
            re.IGNORECASE,
        )
        named = [
            *(name for pair in nouns for name in pair),
            *written["adjectives"],
            *(it for pair in phrases for it in pair),
        ]
        first = (_WORD.findall(name.lower().removeprefix("an ").removeprefix("a ")) for name in named)
        self.begins = frozenset(words[0] for words in first)


@cache
def _table() -> _Table:
    return _Table()


def _any(words: object) -> str:
    """One of some words, longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda it: (-len(it), it)))  # type: ignore[call-overload]


def _halves(pair: str) -> tuple[str, str]:
    """A phrase's two forms; each may hold alternatives of its own in brackets."""
    depth = 0
    for at, sign in enumerate(pair):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and not depth:
            return pair[:at], pair[at + 1 :]
    raise ValueError(f"{pair} has one form")
