"""One round of checks: the evidence, each piece gathered once and only when a check asks for it."""

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta
from functools import cached_property

from charter.law import Law
from onboarding.checks.candidate import Candidate
from registry.egress import Ask, Failed, Outcome, Refused, Reply, Target, ask, check_url, policy_in_force
from registry.protocols import Called, Question, address, deliberate
from registry.protocols.calls import DELIBERATION_SECONDS, WIRES
from shadow.prompts.closed import FAMILIES, SEED_BYTES, closed_form

CONTACT_SECONDS = 10.0
CHALLENGE_PATH = "/.well-known/masl-challenge/"
MAX_CHALLENGE_BODY = 4096
NO_CHALLENGE = "none"
PURPOSE = "deliberation"
_CLIENT_ERRORS = range(400, 500)
_LASTING = frozenset({Outcome.TIMEOUT, Outcome.INVALID_JSON, Outcome.SCHEMA_VIOLATION, Outcome.OVERSIZED})


class OutOfTime(Exception):
    """The round has used up its time; what is left of it is inconclusive."""


class Round:
    """A candidate under check, with its clock. ``tick`` is called after every exchange, on the thread that checks."""

    def __init__(
        self, candidate: Candidate, law: Law, *, at: datetime, seconds: float, tick: Callable[[], None]
    ) -> None:
        self.candidate = candidate
        self.law = law
        self.at = at
        self._seed = secrets.token_bytes(SEED_BYTES)
        self._ends = time.monotonic() + seconds
        self._tick = tick

    def left(self, most: float) -> float:
        """Seconds that an exchange may take, of ``most``. Raises OutOfTime when none are left."""
        seconds = min(most, self._ends - time.monotonic())
        if seconds <= 0:
            raise OutOfTime
        return seconds

    @cached_property
    def target(self) -> Target | Refused:
        """The address that deliberations go to, or why it may not be called."""
        reach = self.candidate.reach
        try:
            return check_url(address(reach.base_url, WIRES[reach.protocol].tail), rules=policy_in_force())
        except Refused as refusal:
            return refusal

    @property
    def is_development(self) -> bool:
        return isinstance(self.target, Target) and self.target.development

    @property
    def is_our_own(self) -> bool:
        """Whether an operator named this host: for development (E12) or on the organisation's network (E13)."""
        return isinstance(self.target, Target) and (self.target.development or bool(self.target.grants))

    @property
    def is_public_model_host(self) -> bool:
        return isinstance(self.target, Target) and self.target.host in self.law.onboarding.public_model_hosts

    @property
    def is_reached(self) -> bool:
        """Whether the host answered in HTTP, whatever it said."""
        return isinstance(self.target, Target) and answered(self.challenge)

    @cached_property
    def contact(self) -> Reply | Failed:
        """A first word with the host, over a certificate that must last, at the place where the challenge is served."""
        return self._get_challenge(self.at + timedelta(days=self.law.onboarding.certificate_days))

    @cached_property
    def challenge(self) -> Reply | Failed:
        """The same place, asked again if only the end of its certificate stood in the way."""
        first = self.contact
        expiring = isinstance(first, Failed) and first.reason == "certificate_expiring"
        return self._get_challenge(None) if expiring else first

    @cached_property
    def calls(self) -> Sequence[Called]:
        """The law's number of deliberations, so many side by side; none is begun after one that says it all."""
        onboarding = self.law.onboarding
        self.left(DELIBERATION_SECONDS)
        made: list[Called] = []
        over = threading.Event()

        def call(number: int) -> None:
            if over.is_set():
                return
            try:
                called = self._deliberate(number)
            except OutOfTime:
                over.set()
                return
            made.append(called)
            if says_it_all(called):
                over.set()

        with ThreadPoolExecutor(onboarding.latency_side_by_side) as pool:
            for done in as_completed([pool.submit(call, number) for number in range(onboarding.latency_calls)]):
                done.result()
                self._tick()
        return made

    @cached_property
    def stranger(self) -> Called:
        """A deliberation asked without credentials."""
        reach = self.candidate.reach.without_credentials()
        called = deliberate(reach, self.question(0), deadline=self.left(self.slowest_allowed))
        self._tick()
        return called

    @property
    def slowest_allowed(self) -> float:
        """Seconds that a deliberation may take: the law's limit, and never more than a call is given."""
        return min(DELIBERATION_SECONDS, self.law.onboarding.latency_p95_below.total_seconds())

    def question(self, number: int) -> Question:
        """One of the questions of this round: generated, harmless and quickly answered."""
        families = tuple(FAMILIES)
        prompt = closed_form(families[number % len(families)], self._seed)
        chambers = self.law.chambers.items()
        return Question(
            prompt=prompt.text,
            tier=self.candidate.tier,
            chamber=next(name for name, chamber in chambers if chamber.purpose == PURPOSE),
            cycle=self.candidate.cycle,
            request_id=f"check-{self._seed.hex()}-{number}",
        )

    def get(self, wanted: Ask) -> Reply | Failed:
        """One exchange that is no call of a protocol."""
        try:
            return ask(wanted)
        except Failed as failed:
            return failed
        finally:
            self._tick()

    def _deliberate(self, number: int) -> Called:
        return deliberate(self.candidate.reach, self.question(number), deadline=self.left(self.slowest_allowed))

    def _get_challenge(self, certificate_valid_at: datetime | None) -> Reply | Failed:
        reach = self.candidate.reach
        return self.get(
            Ask(
                "GET",
                f"{reach.origin}{CHALLENGE_PATH}{self.candidate.challenge or NO_CHALLENGE}",
                headers={"Accept": "text/plain, */*"},
                deadline=self.left(CONTACT_SECONDS),
                max_body=MAX_CHALLENGE_BODY,
                places=reach.places,
                certificate_valid_at=certificate_valid_at,
            )
        )


def answered(contact: Reply | Failed) -> bool:
    """Whether there was an answer in HTTP, of whatever status and size."""
    return isinstance(contact, Reply) or contact.status is not None


def says_it_all(called: Called) -> bool:
    """Whether further calls would tell nothing new: too slow, refused, or of another shape than the contract's."""
    if called.outcome is Outcome.THROTTLED:
        return False
    return called.outcome in _LASTING or called.reason.startswith("token_") or called.status in _CLIENT_ERRORS
