"""A nomination on the desk: its evidence and words, what the tier asks as it stands, and who may still speak."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from faces.figures.amounts import exact_utc
from faces.figures.criterion import CriterionLine
from ledger.actors import Actor, a_chief, a_steward
from registry.admin.desk import Decides, DeskAdmin
from registry.admin.strips import strip_of
from registry.authentication import actor_of_request
from registry.queries import names_of
from tiers.actions import nominating
from tiers.admin.deciding import rise_criteria
from tiers.models import Nomination
from tiers.models.nomination import State, WordKind
from tiers.queries.nominating import critical_companions

WAY = (State.OPEN.value, State.PROMOTED.value)
ENDINGS = ("declined", "withdrawn", "lapsed")


class _Speaks(Decides):
    """A word for a nomination moves nothing of it: it may be given while it is open, by whoever gave none yet."""

    def is_open(self, actor: Actor, obj: Nomination) -> bool:
        given = {word.by_ref for word in obj.words.all()}
        return obj.state == State.OPEN and actor.ref not in given


def may_second(request: HttpRequest, nomination: Nomination) -> bool:
    """A steward of another organisation, where the tier asks for a second one."""
    asked = nomination.law.law.rising[nomination.tier].stewards
    return asked > 1 and a_steward(nomination, actor_of_request(request))


def may_invite(request: HttpRequest, nomination: Nomination) -> bool:
    """A chief of another organisation, where an invitation is asked, none is given, and no companion could give it."""
    law = nomination.law.law
    if not law.rising[nomination.tier].invited or not a_chief(nomination, actor_of_request(request)):
        return False
    given = any(word.kind == WordKind.INVITATION for word in nomination.words.all())
    return not given and not critical_companions(law, other_than=nomination.companion.provider_id).exists()


def criteria_of(nomination: Nomination) -> Sequence[CriterionLine]:
    """What the tier asks, as it stands now."""
    return rise_criteria(nomination.companion.standing)


@admin.register(Nomination)
class NominationAdmin(DeskAdmin):
    """Nominations, the newest first."""

    page_template = "admin/tiers/nomination.html"
    list_display = ("companion", "tier", "state", "opened_at", "lapses_at")
    list_filter = ("state", "tier")
    list_select_related = ("companion",)
    search_fields = ("companion__ref",)
    search_help_text = "Companion's id"
    actions = (
        _Speaks(nominating.second, "Second it", moves=(), primary=True, allowed=may_second, criteria=criteria_of),
        _Speaks(
            nominating.invite_for, "Invite in place of a critical companion", moves=(), allowed=may_invite,
            criteria=criteria_of,
        ),
        Decides(nominating.decline, "Decline it", moves=["decline"]),
        Decides(nominating.withdraw, "Take it back", moves=["withdraw"]),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Nomination]:
        rows = super().get_queryset(request).select_related("law", "companion__provider", "companion__standing__law")
        return rows.prefetch_related("words__sealed_as")

    def decide_facts(self, obj: Any) -> list[tuple[str, Any]]:
        return [
            ("Companion", obj.companion.ref),
            ("Provider", obj.companion.provider.slug),
            ("For the tier", obj.tier),
            ("Opened", exact_utc(obj.opened_at)),
            ("Lapses", exact_utc(obj.lapses_at)),
            ("Words given", ", ".join(word.get_kind_display().lower() for word in obj.words.all())),
        ]

    def page(self, request: HttpRequest, obj: Nomination) -> dict[str, Any]:
        found, words = super().page(request, obj), list(obj.words.all())
        names = names_of(word.by_ref for word in words)
        way = WAY if obj.state in WAY else (State.OPEN.value, str(obj.state))
        return {
            **found,
            "title": f"{obj.companion.ref} for the {obj.tier} tier",
            "strip": strip_of(
                "The way of this nomination", way=way, state=obj.state, told=found["told"], at=timezone.now(),
                endings=ENDINGS if obj.state in WAY else (), tones={"promoted": "pass"},
            ),
            "words": [(word, names.get(word.by_ref, word.by_ref)) for word in words],
            "evidence": [(_kind(item["kind"]), item) for item in obj.evidence],
            "criteria_lines": criteria_of(obj) if obj.state == State.OPEN else (),
            "companion_url": reverse("admin:tiers_standing_change", args=[obj.companion.standing.pk]),
        }  # fmt: skip


def _kind(kind: str) -> str:
    return kind.replace("_", " ")
