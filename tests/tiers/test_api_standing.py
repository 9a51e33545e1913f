"""Standing, readiness, incidents and assessments over HTTP: now, then, in pages, at a constant cost."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.core.cache import caches
from jsonschema import validate

from charter.queries import version_at
from ledger.actors import Actor
from tests.conftest import NOW
from tests.factories.companions import active, in_shadow
from tests.pages.conftest import a_decline, a_nomination, a_penalty, a_watch, an_incident, measured, some_criteria
from tiers.actions import standing as acts
from tiers.api import standing_described as described
from tiers.api.shown import time
from tiers.models import Incident, Penalty

pytestmark = pytest.mark.django_db
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
YEAR = timedelta(days=365)
LATER = NOW + DAY


@pytest.fixture(autouse=True)
def fresh_counters():
    caches["throttles"].clear()


@pytest.fixture
def ask(client):
    """Read an address of the companion at a time; the clock of faces stands there."""

    def read(ref, what, *, at=LATER, status=200, **query):
        with time_machine.travel(at, tick=False):
            response = client.get(f"/api/companions/{ref}/{what}", query)
        assert response.status_code == status, response.content
        return response.json()

    return read


@pytest.fixture
def nova():
    return active("NOVA_001", at=NOW)


def test_standing_tells_state_tier_vote_and_law_now(ask, nova):
    told = ask("NOVA_001", "standing")
    validate(told, described._STANDING)
    assert (told["state"], told["tier"], told["voteWeight"], told["frozen"]) == ("active", "standard", 0.7, False)
    assert told["since"] == told["tierSince"] == time(NOW)
    assert told["lawDigest"] == version_at(LATER).digest
    assert (told["declines"], told["penalties"], told["monitoring"], told["nomination"]) == ([], [], None, None)


def test_a_decline_is_told_with_its_clocks_while_it_runs(ask, nova):
    a_decline(nova.companion, at=NOW, reviewed_at=NOW + DAY, state="reviewed")
    (told,) = ask("NOVA_001", "standing", at=NOW + DAY - SECOND)["declines"]
    assert (told["state"], told["reviewedAt"]) == ("alerted", None)
    assert (told["reviewDueAt"], told["fallDueAt"]) == (time(NOW + DAY), time(NOW + 3 * DAY))
    (told,) = ask("NOVA_001", "standing", at=NOW + DAY)["declines"]
    assert (told["state"], told["reviewedAt"], told["value"]) == ("reviewed", time(NOW + DAY), "0.8731")
    validate(ask("NOVA_001", "standing"), described._STANDING)


@pytest.mark.parametrize(("at", "n"), [(-SECOND, 0), (timedelta(0), 1), (2 * DAY - SECOND, 1), (2 * DAY, 0)])
def test_a_decline_of_the_past_is_told_of_the_past_alone(ask, nova, at, n):
    a_decline(nova.companion, at=NOW + HOUR, ended_at=NOW + HOUR + 2 * DAY, state="recovered")
    assert ask("NOVA_001", "standing", at=NOW + 9 * DAY)["declines"] == []
    assert len(_at(ask, NOW + HOUR + at)["declines"]) == n


def _at(ask, moment):
    return ask("NOVA_001", "standing?at=" + time(moment), at=NOW + 9 * DAY)


@pytest.mark.parametrize(("after", "n"), [(YEAR - SECOND, 1), (YEAR, 0)])
def test_a_penalty_is_told_until_its_offence_counts_no_more(ask, nova, after, n):
    a_penalty(an_incident(nova.companion, at=NOW), at=NOW)
    told = ask("NOVA_001", "standing", at=NOW + after)["penalties"]
    assert len(told) == n
    if n:
        assert (told[0]["incidentId"], told[0]["nth"], told[0]["kind"]) == ("INC-00001", 1, "warning")
        assert told[0]["countsUntil"] == time(NOW + YEAR)


def test_a_void_penalty_is_told_of_the_time_before_it_was_void(ask, nova):
    row = a_penalty(an_incident(nova.companion, at=NOW), at=NOW)
    Penalty.objects.filter(pk=row.pk).update(state="voided", closed_at=NOW + DAY)
    assert _at(ask, NOW + DAY)["penalties"] == []
    (told,) = _at(ask, NOW + DAY - SECOND)["penalties"]
    assert told["state"] == "imposed"


def test_watch_and_nomination_are_told_without_the_plan_or_a_persons_name(ask, nova):
    a_watch(nova.companion, at=NOW, plan="We train anew, says Mona.")
    row = a_nomination(nova.companion, tier="critical", at=NOW)
    told = ask("NOVA_001", "standing")
    validate(told, described._STANDING)
    assert told["monitoring"] == {
        "because": "It fell from high to standard.",
        "beganAt": time(NOW),
        "until": time(NOW + 30 * DAY),
        "planGivenAt": time(NOW),
    }
    assert "Mona" not in str(told)
    assert "urn:uuid" not in str(told)
    assert told["nomination"]["words"][0]["by"] == "a steward"
    assert [each.split(" ")[0] for each in told["nomination"]["missing"]] == ["a", "an", "5"]
    assert told["nomination"]["lapsesAt"] == time(row.lapses_at)


def test_a_suspension_is_over_when_its_time_is_even_before_anybody_wrote_that_down(ask, nova, steward):
    acts.suspend(nova, hours=24, by=Actor.person(steward), at=NOW, reason="Look again.")
    told = ask("NOVA_001", "standing", at=NOW + DAY - SECOND)
    assert (told["state"], told["voteWeight"], told["suspendedUntil"]) == ("suspended", 0.0, time(NOW + DAY))
    told = ask("NOVA_001", "standing", at=NOW + DAY)
    assert (told["state"], told["suspendedUntil"], told["since"]) == ("active", None, time(NOW + DAY))
    nova.refresh_from_db()
    assert nova.state == "suspended"


def test_the_past_tells_what_decisions_made_so_and_leaves_out_what_none_names(ask, nova, steward):
    acts.freeze(nova, by=Actor.person(steward), at=NOW + DAY, reason="A precaution.")
    told = _at(ask, NOW + DAY - SECOND)
    assert (told["state"], told["tier"], told["frozen"]) == ("active", "standard", False)
    assert (told["since"], told["voteWeight"]) == (None, None)
    assert _at(ask, NOW + DAY)["frozen"] is True
    assert ask("NOVA_001", "standing", at=NOW + 9 * DAY)["voteWeight"] == 0.0


@pytest.mark.parametrize("what", ["standing?at=yesterday", "standing?at=2026-11-20T09:00:00", "assessments?since=x",
                                  "assessments?limit=0", "incidents?limit=9999", "incidents?cursor=x"])  # fmt: skip
def test_what_is_no_time_and_no_place_is_refused(ask, nova, what):
    assert ask("NOVA_001", what, status=400)["status"] == 400


@pytest.mark.parametrize("what", ["standing", "readiness", "incidents", "assessments"])
def test_nobody_is_not_found(ask, what):
    assert ask("NOBODY_001", what, status=404)["code"] == "not_found"


def test_readiness_of_an_active_companion_is_its_way_to_the_next_tier(ask, nova):
    measured(nova.companion, criteria=some_criteria())
    told = ask("NOVA_001", "readiness")
    validate(told, described._READINESS)
    assert (told["step"], told["tierAsked"], told["ready"]) == ("rise", "high", False)
    assert told["reviewDueAt"] == time(NOW + 30 * DAY)
    days = next(it for it in told["criteria"] if it["name"] == "days at the tier")
    assert days["reachableAt"] == time(NOW + 30 * DAY)
    assert set(told["missing"]) == {it["name"] for it in told["criteria"] if it["verdict"] != "pass"}


def test_readiness_in_shadow_mode_is_what_the_last_assessment_judged_with_by_when(ask):
    standing = in_shadow("SLOW_001", at=NOW)
    measured(standing.companion, criteria=some_criteria())
    told = ask("SLOW_001", "readiness")
    validate(told, described._READINESS)
    assert (told["step"], told["tierAsked"], told["reviewDueAt"]) == ("exit", "standard", None)
    assert [it["name"] for it in told["criteria"]] == [it.name for it in some_criteria()]
    clean = told["criteria"][0]
    assert clean["reachableAt"] == time(NOW + 7 * DAY)
    passed = next(it for it in told["criteria"] if it["name"] == "sentinel review")
    assert (passed["reachableAt"], passed["byWhen"]) == (None, "")


def test_who_is_barred_is_on_the_way_to_nothing(ask, nova, steward):
    acts.suspend(nova, hours=72, by=Actor.person(steward), at=NOW, reason="Look again.")
    told = ask("NOVA_001", "readiness")
    assert (told["step"], told["tierAsked"], told["ready"], told["criteria"]) == (None, None, False, [])


def test_incidents_are_told_newest_first_with_what_each_brought_and_until_when_it_counts(ask, nova):
    a_penalty(an_incident(nova.companion, number=1, at=NOW), at=NOW)
    an_incident(nova.companion, number=2, at=NOW + HOUR)
    an_incident(nova.companion, number=3, state="cleared", at=NOW)
    Incident.objects.filter(number=3).update(confirmed_at=None)
    told = ask("NOVA_001", "incidents")
    validate(told, described._pages(described._INCIDENT))
    assert [it["incidentId"] for it in told["results"]] == ["INC-00003", "INC-00002", "INC-00001"]
    assert [it["countsUntil"] for it in told["results"]] == [None, None, time(NOW + YEAR)]
    assert told["results"][2]["penalty"]["kind"] == "warning"
    assert told["results"][1]["penalty"] is None


def test_an_outage_and_a_void_offence_count_for_nothing(ask, nova):
    for number, fields in ((1, {"kind": "outage"}), (2, {"state": "voided"})):
        a_penalty(an_incident(nova.companion, number=number, at=NOW), at=NOW)
        Incident.objects.filter(number=number).update(**fields)
    assert [it["countsUntil"] for it in ask("NOVA_001", "incidents")["results"]] == [None, None]


def test_incidents_of_another_companion_are_not_told(ask, nova):
    an_incident(active("OTHER_001", at=NOW).companion, at=NOW)
    assert ask("NOVA_001", "incidents") == {"results": [], "next": None}


def test_assessments_come_in_pages_without_gap_or_repetition(ask, nova):
    for hour in range(7):
        measured(nova.companion, at=NOW + hour * HOUR, gi=None if hour == 3 else f"0.9{hour}")
    seen, query = [], {"limit": "3"}
    while query:
        told = ask("NOVA_001", "assessments", **query)
        validate(told, described._pages(described._ASSESSMENT))
        seen += told["results"]
        query = {name: values[0] for name, values in parse_qs(urlsplit(told["next"] or "").query).items()}
    assert [it["computedAt"] for it in seen] == [time(NOW + hour * HOUR) for hour in reversed(range(7))]
    assert [it["score"] for it in seen] == [0.96, 0.95, 0.94, None, 0.92, 0.91, 0.9]
    assert seen[0]["breakdown"] == {
        "constitutional": 0.97, "consensus": 0.9, "reliability": 0.99, "efficiency": 0.8, "community": 0.5,
    }  # fmt: skip
    assert (seen[0]["lawDigest"], seen[0]["evidenceDigest"]) == ("a" * 64, "b" * 64)


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [(HOUR, None, [3, 2, 1]), (HOUR + SECOND, None, [3, 2]), (None, 2 * HOUR, [1, 0]), (HOUR, 2 * HOUR, [1])],
)
def test_assessments_are_narrowed_from_a_time_on_and_before_another(ask, nova, since, until, hours):
    for hour in range(4):
        measured(nova.companion, at=NOW + hour * HOUR)
    asked = {name: time(NOW + it) for name, it in (("since", since), ("until", until)) if it is not None}
    told = ask("NOVA_001", "assessments", **asked)["results"]
    assert [it["computedAt"] for it in told] == [time(NOW + hour * HOUR) for hour in hours]


def test_a_score_is_cut_and_never_rounded_up(ask, nova):
    row = measured(nova.companion)
    type(row).objects.filter(pk=row.pk).update(gi=Decimal("0.94999"))
    assert ask("NOVA_001", "assessments")["results"][0]["score"] == 0.9499


@pytest.mark.parametrize("what", ["standing", "readiness", "incidents", "assessments"])
def test_a_longer_story_costs_no_more_queries(client, nova, django_assert_max_num_queries, what):
    def tell():
        with time_machine.travel(LATER, tick=False):
            return client.get(f"/api/companions/NOVA_001/{what}")

    _befall(nova.companion, 1, 2)
    tell()
    with django_assert_max_num_queries(30) as few:
        tell()
    _befall(nova.companion, 2, 30)
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert tell().status_code == 200


def _befall(companion, first, last):
    for number in range(first, last):
        at = NOW + number * timedelta(minutes=10)
        a_penalty(an_incident(companion, number=number, at=at), nth=number, at=at)
        a_decline(companion, state="recovered", at=at, ended_at=at + 9 * DAY)
        a_nomination(companion, at=at, state="open" if number == 1 else "declined", words=("nomination", "second"))
        a_watch(companion, at=at)
        measured(companion, at=at)
