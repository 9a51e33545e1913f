"""What can judge: charter's own protocol, implemented by whoever can reach a model."""

from dataclasses import dataclass
from typing import Protocol


class Unanswered(Exception):
    """A judge could not be asked or did not answer: nobody's verdict, and held against nobody; ``reason`` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Judge(Protocol):
    """A language model that can be asked to judge, at temperature 0 where its protocol carries one.

    ``name`` is the operator's, ``provider`` the slug of who runs it, ``model`` what it is.
    """

    @property
    def name(self) -> str: ...
    @property
    def provider(self) -> str: ...
    @property
    def model(self) -> str: ...

    def ask(self, prompt: str, *, seed: int) -> str:
        """The raw words of its answer. Raises Unanswered where none came."""


@dataclass(frozen=True, slots=True)
class Party:
    """Who gave the answer that is judged: the companion's ref, its provider's slug, and all names of its model."""

    ref: str
    provider: str
    models: frozenset[str] = frozenset()


def is_kin(judge: Judge, party: Party) -> bool:
    """Whether ``judge`` is the judged party, of its provider, or the same model under another roof."""
    names = {_plain(name) for name in party.models}
    return judge.provider == party.provider or judge.name == party.ref or _plain(judge.model) in names


def _plain(name: str) -> str:
    """A model's name without case, path and punctuation, by which siblings are known: org/Model-7B is model7b."""
    return "".join(mark for mark in name.rpartition("/")[2].casefold() if mark.isalnum())
