"""What egress lets through on an organisation's own network is a decision, so a change of it is sealed (E13)."""

from typing import Any

from django.conf import settings
from django.utils import timezone

from charter.queries import NoLaw, version_at
from ledger.actors import Actor
from ledger.models import Head
from ledger.queries import evidence_of, last_decision
from ledger.sealing import seal, sealed_atomic

MIGRATE = Actor.system("migrate")
SUBJECT = ("setting", "KAIZEN_EGRESS_ALLOW")


def seal_a_change(**_kwargs: Any) -> bool:
    """After a migrate: seal KAIZEN_EGRESS_ALLOW if it differs from what was sealed last; False if nothing changed."""
    at, allowed = timezone.now(), sorted(settings.KAIZEN_EGRESS_ALLOW)
    try:
        law = version_at(at)
    except NoLaw:
        return False  # a fresh database: bootstrap seals it once the log is open
    if not Head.objects.exists() or allowed == _sealed():
        return False
    with sealed_atomic():
        seal(
            "policy.egress_changed",
            subject=SUBJECT,
            actor=(MIGRATE.kind, MIGRATE.ref),
            move="allow",
            at=at,
            law=(law.version, law.digest),
            facts={"entries": len(allowed)},
            evidence={"allowed": allowed},
        )
    return True


def _sealed() -> list[str]:
    last = last_decision(*SUBJECT)
    return evidence_of(last.evidence[0]["sha256"]) if last else []
