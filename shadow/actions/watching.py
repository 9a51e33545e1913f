"""Whom to probe: watches are opened and closed by ``tiers``, and providers announce their maintenance ahead."""

from datetime import datetime

from django.db import transaction

from charter.models import LawVersion
from ledger.decisions import Refused
from registry.models import Companion
from shadow.models import MaintenanceWindow, Slot, Spell, Watch


def open_watch(companion: Companion, *, law: LawVersion, at: datetime, tier: str = "") -> Watch:
    """Probe ``companion`` from ``at`` on, as ``law`` says; a closed watch is opened again, an open one stays.

    ``tier`` is what it is asked as; before its first exit a companion has none and is asked as the highest tier that
    an application may propose.
    """
    as_tier = tier or law.law.onboarding.proposable_tiers[-1]
    watch, made = Watch.objects.get_or_create(
        companion=companion, defaults={"law": law, "opened_at": at, "planned_until": at, "tier": as_tier}
    )
    if not made:
        opened = {"law": law, "opened_at": at, "closed_at": None, "planned_until": at, "tier": as_tier}
        Watch.objects.filter(pk=watch.pk, closed_at__isnull=False).update(**opened)
        watch.refresh_from_db()
    return watch


def close_watch(companion: Companion, *, at: datetime) -> None:
    """Stop probing: slots that nobody finished go, and count for nothing; closing twice changes nothing."""
    with transaction.atomic():
        if Watch.objects.filter(companion=companion, closed_at=None).update(
            closed_at=at, is_active=False, is_failing=False
        ):
            Slot.objects.filter(companion=companion).delete()
            Spell.objects.filter(companion=companion, ended_at=None).update(ended_at=at)


def watch_under(companion: Companion, *, law: LawVersion) -> None:
    """Go on probing under another law: what begins now is measured as that law says."""
    Watch.objects.filter(companion=companion, closed_at=None).update(law=law)


def tell_standing(companion: Companion, *, tier: str, is_active: bool) -> None:
    """Where it stands now: as what it is asked, and whether its answers count as a peer's for the others."""
    Watch.objects.filter(companion=companion).update(is_active=is_active, **({"tier": tier} if tier else {}))


def announce_maintenance(
    companion: Companion, *, starts_at: datetime, ends_at: datetime, at: datetime
) -> MaintenanceWindow:
    """A time in which the provider asks not to be probed: nothing is asked then, and nothing is expected.

    Raises Refused for one that began already: afterwards it would be an excuse.
    """
    if starts_at <= at:
        raise Refused("Maintenance is announced ahead: let it start in the future.")
    if ends_at <= starts_at:
        raise Refused("Maintenance ends after it starts.")
    with transaction.atomic():
        window = MaintenanceWindow.objects.create(
            companion=companion, starts_at=starts_at, ends_at=ends_at, announced_at=at
        )
        Slot.objects.filter(companion=companion, due_at__gte=starts_at, due_at__lt=ends_at).delete()
    return window
