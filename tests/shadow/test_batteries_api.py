"""Batteries over HTTP: who starts one, who follows it, and what is told."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from charter.queries import version_at
from ledger.actors import Actor
from registry.actions import issue_key
from registry.models import Person
from shadow.models import BatteryRun
from shadow.queries.batteries import runs_of
from tests.conftest import NOW
from tests.factories.companions import PROVIDER, active, in_shadow
from tests.shadow.making import said
from tests.shadow.taking import answered

pytestmark = pytest.mark.django_db
PATH = "/api/companions/YOURMODEL_001/batteries"
MEMBERS = {
    "batteryId", "companionId", "battery", "state", "result", "prompts", "asked", "measured", "good", "passesAt",
    "measuredAtLeast", "startedAt", "dueAt", "endedAt", "validUntil", "againFrom", "lawDigest", "statusUrl",
}  # fmt: skip


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


@pytest.fixture
def companion(clock):
    return active(at=timezone.now()).companion


@pytest.fixture
def key(companion):
    return key_of(companion, PROVIDER)


def key_of(companion, by):
    return issue_key(companion, by=by, at=timezone.now(), under=version_at(timezone.now()).law)[1]


def begin(client, key, battery="reasoning", path=PATH, **headers):
    auth = {"Authorization": f"Bearer {key}"} if key else {}
    return client.post(path, {"battery": battery}, content_type="application/json", headers={**auth, **headers})


def get(client, path, key):
    return client.get(path, headers={"Authorization": f"Bearer {key}"} if key else {})


def test_its_provider_starts_one_and_follows_it_to_its_end(client, key, clock):
    answer = begin(client, key)
    assert answer.status_code == 202
    told = answer.json()
    assert set(told) == MEMBERS
    assert (told["state"], told["result"], told["asked"], told["prompts"]) == ("running", None, 0, 40)
    assert (told["passesAt"], told["measuredAtLeast"]) == (0.8, 0.95)
    assert (told["startedAt"], told["dueAt"]) == ("2026-11-20T09:00:00Z", "2026-11-21T09:00:00Z")
    assert answer["Location"] == told["statusUrl"]
    path = f"{PATH}/{told['batteryId']}"
    assert told["statusUrl"].endswith(path.replace("/api/", "/api/v1/"))
    run = BatteryRun.objects.get()
    answered(run, [said("nothing of the kind")] * 3, at=timezone.now())
    under_way = get(client, path, key).json()
    assert (under_way["asked"], under_way["measured"], under_way["good"]) == (3, 3, 0)
    assert under_way["outcomes"] == {"ok": 3}
    clock.shift(timedelta(days=1))
    answered(run, [], at=timezone.now())
    over = get(client, path, key).json()
    assert (over["state"], over["result"], over["asked"], over["measured"]) == ("ended", "inconclusive", 40, 3)
    assert over["outcomes"] == {"not_measured": 37, "ok": 3}
    assert get(client, PATH, key).json() == {"results": [{k: over[k] for k in MEMBERS}], "next": None}


def test_no_prompt_is_told_while_it_is_asked_or_after(client, key):
    path = f"{PATH}/{begin(client, key, 'edge_cases').json()['batteryId']}"
    told = json.dumps(get(client, path, key).json())
    for prompt in BatteryRun.objects.get().items.values_list("prompt_id", flat=True):
        assert prompt not in told


def test_the_same_request_again_is_the_same_run(client, key):
    first, second = (begin(client, key, **{"Idempotency-Key": "once"}) for _ in range(2))
    assert (second.status_code, second["Idempotent-Replayed"]) == (202, "true")
    assert first.json() == second.json()
    assert BatteryRun.objects.count() == 1
    assert begin(client, key, "edge_cases", **{"Idempotency-Key": "once"}).status_code == 422


def test_a_second_one_at_a_time_and_one_too_soon_are_refused_with_the_reason(client, key, clock):
    begin(client, key)
    again = begin(client, key)
    assert (again.status_code, again.json()["code"]) == (409, "refused")
    assert "under way" in again.json()["detail"]
    answered(BatteryRun.objects.get(), [said("no")] * 40, at=timezone.now())
    clock.shift(timedelta(hours=23, minutes=59, seconds=59))
    assert "from 2026-11-21T09:00:00" in begin(client, key).json()["detail"]
    clock.shift(timedelta(seconds=1))
    assert begin(client, key).status_code == 202


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({}, 400, "/battery"),
        ({"battery": "swimming"}, 400, "/battery"),
        ({"battery": 3}, 400, "/battery"),
        ({"battery": "reasoning", "prompts": 1}, 400, "/prompts"),
    ],
)
def test_a_body_of_another_shape_is_named(client, key, body, status, pointer):
    answer = client.post(PATH, body, content_type="application/json", headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (status, pointer)


def test_a_companion_that_is_not_asked_gets_none(client, key, companion):
    companion.watch.delete()
    assert begin(client, key).status_code == 409


def test_one_in_shadow_mode_gets_one(client, clock):
    standing = in_shadow("OTHERMODEL_001", provider="other-org", at=timezone.now())
    key = key_of(standing.companion, Actor.provider("other-org"))
    assert begin(client, key, path="/api/companions/OTHERMODEL_001/batteries").status_code == 202


def test_strangers_neither_start_nor_read(client, key):
    path = f"{PATH}/{begin(client, key).json()['batteryId']}"
    stranger = active("OTHERMODEL_001", provider="other-org", at=timezone.now()).companion
    other = key_of(stranger, Actor.provider("other-org"))
    for status, bearer in ((401, ""), (403, other)):
        assert begin(client, bearer, "edge_cases").status_code == status
        assert get(client, PATH, bearer).status_code == status
        assert get(client, path, bearer).status_code == status


def test_staff_read_and_only_a_steward_of_them_starts(client, companion, key, steward):
    auditor = Person.objects.create_user(
        "ada@example.org", "correct horse battery", name="Ada", is_staff=True, roles=["auditor"]
    )
    citizen = Person.objects.create_user("cy@example.org", "correct horse battery", name="Cy", roles=["citizen"])
    for person, reads, starts in ((citizen, 403, 403), (auditor, 200, 403), (steward, 200, 202)):
        client.force_login(person)
        assert client.get(PATH).status_code == reads
        assert begin(client, "").status_code == starts
    assert runs_of(companion).get().asked_by_ref == f"urn:uuid:{steward.pk}"


@pytest.mark.parametrize(
    "name", ["bat_", "bat_0", "nothing", "dec_00000000000000000000000000000000", "bat_" + "0" * 32]
)
def test_what_is_no_run_of_this_companion_is_not_found(client, key, name):
    begin(client, key)
    assert get(client, f"{PATH}/{name}", key).status_code == 404


def test_a_run_of_another_companion_is_not_found_here(client, key):
    standing = active("YOURMODEL_002", at=timezone.now())
    other = begin(client, key_of(standing.companion, PROVIDER), path=PATH.replace("_001", "_002")).json()
    assert get(client, f"{PATH}/{other['batteryId']}", key).status_code == 404


def test_the_list_costs_the_same_for_many_runs(client, key, companion, django_assert_max_num_queries):
    for day in range(6):
        at = NOW - timedelta(days=day + 1)
        BatteryRun.objects.create(
            companion=companion, law=version_at(NOW), battery="reasoning", asked_by_ref="story", started_at=at,
            due_at=at, ended_at=at, result="failed", prompts=40,
        )  # fmt: skip
    with django_assert_max_num_queries(6):
        page = get(client, f"{PATH}?limit=4", key).json()
    assert len(page["results"]) == 4
    assert len(client.get(page["next"], headers={"Authorization": f"Bearer {key}"}).json()["results"]) == 2
