"""Small rows with a lifecycle, for stories about deciding as such."""

from charter.queries import version_at
from ledger.actors import Actor
from registry.models import Companion, Endpoint, Provider
from tests.conftest import NOW
from tiers.models import Incident, Standing

INES = Actor("human", "urn:uuid:0193f3a0-0000-7000-8000-0000000000a1", roles=frozenset({"steward"}))
OMAR = Actor("human", "urn:uuid:0193f3a0-0000-7000-8000-0000000000a2", roles=frozenset({"steward"}))
CHIE = Actor("human", "urn:uuid:0193f3a0-0000-7000-8000-0000000000a3", roles=frozenset({"chief"}))
VIEWER = Actor("human", "urn:uuid:0193f3a0-0000-7000-8000-0000000000a4", roles=frozenset({"viewer"}))
OWN_STEWARD = Actor(
    "human", "urn:uuid:0193f3a0-0000-7000-8000-0000000000a5", roles=frozenset({"steward"}), organisation="your-org"
)
PROVIDER = Actor.provider("your-org")
RULE = Actor.system("rule")


def law():
    return version_at(NOW).law


def a_companion(ref="YOURMODEL_001", **facts):
    provider, _ = Provider.objects.get_or_create(slug="your-org", defaults={"name": "Your Org", "created_at": NOW})
    return Companion.objects.create(
        ref=ref, name=ref.rsplit("_", 1)[0], provider=provider, model_name="YourModel", created_at=NOW, **facts
    )


def an_incident(number=1, companion=None):
    """Open; it may be confirmed or cleared, by a steward or by the system, and then voided."""
    return Incident.objects.create(
        number=number,
        companion=companion or Companion.objects.filter(ref="YOURMODEL_001").first() or a_companion(),
        law=version_at(NOW),
        kind="veto",
        severity="critical",
        summary="It gave away an address.",
        opened_at=NOW,
        last_seen_at=NOW,
        changed_at=NOW,
    )


def a_standing(ref="YOURMODEL_001", **facts):
    """Mounted; shadow mode opens when all facts are given and it has an endpoint."""
    return Standing.objects.create(
        companion=a_companion(ref, **facts), law=version_at(NOW), state_since=NOW, changed_at=NOW
    )


def an_endpoint(companion):
    address = "https://models.example.org"
    return Endpoint.objects.create(
        provider=companion.provider,
        companion=companion,
        base_url=address,
        origin=address,
        protocol="masl",
        auth_kind="none",
        created_at=NOW,
    )
