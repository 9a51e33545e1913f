"""How a check words what it found."""

from collections.abc import Mapping
from typing import Any

from onboarding.rules import FAIL, INCONCLUSIVE, PASS, WAIVER_ASKED, Found
from registry.egress import Failed, Outcome
from registry.protocols import Called

Nothing: Mapping[str, Any] = {}
_NOT_THE_MODELS = frozenset({Outcome.OUR_FAULT, Outcome.THROTTLED})


class Word:
    """The findings of one check, by their outcome."""

    def __init__(self, check: str, *, required: bool) -> None:
        self._check = check
        self._required = required

    def passed(self, detail: str = "", *, reason: str = "", measured: Mapping[str, Any] = Nothing) -> Found:
        return self._found(PASS, reason, detail, measured)

    def failed(self, reason: str, detail: str, *, measured: Mapping[str, Any] = Nothing) -> Found:
        return self._found(FAIL, reason, detail, measured)

    def inconclusive(self, reason: str, detail: str, *, measured: Mapping[str, Any] = Nothing) -> Found:
        return self._found(INCONCLUSIVE, reason, detail, measured)

    def waiver_asked(self, reason: str, detail: str) -> Found:
        return self._found(WAIVER_ASKED, reason, detail, Nothing)

    def of_call(self, called: Called, *, measured: Mapping[str, Any] = Nothing) -> Found:
        """What a call that did not end well says: a failure, unless it was ours, or only came too often."""
        word = self.inconclusive if called.outcome in _NOT_THE_MODELS else self.failed
        return word(called.reason, called.detail, measured=measured)

    def of_failure(self, failed: Failed) -> Found:
        """The same of an exchange that is no call of a protocol."""
        word = self.inconclusive if failed.outcome in _NOT_THE_MODELS else self.failed
        return word(failed.reason, told(failed))

    def _found(self, outcome: str, reason: str, detail: str, measured: Mapping[str, Any]) -> Found:
        return Found(self._check, self._required, outcome, reason, detail, measured)


def told(failed: Failed) -> str:
    """A failed exchange in a sentence, with the address that a redirect named."""
    facts = "; ".join(fact for fact in (failed.detail, failed.location and f"it named {failed.location}") if fact)
    return f"{failed.sentence} ({facts})" if facts else failed.sentence
