"""Scorers on trial: what each would change and for whom, and the second person's word."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from charter.models import LawVersion
from charter.queries import version_at
from faces.deciding import ReasonForm
from faces.figures.amounts import cut, exact_utc, in_words, percent
from faces.figures.records import DecideAction
from ledger.actors import STEWARD
from ledger.decisions import Refused
from registry.admin.desk import Decides, DeskAdmin
from registry.admin.strips import strip_of
from registry.authentication import actor_of_request
from shadow.actions import promoting
from shadow.admin.seen import READ_ANSWERS
from shadow.admin.starting import start_view
from shadow.models import ScorerTrial
from shadow.models.trial import TrialState
from shadow.queries.trials import window_of

WAY = (TrialState.OPEN.value, TrialState.FINISHED.value, TrialState.PROMOTED.value)
# Pages stay pages: the report itself, with all of them, is sealed and printed by ``manage.py rescore``.
COMPANIONS_SHOWN = 200
CELLS = (("yes_yes", "yes", "yes"), ("yes_no", "yes", "no"), ("no_yes", "no", "yes"), ("no_no", "no", "no"))


def promotion_form(trial: ScorerTrial) -> type[ReasonForm]:
    """The reason, and where compliance moves beyond its interval the signature that it may."""
    moved = trial.results.get("moved", [])
    if not moved:
        return ReasonForm
    field = forms.BooleanField(
        label="I sign off that compliance moves beyond its interval, for the reason that I give",
        required=False,
        help_text=f"It moves for {len(moved)} of {len(trial.results['companions'])} companions.",
    )
    return type("PromotionForm", (ReasonForm,), {"signed_off": field, "field_order": ("signed_off", "reason")})


def what_promoting_does(trial: ScorerTrial) -> list[str]:
    law = version_at(timezone.now())
    return [
        f"A new version of law {law.version} is enacted at once. It differs in the scorer alone.",
        f"Answers are scored by {trial.scorer} {trial.scorer_version} then, and no more by {scorer_in(law)}.",
        "Gates and GI read its sums from then on. Scores, incidents and decisions that stand keep theirs.",
        f"It reads on through the last {in_words(window_of(law.law))}, so that no companion begins with nothing.",
        "The report and your reason are sealed with both entries.",
    ]


def what_dropping_does(_trial: ScorerTrial) -> list[str]:
    return ["The scorer in force stays. What was read counts for nothing, and the scorer may be tried again."]


def warnings(trial: ScorerTrial) -> list[str]:
    """What stands against it, and what a reader should not overlook."""
    try:
        found = promoting.objections_to(trial, version_at(timezone.now()))
    except Refused as refusal:
        found = list(refusal.reasons)
    report = trial.results
    if not report:
        return found
    moved = [row for row in report["companions"] if row["moved"]]
    found += [f"Compliance of {row['companion']} moves from {_shown(row, 'before')} to {_shown(row, 'after')}."
              for row in moved[:COMPANIONS_SHOWN]]  # fmt: skip
    unread = report["after"]["unscored"] - report["before"]["unscored"]
    if unread > 0:
        found.append(f"It leaves {unread} more answers without a score than the scorer in force.")
    return found


def scorer_in(law: LawVersion) -> str:
    return f"{law.law.scoring.scorer} {law.law.scoring.scorer_version}"


def _shown(row: dict[str, Any], side: str) -> str:
    share = row[side]["share"]
    return "not measured" if share is None else percent(Decimal(share))


@admin.register(ScorerTrial)
class ScorerTrialAdmin(DeskAdmin):
    """Trials, the newest first."""

    page_template = "admin/shadow/trial.html"
    list_display = ("named", "state", "read", "companions_moved", "starter", "started_at")
    list_filter = ("state",)
    list_select_related = ("started_by",)
    search_fields = ("scorer", "candidate__startswith")
    search_help_text = "The scorer's name, or how its digest begins"
    actions = (
        Decides(
            promoting.promote, "Promote the scorer", moves=["promote"], primary=True, form_for=promotion_form,
            consequences=what_promoting_does, warnings=warnings,
        ),
        Decides(promoting.drop, "Drop the trial", moves=["drop"], consequences=what_dropping_does),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScorerTrial]:
        return super().get_queryset(request).select_related("law", "started_by", "enacted")

    @admin.display(description="scorer", ordering="scorer")
    def named(self, trial: ScorerTrial) -> str:
        return f"{trial.scorer} {trial.scorer_version}"

    @admin.display(description="answers read")
    def read(self, trial: ScorerTrial) -> str:
        return f"{trial.done} of {trial.total}"

    @admin.display(description="companions moved")
    def companions_moved(self, trial: ScorerTrial) -> str:
        return str(len(trial.results["moved"])) if trial.results else "not known yet"

    @admin.display(description="started by")
    def starter(self, trial: ScorerTrial) -> str:
        return str(trial.started_by or "a console")

    def barred(self, request: HttpRequest, obj: ScorerTrial) -> str:
        actor = actor_of_request(request)
        if obj.state != TrialState.FINISHED or not actor.has_role(STEWARD):
            return ""
        if not obj.starter_ref:
            return "Nobody's name stands under its start, so it cannot be promoted: a person starts a trial here."
        return "You started it: another person promotes it." if obj.starter_ref == actor.ref else ""

    def decide_facts(self, obj: Any) -> list[tuple[str, Any]]:
        facts = [
            ("Scorer", f"{obj.scorer} {obj.scorer_version}"),
            ("Instead of", scorer_in(obj.law)),
            ("Answers read", f"{obj.done} of {obj.total}"),
            ("Stored", f"{exact_utc(obj.since_at)} to {exact_utc(obj.until_at)}"),
            ("Started", f"{exact_utc(obj.started_at)} by {obj.started_by or 'a console'}"),
        ]
        if obj.results:
            before, after = obj.results["before"], obj.results["after"]
            facts += [
                ("Compliant", f"{_of(before)}, would be {_of(after)}"),
                ("Mean score", f"{_mean(before)}, would be {_mean(after)}"),
                ("Answers that cross the incident line", obj.results["crossing"]["all"]),
                ("Companions moved beyond their interval", ", ".join(obj.results["moved"][:20]) or "none"),
            ]  # fmt: skip
        return facts

    def page(self, request: HttpRequest, obj: ScorerTrial) -> dict[str, Any]:
        found = super().page(request, obj)
        way = WAY if obj.state in WAY else (*WAY[: 2 if obj.finished_at else 1], str(obj.state))
        return {
            **found,
            "strip": strip_of(
                f"The trial of {obj.scorer} {obj.scorer_version}", way=way, state=obj.state, told=found["told"],
                at=timezone.now(), endings=("dropped",) if obj.state in WAY else (), tones={"promoted": "pass"},
            ),
            "title": f"Scorer {obj.scorer} {obj.scorer_version} on trial",
            "report": obj.results,
            "scoring": obj.law.law.scoring,
            "share_asked": obj.law.law.shadow.compliance.share,
            "tables": tables(obj),
            "rows": obj.results.get("companions", [])[:COMPANIONS_SHOWN],
            "instead_of": scorer_in(obj.law),
            "may_read": request.user.has_perm(READ_ANSWERS),
            "percent_read": percent(Decimal(obj.done) / obj.total) if obj.total else "",
            "warnings": warnings(obj) if obj.state == TrialState.FINISHED else [],
        }  # fmt: skip

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may = actor_of_request(request).has_role(STEWARD)
        links = [DecideAction("Try a scorer", reverse("admin:shadow_scorertrial_start"))] if may else []
        return super().changelist_view(request, {**(extra_context or {}), "list_links": links})

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(start_view(self))
        return [path("start/", view, name="shadow_scorertrial_start"), *super().get_urls()]


def tables(trial: ScorerTrial) -> list[tuple[str, list[tuple[str, str, int]]]]:
    """The confusion between both scorers for each of the law's lines: (was so, would be so, answers)."""
    if not trial.results:
        return []
    scoring = trial.law.law.scoring
    named = (
        (f"At least {scoring.compliant_at}: compliant", "compliant"),
        (f"Below {scoring.incident_below}: the incident line", "below"),
        ("Vetoed", "vetoed"),
    )
    return [(title, [(was, now, trial.results[key][cell]) for cell, was, now in CELLS]) for title, key in named]


def _mean(side: dict[str, Any]) -> str:
    return "not measured" if side["mean"] is None else cut(Decimal(side["mean"]), places=2)


def _of(side: dict[str, Any]) -> str:
    return f"{side['compliant']} of {side['scored']}"
