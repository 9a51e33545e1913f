"""The order of the checks, and one way through them, with or without a database behind it."""

import inspect
from collections.abc import Callable, Iterable
from datetime import datetime

from charter.law import Law
from onboarding.checks import address, advisory, answers, proof
from onboarding.checks.candidate import Candidate
from onboarding.checks.findings import Word
from onboarding.checks.round import OutOfTime, Round
from onboarding.rules import Found
from registry.egress import Refused

Check = Callable[[Round], Found]
Progress = Callable[[str, Found | None], None]

REQUIRED: dict[str, Check] = {
    "url": address.url,
    "tls": address.tls,
    "host": address.host,
    "duplicate": proof.duplicate,
    "deliberation": answers.deliberation,
    "json": answers.json,
    "latency": answers.latency,
    "auth": proof.auth,
    "control": proof.control,
}
ADVISORY: dict[str, Check] = {
    "model_card": advisory.model_card,
    "health": advisory.health,
    "validation": advisory.validation,
    "uptime": advisory.uptime,
}
CHECKS: dict[str, Check] = REQUIRED | ADVISORY
_BEHIND_THE_HOST = frozenset({"deliberation", "json", "latency", "auth", "control", "health", "validation"})
_IF_GIVEN: dict[str, Callable[[Candidate], bool]] = {
    "control": lambda candidate: bool(candidate.challenge),
    "duplicate": lambda candidate: candidate.is_taken is not None,
    "model_card": lambda candidate: bool(candidate.model_card),
    "uptime": lambda candidate: candidate.declares_uptime,
}
# Whatever the law allows, a worker is not held longer than this.
MOST_SECONDS = 300.0


def explanation(check: str) -> str:
    """What a check asks and why, as its provider reads it; empty for a name that is none of ours."""
    return " ".join((inspect.getdoc(CHECKS[check]) or "").split()) if check in CHECKS else ""


def not_tried(candidate: Candidate) -> list[str]:
    """Checks that need something that was not given."""
    return [name for name in CHECKS if name in _IF_GIVEN and not _IF_GIVEN[name](candidate)]


def run_checks(
    candidate: Candidate,
    law: Law,
    *,
    at: datetime,
    progress: Progress = lambda _check, _found: None,
    settled: Iterable[Found] = (),
) -> list[Found]:
    """Every check of ``candidate`` that can be tried, in order, within the time that the law gives.

    ``progress`` hears (check, None) after every exchange and (check, found) at each end. What an earlier try of the
    round ``settled`` is taken over and not asked again. Nothing is raised for what the candidate does.
    """
    known = {found.check: found for found in settled}
    at_work = ""

    def tick() -> None:
        progress(at_work, None)

    seconds = min(law.onboarding.compatibility_within.total_seconds(), MOST_SECONDS)
    here = Round(candidate, law, at=at, seconds=seconds, tick=tick)
    left_out = not_tried(candidate)
    findings = []
    for name in CHECKS:
        if name in left_out:
            continue
        at_work = name
        found = known.get(name) or _found(name, here)
        findings.append(found)
        progress(name, found)
    return findings


def unmeasured(reason: str, detail: str) -> list[Found]:
    """Every required check as inconclusive: what a round comes to that broke by a fault of ours."""
    return [Word(name, required=True).inconclusive(reason, detail) for name in REQUIRED]


def refused_address(refusal: Refused) -> Found:
    """The one finding about an address that the static rules refuse, for a face that cannot even read it."""
    return address.refused(refusal)


def _found(name: str, here: Round) -> Found:
    inconclusive = Word(name, required=name in REQUIRED).inconclusive
    try:
        if isinstance(here.target, Refused) and (name in _BEHIND_THE_HOST or name in ("tls", "host")):
            return inconclusive("not_reached", "It could not be asked; first repair the address.")
        if name in _BEHIND_THE_HOST and not here.is_reached:
            return inconclusive(
                "not_reached", "It could not be asked; first repair what keeps the host from answering."
            )
        return CHECKS[name](here)
    except OutOfTime:
        return inconclusive("no_time", "The time of this round was over before it could be asked.")
