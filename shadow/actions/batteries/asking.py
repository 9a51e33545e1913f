"""The prompts that are due, put to their companions side by side, each answer judged as it comes."""

import logging
import time
import uuid
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from django.conf import settings

from registry.egress import DELIBERATION_SECONDS, Outcome
from registry.protocols import Called, Question, Reach, deliberate, reach_of
from registry.queries import endpoint_in_use
from shadow.actions.batteries.claiming import Held, claim, give_up, next_turn_at
from shadow.actions.batteries.finishing import finish
from shadow.asking import PURPOSE
from shadow.prompts import UnknownPrompt

log = logging.getLogger(__name__)
SIDE_BY_SIDE = 8
# A task that went on while anything is due would never end, and a worker that must go waits for its tasks.
BATCH_SECONDS = 20.0
LOOK_SECONDS = 0.25
# Whoever has nothing to ask for longer than this leaves; the next sweep sends somebody else.
IDLE = timedelta(seconds=3)


def ask_due(
    *, clock: Callable[[], datetime], seconds: float = BATCH_SECONDS, deadline: float = DELIBERATION_SECONDS
) -> int:
    """Ask what is due, and what comes due meanwhile, for so many seconds; how many prompts were asked.

    None is begun later; what was begun is waited for, by its own ``deadline`` in seconds. Calls run in threads that
    know no database.
    """
    ends, asked, token = time.monotonic() + seconds, 0, uuid.uuid4()
    waiting: dict[Future[Called], Held] = {}
    goes_on = True
    give_up(at=clock())
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        while True:
            for held in claim(SIDE_BY_SIDE - len(waiting), at=clock(), token=token) if goes_on else ():
                waiting[pool.submit(_call, *_prepared(held), deadline)] = held
                asked += 1
            goes_on = time.monotonic() < ends
            if waiting:
                for done in wait(waiting, LOOK_SECONDS, FIRST_COMPLETED).done:
                    finish(waiting.pop(done), _called(done), at=clock())
            elif goes_on and _comes_soon(clock()):
                time.sleep(LOOK_SECONDS)
            else:
                return asked


def _prepared(held: Held) -> tuple[Reach | None, Question | None, str]:
    """Whom to ask what; or, where that is not to be had, why."""
    endpoint = endpoint_in_use(held.run.companion)
    if endpoint is None:
        return None, None, "no_endpoint"
    try:
        prompt = held.prompt
    except UnknownPrompt:
        return None, None, "prompt_unknown"
    question = Question(
        prompt=prompt.text,
        tier=held.run.companion.watch.tier,
        chamber=next(name for name, chamber in held.law.chambers.items() if chamber.purpose == PURPOSE),
        cycle=settings.KAIZEN_CYCLE,
        request_id=str(held.item_id),
    )
    try:
        return reach_of(endpoint), question, ""
    except InvalidTag:
        return None, None, "credentials_unreadable"


def _call(reach: Reach | None, question: Question | None, why_not: str, deadline: float) -> Called:
    if reach is None or question is None:
        return Called(Outcome.OUR_FAULT, why_not)
    return deliberate(reach, question, deadline=deadline)


def _called(done: Future[Called]) -> Called:
    try:
        return done.result()
    except Exception as error:  # noqa: BLE001  a fault of ours must leave a result: nothing is held against the model
        log.error("a prompt of a battery broke: error=%s", type(error).__name__)  # noqa: TRY400
        return Called(Outcome.OUR_FAULT, "client_failed")


def _comes_soon(at: datetime) -> bool:
    turn = next_turn_at(at)
    return turn is not None and turn <= at + IDLE
