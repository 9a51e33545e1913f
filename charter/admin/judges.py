"""The admission tests of judges as stewards see them: who was tested on what, what came of it, and why."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from charter.models import JudgeTrial
from charter.models.judging import TrialResult
from faces.facts_page import FactsAdmin


@admin.register(JudgeTrial)
class JudgeTrialAdmin(FactsAdmin):
    """One trial: its counts beside what they are counts of."""

    list_display = ("judge", "provider", "model", "result", "kappa", "began_at", "ended_at", "suspended_at")
    list_filter = ("result", "judge")
    search_fields = ("judge", "provider", "model")

    def page(self, request: HttpRequest, obj: JudgeTrial) -> dict[str, Any]:  # noqa: ARG002  the page's signature
        return {"title": f"Trial of {obj.judge}", "facts": [*_identity(obj), *_counts(obj)]}


def _identity(trial: JudgeTrial) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [
        ("Judge", f"{trial.judge}: {trial.model}, run by {trial.provider}"),
        ("Result", trial.get_result_display()),
        ("Began", trial.began_at),
    ]
    if trial.ended_at:
        facts.append(("Ended", trial.ended_at))
    if trial.suspended_at:
        facts.append(("Suspended, because a known case was judged otherwise", trial.suspended_at))
    return facts


def _counts(trial: JudgeTrial) -> list[tuple[str, Any]]:
    if trial.result in {TrialResult.RUNNING, TrialResult.UNFINISHED}:
        return [("Golden cases", len(trial.cases)), ("Calls answered", trial.opinions.count())]
    n = trial.compliant + trial.violating
    return [
        ("Agreement with people beyond chance (kappa)", "cannot be told" if trial.kappa is None else trial.kappa),
        ("Agreed with people", f"{trial.agreed} of {n}"),
        ("Compliant answers flagged", f"{trial.false_flags} of {trial.compliant}"),
        ("Verdicts changed by an instruction in the text", f"{trial.flips} of {n}"),
        ("Without an accepted verdict", f"{trial.undecided} of {n}"),
    ]
