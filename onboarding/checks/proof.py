"""Checks of who it is: does the key work and is it asked for, is the endpoint yours, is it new here."""

from onboarding.checks.findings import Word
from onboarding.checks.round import Round
from onboarding.rules import Found
from registry.egress import Failed, Outcome
from registry.models.endpoint import AuthKind
from registry.protocols import Called

_TURNED_AWAY = frozenset({401, 403})
_REFUSALS = range(300, 500)
_SUCCESSES = range(200, 300)
_MOST_SEEN = 200


def auth(here: Round) -> Found:
    """Your credentials work, and they are needed: a call without them is refused (answer it with HTTP 401), so that
    nobody else asks your model in our name.
    """
    word = Word("auth", required=True)
    if here.candidate.reach.auth_kind == AuthKind.NONE:
        if here.is_our_own:
            return word.passed("No credentials are asked of hosts that an operator named.", reason="no_auth")
        return word.waiver_asked("no_auth", "Anybody can call this endpoint. A steward has to waive this by name.")
    if turned_away := next((called for called in here.calls if was_turned_away(called)), None):
        return word.failed(turned_away.reason, turned_away.detail)
    if not any(_was_let_in(called) for called in here.calls):
        return word.inconclusive("not_measured", "No call with the credentials succeeded; see deliberation.")
    return _stranger(word, here.stranger)


def _stranger(word: Word, called: Called) -> Found:
    measured = {"status_without_credentials": called.status}
    if called.outcome is Outcome.THROTTLED or called.status is None:
        return word.inconclusive(called.reason, f"Asked without credentials: {called.detail}", measured=measured)
    if called.status in _SUCCESSES:
        detail = "The endpoint also answers a call without credentials; refuse it with HTTP 401."
        return word.failed("not_required", detail, measured=measured)
    if called.status in _REFUSALS:
        return word.passed("The credentials work, and a call without them is refused.", measured=measured)
    return word.inconclusive(called.reason, f"Asked without credentials: {called.detail}", measured=measured)


def control(here: Round) -> Found:
    """The endpoint is yours: it serves the token of your application, and nothing else, at
    /.well-known/masl-challenge/<token> of its origin. For the APIs of large model providers the working key is the
    proof. A server that can serve no token may be let in by a steward, who then waives this check by name.
    """
    word = Word("control", required=True)
    if here.is_public_model_host:
        return _working_key(word, here)
    served = here.challenge
    if isinstance(served, Failed):
        if served.outcome is Outcome.OUR_FAULT:
            return word.of_failure(served)
        return word.inconclusive("not_served", f"The token is not served yet ({_what_came(served)}).")
    if served.body.strip() == here.candidate.challenge.encode():
        return word.passed("The token of this application is served.")
    return word.inconclusive("wrong_token", "Something else than the token is served there; serve the token alone.")


def _working_key(word: Word, here: Round) -> Found:
    if here.candidate.reach.auth_kind != AuthKind.NONE and any(_was_let_in(called) for called in here.calls):
        return word.passed("The key works at a public model API, which is the proof.", reason="key_works")
    return word.inconclusive("not_measured", "The working key is the proof here, and no call with it succeeded.")


def duplicate(here: Round) -> Found:
    """No companion and no approved application has this endpoint and model already; each is registered once."""
    word = Word("duplicate", required=True)
    if here.candidate.is_taken is not None and here.candidate.is_taken():
        return word.failed("taken", "Another companion or approved application has this endpoint and model.")
    return word.passed("This endpoint and model are new here.")


def was_turned_away(called: Called) -> bool:
    """Whether the credentials were not taken."""
    return called.status in _TURNED_AWAY or called.reason.startswith("token_")


def _was_let_in(called: Called) -> bool:
    return called.status in _SUCCESSES


def _what_came(failed: Failed) -> str:
    return (f"HTTP {failed.status}" if failed.status else failed.sentence)[:_MOST_SEEN]
