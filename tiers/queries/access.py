"""What one question of a gateway hangs on, read in one query: its key, the law in force, the companions it names."""

import json
import re
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.utils.dateparse import parse_datetime

from charter.law import Law
from charter.models import LawVersion
from charter.queries import NoLaw
from registry import keys
from registry.register import shipped_register
from tiers.models.standing import Precaution
from tiers.rules.access import Subject

# The columns are written out: composing them anew costs as much as reading the rows, and a service asks before every
# act. A bare name stands for its companion only while nobody else bears it.
_COLUMNS = """
SELECT c.id, c.scopes,
       c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > %s),
       (SELECT l.digest FROM charter_law_version l WHERE l.effective_from <= %s
         ORDER BY l.effective_from DESC, l.id DESC LIMIT 1),
       k.id, k.ref, k.name,
       NOT EXISTS (SELECT 1 FROM registry_companion n WHERE n.name = k.name AND n.id <> k.id), k.is_reference,
       EXISTS (SELECT 1 FROM registry_endpoint e WHERE e.companion_id = k.id AND e.replaced_at IS NULL),
       s.state, s.tier, s.precaution, s.state_before, s.suspended_until
  FROM registry_credential c
  LEFT JOIN registry_companion k ON """
_STATE = 10  # its place in a row: without a standing there is nothing to be said of a companion
_JOINED = """
  LEFT JOIN tiers_standing s ON s.companion_id = k.id
 WHERE c.sha256 = %s"""
_LONE = "NOT EXISTS (SELECT 1 FROM registry_companion n WHERE n.name = k.name AND n.id <> k.id)"
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class KeyRefused(LookupError):
    """The key is unknown, expired or revoked."""


class ScopeMissing(LookupError):
    """The key is live and may do other things."""


@dataclass(frozen=True)
class Ground:
    """Whose key it is, the law in force, and each name that was asked for with its companion; nobody's is not there."""

    credential: uuid.UUID
    law: Law
    subjects: Mapping[str, Subject]


def ground(key: str, names: Collection[str], *, scope: str, at: datetime) -> Ground:
    """What is to be known at ``at`` about these ``names``: whole ids (``NAME_001``), UUIDs, or names that one bears.

    One query, whatever their number. Raises KeyRefused, ScopeMissing and NoLaw.
    """
    rows = _rows(key, sorted(set(names)), at) if keys.is_well_formed(key) else []
    if not rows or not rows[0][2]:
        raise KeyRefused
    credential, scopes, _, digest = rows[0][:4]
    if scope not in (json.loads(scopes) if isinstance(scopes, str) else scopes):
        raise ScopeMissing
    if digest is None:
        raise NoLaw(f"No law was in force at {at:%Y-%m-%d %H:%M:%S}. Run manage.py bootstrap.")
    named = [row[4:] for row in rows if row[_STATE] is not None]
    return Ground(uuid.UUID(str(credential)), law_of(digest), _by_name(names, named))


@lru_cache(maxsize=64)
def law_of(digest: str) -> Law:
    """The law with this digest, which never changes; read once per process."""
    return LawVersion.objects.get(digest=digest).law


def _rows(key: str, names: list[str], at: datetime) -> list[tuple[Any, ...]]:
    now = connection.ops.adapt_datetimefield_value(at)
    asked, given = _naming(names)
    with connection.cursor() as cursor:
        cursor.execute(f"{_COLUMNS}{asked}{_JOINED}", [now, now, *given, keys.digest(key)])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _naming(names: list[str]) -> tuple[str, list[Any]]:
    """The condition on a companion ``k`` that one of ``names`` calls it, and its parameters.

    A name that thousands bear brings none of their rows.
    """
    if not names:
        return "1 = 0", []
    marks = ", ".join(["%s"] * len(names))
    condition, given = f"(k.ref IN ({marks}) OR (k.name IN ({marks}) AND {_LONE})", [*names, *names]
    native = connection.features.has_native_uuid_field
    ids = [uuid.UUID(name) if native else uuid.UUID(name).hex for name in names if _UUID.fullmatch(name)]
    if ids:
        condition += f" OR k.id IN ({', '.join(['%s'] * len(ids))})"
    return f"{condition})", [*given, *ids]


def _by_name(names: Iterable[str], rows: list[tuple[Any, ...]]) -> dict[str, Subject]:
    """A whole id goes before a UUID, and that before a bare name, which counts only while nobody else bears it."""
    by_ref, by_id, by_name = {}, {}, {}
    for row in rows:
        pk, ref, name, is_lone = row[:4]
        by_ref[ref] = by_id[str(uuid.UUID(str(pk)))] = subject = _subject(row)
        if is_lone:
            by_name[name] = subject
    found = {name: by_ref.get(name) or by_id.get(name.lower()) or by_name.get(name) for name in names}
    return {name: subject for name, subject in found.items() if subject is not None}


def _subject(row: tuple[Any, ...]) -> Subject:
    _, ref, name, _, is_reference, has_endpoint, state, tier, precaution, returns_to, until = row
    return Subject(
        ref=ref,
        state=state,
        tier=tier,
        frozen=precaution == Precaution.FROZEN,
        returns_to=returns_to,
        suspended_until=_time(until),
        has_endpoint=bool(has_endpoint),
        heals_only=bool(is_reference) and name in _healers(),
    )


def _time(value: Any) -> datetime | None:
    """SQLite keeps times as text in UTC."""
    parsed = parse_datetime(value) if isinstance(value, str) else value
    return parsed.replace(tzinfo=UTC) if parsed is not None and parsed.tzinfo is None else parsed


@lru_cache(maxsize=1)
def _healers() -> frozenset[str]:
    """Names of the shipped register that have a role in healing alone, and no tier ever."""
    return frozenset(it.name for it in shipped_register()[1] if not it.tier)
