"""Asking judges side by side, outside any transaction, and what is kept of it."""

import logging
import time
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from charter.judging.judge import Judge, Unanswered
from charter.judging.word import Spoken, Word, consulted, word_of
from charter.models import JudgeOpinion
from charter.models.judging import Purpose
from ledger.keys import derived_key

log = logging.getLogger(__name__)
# Calls at once to one judge: as many exchanges as egress lets run with one origin (security rule E9).
SIDE_BY_SIDE = 2
KEY = "judges"


@dataclass(frozen=True)
class Matter:
    """One text that one judge is to be asked about; ``ref`` is the answer's or the golden case's id."""

    judge: Judge
    purpose: Purpose
    ref: str
    prompt: str = field(repr=False)
    response: str = field(repr=False)


@dataclass(frozen=True)
class Heard:
    """How asking ended: both calls with their one word, or ``word`` None where the judge did not answer both."""

    matter: Matter
    spoken: Sequence[Spoken] = ()
    word: Word | None = None


def ask_all(matters: Sequence[Matter], *, occasion: str, until: float) -> list[Heard]:
    """Ask every judge about its matters in their order; what is not begun before ``until`` (monotonic) is unanswered.

    ``occasion`` names the batch or trial: marks and seeds of its calls come from it.
    """
    by_judge: dict[str, list[Matter]] = {}
    for matter in matters:
        by_judge.setdefault(matter.judge.name, []).append(matter)
    if not by_judge:
        return []
    with ThreadPoolExecutor(max_workers=len(by_judge) * SIDE_BY_SIDE) as hands:
        lanes = [hands.submit(_lane, lane, occasion, until) for lane in _lanes(by_judge)]
        return [heard for lane in lanes for heard in lane.result()]


def opinions_of(heard: Heard, *, at: datetime, status: str = "", **about: object) -> list[JudgeOpinion]:
    """The rows of both calls; ``status`` takes the place of what reading them came to."""
    matter, rows = heard.matter, []
    for one in heard.spoken:
        assert one.asked is not None
        row = JudgeOpinion(
            purpose=matter.purpose,
            judge=matter.judge.name,
            provider=matter.judge.provider,
            model=matter.judge.model,
            order=int(one.asked.order),
            seed=one.asked.seed,
            prompt_sha256=one.asked.sha256,
            raw=one.raw.replace("\x00", "\N{REPLACEMENT CHARACTER}"),
            parsed=one.opinion.as_json() if one.opinion else None,
            status=status or one.status,
            at=at,
            **about,
        )
        if matter.purpose is Purpose.ANSWER:
            row.answer_id = uuid.UUID(matter.ref)
        else:
            row.case = matter.ref
        rows.append(row)
    return rows


def key() -> bytes:
    """The secret that marks, seeds and places of judging are drawn from."""
    return derived_key(KEY)


def _lanes(by_judge: Mapping[str, Sequence[Matter]]) -> list[Sequence[Matter]]:
    """Each judge's matters dealt out to as many lanes as it is asked in at once."""
    return [matters[start::SIDE_BY_SIDE] for matters in by_judge.values() for start in range(SIDE_BY_SIDE)]


def _lane(matters: Sequence[Matter], occasion: str, until: float) -> list[Heard]:
    return [_asked(matter, occasion) if time.monotonic() < until else Heard(matter) for matter in matters]


def _asked(matter: Matter, occasion: str) -> Heard:
    call = (occasion, matter.judge.name, str(matter.purpose), matter.ref)
    try:
        spoken = consulted(matter.judge, matter.prompt, matter.response, key=key(), call=call)
    except Unanswered as unanswered:
        log.info("a judge did not answer: judge=%s reason=%s", matter.judge.name, unanswered.reason)
        return Heard(matter)
    return Heard(matter, spoken, word_of(spoken))
