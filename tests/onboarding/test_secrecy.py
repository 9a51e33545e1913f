"""Secrets, tokens and personal data are nowhere but where they are encrypted."""

import json
import logging

import pytest
from django.apps import apps

from ledger.models import Evidence, Leaf, Salt
from ledger.queries import history
from onboarding.models import Application
from onboarding.models.application import State
from tests.factories.onboarding import NOW, REASON, SEED, a_document, brought_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
AUTH = {"type": "api_key", "key": "sk-live-5e9c1d", "header": "X-Secret-Header"}
TECHNICAL = {"name": "Torvald Underhill", "email": "torvald@ops.yourorg.ai", "organization": "Ops"}
PERSONAL = ("Wilhelmina", "Quill", "wilhelmina@", "Torvald", "torvald@", "sk-live-5e9c1d", "X-Secret-Header")


def every_row():
    """Every column of every row of every table, as text and as bytes; evidence unpacked."""
    for row in Evidence.objects.all():
        yield "ledger.Evidence.content", row.content.decode("latin-1")
    for table in apps.get_models(include_auto_created=True):
        for row in table._base_manager.all().values():
            for column, value in row.items():
                shown = bytes(value) if isinstance(value, memoryview) else value
                shown = shown.decode("latin-1") if isinstance(shown, bytes) else json.dumps(shown, default=str)
                yield f"{table._meta.label}.{column}", shown


@pytest.fixture
def whole_road(client, caplog):
    """From the application over HTTP to the mount; what was told to the provider on the way."""
    caplog.set_level(logging.DEBUG)
    document = a_document(auth=AUTH, technicalContact=TECHNICAL)
    headers = {"Idempotency-Key": "once"}
    told = client.post("/api/onboard/apply", json.dumps(document), content_type="application/json", headers=headers)
    application = Application.objects.get()
    brought_to(State.APPROVED, application, at=NOW)
    bearer = {"Authorization": f"Bearer {told.json()['onboardingToken']}"}
    mounted = client.post("/api/civic/mount", headers=bearer | headers)
    path = f"/api/onboard/applications/{application.public_id}"
    status = client.get(path, headers={"Authorization": f"Bearer {mounted.json()['apiKey']}"})
    return {"token": told.json()["onboardingToken"], "key": mounted.json()["apiKey"], "status": status, "log": caplog}


def test_no_row_holds_a_person_a_secret_or_a_token_in_clear(whole_road):
    hidden = (*PERSONAL, whole_road["token"], whole_road["key"])
    seen = [where for where, shown in every_row() for word in hidden if word in shown]
    assert seen == []


def test_the_ledger_holds_neither_either(whole_road):
    kept = [bytes(it.entry) for it in Leaf.objects.all()] + [it.content for it in Evidence.objects.all()]
    kept += [json.dumps(it.value).encode() for it in Salt.objects.all()]
    assert len(kept) > 8
    for word in (*PERSONAL, whole_road["token"], whole_road["key"]):
        assert not [body for body in kept if word.encode() in body]


def test_neither_log_nor_status_tells_them(whole_road):
    for word in (*PERSONAL, whole_road["token"], whole_road["key"]):
        assert word not in whole_road["log"].text
        assert word not in whole_road["status"].content.decode()


def test_the_search_would_find_them(whole_road):
    application = Application.objects.get()
    application.body["slip"] = SEED["contact"]["name"]
    Application.objects.filter(pk=application.pk).update(body=application.body)
    assert [where for where, shown in every_row() if "Wilhelmina" in shown] == ["onboarding.Application.body"]


def test_a_reason_is_sealed_as_a_commitment_and_read_from_beside(whole_road):
    application = Application.objects.get()
    told = [one for one in history([("application", application.public_id)]) if one.move == "approve"]
    assert told[0].reason == REASON
    assert not [leaf for leaf in Leaf.objects.all() if told[0].reason.encode() in bytes(leaf.entry)]
