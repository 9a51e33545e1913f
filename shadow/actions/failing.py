"""Down time: failing in a row for longer than the law's minutes."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import groupby
from operator import attrgetter

from registry.egress import Outcome
from shadow import rules
from shadow.actions.summing import Addition, Key
from shadow.actions.watched import Watched
from shadow.models import Sample, Spell, Watch
from shadow.probes import Probe
from shadow.rules import Run

_TELLING = frozenset({Probe.HEALTH, Probe.DELIBERATION})
_MS = timedelta(milliseconds=1)


def note_failing(
    samples: Iterable[Sample], watches: Mapping[uuid.UUID, Watched], additions: dict[Key, Addition]
) -> None:
    """Let runs of failing calls begin, grow and end, and add what of them is down time to ``additions``.

    What we missed says nothing; nor does a refusal while we asked more than the provider declared.
    """
    telling = sorted(
        (it for it in samples if it.probe in _TELLING and (it.counts_against or it.outcome == Outcome.OK)),
        key=attrgetter("companion_id", "asked_at"),
    )
    failing = {it.companion_id for it in telling if watches[it.companion_id].is_failing}
    open_ = Spell.objects.filter(companion__in=failing, ended_at=None) if failing else ()
    standing = {spell.companion_id: spell for spell in open_}
    for companion, found in groupby(telling, key=attrgetter("companion_id")):
        rows = list(found)
        if companion in standing or any(row.counts_against for row in rows):
            _follow(companion, rows, standing.get(companion), watches[companion], additions)


def _follow(
    companion: uuid.UUID, rows: list[Sample], spell: Spell | None, watch: Watched, additions: dict[Key, Addition]
) -> None:
    law = watch.law
    for row in rows:
        run = Run(spell.began_at, spell.last_failed_at) if spell else None
        step = rules.step(run, at=row.asked_at, failing=row.counts_against, law=law)
        if step.ended and spell:
            Spell.objects.filter(pk=spell.pk).update(last_failed_at=step.ended[0].last, ended_at=step.ended[1])
            spell = None
        if step.run and spell is None:
            spell = Spell.objects.create(companion_id=companion, began_at=step.run.began, last_failed_at=step.run.last)
        if step.run and spell:
            spell.last_failed_at = step.run.last
        if step.down:
            for bucket_at, span in rules.by_bucket(*step.down, law.shadow.bucket):
                additions[companion, Probe.HEALTH, bucket_at].counts["down_ms"] += span // _MS
    if spell:
        Spell.objects.filter(pk=spell.pk, ended_at=None).update(last_failed_at=spell.last_failed_at)
    if watch.is_failing != bool(spell):
        Watch.objects.filter(companion_id=companion).update(is_failing=bool(spell))
