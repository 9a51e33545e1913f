"""The queue: everything that waits, soonest due first, at a constant cost; and from any id to its page."""

from datetime import timedelta

import pytest
from django.urls import reverse

from charter.models import Amendment
from charter.queries import version_at
from kaizen import queue
from kaizen.finding import address_of
from ledger.actors import Actor
from tests.admin.world import LATER
from tests.conftest import NOW
from tests.factories.companions import active
from tests.pages.conftest import a_decline, a_nomination, a_penalty, an_incident
from tiers.actions import incidents, standing
from tiers.actions.returning import return_to_shadow
from tiers.models import Audit, Decline, Standing

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_an_empty_queue_says_what_will_appear_and_how_to_make_it(desk, people):
    page = desk(people["steward"]).get("/admin/").content.decode()
    assert "Nothing waits for a steward." in page
    assert 'href="/onboard"' in page


def test_what_waits_in_every_room_stands_in_one_queue(world):
    found = queue.gather(at=LATER)
    assert [row.kind for row in found.rows] == ["incident", "appeal", "application"]
    assert {name: n for name, n in found.counts.items() if n} == {"applications": 1, "appeals": 1, "incidents": 1}
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


def test_a_nomination_stands_in_it_while_it_misses_a_word_that_a_person_could_give(people):
    high = active("HIGH_001")
    for tier, words, waits in (
        ("high", ("nomination",), False),
        ("critical", ("nomination",), True),
        ("critical", ("nomination", "second"), True),
        ("critical", ("nomination", "second", "invitation"), False),
    ):
        row = a_nomination(high.companion, tier=tier, words=words)
        assert bool(queue.gather(at=LATER).counts["nominations"]) is waits, (tier, words)
        row.words.all().delete()
        row.delete()


def test_an_invitation_waits_for_no_person_while_a_live_critical_companion_could_give_it(people):
    named, able = active("HIGH_001"), active("ABLE_001", provider="other-org")
    a_nomination(named.companion, tier="critical", words=("nomination", "second"))
    assert queue.gather(at=LATER).counts["nominations"] == 1
    Standing.objects.filter(pk=able.pk).update(tier="critical")
    assert queue.gather(at=LATER).counts["nominations"] == 0
    Standing.objects.filter(pk=able.pk).update(precaution="frozen")
    assert queue.gather(at=LATER).counts["nominations"] == 1


def test_third_offences_and_declines_far_below_stand_in_it(people):
    companion = active("THIRD_001").companion
    a_penalty(an_incident(companion), nth=2, kind="suspension")
    a_decline(companion)
    assert queue.gather(at=LATER).total == 0
    a_penalty(an_incident(companion, number=2), nth=3, kind="", state="choosing")
    Decline.objects.update(with_steward_at=NOW)
    found = queue.gather(at=LATER)
    assert (found.counts["offences"], found.counts["declines"]) == (1, 1)
    assert {row.kind: row.what for row in found.rows} == {
        "offence": "THIRD_001, offence no. 3: INC-00002",
        "decline": "THIRD_001 measures far below what standard asks; by rule it falls 2026-11-23 09:00 UTC",
    }
    Decline.objects.update(state="recovered")
    assert queue.gather(at=LATER).counts["declines"] == 0


def test_a_companion_that_changed_stands_in_it_until_it_is_active_again(people):
    companion = active("CHANGED_001")
    assert queue.gather(at=LATER).counts["changed"] == 0
    return_to_shadow(companion, by=Actor.system("rule"), at=NOW, reason="Its answers name another model.")
    found = queue.gather(at=LATER)
    assert found.counts["changed"] == 1
    assert [row.what for row in found.rows] == ["CHANGED_001 changed: back in shadow mode, it keeps the tier standard"]


def test_audits_that_differ_and_amendments_proposed_stand_in_it(people, steward):
    law = version_at(NOW)
    audit = Audit.objects.create(
        number=1, law=law, state="differs", since_at=NOW - DAY, until_at=NOW, began_at=NOW, changed_at=NOW
    )
    amendment = Amendment.objects.create(
        number=1, state="proposed", title="A stricter gate", base=law, document=law.document, author=steward,
        author_ref="x", drafted_at=NOW, proposed_at=NOW, changed_at=NOW,
    )  # fmt: skip
    found = queue.gather(at=LATER)
    assert (found.counts["audits"], found.counts["amendments"]) == (1, 1)
    assert {row.kind: row.what for row in found.rows} == {
        "audit": "AUD-00001 found decisions of ours that do not come out the same",
        "amendment": "AMD-00001: A stricter gate",
    }
    Audit.objects.filter(pk=audit.pk).update(state="answered")
    Amendment.objects.filter(pk=amendment.pk).update(state="draft")
    assert queue.gather(at=LATER).total == 0


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
