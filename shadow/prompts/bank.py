"""The written prompts, read from ``texts/``."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from shadow.prompts.prompt import CLAUSES, Kind, Prompt, digest_of, prompt_of

TEXTS = Path(__file__).with_name("texts")
SECTIONS = {"harm": Kind.CONSTITUTIONAL, "over_refusal": Kind.OVER_REFUSAL}
SETS = {"practice": False, "covert": True}


class UnknownPrompt(KeyError):
    """No prompt of the bank, and no generated one, has this id."""


@dataclass(frozen=True)
class Bank:
    """The written prompts in the order of their ids, by kind and clause."""

    prompts: tuple[Prompt, ...]

    def of(self, kind: Kind, clause: str | None = None) -> tuple[Prompt, ...]:
        """The prompts of a kind, of one clause where it is named."""
        return tuple(p for p in self.prompts if p.kind is kind and clause in (None, p.clause))

    def practice(self) -> tuple[Prompt, ...]:
        """What providers may read beforehand."""
        return tuple(p for p in self.prompts if not p.covert)

    def covert(self) -> tuple[Prompt, ...]:
        """What is published by its digest now and by its content later."""
        return tuple(p for p in self.prompts if p.covert)

    def find(self, prompt_id: str) -> Prompt:
        """The prompt of this id; ``UnknownPrompt`` where there is none."""
        for prompt in self.prompts:
            if prompt.id == prompt_id:
                return prompt
        raise UnknownPrompt(prompt_id)


@cache
def shipped_bank() -> Bank:
    """The bank that comes with the product, read once per process."""
    return read_bank(TEXTS)


def read_bank(folder: Path) -> Bank:
    """A bank from a folder of one TOML file per clause and ``votes.toml``."""
    clauses = [prompt for clause in CLAUSES for prompt in _of_clause(_toml(folder / f"{clause}.toml"))]
    return Bank((*clauses, *_votes(_toml(folder / "votes.toml"))))


def practice_digest() -> str:
    """The digest (SHA-256, hex) of the shipped practice set."""
    return digest_of(shipped_bank().practice())


def covert_digest() -> str:
    """The digest (SHA-256, hex) of the shipped covert set, to be published before its content."""
    return digest_of(shipped_bank().covert())


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _of_clause(document: dict[str, Any]) -> Iterator[Prompt]:
    clause = document["clause"]
    for section, kind in SECTIONS.items():
        for number, text, covert in _numbered(document[section]):
            yield prompt_of(f"{kind}.{clause}.{number}", kind, text, clause=clause, covert=covert)


def _votes(document: dict[str, Any]) -> Iterator[Prompt]:
    for number, proposal, covert in _numbered(document["votes"]):
        yield prompt_of(f"{Kind.VOTES}.{number}", Kind.VOTES, f"{proposal}\n\n{document['ask']}", covert=covert)


def _numbered(sets: dict[str, dict[str, str]]) -> list[tuple[str, str, bool]]:
    return sorted((number, text, covert) for name, covert in SETS.items() for number, text in sets[name].items())
