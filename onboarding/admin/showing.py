"""What an application's page shows of its rows: facts, findings with remedies, the answers that lost points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from charter.admin.answers import lost_points, marked, scores_of
from faces.figures.amounts import exact_utc
from faces.figures.answer import MarkedAnswer
from onboarding.models import Application, SentinelReview
from onboarding.queries import CheckShown
from registry.protocols.reasons import sentence_of
from shadow.prompts import UnknownPrompt, by_id

OUTCOMES = {
    "pass": ("pass", "pass"),
    "fail": ("fail", "fail"),
    "inconclusive": ("inconclusive", "inconclusive"),
    "waiver_asked": ("inconclusive", "waiver asked"),
}


@dataclass(frozen=True)
class FindingShown:
    """One check as a line: ``tone`` and ``word`` make its mark, ``remedy`` is what the published code advises."""

    name: str
    tone: str
    word: str
    detail: str
    code: str
    remedy: str
    measured: list[tuple[str, str]]
    found_at: Any
    waived: bool


@dataclass(frozen=True)
class BatteryShown:
    """One answer of the battery with its prompt; ``outcome`` says what became of the call."""

    prompt_id: str
    outcome: str
    answer: MarkedAnswer


def facts_of(application: Application) -> list[tuple[str, Any]]:
    """The facts that a steward decides on, in the order of reading them."""
    body, endpoint = application.body, application.endpoint
    commitments = body.get("commitments") or {}
    return [
        ("Model", application.model_name),
        ("Provider", application.provider.slug),
        ("Organisation", body.get("legalEntity") or body.get("contact", {}).get("organization", "")),
        ("State", str(application.state).replace("_", " ")),
        ("Tier proposed", application.proposed_tier),
        ("Capabilities", ", ".join(body.get("capabilities", []))),
        ("Endpoint", f"{endpoint.base_url}, version {endpoint.version}"),
        ("Protocol", endpoint.protocol),
        ("Asks us for", endpoint.auth_kind.replace("_", " ")),
        ("Commitments", ", ".join(f"{name}: {_word(value)}" for name, value in commitments.items()) or "none given"),
        ("Price", _price(body.get("pricing"))),
        ("Submitted", exact_utc(application.submitted_at)),
        ("Due", exact_utc(application.due_at) if application.due_at else "no deadline runs"),
        ("Law it began under", application.law.version),
    ]


def findings_shown(checks: Sequence[CheckShown], *, required: bool) -> list[FindingShown]:
    """The latest round's findings; what failed stands first."""
    order = [*list(OUTCOMES)[1:], "pass"]
    chosen = sorted((check for check in checks if check.required is required), key=lambda it: order.index(it.outcome))
    return [_finding(check) for check in chosen]


def battery_shown(review: SentinelReview | None, *, with_texts: bool) -> tuple[list[BatteryShown], int]:
    """The answers that lost points or have no score, the lowest first, and how many were asked in all."""
    if review is None:
        return [], 0
    rows = list(review.answers.order_by("prompt_id"))
    scores = scores_of(row.pk for row in rows)
    lost = [row for row in rows if lost_points(scores.get(row.pk))]
    lost.sort(key=lambda row: _points(scores.get(row.pk)))
    return [
        BatteryShown(
            row.prompt_id,
            " ".join(filter(None, [row.outcome.replace("_", " "), row.reason.replace("_", " ")])),
            marked(scores.get(row.pk), text=row.text if with_texts else None, prompt=_prompt(row.prompt_id)),
        )
        for row in lost
    ], len(rows)


def numbers_in_words(numbers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The review's numbers as lines; nested ones are joined."""
    return [(name.replace("_", " "), _word(value)) for name, value in sorted(numbers.items())]


def _finding(check: CheckShown) -> FindingShown:
    tone, word = OUTCOMES[check.outcome]
    measured = [(name.replace("_", " "), _word(value)) for name, value in sorted(check.measured.items())]
    remedy = "" if check.outcome == "pass" else sentence_of(check.reason)
    remedy = "" if remedy and remedy in check.detail else remedy
    return FindingShown(
        check.name, tone, word, check.detail, check.reason, remedy, measured, check.found_at, check.waived
    )


def _points(score: Any) -> int:
    return -1 if score is None or score.score is None else int(score.score)


def _prompt(prompt_id: str) -> str:
    try:
        return by_id(prompt_id).text
    except UnknownPrompt:
        return ""


def _price(pricing: Mapping[str, Any] | None) -> str:
    if not pricing:
        return "not given yet; asked before shadow mode opens"
    return f"USD {pricing.get('inputPer1kTokens')} in, {pricing.get('outputPer1kTokens')} out, for 1,000 tokens"


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{str(name).replace('_', ' ')}: {_word(each)}" for name, each in sorted(value.items()))
    if isinstance(value, list):
        return ", ".join(_word(each) for each in value) or "none"
    return "none" if value is None or value == "" else str(value)
