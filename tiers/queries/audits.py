"""What an audit looks at, and what audits found."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import chain

from django.db.models import Q, QuerySet

from ledger.lifecycle import Lifecycle
from ledger.models import Decision, Head
from tiers.models import Audit, AuditedDecision, Decline, Incident, Nomination, Penalty, Standing
from tiers.models.audit import Outcome
from tiers.models.standing import Tier


def last_audit() -> Audit | None:
    """The latest one, whatever became of it."""
    return Audit.objects.select_related("law").order_by("-number").first()


def audit_called(public_id: str) -> Audit:
    """The audit ``AUD-00001``. Raises Audit.DoesNotExist."""
    prefix, _, digits = public_id.partition("-")
    if prefix != "AUD" or not (digits.isascii() and digits.isdecimal() and len(digits) <= 18):  # noqa: PLR2004  a bigint
        raise Audit.DoesNotExist(public_id)
    return Audit.objects.select_related("law").get(number=int(digits))


def beginning_of_the_log() -> datetime | None:
    """When the first decision took effect; None where the log was never opened."""
    return Decision.objects.filter(seal__idx=0).values_list("at", flat=True).first()


def size_of_the_log() -> int:
    return Head.objects.values_list("size", flat=True).filter(id=1).first() or 0


def decisions_of(audit: Audit) -> QuerySet[Decision]:
    """All that was sealed in its time."""
    return Decision.objects.filter(seal__idx__gte=audit.first_index, seal__idx__lt=audit.end_index)


def about_critical(audit: Audit) -> QuerySet[Decision]:
    """Of these, those about companions that are critical, or were at some time of it."""
    sealed = decisions_of(audit)
    moved = Q(from_state=Tier.CRITICAL) | Q(to_state=Tier.CRITICAL)
    refs = set(sealed.filter(moved, subject_kind=Standing.subject_kind).values_list("subject_ref", flat=True))
    refs |= set(Standing.objects.filter(tier=Tier.CRITICAL).values_list("companion__ref", flat=True))
    about = Q(subject_kind=Standing.subject_kind, subject_ref__in=refs)
    for kind, names in _decided_under_names_of_their_own(refs).items():
        about |= Q(subject_kind=kind, subject_ref__in=names)
    return sealed.filter(about)


def still_waiting(audit: Audit) -> QuerySet[AuditedDecision]:
    """What an audit has still to look at."""
    return audit.rows.filter(outcome=Outcome.WAITS).select_related("decision__seal").order_by("pk")


def outcomes_of(audit: Audit) -> list[tuple[str, str]]:
    """Every decision that was looked at, as ``dec_…``, with what became of it; in the log's order."""
    rows = audit.rows.order_by("decision__seal__idx").values_list("decision_id", "outcome")
    return [(f"dec_{pk.hex}", outcome) for pk, outcome in rows]


def findings_of(audit: Audit, *, outcomes: Iterable[str] = (Outcome.DIFFERS,)) -> QuerySet[AuditedDecision]:
    """The rows with these outcomes, in the log's order."""
    rows = audit.rows.filter(outcome__in=list(outcomes)).select_related("decision__seal")
    return rows.order_by("decision__seal__idx")


def _decided_under_names_of_their_own(refs: Iterable[str]) -> dict[str, list[str]]:
    """What is about these companions and is called otherwise than they are: names by the subject's kind."""
    whose = {"companion__ref__in": list(refs)}
    found: dict[str, list[str]] = defaultdict(list)
    rows: Iterable[Lifecycle] = chain(
        Incident.objects.filter(**whose),
        Penalty.objects.filter(incident__companion__ref__in=list(refs)),
        Decline.objects.filter(**whose),
        Nomination.objects.filter(**whose),
    )
    for row in rows:
        found[row.subject_kind].append(row.subject_ref)
    return found
