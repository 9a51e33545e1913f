"""Closer watch after a fall, and the provider's plan to do better (spec section 10.4)."""

from datetime import datetime

from charter.law import Law
from charter.queries import version_at
from ledger.actors import Actor, Forbidden, its_provider
from ledger.decisions import Refused
from ledger.sealing import seal, sealed_atomic
from registry.models import Companion
from tiers.models import Monitoring, Standing


def begin_monitoring(companion: Companion, *, because: str, law: Law, at: datetime) -> Monitoring:
    """Watch it more closely for the law's time; the fall's own transaction seals why."""
    until = at + law.falling.monitoring
    return Monitoring.objects.create(companion=companion, because=because, began_at=at, until=until)


def end_monitoring(companion: Companion, *, began_at: datetime, at: datetime) -> int:
    """The fall that this watch followed is undone: it ends, and counts for nothing; how many that were."""
    running = Monitoring.objects.filter(companion=companion, began_at=began_at, until__gt=at)
    return running.update(until=at)


def give_plan(standing: Standing, plan: str, *, by: Actor, at: datetime) -> Monitoring:
    """The provider's plan of improvement, for the watch that runs; a new one takes the place of the one before.

    Its words stand in the ledger as a commitment alone. Raises Forbidden for anybody but the provider, and Refused
    where no closer watch runs.
    """
    if not its_provider(standing, by):
        raise Forbidden("Only its provider hands in a plan of improvement.")
    law = version_at(at)
    with sealed_atomic():
        Standing.objects.select_for_update().get(pk=standing.pk)
        running = Monitoring.objects.filter(companion=standing.companion_id, began_at__lte=at, until__gt=at)
        monitoring = running.order_by("-until", "-pk").first()
        if monitoring is None:
            raise Refused("No closer watch runs: a plan of improvement is asked for after a fall.")
        monitoring.plan, monitoring.plan_given_at = plan, at
        monitoring.save(update_fields=["plan", "plan_given_at"])
        seal(
            "companion.plan_given",
            subject=(standing.subject_kind, standing.subject_ref),
            actor=(by.kind, by.ref),
            move="give_plan",
            at=at,
            law=(law.version, law.digest),
            facts={"monitored_until": monitoring.until},
            private={"plan": plan},
        )
    return monitoring
