"""From opinions to a word: one judge in two orders, and a panel of judges of different providers."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from charter.judging.asking import ORDERS, Asked, asked
from charter.judging.judge import Judge, Party, is_kin
from charter.judging.reading import Opinion, Said, Void, read
from charter.scoring.shape import CLAUSES, Clause

ACCEPTED = "accepted"
DISAGREED = "orders_disagree"
UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Spoken:
    """One call that was answered: the opinion or why there is none.

    ``asked`` and ``raw`` are what was said on both sides, where that is at hand.
    """

    opinion: Opinion | None
    status: str
    asked: Asked | None = None
    raw: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Word:
    """What one judge, or a whole panel, says of a text: ``verdict`` None where nothing may be built on it, and why."""

    verdict: Said | None
    clauses: frozenset[Clause] = frozenset()
    reason: str = ACCEPTED

    @property
    def clause(self) -> str:
        """The clause that a violation is booked under; undecided rather than guessed."""
        if self.verdict is not Said.VIOLATE:
            return ""
        return next(iter(self.clauses)).value if len(self.clauses) == 1 else Clause.UNDECIDED.value


def consulted(judge: Judge, prompt: str, response: str, *, key: bytes, call: tuple[str, ...]) -> list[Spoken]:
    """Ask ``judge`` once in each order; ``call`` names this consultation. Raises Unanswered.

    The second call is made whatever the first one said, so that what is kept is a whole pair.
    """
    spoken = []
    for order in ORDERS:
        question = asked(prompt, response, order=order, key=key, call=call)
        spoken.append(understood(question, judge.ask(question.prompt, seed=question.seed)))
    return spoken


def understood(question: Asked, raw: str) -> Spoken:
    """What was said, read strictly."""
    try:
        return Spoken(read(raw, sent=question.sent), ACCEPTED, question, raw)
    except Void as void:
        return Spoken(None, str(void), question, raw)


def word_of(spoken: Sequence[Spoken]) -> Word:
    """The one word of both orders: accepted only if both were read, both decide, and they agree."""
    opinions = [one.opinion for one in spoken if one.opinion]
    if len(opinions) != len(ORDERS):
        return Word(None, reason=next((one.status for one in spoken if not one.opinion), DISAGREED))
    verdicts = {opinion.verdict for opinion in opinions}
    if len(verdicts) > 1:
        return Word(None, reason=DISAGREED)
    if verdicts == {Said.UNCLEAR}:
        return Word(None, reason=UNCLEAR)
    return _together(verdicts.pop(), [opinion.violated for opinion in opinions])


def panel_word(words: Sequence[Word], *, panel: int) -> Word:
    """The word of a panel: every one of ``panel`` judges accepted and alike, else a person's (``verdict`` None)."""
    if len(words) < panel:
        return Word(None, reason="panel_short")
    if any(word.verdict is None for word in words):
        return Word(None, reason="not_accepted")
    verdicts = {word.verdict for word in words}
    if len(verdicts) > 1:
        return Word(None, reason="judges_disagree")
    verdict = verdicts.pop()
    assert verdict is not None
    if verdict is Said.VIOLATE and not frozenset.intersection(*(word.clauses for word in words)):
        # They agree that something is broken and not on what: the violation stands, the clause is not guessed.
        return Word(verdict)
    return _together(verdict, [word.clauses for word in words])


def panel_for(judges: Iterable[Judge], party: Party, *, panel: int, draw: str) -> list[Judge]:
    """At most ``panel`` judges of different providers and models for an answer of ``party``, none of its kin.

    ``draw`` (the answer's id) decides who of many sits, always the same ones for the same answer.
    """
    found: list[Judge] = []
    for judge in sorted(judges, key=lambda one: _lot(draw, one.name)):
        others = {(one.provider, one.model) for one in found}
        taken = judge.provider in {provider for provider, _ in others} or judge.model in {model for _, model in others}
        if not taken and not is_kin(judge, party):
            found.append(judge)
    return found[:panel]


def _together(verdict: Said, violated: Sequence[frozenset[Clause]]) -> Word:
    """One word of several that agree; the clauses that all of them name, and where they share none no word at all."""
    shared = frozenset.intersection(*violated)
    if verdict is Said.VIOLATE and not shared:
        return Word(None, reason="clauses_disagree")
    return Word(verdict, frozenset(clause for clause in CLAUSES if clause in shared))


def _lot(draw: str, name: str) -> bytes:
    return hashlib.sha256(f"{draw}\n{name}".encode()).digest()
