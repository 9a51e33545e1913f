"""People, companions in shadow mode, and the sweeps of a day; everything by the product's own actions."""

from datetime import UTC, datetime
from decimal import Decimal

START = datetime(2027, 1, 1, tzinfo=UTC)


def people():
    """Two stewards, a chief and citizens, as actors."""
    from ledger.actors import Actor  # noqa: PLC0415

    def person(number, *roles):
        return Actor("human", f"urn:uuid:{made(number).pk}", roles=frozenset(roles))

    def made(number):
        from registry.models import Person  # noqa: PLC0415

        return Person.objects.create_user(f"p{number}@bench.example.org", "bench-bench-bench")

    return {
        "steward": person(1, "steward"),
        "second": person(2, "steward"),
        "chief": person(3, "steward", "chief"),
        "citizens": [person(4 + nth, "citizen") for nth in range(5)],
    }


def enter(ref):
    """A companion in shadow mode, with a good word of the sentinel; each of a provider of its own."""
    from charter.queries import version_at  # noqa: PLC0415
    from ledger.actors import Actor  # noqa: PLC0415
    from ledger.sealing import sealed_atomic  # noqa: PLC0415
    from registry.actions import provider_of  # noqa: PLC0415
    from registry.models import Companion, Endpoint  # noqa: PLC0415
    from tiers.actions.reviews import ReviewWord  # noqa: PLC0415
    from tiers.actions.standing import enrol, open_shadow_if_ready  # noqa: PLC0415

    slug = ref.lower().replace("_", "-")
    word = ReviewWord(verdict="approve", is_positive=True, numbers={}, given_at=START)
    with sealed_atomic():
        provider = provider_of(slug, name=slug, at=START)
        companion = Companion.objects.create(
            ref=ref, name=ref.rpartition("_")[0], provider=provider, model_name=ref, created_at=START,
            price_input_per_1k=Decimal("0.0001"), price_output_per_1k=Decimal("0.0001"), requests_per_minute=600,
            tokens_per_minute=100_000, commits_to_charter=True, commits_to_consensus=True, understands_tiers=True,
        )  # fmt: skip
        Endpoint.objects.create(
            provider=provider, companion=companion, base_url=f"https://{slug}.example.org",
            origin=f"https://{slug}.example.org", protocol="masl", auth_kind="none", created_at=START,
        )  # fmt: skip
        enrol(companion, law=version_at(START), review=word, by=Actor.provider(slug), at=START)
    open_shadow_if_ready(companion, at=START)
    return companion


def sweep():
    """What beat knocks for, in the order of the table, until nothing is due."""
    from django.utils import timezone  # noqa: PLC0415

    from charter.queries import law_at  # noqa: PLC0415
    from tiers import tasks  # noqa: PLC0415
    from tiers.models import Standing  # noqa: PLC0415
    from tiers.queries import assessments_due  # noqa: PLC0415

    tasks.sweep_standings()
    while Standing.objects.exists() and assessments_due(at=timezone.now(), law=law_at(timezone.now())).exists():
        tasks.sweep_assessments()
    for job in ("sweep_patterns", "sweep_drift", "sweep_falling", "sweep_rising"):
        getattr(tasks, job)()
