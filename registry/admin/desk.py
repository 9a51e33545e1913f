"""The desk: pages of what has a lifecycle, with its way, its history, and the decisions that this person may take now.

Who may decide at all is asked before a decide page opens; whether the state still allows it is told on the page, so
that a steward who comes second reads who was first instead of a bare refusal. The action judges all of it again.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from faces.deciding import AsksReason
from faces.facts_page import FactsAdmin
from faces.figures.amounts import exact_utc
from faces.figures.criterion import CriterionLine
from faces.figures.records import DecideAction
from faces.problems import Problem, refused
from ledger.actors import Actor, a_steward
from ledger.decisions import AlreadyDecided, allowed_moves
from ledger.lifecycle import Lifecycle
from ledger.models import Decision
from ledger.queries import history, last_decision
from registry.authentication import actor_of_request
from registry.pages.history import entries, in_words
from registry.queries import names_of

NOT_OF_ONES_OWN = "Nobody decides on a matter of their own organisation; another steward may."


def is_deciding_role(request: HttpRequest) -> bool:
    """A steward or a chief: who may decide, and read whom to write to."""
    return bool(getattr(request.user, "roles", frozenset()) & {"steward", "chief"})


def may_decide(request: HttpRequest, obj: Lifecycle) -> bool:
    """A steward or a chief of another organisation."""
    return a_steward(obj, actor_of_request(request))


class Decides(AsksReason):
    """A steward's decision on a row with a lifecycle; ``moves`` are the transitions that it may come to.

    ``warnings(obj)`` are sentences to read before deciding, ``criteria(obj)`` the lines to have in view,
    ``form_for(obj)`` the form where it depends on the row.
    """

    def __init__(
        self,
        action: Callable[..., Any],
        label: str,
        *,
        moves: Sequence[str],
        primary: bool = False,
        grave: bool = False,
        warnings: Callable[[Any], Sequence[str]] | None = None,
        criteria: Callable[[Any], Sequence[CriterionLine]] | None = None,
        form_for: Callable[[Any], Any] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(action, label, **{"allowed": may_decide, **more})
        self.moves = frozenset(moves)
        self.primary, self.grave = primary, grave
        self._warnings, self._criteria, self._form_for = warnings, criteria, form_for

    def is_open(self, actor: Actor, obj: Lifecycle) -> bool:
        """Whether ``actor`` could make one of its moves in the present state."""
        return bool(self.moves & set(allowed_moves(obj, by=actor)))

    def form_of(self, obj: Any) -> Any:
        return self._form_for(obj) if self._form_for else self.form

    def context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {
            "closed": "" if self.is_open(self.actor(request), obj) else _why_closed(obj),
            "warnings": self._warnings(obj) if self._warnings else (),
            "criteria_lines": self._criteria(obj) if self._criteria else (),
            "grave": self.grave,
        }

    def problem_of(self, error: Exception) -> Problem | None:
        if isinstance(error, AlreadyDecided) and error.decision is not None:
            return refused([_already(error.decision)], code=error.code)
        return super().problem_of(error)


class DeskAdmin(FactsAdmin):
    """Rows with a lifecycle: what may be decided follows from their state and from who asks."""

    def offered(self, request: HttpRequest, obj: Any) -> Sequence[DecideAction]:
        actor = actor_of_request(request)
        acts = [act for act in self.decisions.values() if isinstance(act, Decides) and act.may(request, obj)]
        return [
            DecideAction(act.label, self.decide_url(obj, act.slug), primary=act.primary, grave=act.grave)
            for act in acts
            if act.is_open(actor, obj)
        ]

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        told = history(self.subjects(obj))
        return {
            "told": told,
            "entries": desk_entries(told),
            "barred": self.barred(request, obj),
        }

    def subjects(self, obj: Any) -> list[tuple[str, str]]:
        """Whose sealed decisions make the history of this page."""
        return [(obj.subject_kind, obj.subject_ref)]

    def barred(self, request: HttpRequest, obj: Any) -> str:
        """Why this steward decides nothing here; empty where they may, and for those who never decide."""
        actor = actor_of_request(request)
        if is_deciding_role(request) and actor.organisation and actor.organisation == obj.organisation_slug:
            return NOT_OF_ONES_OWN
        return ""


def desk_entries(told: Sequence[Any], *, with_subject: bool = False) -> list[Any]:
    """Sealed decisions as stewards read them: with names, and linked to the desk's own page of the decision."""
    shown = entries(told, names_shown=True, with_subject=with_subject)
    return [_at_desk(entry, row) for entry, row in zip(shown, told, strict=True)]


def _at_desk(entry: Any, row: Any) -> Any:
    address = reverse("admin:ledger_decision_change", args=[row.decision_id.removeprefix("dec_")])
    return type(entry)(**{**entry.__dict__, "url": address})


def _why_closed(obj: Lifecycle) -> str:
    last = last_decision(obj.subject_kind, obj.subject_ref)
    return _already(last) if last else "This cannot be decided in its present state."


def _already(decision: Decision) -> str:
    who = names_of([decision.actor_ref]).get(decision.actor_ref, decision.actor_ref)
    return f"Already decided: {in_words(decision.move)} by {who}, {exact_utc(decision.at)}. Read it again."
