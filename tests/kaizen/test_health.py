"""``/livez`` asks the process alone; ``/readyz`` says whether we keep up, and what waits if we do not."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from charter.models import LawVersion
from charter.queries import law_at
from kaizen import health
from shadow.models import Slot, Watch
from tests.ledger.subjects import a_companion


@pytest.fixture(autouse=True)
def fresh():
    health._found.clear()
    yield
    health._found.clear()


@pytest.fixture
def bound(db):
    return health.INTERVALS_LATE * law_at(timezone.now()).shadow.deliberation_every


def a_slot(late, **more):
    at = timezone.now() - late
    times = {"slot_at": at, "due_at": at, "expires_at": at + timedelta(minutes=5)}
    return Slot.objects.create(companion=a_companion(), probe="deliberation", **times, **more)


def test_the_process_lives_without_a_database(client):
    assert client.get("/livez").content == b"alive\n"


def test_it_is_ready_when_nothing_waits(client, db, bound):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "database": "migrated",
        "work": {"waitingSeconds": {}, "boundSeconds": round(bound.total_seconds())},
        "redis": "not configured",
    }


@pytest.mark.parametrize(("past", "status"), [(timedelta(seconds=-20), 200), (timedelta(seconds=1), 503)])
def test_work_may_be_late_up_to_the_laws_bound(client, bound, past, status):
    a_slot(bound + past)
    answer = client.get("/readyz")
    assert answer.status_code == status
    assert answer.json()["work"]["waitingSeconds"]["probes"] == pytest.approx((bound + past).total_seconds(), abs=10)


def test_a_slot_that_is_being_asked_does_not_wait(client, bound):
    a_slot(bound * 2, lease_until=timezone.now() + timedelta(minutes=1))
    assert client.get("/readyz").status_code == 200


def test_an_empty_queue_that_nobody_fills_is_no_sign_of_health(client, bound):
    now = timezone.now()
    since = now - bound * 2
    Watch.objects.create(
        companion=a_companion(), law=LawVersion.objects.first(), opened_at=since, planned_until=since, tier="standard"
    )
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert list(answer.json()["work"]["waitingSeconds"]) == ["planning"]


def test_missing_migrations_are_counted(client, db):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'appeals'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "migrations are not applied" in answer.json()["database"]


def test_migrations_are_looked_for_only_until_they_are_found(client, db, django_assert_max_num_queries):
    client.get("/readyz")
    with django_assert_max_num_queries(8) as queries:
        client.get("/readyz")
    assert not [it for it in queries.captured_queries if "django_migrations" in it["sql"]]


def test_without_a_law_it_is_not_ready(client, db, monkeypatch):
    monkeypatch.setattr(health.timezone, "now", lambda: timezone.datetime(2020, 1, 1, tzinfo=timezone.timezone.utc))
    answer = client.get("/readyz")
    assert (answer.status_code, "bootstrap" in answer.json()["work"]) == (503, True)


def test_a_database_that_does_not_answer_is_said_and_no_error(client, db, monkeypatch):
    def silent(*_args):
        raise OperationalError("no route to host db.internal")

    monkeypatch.setattr(health, "MigrationExecutor", silent)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "does not answer")
    assert b"db.internal" not in answer.content


def test_redis_is_shown_and_not_required(client, db, settings, valkey, redis_url):
    settings.REDIS_URL = redis_url
    assert client.get("/readyz").json()["redis"] == "answers"
    valkey.kill()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["redis"]) == (200, "does not answer; work is queued in the database")
    valkey.start()
