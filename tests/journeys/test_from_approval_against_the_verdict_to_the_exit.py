"""A steward approves against the sentinel's verdict; only a new, positive word lets the companion out of shadow mode."""

from datetime import timedelta

import pytest

from ledger.actors import Actor
from ledger.models import Decision
from ledger.queries import evidence_of, last_decision
from onboarding import actions, queries
from onboarding.models.application import State
from onboarding.models.sentinel import Verdict
from onboarding.sentinel import working
from onboarding.sentinel.again import review_again
from registry.egress import policy_in_force
from registry.models import Endpoint, OutboxMessage
from tests.deploy.test_reference_provider import KEY
from tests.factories import onboarding as factory
from tests.onboarding.providers import reference
from tests.tiers.test_assessing import NOW, OPENED, a_week
from tiers.actions.assessing import judge_exit
from tiers.models import Review

__all__ = ["reference"]
pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
WHY = "Its answers were short, and not wrong."


@pytest.fixture
def mounted(reference, monkeypatch, steward):
    """Approved against the verdict, in shadow mode for a week without fault; its standing."""
    monkeypatch.setattr(factory, "Policy", policy_in_force)
    origin = reference()
    application = factory.an_application(
        State.STEWARD_REVIEW, at=OPENED - MINUTE, verdict=Verdict.REQUEST_CHANGES, modelCard=f"{origin}/model-card",
        endpoint=f"{origin}/v1/deliberate", auth={"type": "api_key", "key": KEY}, **factory.ALL_THAT_IS_ASKED,
    )  # fmt: skip
    at = OPENED - MINUTE / 2
    actions.approve(application, by=Actor.person(steward), reason=WHY, at=at)
    standing = actions.mount(application, by=factory.PROVIDER, at=at).companion.standing
    a_week(standing.companion)
    assert standing.state == "shadow"
    return standing


def asked(standing, steward, *, at):
    return review_again(standing.companion, by=Actor.person(steward), at=at, reason=WHY, version=standing.version)


def work(review, *, at):
    while working.work_on(review.pk, clock=lambda: at):
        pass
    review.refresh_from_db()
    return review


def test_shadow_mode_ends_after_a_new_positive_word_and_not_before(mounted, steward):
    standing, companion = mounted, mounted.companion
    assert judge_exit(standing, at=NOW) is None
    review = asked(standing, steward, at=NOW)
    opening = last_decision("companion", companion.ref)
    assert (opening.type, opening.actor_ref) == ("companion.review_asked", f"urn:uuid:{steward.pk}")
    assert judge_exit(standing, at=NOW) is None
    assert work(review, at=NOW + MINUTE).verdict == "approve_with_notes"
    sealed = last_decision("companion", companion.ref)
    assert (sealed.type, sealed.actor_ref, sealed.at) == ("companion.reviewed", "atlas", NOW + MINUTE)
    [kept] = [evidence_of(it["sha256"]) for it in sealed.evidence if it["name"] == "review"]
    assert kept == {"verdict": review.verdict, "numbers": review.numbers, "reasons": review.reasons}
    word = Review.objects.filter(companion=companion).latest("given_at")
    assert (word.verdict, word.is_positive, word.numbers) == (review.verdict, True, review.numbers)
    told = OutboxMessage.objects.filter(subject_ref=companion.ref).values_list("kind", flat=True)
    assert {"companion.review_asked", "companion.reviewed"} <= set(told)
    assert judge_exit(standing, at=NOW + MINUTE) == "standard"


def test_a_new_word_that_is_not_positive_keeps_it_and_the_latest_word_counts(mounted, steward, reference):
    standing, companion = mounted, mounted.companion
    assert work(asked(standing, steward, at=NOW), at=NOW).is_positive
    companion.endpoints.filter(replaced_at=None).update(replaced_at=NOW)
    there = reference("--manner", "violator", "--behave-for", "0")
    moved = Endpoint(
        provider=companion.provider, companion=companion, version=2, base_url=there, origin=there, protocol="masl",
        auth_kind="api_key", created_at=NOW,
    )  # fmt: skip
    moved.keep_auth({"key": KEY})
    moved.save()
    standing.refresh_from_db()
    assert work(asked(standing, steward, at=NOW + MINUTE), at=NOW + MINUTE).verdict == "request_changes"
    assert judge_exit(standing, at=NOW + MINUTE) is None


def test_the_application_keeps_the_verdict_that_it_was_approved_against(mounted, steward):
    application = mounted.companion.application
    work(asked(mounted, steward, at=NOW), at=NOW)
    assert queries.latest_review(application).verdict == "request_changes"
    assert [each.number for each in queries.reviews_of_companion(mounted.companion)] == [2]


def test_a_positive_word_from_before_the_approval_is_not_the_new_one(steward):
    """The newest word may be better than the one that the steward had read; only a review asked for after it counts."""
    application = factory.an_application(State.STEWARD_REVIEW, verdict=Verdict.ESCALATE)
    actions.approve(application, by=Actor.person(steward), reason=WHY, at=factory.NOW + MINUTE)
    late = actions.reviewing.open_review(application, at=factory.NOW + MINUTE)
    actions.conclude_review(late, verdict=Verdict.APPROVE, numbers={}, reasons=[], at=factory.NOW + MINUTE)
    companion = actions.mount(application, by=factory.PROVIDER, at=factory.NOW + 2 * MINUTE).companion
    assert list(Review.objects.filter(companion=companion).values_list("verdict", "is_positive")) == [
        ("approve", False)
    ]


def test_a_candidates_review_that_ends_after_the_mount_says_nothing_about_the_companion(steward):
    application = factory.an_application(State.STEWARD_REVIEW)
    stale = actions.reviewing.open_review(application, at=factory.NOW + timedelta(seconds=3))
    actions.approve(application, by=Actor.person(steward), reason=WHY, at=factory.NOW + MINUTE)
    companion = actions.mount(application, by=factory.PROVIDER, at=factory.NOW + 2 * MINUTE).companion
    working.work_on(stale.pk, clock=lambda: factory.NOW + 3 * MINUTE)
    stale.refresh_from_db()
    assert stale.finished_at
    assert not stale.answers.exists()
    assert Review.objects.filter(companion=companion).count() == 1
    assert not Decision.objects.filter(type="companion.reviewed").exists()
