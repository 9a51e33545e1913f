"""By which names a companion's answers call themselves: a new one is a change of identity, which ``tiers`` hears of.

Names are claims: they prove that something changed, never that nothing did. So an answer that names nothing says
nothing. A fleet behind one address may answer by several names in turn: one that was heard within the law's baseline
before is no change, and a companion that goes by many names already cannot be told by a further one.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from registry.models import Companion
from shadow.actions.results import Result
from shadow.actions.watched import Watched
from shadow.models import IdentityChange, Named, NameHeard, Watch

# A name's digest in hexadecimal places; ``Watch.identity`` holds one for each kind of name.
PLACES = 32
# Beyond so many names of one kind within a baseline, a further one tells nothing.
MOST_NAMES = 8
SHOWN = 200
NONE = "-" * PLACES
KINDS = (Named.MODEL, Named.FINGERPRINT)


@dataclass(frozen=True)
class _Heard:
    """What one answer calls itself."""

    companion_id: uuid.UUID
    kind: Named
    name: str
    at: datetime

    @property
    def digest(self) -> str:
        return digest_of(self.name)

    @property
    def shown(self) -> str:
        return shown(self.name)


def digest_of(name: str) -> str:
    """What a name is known by."""
    return sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:PLACES]


def shown(name: str) -> str:
    """The beginning of a name that somebody gave, without what no page and no database can hold."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name[:SHOWN])


def note_identities(results: Iterable[Result], watches: Mapping[uuid.UUID, Watched]) -> None:
    """Compare the names that answers give with those in use, under the watches' lock and in their transaction.

    Nothing is read or written while all are as they were; a few statements, whatever the number, where some are not.
    """
    current = {pk: _halves(watch.identity) for pk, watch in watches.items()}
    names = _names(results)
    other = {(it.companion_id, it.kind) for it in names if current[it.companion_id][it.kind] != it.digest}
    if other:
        _follow([it for it in names if (it.companion_id, it.kind) in other], current, watches)


def note_declared(companion: Companion, *, before: str, after: str, at: datetime) -> None:
    """Its provider declares another version of the model than before; a first one is no change."""
    if before and after != before:
        IdentityChange.objects.get_or_create(
            companion=companion,
            kind=Named.VERSION,
            seen_at=at,
            defaults={"before": shown(before), "after": shown(after)},
        )


def _names(results: Iterable[Result]) -> list[_Heard]:
    found = []
    for result in sorted((it for it in results if it.answer), key=lambda it: it.slot.slot_at):
        answer, slot = result.answer, result.slot
        for kind, name in ((Named.MODEL, answer and answer.model), (Named.FINGERPRINT, answer and answer.fingerprint)):
            if name:
                found.append(_Heard(slot.companion_id, kind, name, slot.slot_at))
    return found


def _follow(
    names: list[_Heard], current: dict[uuid.UUID, dict[Named, str]], watches: Mapping[uuid.UUID, Watched]
) -> None:
    """Let each take the place of the one before, in the order in which they were heard."""
    touched = {it.companion_id for it in names}
    rows: dict[tuple[uuid.UUID, str], dict[str, NameHeard]] = defaultdict(dict)
    for row in NameHeard.objects.filter(companion_id__in=touched):
        rows[row.companion_id, row.kind][row.digest] = row
    changes = []
    for it in names:
        known, now = rows[it.companion_id, it.kind], current[it.companion_id]
        if it.digest == now[it.kind]:
            continue
        before = known.get(now[it.kind])
        if before:
            before.heard_at = max(before.heard_at, it.at)
        baseline = watches[it.companion_id].law.drift.baseline
        lately = {row.digest for row in known.values() if row.heard_at > it.at - baseline}
        if before and it.digest not in lately and len(lately) < MOST_NAMES:
            changes.append(_change(it, before))
        _enter(it, known)
        now[it.kind] = it.digest
    _write(touched, rows, changes, current)


def _change(heard: _Heard, before: NameHeard) -> IdentityChange:
    return IdentityChange(
        companion_id=heard.companion_id, kind=heard.kind, before=before.name, after=heard.shown, seen_at=heard.at
    )


def _enter(heard: _Heard, known: dict[str, NameHeard]) -> None:
    """Its row, new or brought up to date; of too many, the one that was not heard for longest gives its place."""
    while heard.digest not in known and len(known) >= MOST_NAMES:
        del known[min(known, key=lambda digest: known[digest].heard_at)]
    row = known.setdefault(heard.digest, _row(heard))
    row.heard_at = max(row.heard_at, heard.at)


def _row(heard: _Heard) -> NameHeard:
    return NameHeard(
        companion_id=heard.companion_id, kind=heard.kind, digest=heard.digest, name=heard.shown, heard_at=heard.at
    )


def _write(
    touched: set[uuid.UUID],
    rows: Mapping[tuple[uuid.UUID, str], Mapping[str, NameHeard]],
    changes: list[IdentityChange],
    current: Mapping[uuid.UUID, Mapping[Named, str]],
) -> None:
    heard = [row for known in rows.values() for row in known.values()]
    NameHeard.objects.filter(companion_id__in=touched).delete()
    for row in heard:
        row.pk = None
    NameHeard.objects.bulk_create(heard)
    IdentityChange.objects.bulk_create(changes, ignore_conflicts=True)
    watches = [Watch(companion_id=pk, identity="".join(current[pk][kind] for kind in KINDS)) for pk in touched]
    Watch.objects.bulk_update(watches, ["identity"])


def _halves(identity: str) -> dict[Named, str]:
    """The digests in use by kind; what was never named has none."""
    return {kind: identity[place * PLACES : (place + 1) * PLACES] or NONE for place, kind in enumerate(KINDS)}
