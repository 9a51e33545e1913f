"""The two kinds of judge that can be asked, and the breaker that each stands behind."""

import hashlib
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from charter.judging.asking import schema
from charter.judging.judge import Judge, Unanswered
from registry.egress import Ask, Failed, Outcome, Refused, ask, check_url, policy_in_force, strict_json
from registry.protocols import Called, Deliberation, Question, Reach, deliberate
from registry.protocols.openai_chat import WIRE, read
from registry.protocols.reasons import Unfit
from registry.protocols.wire import address, bearer
from shadow.judges.binding import Misbound, ServiceBinding
from shadow.judges.breaker import Breaker

# A whole exchange, as of any deliberation (security rule E8).
CALL_SECONDS = 30.0


@dataclass(frozen=True)
class CompanionJudge:
    """A companion, asked through ``/v1/deliberate`` or whatever it speaks, by what was read from the database before.

    Its protocols carry no temperature and no seed; it is asked for the shape in words alone.
    """

    name: str
    provider: str
    model: str
    reach: Reach = field(repr=False)
    tier: str
    chamber: str
    cycle: str

    def ask(self, prompt: str, *, seed: int) -> str:
        """The words of its answer. Raises Unanswered."""
        called = deliberate(self.reach, self._question(prompt, seed), deadline=CALL_SECONDS)
        return _said(called)

    def _question(self, prompt: str, seed: int) -> Question:
        named = hashlib.sha256(f"{seed}\n{prompt}".encode("utf-8", "surrogatepass")).digest()
        return Question(prompt, self.tier, self.chamber, self.cycle, request_id=str(uuid.UUID(bytes=named[:16])))


@dataclass(frozen=True)
class ServiceJudge:
    """A service that speaks as OpenAI's does, at temperature 0, with a seed and a schema where it takes one."""

    binding: ServiceBinding

    @property
    def name(self) -> str:
        return self.binding.name

    @property
    def provider(self) -> str:
        return self.binding.provider

    @property
    def model(self) -> str:
        return self.binding.model

    def ask(self, prompt: str, *, seed: int) -> str:
        """The words of its answer. Raises Unanswered."""
        question = Question(prompt, tier="", chamber="", cycle="", request_id="")
        try:
            reply = ask(self._call(prompt, seed))
            return read(strict_json(reply.body), question).response
        except Failed as failed:
            raise Unanswered(_reason(failed.outcome, failed.reason)) from None
        except Unfit as unfit:
            raise Unanswered(_reason(unfit.outcome, unfit.reason)) from None
        except Refused as refused:
            raise Unanswered(_reason(Outcome.OUR_FAULT, refused.reason_code)) from None
        except Misbound:
            raise Unanswered("our_fault:key_file") from None

    def _call(self, prompt: str, seed: int) -> Ask:
        url = address(self.binding.address, WIRE.tail)
        key = self.binding.key()
        return Ask(
            "POST",
            url,
            headers={"Content-Type": "application/json", **(bearer(key) if key else {})},
            body=json.dumps(self._body(prompt, seed), separators=(",", ":")).encode(),
            deadline=CALL_SECONDS,
            credentials_origin=check_url(url, rules=policy_in_force()).origin if key else None,
        )

    def _body(self, prompt: str, seed: int) -> dict[str, Any]:
        formats: dict[str, dict[str, Any]] = {
            "json_schema": {
                "type": "json_schema",
                "json_schema": {"name": "opinion", "strict": True, "schema": schema()},
            },
            "json_object": {"type": "json_object"},
        }
        shaped = {"response_format": formats[self.binding.output]} if self.binding.output in formats else {}
        return {
            "model": self.model,
            "messages": [{"role": "user", "content": prompt}],
            "temperature": 0,
            "seed": seed,
            "stream": False,
            **shaped,
        }


@dataclass(frozen=True)
class Guarded:
    """A judge behind its breaker."""

    judge: Judge
    breaker: Breaker = field(repr=False)

    @property
    def name(self) -> str:
        return self.judge.name

    @property
    def provider(self) -> str:
        return self.judge.provider

    @property
    def model(self) -> str:
        return self.judge.model

    def ask(self, prompt: str, *, seed: int) -> str:
        """The words of its answer. Raises Unanswered, with ``breaker_open`` where it is not even asked."""
        if not self.breaker.lets_through():
            raise Unanswered("breaker_open")
        ok = False
        try:
            said = self.judge.ask(prompt, seed=seed)
            ok = True
        except Unanswered as unanswered:
            # A fault of ours says nothing of the other side.
            ok = unanswered.reason.startswith(Outcome.OUR_FAULT)
            raise
        else:
            return said
        finally:
            self.breaker.report(ok=ok)


def _said(called: Called) -> str:
    if not isinstance(called.value, Deliberation):
        raise Unanswered(_reason(called.outcome, called.reason))
    return called.value.response


def _reason(outcome: Outcome, reason: str) -> str:
    return f"{outcome}:{reason}"
