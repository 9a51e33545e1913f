"""The judges of this installation, ready to be asked: read out of the setting and the database before any call."""

import logging
from collections.abc import Iterable
from functools import cache

from django.conf import settings

from charter.golden.queries import golden_cases
from charter.judging.admission import GoldenCase
from charter.judging.judge import Judge, Party
from charter.law import Law
from registry.models import Companion, Endpoint
from registry.protocols import reach_of
from shadow.judges.binding import Binding, CompanionBinding, bindings
from shadow.judges.breaker import Breaker
from shadow.judges.judges import CompanionJudge, Guarded, ServiceJudge
from shadow.models import Watch

log = logging.getLogger(__name__)
PURPOSE = "deliberation"


def bound_judges(*, law: Law) -> list[Judge]:
    """Every bound judge that can be asked now, in the order of the file. Raises Misbound.

    A companion can be asked while it is active and has an address; one that cannot is left out, aloud.
    """
    found = [_judge(binding, law) for binding in bindings()]
    return [Guarded(judge, _breaker(judge.name)) for judge in found if judge is not None]


def golden_set() -> list[GoldenCase]:
    """The answers that people judged, as the tests of judges take them."""
    return [
        GoldenCase(str(case.id), case.prompt, case.response, case.violates, case.clause, case.provider)
        for case in golden_cases()
    ]


def parties(companions: Iterable[Companion]) -> dict[str, Party]:
    """Who they are to a judge, by ref: provider, and every name of the model."""
    rows = list(companions)
    upstream: dict[str, set[str]] = {row.ref: set() for row in rows}
    endpoints = Endpoint.objects.filter(companion__in=rows, replaced_at=None).select_related("companion")
    for endpoint in endpoints.only("upstream_model", "companion__ref"):
        if endpoint.companion:
            upstream[endpoint.companion.ref].add(endpoint.upstream_model)
    return {
        row.ref: Party(
            row.ref,
            row.provider.slug,
            frozenset({row.model_name, row.declared_model_version, *upstream[row.ref]} - {""}),
        )
        for row in rows
    }


def _judge(binding: Binding, law: Law) -> Judge | None:
    return _companion(binding, law) if isinstance(binding, CompanionBinding) else ServiceJudge(binding)


def _companion(binding: CompanionBinding, law: Law) -> CompanionJudge | None:
    watch = Watch.objects.filter(companion__ref=binding.companion, is_active=True).first()
    endpoints = Endpoint.objects.filter(companion__ref=binding.companion, replaced_at=None)
    endpoint = endpoints.select_related("companion__provider", "provider").first()
    if watch is None or endpoint is None or endpoint.companion is None:
        log.warning("a companion that is bound as a judge cannot be asked now: judge=%s", binding.name)
        return None
    return CompanionJudge(
        name=binding.name,
        provider=endpoint.companion.provider.slug,
        model=endpoint.upstream_model or endpoint.companion.model_name,
        reach=reach_of(endpoint),
        tier=watch.tier,
        chamber=next(name for name, chamber in law.chambers.items() if chamber.purpose == PURPOSE),
        cycle=settings.KAIZEN_CYCLE,
    )


@cache
def _breaker(_name: str) -> Breaker:
    """One breaker for each judge of this process."""
    return Breaker()
