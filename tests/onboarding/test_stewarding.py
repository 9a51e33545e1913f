"""The steward's word, and what an appeal does to it."""

from datetime import timedelta

import pytest

from ledger.actors import Actor, Forbidden
from ledger.decisions import AlreadyDecided, Refused
from ledger.queries import history
from onboarding import actions, queries
from onboarding.models.application import State
from onboarding.models.sentinel import Verdict
from registry.models import Endpoint, Person, Provider
from tests.factories.onboarding import NOW, PROVIDER, REASON, an_application, found, submitted

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def reviewed():
    return an_application(State.STEWARD_REVIEW)


@pytest.fixture
def ines(steward):
    return Actor.person(steward)


def newest(application):
    return history([("application", application.public_id)])[0]


def test_an_approval_admits_the_model_and_dates_its_token(reviewed, ines):
    actions.approve(reviewed, by=ines, reason=REASON, at=LATER, version=reviewed.version)
    assert (reviewed.state, reviewed.due_at) == (State.APPROVED, None)
    assert reviewed.token.expires_at == LATER + timedelta(days=30)
    assert not reviewed.shadow_needs_review
    assert Provider.objects.get(slug="your-org").established_at == LATER
    told = newest(reviewed)
    assert (told.type, told.actor[1], told.reason) == ("application.approved", ines.ref, REASON)
    assert told.facts["against_verdict"] is False


@pytest.mark.parametrize("action", [actions.approve, actions.give_back, actions.reject, actions.take_more_time])
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_every_word_of_a_steward_has_a_reason(reviewed, ines, action, reason):
    with pytest.raises(Refused, match="Give a reason"):
        action(reviewed, by=ines, reason=reason, at=NOW)


@pytest.mark.parametrize("verdict", [Verdict.REQUEST_CHANGES, Verdict.ESCALATE])
def test_an_approval_against_the_verdict_is_marked(ines, verdict):
    application = an_application(State.STEWARD_REVIEW, verdict=verdict)
    actions.approve(application, by=ines, reason=REASON, at=LATER)
    assert application.shadow_needs_review
    assert newest(application).facts["against_verdict"] is True


def test_what_did_not_pass_is_waived_by_name_or_not_approved(ines):
    findings = [found("auth", "waiver_asked"), found("url")]
    application = an_application(State.STEWARD_REVIEW, findings=findings)
    with pytest.raises(Refused, match="waive these checks by name: auth"):
        actions.approve(application, by=ines, reason=REASON, at=LATER)
    with pytest.raises(Refused, match="need no waiver: url"):
        actions.approve(application, by=ines, reason=REASON, at=LATER, waive=["auth", "url"])
    actions.approve(application, by=ines, reason=REASON, at=LATER, waive=["auth"])
    assert application.waived == newest(application).facts["waived"] == ["auth"]
    assert [it.waived for it in queries.status_of(application).checks] == [True, False]


def test_an_endpoint_of_another_approved_application_is_taken(ines):
    an_application(State.APPROVED)
    twin = an_application(State.STEWARD_REVIEW, provider="other-org", upstreamModel="YourModel")
    with pytest.raises(Refused, match="registered once"):
        actions.approve(twin, by=ines, reason=REASON, at=NOW)
    assert twin.state == State.STEWARD_REVIEW


def test_an_endpoint_of_a_companion_is_taken(ines):
    an_application(State.MOUNTED)
    twin = an_application(State.STEWARD_REVIEW, provider="other-org", upstreamModel="YourModel")
    with pytest.raises(Refused, match="registered once"):
        actions.approve(twin, by=ines, reason=REASON, at=NOW)


def test_the_same_address_with_another_model_is_free(ines):
    an_application(State.MOUNTED)
    other = an_application(State.STEWARD_REVIEW, modelName="Second")
    assert actions.approve(other, by=ines, reason=REASON, at=NOW).state == State.APPROVED
    assert Endpoint.objects.filter(base_url="https://api.yourmodel.ai").count() == 2


def test_the_first_approval_establishes_the_slug_and_no_later_one(ines):
    an_application(State.APPROVED)
    first = Provider.objects.get(slug="your-org").established_at
    second = an_application(State.STEWARD_REVIEW, modelName="Second")
    assert second.slug_is_anothers
    actions.approve(second, by=ines, reason=REASON, at=NOW + HOUR)
    assert Provider.objects.get(slug="your-org").established_at == first
    assert newest(second).facts["slug_is_anothers"] is True


