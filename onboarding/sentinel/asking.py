"""The battery, put to a candidate: so many questions side by side, for the time of a slice."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from charter.law import Law
from registry.protocols import Called, Question, Reach, deliberate
from shadow.prompts import Prompt

PURPOSE = "deliberation"


def asked(
    reach: Reach,
    prompts: Iterable[Prompt],
    law: Law,
    *,
    tier: str,
    cycle: str,
    review: str,
    seconds: float,
    goes_on: Callable[[], bool],
) -> Iterator[tuple[Prompt, Called]]:
    """Each prompt with how its call ended, as they end; none is begun after ``seconds``, or once ``goes_on`` says no.

    ``review`` names the review in the ids of the requests. Calls run in threads that know no database.
    """
    chamber = next(name for name, room in law.chambers.items() if room.purpose == PURPOSE)
    ends = time.monotonic() + seconds
    rest = iter(prompts)
    waiting: dict[Future[Called], Prompt] = {}
    with ThreadPoolExecutor(law.onboarding.latency_side_by_side) as pool:
        while True:
            while len(waiting) < law.onboarding.latency_side_by_side and time.monotonic() < ends and goes_on():
                prompt = next(rest, None)
                if prompt is None:
                    break
                question = Question(prompt.text, tier, chamber, cycle, request_id=f"{review}-{prompt.digest[:16]}")
                waiting[pool.submit(deliberate, reach, question)] = prompt
            if not waiting:
                return
            for done in wait(waiting, return_when=FIRST_COMPLETED).done:
                yield waiting.pop(done), done.result()
