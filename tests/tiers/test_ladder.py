"""What offences bring: a warning, a suspension, a steward's choice; over a year, and what a granted appeal takes back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from appeals import actions as appeals
from appeals.body import parse_appeal
from ledger.actors import Actor, Forbidden
from ledger.decisions import AlreadyDecided, Refused
from ledger.models import Decision
from ledger.queries import last_decision
from onboarding.models import Application, SentinelReview
from onboarding.models.application import State as ApplicationState
from onboarding.sentinel.again import open_wanted_reviews
from registry.actions import issue_key
from registry.models import Companion, OutboxMessage, Person
from registry.queries import credential_of
from tests.admin.conftest import clock, desk  # noqa: F401
from tests.conftest import NOW
from tests.factories.companions import PROVIDER, active, in_shadow, risen
from tests.factories.onboarding import an_application
from tests.tiers.declining import DAY, HOUR, SECOND, replayed, without_basis
from tiers.actions import incidents, ladder
from tiers.actions import standing as standings
from tiers.actions.returning import return_to_shadow
from tiers.actions.reviews import ReviewWord, note_review
from tiers.models import Incident, Monitoring, Penalty, Review, Standing
from tiers.queries.penalties import choices_open, reviews_wanted
from tiers.queries.rise_words import reviews_owed
from tiers.rules import ladder as rules
from tiers.rules.ladder import Case

pytestmark = pytest.mark.django_db
ATLAS, RULE = Actor.system("atlas"), Actor.system("rule")
YEAR = 365 * DAY


def by(person):
    return Actor.person(person)


def an_offence(companion, *, at=NOW, severity="high", kind="veto", confirmed=True, by=ATLAS):
    incident = incidents.open_incident(
        companion,
        kind=kind,
        severity=severity,
        summary="An answer was vetoed.",
        rule=f"x.{at.timestamp()}",
        by=ATLAS,
        at=at,
    )
    return (
        incidents.confirm(incident, by=by, at=at, reason="Found again.", evidence=EVIDENCE) if confirmed else incident
    )


EVIDENCE = {"basis": {"rule": "incident", "step": "look", "first": {}, "second": None, "veto": "x", "derived": True}}


def fresh(standing):
    return Standing.objects.get(pk=standing.pk)


def penalties(companion):
    rows = Penalty.objects.filter(companion=companion).order_by("imposed_at", "nth")
    return [(row.nth, row.kind, row.state) for row in rows]


# The rule alone.


def a_case(*earlier, severity="low", state="active", returns_to="", until=None, kind="veto"):
    return Case(kind, severity, state, returns_to, until, tuple(earlier))


@pytest.mark.parametrize(
    ("earlier", "nth", "kind"),
    [
        ([], 1, "warning"),
        ([YEAR - SECOND], 2, "suspension"),
        ([YEAR], 1, "warning"),
        ([YEAR + SECOND], 1, "warning"),
        ([timedelta(0)], 2, "suspension"),
        ([DAY, 2 * DAY], 3, ""),
        ([DAY, YEAR], 2, "suspension"),
        ([DAY, YEAR - SECOND], 3, ""),
        ([DAY, 2 * DAY, 3 * DAY], 4, ""),
    ],
)
def test_offences_count_for_the_laws_year_to_the_second(law, earlier, nth, kind):
    found = rules.imposed(a_case(*(NOW - ago for ago in earlier)), law, at=NOW)
    assert (found.rung.nth, found.rung.kind, found.state) == (nth, kind, "imposed" if kind else "choosing")


@pytest.mark.parametrize(("severity", "hours"), [("low", 24), ("medium", 24), ("high", 48), ("critical", 72)])
def test_a_suspension_is_as_long_as_its_severity(law, severity, hours):
    found = rules.imposed(a_case(NOW - DAY, severity=severity), law, at=NOW)
    assert (found.until, found.move) == (NOW + timedelta(hours=hours), "suspend")


@pytest.mark.parametrize(
    ("until", "ends", "move"),
    [
        (None, NOW + 24 * HOUR, ""),
        (NOW + 24 * HOUR - SECOND, NOW + 24 * HOUR, "change_suspension"),
        (NOW + 24 * HOUR, NOW + 24 * HOUR, ""),
        (NOW + 60 * HOUR, NOW + 24 * HOUR, ""),
    ],
)
def test_a_suspension_under_way_is_never_shortened(law, until, ends, move):
    found = rules.imposed(a_case(NOW - DAY, state="suspended", returns_to="active", until=until), law, at=NOW)
    assert (found.until, found.move) == (ends, move)


@pytest.mark.parametrize(
    ("state", "returns_to", "kind", "penalised"),
    [
        ("active", "", "veto", True),
        ("active", "", "report", True),
        ("active", "", "rate", True),
        ("active", "", "outage", False),
        ("shadow", "", "veto", False),
        ("suspended", "active", "veto", True),
        ("suspended", "shadow", "veto", False),
        ("mounted", "", "veto", False),
        ("removed", "", "veto", False),
        ("retired", "", "veto", False),
    ],
)
def test_whom_the_ladder_is_for(law, state, returns_to, kind, penalised):
    case = a_case(state=state, returns_to=returns_to, kind=kind, until=NOW + HOUR)
    assert (rules.imposed(case, law, at=NOW) is not None) is penalised


# A year in the life.


def test_a_warning_a_suspension_and_a_choice(steward):
    standing = active(at=NOW - DAY)
    companion = standing.companion
    an_offence(companion, at=NOW)
    assert fresh(standing).state == "active"
    an_offence(companion, at=NOW + 100 * DAY, severity="high")
    row = fresh(standing)
    assert (row.state, row.suspended_until) == ("suspended", NOW + 100 * DAY + 48 * HOUR)
    standings.end_when_due(row)
    an_offence(companion, at=NOW + 200 * DAY)
    assert penalties(companion) == [(1, "warning", "imposed"), (2, "suspension", "imposed"), (3, "", "choosing")]
    assert fresh(standing).state == "active"
    assert [it.nth for it in choices_open()] == [3]
    told = list(OutboxMessage.objects.filter(kind__startswith="penalty.").values_list("kind", "body__kind"))
    assert told == [("penalty.imposed", "warning"), ("penalty.imposed", "suspension"), ("penalty.choosing", None)]
    # All of it was a machine's, and follows again from what was sealed.
    assert not Decision.objects.filter(actor_kind="human").exists()
    assert (replayed()[1], without_basis()) == ([], ["incident.opened open_incident"] * 3)


@pytest.mark.parametrize(("later", "nth"), [(YEAR - SECOND, 2), (YEAR, 1), (YEAR + SECOND, 1)])
def test_an_offence_of_a_year_ago_counts_until_its_last_second(later, nth):
    companion = active(at=NOW - DAY).companion
    an_offence(companion, at=NOW)
    an_offence(companion, at=NOW + later)
    assert Penalty.objects.order_by("-imposed_at").first().nth == nth


def test_an_offence_in_shadow_mode_brings_nothing_and_counts_later():
    standing = in_shadow(at=NOW - 9 * DAY)
    an_offence(standing.companion, at=NOW - 8 * DAY)
    assert not Penalty.objects.exists()
    standings.graduate(standing, tier="standard", by=RULE, at=NOW, reason="", evidence={})
    an_offence(standing.companion, at=NOW + DAY, severity="low")
    assert penalties(standing.companion) == [(2, "suspension", "imposed")]


def test_outages_and_void_offences_are_no_rungs(steward):
    companion = active(at=NOW - DAY).companion
    an_offence(companion, at=NOW, kind="outage")
    first = an_offence(companion, at=NOW + DAY)
    incidents.void(first, by=by(steward), at=NOW + 2 * DAY, reason="A granted appeal.")
    an_offence(companion, at=NOW + 3 * DAY)
    assert penalties(companion) == [(1, "warning", "voided"), (1, "warning", "imposed")]


def test_two_offences_of_one_sweep_are_two_rungs():
    companion = active(at=NOW - DAY).companion
    for number in range(2):
        incident = incidents.open_incident(
            companion, kind="veto", severity="low", summary="It.", rule=f"x.{number}", by=ATLAS, at=NOW
        )
        incidents.confirm(incident, by=ATLAS, at=NOW, reason="Found again.", evidence=EVIDENCE)
    assert penalties(companion) == [(1, "warning", "imposed"), (2, "suspension", "imposed")]


def test_a_frozen_companion_is_penalised_like_any_other(steward):
    standing = active(at=NOW - DAY)
    standings.freeze(standing, by=by(steward), at=NOW, reason="Wait.")
    an_offence(standing.companion, at=NOW)
    an_offence(standing.companion, at=NOW + HOUR)
    row = fresh(standing)
    assert (row.state, row.precaution) == ("suspended", "frozen")


def test_a_further_offence_lengthens_a_suspension_and_its_void_takes_that_back(steward):
    standing = active(at=NOW - DAY)
    an_offence(standing.companion, at=NOW - HOUR)
    standings.suspend(fresh(standing), hours=24, by=by(steward), at=NOW, reason="By my word.")
    second = an_offence(standing.companion, at=NOW + HOUR, severity="high")
    row = fresh(standing)
    assert (row.suspended_until, row.state_since) == (NOW + 49 * HOUR, NOW)
    assert last_decision("companion", "YOURMODEL_001").type == "companion.suspension_changed"
    incidents.void(second, by=by(steward), at=NOW + 2 * HOUR, reason="A granted appeal.")
    assert fresh(standing).suspended_until == NOW + 24 * HOUR
    assert replayed()[1] == []


def test_a_suspension_that_runs_longer_is_left_alone(steward):
    standing = active(at=NOW - DAY)
    an_offence(standing.companion, at=NOW - HOUR)
    standings.suspend(fresh(standing), hours=72, by=by(steward), at=NOW, reason="By my word.")
    second = an_offence(standing.companion, at=NOW + HOUR, severity="low")
    assert fresh(standing).suspended_until == NOW + 72 * HOUR
    assert Penalty.objects.get(incident=second).until == NOW + 25 * HOUR
    incidents.void(second, by=by(steward), at=NOW + 2 * HOUR, reason="A granted appeal.")
    assert fresh(standing).suspended_until == NOW + 72 * HOUR
    assert replayed()[1] == []


def test_a_suspension_that_is_over_is_over_also_where_nobody_wrote_it_down_yet():
    standing = active(at=NOW - DAY)
    an_offence(standing.companion, at=NOW)
    an_offence(standing.companion, at=NOW + HOUR, severity="low")
    third = an_offence(standing.companion, at=NOW + 30 * HOUR)
    row = fresh(standing)
    assert (row.state, row.state_since) == ("active", NOW + 25 * HOUR)
    assert Penalty.objects.get(incident=third).state == "choosing"
    assert replayed()[1] == []


def test_a_stewards_confirmation_brings_the_same(steward):
    companion = active(at=NOW - DAY).companion
    an_offence(companion, at=NOW, by=by(steward))
    assert penalties(companion) == [(1, "warning", "imposed")]
    decision = Decision.objects.get(type="penalty.imposed")
    assert (decision.actor_kind, decision.actor_ref) == ("system", "rule")


# The mandatory review.


@pytest.fixture
def enrolled(steward):
    """A companion with its application, active since two days."""
    application = an_application(ApplicationState.MOUNTED, at=NOW - 20 * DAY, **ALL)
    application = Application.objects.get(pk=application.pk)
    standing = standings.open_shadow_if_ready(application.companion, at=NOW - 20 * DAY)
    return standings.graduate(standing, tier="standard", by=RULE, at=NOW - 2 * DAY, reason="", evidence={})


ALL = {
    "pricing": {"inputPer1kTokens": "0.25", "outputPer1kTokens": 0},
    "limits": {"requestsPerMinute": 60, "tokensPerMinute": 100_000},
    "commitments": {"charter": True, "consensus": True, "tiersUnderstood": True, "uptime": 99},
}


def test_a_warning_asks_the_sentinel_by_itself_once(enrolled):
    companion = enrolled.companion
    assert open_wanted_reviews(at=NOW) == 0
    an_offence(companion, at=NOW)
    assert [(it.standing, it.because, it.since) for it in reviews_wanted()] == [(enrolled, "warning", NOW)]
    assert open_wanted_reviews(at=NOW + SECOND) == 1
    review = SentinelReview.objects.get(application__companion=companion, finished_at=None)
    assert review.started_at == NOW + SECOND
    decision = last_decision("companion", companion.ref)
    assert (decision.move, decision.actor_kind, decision.actor_ref) == ("ask_review", "system", "rule")
    assert open_wanted_reviews(at=NOW + 2 * SECOND) == 0
    assert replayed()[1] == []


@pytest.mark.parametrize(
    ("given", "positive", "owed"),
    [(-SECOND, True, True), (timedelta(0), True, True), (SECOND, True, False), (SECOND, False, True)],
)
def test_nothing_rises_until_a_positive_word_of_later(given, positive, owed):
    companion = active(at=NOW - DAY).companion
    an_offence(companion, at=NOW)
    word = ReviewWord("approve" if positive else "request_changes", positive, {}, NOW + given)
    note_review(companion, word, under=Penalty.objects.get().law.law)
    assert (companion.pk in reviews_owed([companion.pk], NOW + DAY)) is owed
    # The sentinel gave its word once it is given later; whether it is good enough is another matter.
    assert bool(reviews_wanted()) is (given <= timedelta(0))


def test_a_void_warning_asks_for_nothing(steward):
    companion = active(at=NOW - DAY).companion
    first = an_offence(companion, at=NOW)
    incidents.void(first, by=by(steward), at=NOW + HOUR, reason="A granted appeal.")
    assert (reviews_owed([companion.pk], NOW + HOUR), reviews_wanted()) == ({}, [])


def test_who_is_suspended_is_asked_when_that_is_over(enrolled):
    an_offence(enrolled.companion, at=NOW)
    an_offence(enrolled.companion, at=NOW + SECOND)
    assert open_wanted_reviews(at=NOW + 2 * SECOND) == 0
    standings.end_when_due(fresh(enrolled))
    assert open_wanted_reviews(at=NOW + 50 * HOUR) == 1


def test_who_came_with_the_register_has_nothing_to_review():
    companion = active(at=NOW - DAY).companion
    an_offence(companion, at=NOW)
    assert open_wanted_reviews(at=NOW + SECOND) == 0
    assert not Decision.objects.filter(move="ask_review").exists()


# The third one.


def third(standing, *, at=NOW):
    """Three offences, the last one just confirmed."""
    for number in (20, 10, 0):
        an_offence(standing.companion, at=at - number * DAY, severity="low")
        if fresh(standing).state == "suspended":
            standings.end_when_due(fresh(standing))
    return Penalty.objects.get(nth=3)


def test_a_steward_chooses_a_fall(steward):
    standing = active(at=NOW - 30 * DAY)
    penalty = third(standing)
    ladder.choose(penalty, kind="demotion", by=by(steward), at=NOW + HOUR, reason="A third time.")
    row = fresh(standing)
    assert (row.tier, row.state, penalty.tier_before, penalty.state) == ("research", "active", "standard", "imposed")
    assert (penalty.kind, penalty.imposed_at, penalty.nth) == ("demotion", NOW + HOUR, 3)
    assert Monitoring.objects.get().until == NOW + HOUR + 30 * DAY
    decision = last_decision("penalty", penalty.subject_ref)
    assert (decision.move, decision.actor_kind) == ("choose", "human")


def test_from_the_lowest_tier_the_choice_of_a_fall_is_a_suspension(steward):
    standing = active(at=NOW - 30 * DAY, tier="research")
    penalty = third(standing)
    ladder.choose(penalty, kind="demotion", by=by(steward), at=NOW + HOUR, reason="A third time.")
    row = fresh(standing)
    assert (row.state, row.suspended_until, row.tier) == ("suspended", NOW + 73 * HOUR, "research")
    assert (penalty.kind, penalty.until) == ("suspension", NOW + 73 * HOUR)


def test_a_choice_lengthens_a_suspension_that_runs(steward):
    standing = active(at=NOW - 30 * DAY, tier="research")
    penalty = third(standing)
    standings.suspend(fresh(standing), hours=24, by=by(steward), at=NOW, reason="Meanwhile.")
    ladder.choose(penalty, kind="demotion", by=by(steward), at=NOW + HOUR, reason="A third time.")
    assert fresh(standing).suspended_until == NOW + 73 * HOUR
    assert penalty.until_before == NOW + 24 * HOUR
    assert Monitoring.objects.filter(began_at=NOW + HOUR).exists()


def test_removal_is_a_stewards_word_and_access_ends_at_once(steward, law):
    standing = active(at=NOW - 30 * DAY)
    penalty = third(standing)
    key = issue_key(standing.companion, by=PROVIDER, at=NOW, under=law)[1]
    assert credential_of(key, at=NOW + HOUR)
    ladder.choose(penalty, kind="removal", by=by(steward), at=NOW + HOUR, reason="A third time.")
    assert (fresh(standing).state, penalty.kind) == ("removed", "removal")
    assert credential_of(key, at=NOW + HOUR) is None


def test_only_a_steward_of_another_organisation_chooses_and_only_once(steward):
    standing = active(at=NOW - 30 * DAY)
    penalty = third(standing)
    insider = Person.objects.create_user("i@example.org", roles=["steward"], organisation=standing.companion.provider)
    for who in (RULE, ATLAS, PROVIDER, by(insider)):
        with pytest.raises(Forbidden):
            ladder.choose(Penalty.objects.get(pk=penalty.pk), kind="demotion", by=who, at=NOW, reason="Let me.")
    with pytest.raises(Refused, match="Choose between"):
        ladder.choose(penalty, kind="warning", by=by(steward), at=NOW, reason="Mercy.")
    seen = penalty.version
    ladder.choose(
        Penalty.objects.get(pk=penalty.pk), kind="demotion", by=by(steward), at=NOW, reason="So.", version=seen
    )
    with pytest.raises(AlreadyDecided):
        ladder.choose(penalty, kind="removal", by=by(steward), at=NOW, reason="No, so.", version=seen)
    assert fresh(standing).state == "active"


def test_who_left_leaves_no_choice(steward):
    standing = active(at=NOW - 30 * DAY)
    penalty = third(standing)
    standings.retire(fresh(standing), by=PROVIDER, at=NOW)
    assert choices_open() == []
    with pytest.raises(Refused, match="retired by now"):
        ladder.choose(penalty, kind="demotion", by=by(steward), at=NOW, reason="So.")


def test_the_choice_stands_on_the_desk_with_a_fall_as_its_default(steward, other_steward, desk):  # noqa: F811
    standing = active(at=NOW - 30 * DAY)
    penalty = third(standing)
    client = desk(other_steward)
    assert (
        "Choose what it brings" in client.get(reverse("admin:tiers_penalty_change", args=[penalty.pk])).content.decode()
    )
    address = reverse("admin:tiers_penalty_decide", args=[penalty.pk, "choose"])
    page = client.get(address).content.decode()
    assert 'value="demotion"' in page.split("checked")[0][-200:]
    assert "falls to the tier research" in page
    given = {"kind": "demotion", "reason": "A third time.", "version": penalty.version}
    assert client.post(address, given).status_code == 302
    assert fresh(standing).tier == "research"


def test_the_desk_says_what_a_confirmation_brings(steward, other_steward, desk):  # noqa: F811
    companion, client = active(at=NOW - DAY).companion, desk(other_steward)
    for number, words in enumerate(("a warning, and a review", "a suspension of 2 days", "a steward then chooses")):
        incident = an_offence(companion, at=NOW + number * SECOND, confirmed=False)
        address = reverse("admin:tiers_incident_decide", args=[incident.pk, "confirm"])
        assert words in client.get(address).content.decode()
        client.post(address, {"reason": "I read it.", "version": incident.version})
        if fresh(companion.standing).state == "suspended":
            standings.end_suspension(fresh(companion.standing), by=by(steward), at=NOW + HOUR, reason="Over.")
    assert [it[0] for it in penalties(companion)] == [1, 2, 3]


# The way back.


def test_a_void_offence_ends_the_suspension_that_it_brought(steward):
    standing = active(at=NOW - DAY)
    an_offence(standing.companion, at=NOW)
    second = an_offence(standing.companion, at=NOW + HOUR)
    incidents.void(second, by=by(steward), at=NOW + 2 * HOUR, reason="A granted appeal.")
    assert fresh(standing).state == "active"
    assert penalties(standing.companion) == [(1, "warning", "imposed"), (2, "suspension", "voided")]


def test_later_penalties_keep_their_place(steward):
    standing = active(at=NOW - DAY)
    first = an_offence(standing.companion, at=NOW)
    an_offence(standing.companion, at=NOW + HOUR)
    incidents.void(first, by=by(steward), at=NOW + 2 * HOUR, reason="A granted appeal.")
    assert fresh(standing).state == "suspended"
    assert penalties(standing.companion) == [(1, "warning", "voided"), (2, "suspension", "imposed")]
    an_offence(standing.companion, at=NOW + 3 * HOUR)
    assert Penalty.objects.order_by("-imposed_at").first().nth == 2


def test_of_two_suspensions_at_once_the_other_goes_on(steward):
    standing = active(at=NOW - DAY)
    an_offence(standing.companion, at=NOW)
    second = an_offence(standing.companion, at=NOW + HOUR, severity="critical")
    incidents.void(Incident.objects.order_by("number").first(), by=by(steward), at=NOW + HOUR, reason="Void.")
    another = an_offence(standing.companion, at=NOW + 2 * HOUR, severity="low")
    assert Penalty.objects.get(incident=another).until == NOW + 26 * HOUR
    incidents.void(second, by=by(steward), at=NOW + 3 * HOUR, reason="A granted appeal.")
    assert fresh(standing).suspended_until == NOW + 26 * HOUR


@pytest.mark.parametrize("order", ["first", "second"])
def test_lengthened_twice_and_both_void_it_is_over(steward, order):
    standing = active(at=NOW - DAY)
    an_offence(standing.companion, at=NOW - DAY)
    one = an_offence(standing.companion, at=NOW, severity="low")
    incidents.void(Incident.objects.order_by("number").first(), by=by(steward), at=NOW, reason="Void.")
    two = an_offence(standing.companion, at=NOW + HOUR, severity="high")
    assert fresh(standing).suspended_until == NOW + 49 * HOUR
    for incident in (one, two) if order == "first" else (two, one):
        incidents.void(incident, by=by(steward), at=NOW + 2 * HOUR, reason="A granted appeal.")
    assert fresh(standing).state == "active"


def test_a_void_offence_undoes_the_fall_that_it_brought_and_its_watch(steward, other_steward):
    standing = active(at=NOW - 30 * DAY)
    penalty = third(standing)
    ladder.choose(penalty, kind="demotion", by=by(steward), at=NOW + HOUR, reason="A third time.")
    incidents.void(penalty.incident, by=by(other_steward), at=NOW + DAY, reason="A granted appeal.")
    row = fresh(standing)
    assert (row.tier, row.tier_since) == ("standard", NOW - 30 * DAY)
    assert Monitoring.objects.get().until == NOW + DAY


def test_a_tier_that_moved_since_is_left_where_it_is(steward, other_steward):
    standing = risen(at=NOW - 30 * DAY, tier="high")
    penalty = third(standing)
    ladder.choose(penalty, kind="demotion", by=by(steward), at=NOW + HOUR, reason="A third time.")
    standings.demote(fresh(standing), by=by(steward), at=NOW + DAY, reason="And for another cause.")
    incidents.void(penalty.incident, by=by(other_steward), at=NOW + 2 * DAY, reason="A granted appeal.")
    assert fresh(standing).tier == "research"
    assert Penalty.objects.get(pk=penalty.pk).state == "voided"


def test_removal_has_no_inverse(steward, other_steward):
    standing = active(at=NOW - 30 * DAY)
    penalty = third(standing)
    ladder.choose(penalty, kind="removal", by=by(steward), at=NOW + HOUR, reason="A third time.")
    incidents.void(penalty.incident, by=by(other_steward), at=NOW + DAY, reason="A granted appeal.")
    assert (fresh(standing).state, Penalty.objects.get(pk=penalty.pk).state) == ("removed", "voided")


def test_a_companion_back_in_shadow_mode_falls_all_the_same(steward):
    standing = active(at=NOW - 30 * DAY)
    penalty = third(standing)
    return_to_shadow(fresh(standing), by=RULE, at=NOW, reason="It changed.")
    ladder.choose(penalty, kind="demotion", by=by(steward), at=NOW + HOUR, reason="A third time.")
    row = fresh(standing)
    assert (row.state, row.tier, row.vote_weight) == ("shadow", "research", 0)


# Appeals.


def appealed(target, *, at=NOW + HOUR, companion="YOURMODEL_001"):
    name = "incidentId" if target.startswith("INC-") else "decisionId"
    body = parse_appeal({"companionId": companion, name: target, "reason": "Not us.", "evidence": "Line 3."})
    appeal = appeals.submit(body, by=PROVIDER, at=at)
    appeals.finish_self_review(appeal, by=PROVIDER, at=at)
    return appeal


def test_a_granted_appeal_against_the_suspension_voids_offence_and_penalty(steward):
    standing = active(at=NOW - DAY)
    an_offence(standing.companion, at=NOW - HOUR)
    second = an_offence(standing.companion, at=NOW)
    appeal = appealed(last_decision("companion", "YOURMODEL_001", moves=["suspend"]).public_id)
    appeals.advise(appeal, {"holds": None, "reason": "No scorer can repeat it.", "answers": []}, at=NOW + HOUR)
    appeals.grant(appeal, by=by(steward), reason="It was a quotation.", at=NOW + 2 * HOUR)
    second.refresh_from_db()
    assert (second.state, second.penalty.state, fresh(standing).state) == ("voided", "voided", "active")
    assert replayed()[1] == []


def test_a_granted_appeal_against_the_fall_voids_offence_and_penalty(steward, other_steward):
    standing = active(at=NOW - 30 * DAY)
    penalty = third(standing)
    ladder.choose(penalty, kind="demotion", by=by(steward), at=NOW, reason="A third time.")
    appeal = appealed(last_decision("companion", "YOURMODEL_001", moves=["fall_to_research"]).public_id)
    appeals.advise(appeal, {"holds": None, "reason": "A person decided.", "answers": []}, at=NOW + HOUR)
    appeals.grant(appeal, by=by(other_steward), reason="It was a quotation.", at=NOW + 2 * HOUR)
    penalty.refresh_from_db()
    assert (penalty.state, penalty.incident.state, fresh(standing).tier) == ("voided", "voided", "standard")


def test_a_suspension_by_a_stewards_word_is_lifted_and_voids_nothing(steward, other_steward):
    standing = active(at=NOW - DAY)
    offence = an_offence(standing.companion, at=NOW - HOUR)
    standings.suspend(fresh(standing), hours=24, by=by(steward), at=NOW, reason="By my word.")
    appeal = appealed(last_decision("companion", "YOURMODEL_001", moves=["suspend"]).public_id)
    appeals.advise(appeal, {"holds": None, "reason": "A person decided.", "answers": []}, at=NOW + HOUR)
    appeals.grant(appeal, by=by(other_steward), reason="No cause.", at=NOW + 2 * HOUR)
    offence.refresh_from_db()
    assert (fresh(standing).state, offence.state) == ("active", "confirmed")


def test_another_measure_is_the_penaltys_too(steward, law):
    standing = active(at=NOW - DAY)
    an_offence(standing.companion, at=NOW - HOUR)
    an_offence(standing.companion, at=NOW, severity="critical")
    appeal = appealed(last_decision("companion", "YOURMODEL_001", moves=["suspend"]).public_id)
    appeals.advise(appeal, {"holds": None, "reason": "No scorer can repeat it.", "answers": []}, at=NOW + HOUR)
    appeals.modify(appeal, by=by(steward), reason="A day is enough.", hours=24, at=NOW + 2 * HOUR)
    until = Penalty.objects.get(nth=2).until
    assert (until, fresh(standing).suspended_until) == (NOW + DAY, NOW + DAY)


def test_the_sentinel_takes_back_what_a_machine_did_and_never_what_a_person_chose(steward):
    standing = active(at=NOW - 30 * DAY)
    an_offence(standing.companion, at=NOW - 20 * DAY)
    second = an_offence(standing.companion, at=NOW, by=RULE)
    gone = {"holds": False, "reason": "0 of 1 answers are still critical.", "answers": []}
    appeal = appeals.advise(appealed(second.public_id), gone, at=NOW + HOUR)
    assert (appeal.state, fresh(standing).state) == ("granted", "active")
    assert (replayed()[1], [it for it in without_basis() if "open_incident" not in it]) == ([], [])
    an_offence(standing.companion, at=NOW + DAY)
    standings.end_suspension(fresh(standing), by=by(steward), at=NOW + DAY, reason="Over.")
    chosen = an_offence(standing.companion, at=NOW + 2 * DAY, by=RULE)
    ladder.choose(chosen.penalty, kind="demotion", by=by(steward), at=NOW + 3 * DAY, reason="A third time.")
    appeal = appeals.advise(appealed(chosen.public_id, at=NOW + 4 * DAY), gone, at=NOW + 4 * DAY)
    assert (appeal.state, fresh(standing).tier) == ("steward_review", "research")


def test_a_granted_appeal_against_a_fall_by_gi_gives_the_tier_and_ends_the_watch(steward, other_steward):
    standing = active(at=NOW - 30 * DAY)
    standings.demote(standing, by=by(steward), at=NOW, reason="By my word.")
    appeal = appealed(last_decision("companion", "YOURMODEL_001", moves=["fall_to_research"]).public_id)
    appeals.advise(appeal, {"holds": None, "reason": "A person decided.", "answers": []}, at=NOW + HOUR)
    appeals.grant(appeal, by=by(other_steward), reason="No cause.", at=NOW + 2 * HOUR)
    assert fresh(standing).tier == "standard"
    assert Monitoring.objects.get().until == NOW + 2 * HOUR


# Ninety days.


@pytest.mark.parametrize(("after", "refused"), [(90 * DAY - SECOND, True), (90 * DAY, False)])
def test_whoever_was_removed_waits_ninety_days(steward, after, refused):
    application = an_application(ApplicationState.MOUNTED, at=NOW - DAY, **ALL)
    companion = Companion.objects.get(application=application)
    standings.remove(companion.standing, by=by(steward), at=NOW, reason="Irreversible harm.")
    if refused:
        with pytest.raises(Refused, match="may apply again from"):
            an_application(at=NOW + after, improvements="Retrained.", **ALL)
    else:
        assert an_application(at=NOW + after, improvements="Retrained.", **ALL).state == "submitted"
    assert not Review.objects.filter(given_at__gt=NOW).exists()
