"""The conformance kit: the checks of an application, run by the provider before applying, without a database.

The very same ``onboarding.checks`` as the worker's. Exit codes: 0 pass, 1 fail, 2 usage, 3 inconclusive, 4 unreachable.
"""

import json
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from charter.law import Law
from ledger.canonical import plain, rfc3339
from onboarding.checks import Candidate, explanation, refused_address, run_checks
from onboarding.checks.running import not_tried
from onboarding.intake.addresses import endpoint_of
from onboarding.rules import FAIL, PASS, Found
from registry.egress import Outcome, Refused, check_url, policy_in_force
from registry.models.endpoint import AuthKind
from registry.protocols import REASONS, Reach

LOCAL_HINT = (
    "To try a server on your own machine, name it: "
    "KAIZEN_ENV=development KAIZEN_EGRESS_DEV_ALLOW=127.0.0.1:PORT kaizen conformance http://127.0.0.1:PORT"
)
WIDTH = 100
_HINTED = ("scheme_", "host_", "port_", "address_")
_NOBODY_THERE = frozenset({Outcome.UNREACHABLE, Outcome.TIMEOUT})
_NEEDS = {
    "control": "give --challenge TOKEN once an application has told you one",
    "duplicate": "known when you apply",
    "model_card": "give --model-card URL",
    "uptime": "stated when you apply",
}


class Exit(IntEnum):
    """How the command ends."""

    PASS = 0
    FAIL = 1
    USAGE = 2
    INCONCLUSIVE = 3
    UNREACHABLE = 4


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for; ``api_key`` empty for none, ``header`` empty for the protocol's own."""

    url: str
    protocol: str = ""
    model: str = ""
    header: str = ""
    api_key: str = ""
    challenge: str = ""
    model_card: str = ""

    def __repr__(self) -> str:
        return f"Wanted({self.url!r})"


@dataclass(frozen=True)
class Report:
    """What came of it."""

    url: str
    protocol: str
    findings: Sequence[Found]
    left_out: Sequence[str]
    law: Law
    at: datetime

    @property
    def exit_code(self) -> Exit:
        """Unreachable before failed before inconclusive; advice changes nothing."""
        required = [found for found in self.findings if found.required]
        if any(_is_nobody_there(found) for found in required):
            return Exit.UNREACHABLE
        if any(found.outcome == FAIL for found in required):
            return Exit.FAIL
        return Exit.PASS if all(found.outcome == PASS for found in required) else Exit.INCONCLUSIVE

    def as_json(self) -> str:
        """The report for machines."""
        code = self.exit_code
        shown = {
            "url": self.url,
            "protocol": self.protocol,
            "verdict": code.name.lower(),
            "exitCode": code.value,
            "at": rfc3339(self.at),
            "law": {"version": self.law.version, "digest": self.law.digest},
            "findings": [_finding(found) for found in self.findings],
            "notTried": [{"check": name, "why": _NEEDS[name]} for name in self.left_out],
        }
        return json.dumps(shown, indent=2)

    def as_text(self) -> str:
        """The remedies and the verdict, for people; the single findings were shown as they came."""
        lines = []
        for found in self.findings:
            if found.outcome != PASS and found.reason != "not_offered":
                lines += ["", f"{found.check}: {found.outcome.replace('_', ' ')} ({found.reason})"]
                lines += [
                    *_wrapped("what it asks:  ", explanation(found.check)),
                    *_wrapped("what we saw:   ", found.detail),
                ]
        if any(found.check == "url" and found.reason.startswith(_HINTED) for found in self.findings):
            lines += ["", LOCAL_HINT]
        lines += [""] if self.left_out else []
        lines += [f"not tried: {name} ({_NEEDS[name]})" for name in self.left_out]
        lines += ["", f"{self.exit_code.name.lower()}: {_SUMMARY[self.exit_code]}"]
        return "\n".join(lines)


_SUMMARY = {
    Exit.PASS: "every required check that could be tried passed.",
    Exit.FAIL: "a required check failed; an application would come back with this report.",
    Exit.INCONCLUSIVE: "a required check could not be measured, or would need a steward's waiver.",
    Exit.UNREACHABLE: "nobody answers at this address.",
}


def conform(
    wanted: Wanted, law: Law, *, cycle: str, at: datetime, progress: Callable[[Found], None] = lambda _found: None
) -> Report:
    """Run every check that can be tried from here; ``progress`` hears of each as it ends."""
    try:
        target = check_url(wanted.url, rules=policy_in_force())
    except Refused as refusal:
        found = refused_address(refusal)
        progress(found)
        return Report(wanted.url, wanted.protocol, [found], [], law, at)
    endpoint = endpoint_of(target)
    reach = Reach(
        base_url=endpoint.base,
        origin=endpoint.origin,
        protocol=wanted.protocol or endpoint.protocol,
        upstream_model=wanted.model,
        auth_kind=AuthKind.API_KEY.value if wanted.api_key else AuthKind.NONE.value,
        auth=_auth(wanted),
    )
    candidate = Candidate(reach, challenge=wanted.challenge, model_card=wanted.model_card, cycle=cycle)

    def heard(_check: str, found: Found | None) -> None:
        if found is not None:
            progress(found)

    findings = run_checks(candidate, law, at=at, progress=heard)
    return Report(endpoint.url, reach.protocol, findings, not_tried(candidate), law, at)


def line(found: Found) -> str:
    """One finding as one line."""
    mark = found.outcome if found.required or found.outcome == PASS else f"{found.outcome}, advice"
    return f"{mark.replace('_', ' '):<22} {found.check:<13} {found.detail}"


def _wrapped(title: str, text: str) -> list[str]:
    first, following = f"  {title}", " " * (2 + len(title))
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=following, break_long_words=False)


def _auth(wanted: Wanted) -> dict[str, str]:
    if not wanted.api_key:
        return {}
    return {"key": wanted.api_key} | ({"header": wanted.header} if wanted.header else {})


def _is_nobody_there(found: Found) -> bool:
    if found.check != "host" or found.outcome != FAIL:
        return False
    return found.reason in REASONS and REASONS[found.reason].outcome in _NOBODY_THERE


def _finding(found: Found) -> dict[str, Any]:
    return {
        "check": found.check,
        "required": found.required,
        "outcome": found.outcome,
        "reason": found.reason,
        "detail": found.detail,
        "explanation": explanation(found.check),
        "measured": plain(found.measured),
    }
