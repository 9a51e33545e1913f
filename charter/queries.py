"""Which law holds."""

from datetime import datetime

from charter.law import Law
from charter.models import LawVersion


class NoLaw(LookupError):
    """No version of the law was in force at that time."""


def version_at(at: datetime) -> LawVersion:
    """The version in force at ``at``, the time when a decision takes effect. Raises NoLaw."""
    row = LawVersion.objects.filter(effective_from__lte=at).order_by("-effective_from", "-id").first()
    if row is None:
        raise NoLaw(f"No law was in force at {at:%Y-%m-%d %H:%M:%S}. Run manage.py bootstrap.")
    return row


def law_at(at: datetime) -> Law:
    """The law in force at ``at``."""
    return version_at(at).law


def latest_version() -> LawVersion:
    """The version that was enacted last; it may take effect only later. Raises NoLaw."""
    row = LawVersion.objects.order_by("-effective_from", "-id").first()
    if row is None:
        raise NoLaw("No law was ever enacted. Run manage.py bootstrap.")
    return row


def numbers_taken() -> set[str]:
    """The numbers of all versions, in force, past or to come."""
    return set(LawVersion.objects.values_list("version", flat=True))
