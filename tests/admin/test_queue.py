"""The queue: everything that waits, soonest due first, at a constant cost; and from any id to its page."""

from datetime import timedelta

import pytest
from django.urls import reverse

from kaizen import queue
from kaizen.finding import address_of
from ledger.actors import Actor
from tests.admin.world import LATER
from tests.conftest import NOW
from tests.factories.companions import active
from tiers.actions import incidents, standing
from tiers.models import Standing

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_an_empty_queue_says_what_will_appear_and_how_to_make_it(desk, people):
    page = desk(people["steward"]).get("/admin/").content.decode()
    assert "Nothing waits for a steward." in page
    assert 'href="/onboard"' in page


def test_what_waits_in_every_room_stands_in_one_queue(world):
    found = queue.gather(at=LATER)
    assert [row.kind for row in found.rows] == ["incident", "appeal", "application"]
    assert found.counts == {"applications": 1, "appeals": 1, "incidents": 1, "companions": 0, "scorers": 0}
    assert found.overdue == 0
    assert found.rows[2].next_act == "Decide"
    assert found.rows[2].age == timedelta(hours=1)


@pytest.mark.parametrize(("at", "late"), [(timedelta(hours=48) - timedelta(seconds=1), False), (2 * DAY, True)])
def test_a_review_is_overdue_from_its_deadline_on(world, at, late):
    found = queue.gather(at=NOW + at)
    assert next(row.overdue for row in found.rows if row.kind == "application") is late
    assert bool(found.overdue) is late


def test_companions_that_wait_for_a_word_stand_in_it(world, steward):
    standing.bring_to_steward(world.shadow, at=LATER, evidence={})
    standing.freeze(world.companion, by=Actor.person(steward), at=LATER, reason="Precaution.")
    waiting = [row.what for row in queue.gather(at=LATER).rows if row.kind == "companion"]
    assert waiting == [
        "SLOW_001 is in shadow mode too long",
        "YOURMODEL_001 is frozen until a steward's word",
    ] or sorted(waiting) == sorted(
        ["SLOW_001 is in shadow mode too long", "YOURMODEL_001 is frozen until a steward's word"]
    )
    Standing.objects.filter(companion__ref="OTHER_001").update(suspended_until=None)
    assert queue.gather(at=LATER).counts["companions"] == 3


def test_a_longer_queue_costs_no_more_queries_and_comes_in_pages(
    world, desk, people, django_assert_max_num_queries, monkeypatch
):
    monkeypatch.setattr(queue, "PAGE", 5)
    companion = active("BUSY_001").companion
    client = desk(people["steward"])
    with django_assert_max_num_queries(60) as few:
        client.get("/admin/")
    for number in range(12):
        incidents.open_incident(
            companion, kind="report", severity="low", summary=f"No. {number}", by=incidents.ATLAS, at=NOW
        )
    with django_assert_max_num_queries(len(few.captured_queries)):
        page = client.get("/admin/").content.decode()
    assert "Rows 1 to 5 of 15" in page
    seen, first = [], 0
    while first is not None:
        part = queue.gather(at=LATER, first=first)
        seen += [row.url for row in part.rows]
        first = part.next_first
    assert len(seen) == len(set(seen)) == 15


@pytest.mark.parametrize("asked", ["", "-1", "x", "9" * 30, "١"])
def test_a_strange_place_in_the_queue_is_its_beginning(world, desk, people, asked):
    response = desk(people["steward"]).get("/admin/", {"from": asked})
    assert response.status_code == 200
    assert "Nova Prime" in response.content.decode()


def test_any_id_leads_to_its_page(world, desk, people):
    pages = world.pages()
    asked = {
        world.application.public_id: "onboarding_application",
        world.incident.public_id: "tiers_incident",
        "inc-1": "tiers_incident",
        "YOURMODEL_001": "tiers_standing",
        " yourmodel ": "tiers_standing",
        world.appeal.public_id: "appeals_appeal",
        world.decision.public_id: "ledger_decision",
        "your-org": "registry_provider",
        pages["ledger_evidence"]: "ledger_evidence",
    }
    client = desk(people["viewer"])
    for text, name in asked.items():
        response = client.get("/admin/find/", {"q": text})
        assert response["Location"] == reverse(f"admin:{name}_change", args=[pages[name]]), text
        assert client.get(response["Location"]).status_code == 200


@pytest.mark.parametrize(
    "asked", ["", " ", "app_x", "dec_x", "apl_x", "INC-", "INC-99", "INC-" + "9" * 40, "\x00", "<b>", "x" * 9999]
)
def test_what_nothing_is_called_leads_back_with_a_word(world, desk, people, asked):
    assert address_of(asked) is None
    response = desk(people["steward"]).get("/admin/find/", {"q": asked}, follow=True)
    assert response.redirect_chain == [("/admin/", 302)]
    assert "Nothing here is called" in response.content.decode()
