"""A log is opened once, under an origin that is its own for life."""

import json

import pytest
from django.core.exceptions import ImproperlyConfigured

from ledger import origin
from ledger.models import Head, Leaf
from ledger.opening import open_log
from ledger.sealing import sealed_atomic
from tests.conftest import NOW
from tests.ledger.subjects import law
from tests.ledger.test_sealing import seal_one


@pytest.fixture
def fresh():
    """No origin is remembered, before and after."""
    origin.forget()
    yield
    origin.forget()


def test_the_first_entry_names_origin_and_key(db):
    entry = json.loads(bytes(Leaf.objects.get(idx=0).entry))
    assert entry["type"] == "ledger.created"
    assert entry["decision"]["origin"] == "ledger.example.org/tests"
    assert entry["decision"]["entry_key"]["kid"] == entry["sig"]["kid"]
    assert entry["decision"]["entry_key"]["pem"].startswith("-----BEGIN PUBLIC KEY-----")


def test_a_log_is_opened_once(db):
    before = Leaf.objects.count()
    assert open_log(at=NOW, under=law()) is False
    assert (Leaf.objects.count(), Head.objects.count()) == (before, 1)


def test_another_origin_than_the_sealed_one_refuses_to_seal(db, settings, fresh):
    settings.KAIZEN_LOG_ORIGIN = "ledger.example.org/other"
    before = Leaf.objects.count()
    with pytest.raises(ImproperlyConfigured, match=r"was created as ledger\.example\.org/tests"), sealed_atomic():
        seal_one()
    assert Leaf.objects.count() == before


def test_an_unset_origin_is_the_sealed_one(db, settings, fresh):
    settings.KAIZEN_LOG_ORIGIN = ""
    assert origin.origin_in_force() == "ledger.example.org/tests"


def test_a_log_without_a_name_gets_one_that_nobody_owns(db, settings, fresh, monkeypatch):
    settings.KAIZEN_LOG_ORIGIN = ""
    monkeypatch.setattr(origin, "Leaf", type("NoLeaf", (), {"objects": Leaf.objects.none()}))
    name = origin.origin_in_force()
    assert name.startswith("kaizen.invalid/")
    assert origin.origin_in_force() == name
