"""Keys come from settings, are kept apart by purpose, and say plainly when they cannot be used."""

import base64
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from django.core.exceptions import ImproperlyConfigured

from ledger import keys
from ledger.actors import STEWARD, Actor, Forbidden, four_eyes
from ledger.canonical import NotCanonical, canonical
from ledger.entries import MAX_ENTRY, BadEntry, check_shape, signed
from ledger.ids import uuid7
from ledger.keys import attestation_key, derived_key, entry_key, field_key
from tests.conftest import NOW
from tests.ledger.test_formats import entries


def test_keys_of_different_purposes_differ():
    assert entry_key().kid != attestation_key().kid
    assert derived_key("one") != derived_key("other")
    assert derived_key("one") == derived_key("one") != field_key()
    assert len(derived_key("one")) == 32


@pytest.mark.parametrize(
    ("value", "words"),
    [("", "is not set"), ("no base64!", "is not base64"), (base64.b64encode(b"x" * 31).decode(), "holds 31 bytes")],
)
def test_a_key_that_cannot_be_used_says_why_and_shows_nothing_of_itself(settings, value, words):
    settings.KAIZEN_ENTRY_KEY = value
    with pytest.raises(ImproperlyConfigured, match=f"KAIZEN_ENTRY_KEY {words}") as told:
        entry_key()
    assert not value or value not in str(told.value)


def test_an_entry_of_more_than_16_kib_is_refused():
    entry = entries()[0] | {"ext": {"text": "x" * MAX_ENTRY}}
    with pytest.raises(BadEntry, match="16384"):
        signed(entry, key=keys.entry_key(), origin="o")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"v": 2}, "v is 1"),
        ({"type": "Tier.Changed"}, "type"),
        ({"type": "tier"}, "type"),
        ({"more": 1}, "unknown: more"),
        ({"subject": {"kind": "a", "ref": 1}}, "subject"),
    ],
)
def test_an_entry_out_of_form_is_refused(change, words):
    with pytest.raises(BadEntry, match=words):
        check_shape(entries()[0] | {"sig": {}} | change)


@pytest.mark.parametrize(
    ("value", "body"),
    [
        (Decimal("0.950"), b'"0.95"'),
        (Decimal("1E+3"), b'"1000"'),
        (Decimal("-0.0"), b'"0"'),
        (timedelta(minutes=5), b'"300"'),
        (timedelta(microseconds=1), b'"0.000001"'),
        (datetime(2026, 11, 20, 10, tzinfo=timezone(timedelta(hours=1))), b'"2026-11-20T09:00:00.000000Z"'),
        (UUID(int=1), b'"00000000-0000-0000-0000-000000000001"'),
        ((1, True, None), b"[1,true,null]"),
        ({"b": 1, "a": 2}, b'{"a":2,"b":1}'),
        ("Ω\n", '"Ω\\n"'.encode()),
    ],
)
def test_facts_have_one_form(value, body):
    assert canonical(value) == body


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), datetime(2026, 1, 1), b"bytes", {1, 2}])  # noqa: DTZ001  a time without a zone is the case
def test_what_has_none_is_refused(value):
    with pytest.raises(NotCanonical):
        canonical(value)


def test_ids_are_of_version_7_and_sort_by_time():
    ids = [uuid7() for _ in range(50)]
    assert {it.version for it in ids} == {7}
    assert len(set(ids)) == 50
    stamps = [it.int >> 80 for it in ids]
    assert stamps == sorted(stamps)
    assert abs(datetime.fromtimestamp(stamps[-1] / 1000, UTC) - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_second_word_is_anothers():
    actor = Actor("human", "urn:uuid:1", roles=frozenset({STEWARD}))
    four_eyes(actor, others=["urn:uuid:2"])
    with pytest.raises(Forbidden, match="second person"):
        four_eyes(actor, others=["urn:uuid:2", "urn:uuid:1"])


def test_an_actor_is_named_by_a_pseudonym(steward):
    actor = Actor.person(steward)
    assert actor.ref == f"urn:uuid:{steward.pk}"
    assert actor.has_role(STEWARD)
    assert steward.email not in repr(actor)
    assert NOW.tzinfo is UTC
