"""How each kind of waiting becomes a line of the queue: what, whose, since when, and the one next act."""

from datetime import datetime

from django.urls import reverse

from appeals.models import Appeal
from appeals.models import State as AppealState
from charter.models import Amendment
from faces.figures.records import QueueRow
from onboarding.models import Application
from onboarding.models.application import State as ApplicationState
from shadow.models import ScorerTrial
from tiers.models import Audit, Decline, Incident, Nomination, Penalty, Standing
from tiers.models.standing import Precaution
from tiers.models.standing import State as StandingState
from tiers.queries.clocks import fall_due_at


def application(row: Application, at: datetime) -> QueueRow:
    at_steward = row.state == ApplicationState.STEWARD_REVIEW
    late = f"{row.state.replace('_', ' ')} is overdue" if not at_steward else ""
    return QueueRow(
        what=f"{row.model_name}{f': {late}' if late else ''}",
        whose=row.provider.slug,
        url=reverse("admin:onboarding_application_change", args=[row.pk]),
        next_act="Decide" if at_steward else "Look at it",
        age=at - row.submitted_at,
        due_at=row.due_at,
        overdue=row.is_overdue(at),
        kind="application",
    )


def appeal(row: Appeal, at: datetime) -> QueueRow:
    at_steward = row.state == AppealState.STEWARD_REVIEW
    late = "" if at_steward else ": the sentinel's review is overdue"
    return QueueRow(
        what=f"{row.about_move.replace('_', ' ')}, {row.companion.ref if row.companion else row.target_ref}{late}",
        whose=row.provider_slug or row.party_kind,
        url=reverse("admin:appeals_appeal_change", args=[row.pk]),
        next_act="Rule" if at_steward else "Look at it",
        age=at - row.submitted_at,
        due_at=row.due_at,
        overdue=row.due_at is not None and row.due_at <= at,
        kind="appeal",
    )


def incident(row: Incident, at: datetime) -> QueueRow:
    return QueueRow(
        what=f"{row.public_id}, {row.severity}: {row.summary}",
        whose=row.companion.ref,
        url=reverse("admin:tiers_incident_change", args=[row.pk]),
        next_act="Confirm or clear",
        age=at - row.opened_at,
        kind="incident",
    )


def standing(row: Standing, at: datetime) -> QueueRow:
    since = row.with_steward_at or row.changed_at
    if row.precaution == Precaution.FROZEN:
        what, since = "is frozen until a steward's word", row.changed_at
    elif row.state == StandingState.SUSPENDED:
        what, since = "is suspended without an end", row.state_since
    else:
        what, since = "is in shadow mode too long", row.shadow_since or since
    return QueueRow(
        what=f"{row.companion.ref} {what}",
        whose=row.companion.provider.slug,
        url=reverse("admin:tiers_standing_change", args=[row.pk]),
        next_act="Look at it",
        age=at - since,
        kind="companion",
    )


def changed(row: Standing, at: datetime) -> QueueRow:
    """Nobody has to act: it goes on by rule, once the criteria hold again."""
    return QueueRow(
        what=f"{row.companion.ref} changed: back in shadow mode, it keeps the tier {row.tier}",
        whose=row.companion.provider.slug,
        url=reverse("admin:tiers_standing_change", args=[row.pk]),
        next_act="Look at it",
        age=at - (row.shadow_since or row.state_since),
        kind="companion",
    )


def trial(row: ScorerTrial, at: datetime) -> QueueRow:
    return QueueRow(
        what=f"the scorer {row.scorer} {row.scorer_version} has read {row.total} answers on trial",
        whose=str(row.started_by or "a console"),
        url=reverse("admin:shadow_scorertrial_change", args=[row.pk]),
        next_act="Promote or drop",
        age=at - (row.finished_at or row.changed_at),
        kind="scorer",
    )


def nomination(row: Nomination, at: datetime) -> QueueRow:
    return QueueRow(
        what=f"{row.companion.ref} is nominated for {row.tier} and misses a word",
        whose=row.companion.provider.slug,
        url=reverse("admin:tiers_nomination_change", args=[row.pk]),
        next_act="Second, invite or decline",
        age=at - row.opened_at,
        kind="nomination",
    )


def choice(row: Penalty, at: datetime) -> QueueRow:
    return QueueRow(
        what=f"{row.companion.ref}, offence no. {row.nth}: {row.incident.public_id}",
        whose=row.companion.provider.slug,
        url=reverse("admin:tiers_penalty_change", args=[row.pk]),
        next_act="Choose what it brings",
        age=at - row.imposed_at,
        kind="offence",
    )


def decline(row: Decline, at: datetime) -> QueueRow:
    falls_at = f"{fall_due_at(row):%Y-%m-%d %H:%M} UTC"
    return QueueRow(
        what=f"{row.companion.ref} measures far below what {row.tier} asks; by rule it falls {falls_at}",
        whose=row.companion.provider.slug,
        url=reverse("admin:tiers_standing_change", args=[row.companion.standing.pk]),
        next_act="Look at it",
        age=at - (row.with_steward_at or row.began_at),
        kind="decline",
    )


def audit(row: Audit, at: datetime) -> QueueRow:
    return QueueRow(
        what=f"{row.subject_ref} found decisions of ours that do not come out the same",
        whose="us",
        url=reverse("admin:tiers_audit_change", args=[row.pk]),
        next_act="Answer it",
        age=at - (row.ended_at or row.began_at),
        kind="audit",
    )


def amendment(row: Amendment, at: datetime) -> QueueRow:
    return QueueRow(
        what=f"{row.subject_ref}: {row.title}",
        whose=str(row.author),
        url=reverse("admin:charter_amendment_change", args=[row.pk]),
        next_act="Approve or reject",
        age=at - (row.proposed_at or row.drafted_at),
        kind="amendment",
    )