def test_a_machine_never_approves_or_rejects(reviewed):
    for action in (actions.approve, actions.reject):
        with pytest.raises(Forbidden, match="person's word"):
            action(reviewed, by=Actor.system("atlas"), reason=REASON, at=NOW)


@pytest.mark.parametrize("action", [actions.approve, actions.give_back, actions.reject, actions.take_more_time])
def test_nobody_decides_on_an_application_of_their_own_organisation(reviewed, action):
    colleague = Person.objects.create_user(
        "col@example.org", "correct horse", roles=["steward"], organisation=reviewed.provider
    )
    with pytest.raises(Forbidden, match="their own organisation"):
        action(reviewed, by=Actor.person(colleague), reason=REASON, at=NOW)


@pytest.mark.parametrize("roles", [[], ["viewer"], ["auditor"], ["citizen"]])
def test_only_stewards_decide(reviewed, roles):
    person = Person.objects.create_user("p@example.org", "correct horse", roles=roles)
    with pytest.raises(Forbidden):
        actions.approve(reviewed, by=Actor.person(person), reason=REASON, at=NOW)


def test_who_read_an_old_version_is_told_who_was_faster(reviewed, ines, other_steward):
    read = reviewed.version
    actions.approve(reviewed, by=ines, reason=REASON, at=NOW, version=read)
    with pytest.raises(AlreadyDecided, match=f"approve by {ines.ref}, 2026-11-20 09:00:00 UTC"):
        actions.reject(reviewed, by=Actor.person(other_steward), reason=REASON, at=NOW, version=read)


@pytest.mark.parametrize("state", [State.CHECKING, State.SENTINEL_REVIEW, State.STEWARD_REVIEW])
def test_a_steward_may_give_back_or_reject_at_any_review(ines, state):
    first, second = an_application(state), an_application(state, modelName="Second")
    assert actions.give_back(first, by=ines, reason=REASON, at=LATER).state == State.RETURNED
    assert actions.reject(second, by=ines, reason=REASON, at=LATER).state == State.REJECTED
    assert queries.status_of(second).reasons == [REASON]


@pytest.mark.parametrize(
    ("at", "due"),
    [(NOW + HOUR, NOW + 96 * HOUR), (NOW + 48 * HOUR, NOW + 96 * HOUR), (NOW + 50 * HOUR, NOW + 98 * HOUR)],
)
def test_more_time_counts_from_the_deadline_or_from_now_if_it_is_over(reviewed, ines, at, due):
    actions.take_more_time(reviewed, by=ines, reason=REASON, at=at)
    assert (reviewed.state, reviewed.due_at) == (State.STEWARD_REVIEW, due)


def test_a_granted_appeal_brings_a_rejection_before_another_steward(reviewed, ines, other_steward):
    actions.reject(reviewed, by=ines, reason=REASON, at=NOW)
    actions.hold_for_appeal(reviewed, at=NOW)
    actions.reconsider(reviewed, by=Actor.system("appeals"), at=NOW + HOUR)
    assert (reviewed.state, reviewed.due_at) == (State.STEWARD_REVIEW, NOW + 49 * HOUR)
    assert reviewed.appealed_at is None
    with pytest.raises(Forbidden):
        actions.approve(reviewed, by=ines, reason=REASON, at=NOW + HOUR)
    approved = actions.approve(reviewed, by=Actor.person(other_steward), reason=REASON, at=NOW + HOUR)
    assert approved.state == State.APPROVED


def test_a_rejection_is_not_reconsidered_while_a_newer_application_is_open(reviewed, ines):
    actions.reject(reviewed, by=ines, reason=REASON, at=NOW)
    newer = submitted().application
    with pytest.raises(Refused, match="must end first"):
        actions.reconsider(reviewed, by=Actor.system("appeals"), at=NOW)
    actions.withdraw(newer, by=PROVIDER, at=NOW)
    assert actions.reconsider(reviewed, by=Actor.system("appeals"), at=NOW).state == State.STEWARD_REVIEW
