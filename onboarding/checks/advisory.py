"""Checks that advise: they are shown to provider and steward, and hold nobody up."""

from onboarding.checks.findings import Word
from onboarding.checks.round import Round
from onboarding.rules import Found
from registry.egress import Ask, Failed
from registry.protocols import Called, Health, SelfValidation, offers
from registry.protocols import health as ask_health
from registry.protocols import validate as ask_validation
from registry.protocols.calls import HEALTH_SECONDS, VALIDATION_SECONDS

CARD_SECONDS = 10.0
MAX_CARD = 20 * 1024 * 1024
SAMPLE_ANSWER = "Here are three options, with what speaks for and against each of them."
NOT_OFFERED = "not_offered"


def model_card(here: Round) -> Found:
    """The model card can be read by anybody at the address you gave, of at most 20 MiB and without a redirect. Its
    contents are not judged here.
    """
    word = Word("model_card", required=False)
    fetched = here.get(
        Ask(
            "GET",
            here.candidate.model_card,
            headers={"Accept": "*/*"},
            deadline=here.left(CARD_SECONDS),
            max_body=MAX_CARD,
            count_only=True,
        )
    )
    if isinstance(fetched, Failed):
        return word.of_failure(fetched)
    return word.passed("The model card can be read.", measured={"bytes": fetched.size})


def health(here: Round) -> Found:
    """/health answers {"status": "healthy", "latency": <ms>} within 5 seconds, so that we see early when it does not.
    Where the protocol has no such call, health is that of the last deliberation.
    """
    word = Word("health", required=False)
    reach = here.candidate.reach
    if not offers(reach.protocol).health:
        return word.inconclusive(NOT_OFFERED, "This protocol has no health; the last deliberation tells it.")
    called = ask_health(reach, deadline=here.left(HEALTH_SECONDS))
    if not isinstance(called.value, Health):
        return word.of_call(called)
    if not called.value.is_healthy:
        return word.failed("not_healthy", "The server answers, and does not call itself healthy.")
    return word.passed("It is healthy.", measured=_took(called))


def validation(here: Round) -> Found:
    """/constitutional/validate answers {"score": 0-100, "violations": []}. What a model says of itself is kept for
    comparison and counts for nothing.
    """
    word = Word("validation", required=False)
    reach = here.candidate.reach
    if not offers(reach.protocol).validation:
        return word.inconclusive(NOT_OFFERED, "Self-validation: not offered by this protocol.")
    deadline = here.left(VALIDATION_SECONDS)
    called = ask_validation(reach, response=SAMPLE_ANSWER, tier=here.candidate.tier, deadline=deadline)
    if not isinstance(called.value, SelfValidation):
        return word.of_call(called)
    return word.passed("It validates answers of its own.", measured=_took(called))


def uptime(here: Round) -> Found:
    """You commit yourself to the uptime that is asked, in percent of the time."""
    word = Word("uptime", required=False)
    asked, given = here.law.onboarding.uptime_asked, here.candidate.uptime
    if given is None:
        return word.inconclusive("not_stated", f"No commitment is stated; {asked}% is asked.")
    measured = {"committed": given, "asked": asked}
    if given < asked:
        return word.failed("below_asked", f"{given}% is committed; {asked}% is asked.", measured=measured)
    return word.passed(f"{given}% is committed.", measured=measured)


def _took(called: Called) -> dict[str, int | None]:
    return {"took_ms": called.latency_ms}
