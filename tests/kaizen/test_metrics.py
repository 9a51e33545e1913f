"""``/metrics`` says how we do, in numbers alone."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from kaizen import metrics
from ledger.decisions import decide
from ledger.models import Decision, Head
from shadow.models import Answer, Bucket
from tests.factories.onboarding import an_application
from tests.ledger.subjects import INES, RULE, a_standing, an_endpoint, an_incident, law
from tests.ledger.test_decisions import ALL_FACTS
from tiers.models import Assessment

REASON = "Wilhelmina Quill called about it."


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(metrics, "_kept", metrics._Kept())


def scrape(client):
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    return answer.content.decode()


def figures(text):
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_fresh_installation_has_figures(client, db):
    read = figures(scrape(client))
    assert read["kaizen_ledger_entries_total",] == Head.objects.get().size
    assert read["kaizen_queue_oldest_age_seconds", "probes"] == 0
    assert read["kaizen_slots_due",] == 0
    assert read["kaizen_build_info", "0.1.0"] == 1


def test_decisions_are_counted_by_type(client, db):
    decide(an_incident(), "confirm", by=INES, at=timezone.now(), under=law(), reason=REASON)
    assert figures(scrape(client))["kaizen_decisions_total", "incident.confirmed"] == 1
    assert Decision.objects.filter(type="incident.confirmed").count() == 1


def test_applications_are_counted_by_state(client, db):
    an_application()
    assert figures(scrape(client))["kaizen_applications", "submitted"] == 1


def test_gi_stands_with_its_bounds_and_only_the_latest(client, db):
    now = timezone.now()
    standing = a_standing(**ALL_FACTS)
    an_endpoint(standing.companion)
    decide(standing, "open_shadow", by=RULE, at=now, under=law(), effect=lambda row: setattr(row, "shadow_since", now))
    for age, gi in ((2, "0.1"), (1, "0.91")):
        Assessment.objects.create(
            companion=standing.companion,
            computed_at=now - timedelta(hours=age),
            gi=Decimal(gi),
            gi_low=Decimal(gi) - Decimal("0.05"),
            gi_high=None,
            law_digest="0",
            evidence_sha256="0",
        )
    read = {key: value for key, value in figures(scrape(client)).items() if key[0] == "kaizen_companion_gi_ratio"}
    assert read == {
        ("kaizen_companion_gi_ratio", "YOURMODEL_001", "value"): pytest.approx(0.91),
        ("kaizen_companion_gi_ratio", "YOURMODEL_001", "low"): pytest.approx(0.86),
    }


def test_outcomes_are_those_of_the_last_hour(client, db):
    companion, now = a_standing().companion, timezone.now()
    for age, n in ((timedelta(minutes=30), 3), (timedelta(minutes=90), 50)):
        Bucket.objects.create(
            companion=companion, probe="health", bucket_at=now - age, outcomes={"ok": n, "timeout": 1}
        )
    read = figures(scrape(client))
    assert read["kaizen_probe_outcomes", "health", "ok"] == 3
    assert read["kaizen_probe_outcomes", "health", "timeout"] == 1


def test_neither_texts_nor_persons_are_told(client, db):
    application = an_application()
    decide(an_incident(), "confirm", by=INES, at=timezone.now(), under=law(), reason=REASON)
    Answer.objects.create(
        sample_id=application.pk,
        companion=a_standing("OTHER_001").companion,
        slot_at=timezone.now(),
        prompt_id="p",
        text="the raw answer",
        stored_at=timezone.now() - timedelta(minutes=3),
    )
    text = scrape(client)
    for private in ("Quill", "wilhelmina", "raw answer", INES.ref):
        assert private not in text
    read = figures(text)
    assert read["kaizen_answers_unscored",] == 1
    assert read["kaizen_queue_oldest_age_seconds", "scores"] == pytest.approx(180, abs=20)


def test_every_name_is_ours_with_a_base_unit(client, db):
    for family in text_string_to_metric_families(scrape(client)):
        assert family.name.startswith("kaizen_")
        assert family.documentation
        assert not family.name.endswith(("_ms", "_minutes", "_percent"))


def test_scrapes_in_quick_succession_cost_one_reading(client, db, django_assert_num_queries):
    scrape(client)
    with django_assert_num_queries(0):
        scrape(client)


def test_a_scrape_costs_the_same_queries_however_many_companions(client, db, django_assert_max_num_queries):
    for n in range(5):
        a_standing(f"YOURMODEL_00{n}")
    with django_assert_max_num_queries(18):
        scrape(client)
