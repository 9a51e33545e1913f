"""Reviews as the worker makes them, against the reference provider in its three manners, as processes."""

from datetime import timedelta

import pytest
import time_machine
from werkzeug import Response

from charter.models import Score
from ledger.actors import Actor
from ledger.decisions import Refused
from onboarding import actions
from onboarding.models import BatteryAnswer, SentinelReview
from onboarding.models.application import State
from onboarding.sentinel import again as reviews
from onboarding.sentinel import forgetting, working
from onboarding.tasks import review_application, reviewing, sweep_applications
from onboarding.tasks import sweeping as sweep_module
from registry.egress import policy_in_force
from registry.models import Endpoint
from tests.deploy.test_reference_provider import KEY
from tests.factories import onboarding as factory
from tests.factories.companions import a_companion
from tests.factories.onboarding import NOW
from tests.replaying import replayed
from tiers.models import Review

pytestmark = pytest.mark.django_db
DECLARED = {
    "commitments": {"charter": True, "consensus": True, "tiersUnderstood": True, "uptime": 99.9},
    "modelCardSections": {"capabilities": "Much.", "limitations": "More.", "trainingData": "None."},
}


class Clock:
    """Time as a test sets it."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def candidate(monkeypatch):
    """An application at the sentinel, for a development endpoint."""

    def make(origin, state=State.SENTINEL_REVIEW, **fields):
        monkeypatch.setattr(factory, "Policy", policy_in_force)
        fields = {"endpoint": f"{origin}/v1/deliberate", "auth": {"type": "api_key", "key": KEY}} | DECLARED | fields
        return factory.an_application(state, modelCard=f"{origin}/model-card", **fields)

    return make


def reviewed(application, *, at=NOW + timedelta(seconds=5)):
    review = application.sentinel_reviews.get()
    assert working.work_on(review.pk, clock=Clock(at)) is False
    application.refresh_from_db()
    review.refresh_from_db()
    return review


def test_a_good_provider_is_approved_with_its_numbers(reference, candidate, law):
    application = candidate(reference())
    review = reviewed(application)
    assert (review.verdict, application.state) == ("approve", State.STEWARD_REVIEW)
    assert review.numbers["asked"] == review.numbers["scored"] == law.onboarding.battery
    assert application.due_at == application.deadlines.steward
    answers = BatteryAnswer.objects.filter(review=review)
    scores = Score.objects.filter(answer_id__in=answers.values("pk"))
    assert answers.count() == scores.count() == law.onboarding.battery
    assert {row.scorer for row in scores} == {review.numbers["scorer"]}
    assert all(answer.text and answer.latency_ms is not None for answer in answers)


def test_a_violator_is_not_and_what_lost_points_is_kept(reference, candidate, law):
    application = candidate(reference("--manner", "violator", "--behave-for", "0"))
    review = reviewed(application)
    assert review.verdict == "request_changes"
    assert not review.is_positive
    lost = review.numbers["lost_points"]
    assert len(lost) > law.onboarding.battery / 4
    kept = BatteryAnswer.objects.filter(pk__in=[it["answer"] for it in lost])
    assert kept.count() == len(lost)
    assert all(answer.text for answer in kept)
    assert application.state == State.STEWARD_REVIEW
    replayed("application.begin_checking", "application.pass_checks", "application.conclude_review")


def test_one_that_fails_every_other_call_is_a_person_s_matter(reference, candidate, law):
    application = candidate(reference("--manner", "flaky", "--behave-for", "0", "--latency", "0", "--fail-every", "2"))
    review = reviewed(application)
    assert review.verdict == "escalate"
    assert review.numbers["scored"] == (law.onboarding.battery + 1) // 2
    assert set(review.numbers["outcomes"]) == {"ok", "http_error", "unreachable"}
    replayed("application.conclude_review")


def test_missing_declarations_are_notes(reference, candidate):
    application = candidate(reference(), commitments={"uptime": 99}, modelCardSections={"capabilities": "Much."})
    review = reviewed(application)
    assert review.verdict == "approve_with_notes"
    assert len(review.reasons) == 1 + 4 + 2


def test_a_slice_that_ends_early_is_gone_on_with_and_nothing_is_asked_twice(reference, candidate, law):
    application = candidate(reference())
    review, clock = application.sentinel_reviews.get(), Clock(NOW + timedelta(seconds=5))
    slices = 1
    while working.work_on(review.pk, clock=clock, seconds=0.05):
        slices += 1
    review.refresh_from_db()
    assert slices > 1
    assert review.attempt == slices
    assert review.answers.count() == law.onboarding.battery
    assert review.verdict == "approve"


def test_a_killed_worker_s_review_is_taken_up_after_its_lease(reference, candidate):
    application = candidate(reference())
    review, clock = application.sentinel_reviews.get(), Clock(NOW + timedelta(seconds=5))
    assert actions.claim_review(review.pk, lease=working.LEASE, at=clock())
    assert working.work_on(review.pk, clock=clock) is False
    assert not review.answers.exists()
    clock.now += working.LEASE
    working.work_on(review.pk, clock=clock)
    application.refresh_from_db()
    assert application.state == State.STEWARD_REVIEW


def test_a_server_that_asks_for_patience_gets_it(odd, candidate, law):
    calls = iter(range(1000))

    def sometimes(_request):
        if next(calls) == 6:
            return Response("", status=429, headers={"Retry-After": "120"})
        return Response('{"response": "Here are three options to choose from."}', content_type="application/json")

    odd.expect_request("/v1/deliberate").respond_with_handler(sometimes)
    application = candidate(f"http://127.0.0.1:{odd.port}")
    review, clock = application.sentinel_reviews.get(), Clock(NOW + timedelta(seconds=5))
    assert working.work_on(review.pk, clock=clock) is False
    review.refresh_from_db()
    assert (review.next_try_at, review.lease_until) == (clock.now + timedelta(seconds=120), None)
    assert 6 <= review.answers.count() < law.onboarding.battery
    clock.now = review.next_try_at
    working.work_on(review.pk, clock=clock)
    review.refresh_from_db()
    assert (review.numbers["asked"], review.numbers["scored"]) == (law.onboarding.battery,) * 2


def test_a_fault_of_ours_is_no_answer_and_waits_longer_each_time(odd, candidate, settings, monkeypatch):
    odd.expect_request("/v1/deliberate").respond_with_json({"response": "Here are three options."})
    application = candidate(f"http://127.0.0.1:{odd.port}")
    review, clock = application.sentinel_reviews.get(), Clock(NOW + timedelta(seconds=5))
    monkeypatch.setattr("registry.egress.exchange.MAX_REQUEST_BODY", 3)
    pauses = []
    for _ in range(3):
        assert working.work_on(review.pk, clock=clock) is False
        review.refresh_from_db()
        pauses.append((review.next_try_at - clock.now).total_seconds())
        clock.now = review.next_try_at
    assert pauses == [30, 60, 120]
    assert not review.answers.exists()
    assert review.finished_at is None


def test_at_the_deadline_the_verdict_rests_on_what_there_is(reference, candidate, law):
    application = candidate(reference())
    review = reviewed(application, at=application.due_at)
    assert review.verdict == "escalate"
    assert review.numbers["outcomes"] == {"not_asked": law.onboarding.battery}


def test_a_withdrawn_application_is_not_asked_about_any_more(reference, candidate):
    application = candidate(reference())
    actions.withdraw(application, by=factory.PROVIDER, at=NOW + timedelta(seconds=4))
    review = reviewed(application)
    assert not review.answers.exists()
    assert application.state == State.WITHDRAWN


def test_the_sweep_sends_it_and_slices_follow_one_another(reference, candidate, monkeypatch):
    application = candidate(reference())
    review = application.sentinel_reviews.get()
    sent = []
    monkeypatch.setattr(sweep_module, "send_soon", lambda task, **ids: sent.append((task, ids)) or True)
    monkeypatch.setattr(reviewing, "send_soon", lambda task, **ids: sent.append((task, ids)) or True)
    monkeypatch.setattr(
        reviewing.working, "work_on", lambda pk, clock, work=working.work_on: work(pk, clock=clock, seconds=0.05)
    )
    message = ("onboarding.tasks.review_application", {"review_id": str(review.pk)})
    with time_machine.travel(NOW + timedelta(seconds=5), tick=False):
        sweep_applications()
        assert sent == [message]
        review_application(**message[1])
    assert sent == [message, message]


@pytest.fixture
def mounted(reference, candidate):
    """A companion that came by an application, with its endpoint."""
    return candidate(reference(), State.MOUNTED).companion


def looked_at_again(companion, *, at):
    """A fresh review, asked for by a steward."""
    steward = Actor.person(factory.a_steward_called("petra"))
    return reviews.review_again(companion, by=steward, at=at, reason="It changed since.")


def test_a_companion_s_fresh_review_goes_to_its_standing_and_moves_nothing(mounted):
    at = NOW + timedelta(days=2)
    before = Review.objects.filter(companion=mounted).count()
    review = looked_at_again(mounted, at=at)
    working.work_on(review.pk, clock=Clock(at))
    review.refresh_from_db()
    word = Review.objects.filter(companion=mounted).latest("given_at")
    assert Review.objects.filter(companion=mounted).count() == before + 1
    assert (word.verdict, word.is_positive, word.given_at) == (review.verdict, True, at)
    assert word.numbers == review.numbers
    assert mounted.application.state == State.MOUNTED
    replayed("companion.review")


def test_it_asks_the_endpoint_that_is_in_use_now(mounted, reference):
    at = NOW + timedelta(days=2)
    old = mounted.endpoints.get()
    old.replaced_at = at
    old.save()
    there = reference("--manner", "violator", "--behave-for", "0")
    new = Endpoint(
        provider=old.provider, companion=mounted, version=2, base_url=there, origin=there, protocol="masl",
        auth_kind="api_key", created_at=at,
    )  # fmt: skip
    new.keep_auth({"key": KEY})
    new.save()
    review = looked_at_again(mounted, at=at)
    working.work_on(review.pk, clock=Clock(at))
    assert Review.objects.filter(companion=mounted).latest("given_at").verdict == "request_changes"


def test_a_second_review_waits_for_the_first(mounted):
    looked_at_again(mounted, at=NOW + timedelta(days=2))
    with pytest.raises(Refused, match="under way"):
        looked_at_again(mounted, at=NOW + timedelta(days=2))


def test_a_companion_without_application_cannot_be_reviewed_so():
    with pytest.raises(Refused, match="no application"):
        looked_at_again(a_companion("AUREA_009"), at=NOW)


@pytest.mark.parametrize(("early", "left"), [(timedelta(seconds=1), True), (timedelta(0), False)])
def test_texts_go_when_the_law_s_time_is_over_and_scores_stay(mounted, law, early, left):
    at = NOW + timedelta(days=2)
    review = looked_at_again(mounted, at=at)
    working.work_on(review.pk, clock=Clock(at))
    forgetting.forget_texts(law=law, at=at + law.scoring.texts_kept - early)
    assert review.answers.exclude(text="").exists() == left
    assert review.answers.count() == Score.objects.filter(answer_id__in=review.answers.values("pk")).count()


def test_texts_of_an_application_that_is_under_review_stay(reference, candidate, law):
    application = candidate(reference())
    review = reviewed(application)
    forgetting.forget_texts(law=law, at=NOW + timedelta(days=365))
    assert not review.answers.filter(text="").exists()
    assert SentinelReview.objects.filter(application=application).count() == 1
