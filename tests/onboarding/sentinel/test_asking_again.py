"""Who may have a companion looked at again, and when."""

from datetime import timedelta

import pytest

from ledger.actors import Actor, Forbidden
from ledger.decisions import AlreadyDecided, Refused
from ledger.models import Decision
from onboarding import actions
from onboarding.models import SentinelReview
from onboarding.models.application import State
from onboarding.models.sentinel import Verdict
from onboarding.sentinel import working
from onboarding.sentinel.again import review_again
from registry.models import Person
from tests.factories.onboarding import ALL_THAT_IS_ASKED, NOW, PROVIDER, an_application
from tiers.actions import standing as standings
from tiers.models import Review

pytestmark = pytest.mark.django_db
AT = NOW + timedelta(days=2)
WHY = "It changed since."


@pytest.fixture
def companion():
    application = an_application(State.MOUNTED, **ALL_THAT_IS_ASKED)
    application.refresh_from_db()
    return application.companion


def a_person(*roles, organisation=None):
    return Actor.person(
        Person.objects.create_user("p@example.org", "correct horse", roles=list(roles), organisation=organisation)
    )


@pytest.mark.parametrize("by", [PROVIDER, Actor.system("rule"), Actor.system("atlas")])
def test_neither_its_provider_nor_a_machine_asks(companion, by):
    with pytest.raises(Forbidden):
        review_again(companion, by=by, at=AT, reason=WHY)
    assert SentinelReview.objects.count() == 1
    assert not Decision.objects.filter(type="companion.review_asked").exists()


@pytest.mark.parametrize("roles", [(), ("viewer",), ("auditor",), ("citizen",)])
def test_nobody_but_a_steward_asks(companion, roles):
    with pytest.raises(Forbidden):
        review_again(companion, by=a_person(*roles), at=AT, reason=WHY)


def test_no_steward_asks_about_their_own_organisation(companion):
    with pytest.raises(Forbidden, match="own organisation"):
        review_again(companion, by=a_person("steward", organisation=companion.provider), at=AT, reason=WHY)


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_reason_is_asked(companion, steward, reason):
    with pytest.raises(Refused, match="reason"):
        review_again(companion, by=Actor.person(steward), at=AT, reason=reason)
    assert SentinelReview.objects.count() == 1


def test_who_read_an_old_page_is_told(companion, steward):
    with pytest.raises(AlreadyDecided):
        review_again(companion, by=Actor.person(steward), at=AT, reason=WHY, version=companion.standing.version + 1)


def test_asking_moves_nothing(companion, steward):
    before = companion.standing
    review_again(companion, by=Actor.person(steward), at=AT, reason=WHY)
    after = type(before).objects.get(pk=before.pk)
    assert (after.state, after.tier, after.state_since) == (before.state, before.tier, before.state_since)


@pytest.mark.parametrize("move", ["suspend", "remove"])
def test_what_may_not_be_asked_is_not_reviewed(companion, steward, move):
    hours = {"hours": 24} if move == "suspend" else {}
    getattr(standings, move)(companion.standing, by=Actor.person(steward), at=AT, reason=WHY, **hours)
    with pytest.raises(Refused, match="cannot ask review from there"):
        review_again(companion, by=Actor.person(steward), at=AT, reason=WHY)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_word_is_handed_down_whoever_concludes_the_review(companion, steward, verdict):
    review = review_again(companion, by=Actor.person(steward), at=AT, reason=WHY)
    for _ in range(2):
        actions.conclude_review(review, verdict=verdict, numbers={"asked": 21}, reasons=["It holds."], at=AT)
    word = Review.objects.filter(companion=companion).latest("given_at")
    assert (word.verdict, word.is_positive) == (verdict, verdict in {"approve", "approve_with_notes"})
    assert Decision.objects.filter(type="companion.reviewed").count() == 1


def test_one_that_is_suspended_meanwhile_is_asked_no_more_and_its_review_ends(companion, steward):
    review = review_again(companion, by=Actor.person(steward), at=AT, reason=WHY)
    standings.suspend(companion.standing, hours=24, by=Actor.person(steward), at=AT, reason=WHY)
    assert working.work_on(review.pk, clock=lambda: AT) is False
    review.refresh_from_db()
    assert (review.verdict, review.answers.count()) == ("escalate", 0)


def test_one_that_is_removed_meanwhile_gets_no_word(companion, steward):
    review = review_again(companion, by=Actor.person(steward), at=AT, reason=WHY)
    standings.remove(companion.standing, by=Actor.person(steward), at=AT, reason=WHY)
    working.work_on(review.pk, clock=lambda: AT)
    review.refresh_from_db()
    assert review.finished_at == AT
    assert Review.objects.filter(companion=companion).count() == 1
