"""The machines' checks and the sentinel's verdict move an application, and only as far as they may."""

from datetime import timedelta

import pytest

from ledger.queries import evidence_of, history
from onboarding import actions, queries
from onboarding.models.application import State
from onboarding.models.sentinel import Verdict
from tests.factories.onboarding import ALL_PASS, NOW, PROVIDER, an_application, found

pytestmark = pytest.mark.django_db
LEASE = timedelta(seconds=45)
LATER = NOW + timedelta(seconds=5)
DEADLINE = NOW + timedelta(minutes=5)


@pytest.fixture
def checked():
    return an_application(State.CHECKING)


def findings_of(application):
    return {it.check_name: it.outcome for it in queries.latest_run(application).findings.all()}


def test_a_failed_required_check_gives_the_application_back_with_its_report(checked):
    run = queries.latest_run(checked)
    findings = [found("url"), found("tls", "fail", reason="tls_expires_soon", detail="Ends on 2026-11-25.")]
    application = actions.record_findings(run, findings, at=LATER)
    assert (application.state, application.due_at) == (State.RETURNED, None)
    [check] = [it for it in queries.status_of(application).checks if it.outcome == "fail"]
    assert (check.name, check.detail) == ("tls", "Ends on 2026-11-25.")
    newest = history([("application", application.public_id)])[0]
    assert newest.reason == "Required checks failed: tls. The findings say what to change."
    assert newest.actor == ("system", "sweep")
    kept = {it["name"]: evidence_of(it["sha256"]) for it in newest.evidence}
    assert [it["check"] for it in kept["findings"]] == ["url", "tls"]
    assert "Ends on" not in str(kept["basis"])


def test_a_failed_advisory_check_holds_nothing_up(checked):
    findings = [found("url"), found("model_card", "fail", required=False)]
    application = actions.record_findings(queries.latest_run(checked), findings, at=NOW)
    assert application.state == State.SENTINEL_REVIEW


def test_passed_checks_open_a_sentinel_review(checked):
    application = actions.record_findings(queries.latest_run(checked), ALL_PASS, at=NOW)
    assert application.due_at == NOW + timedelta(hours=24)
    review = application.sentinel_reviews.get()
    assert len(review.battery_key) == 32
    assert list(queries.reviews_due(at=NOW)) == [review]


def test_an_inconclusive_check_is_tried_again_until_the_deadline(checked):
    run = queries.latest_run(checked)
    application = actions.record_findings(run, [found("host", "inconclusive")], at=NOW)
    assert application.state == State.CHECKING
    assert not queries.check_runs_due(at=NOW).exists()
    assert list(queries.check_runs_due(at=NOW + timedelta(seconds=30))) == [run]
    application = actions.record_findings(run, [found("host")], at=NOW + timedelta(seconds=31))
    assert application.state == State.SENTINEL_REVIEW
    assert findings_of(application) == {"host": "pass"}


def test_the_last_try_is_at_the_deadline_and_then_the_steward_sees_it_marked(checked):
    run = queries.latest_run(checked)
    just_before = DEADLINE - timedelta(seconds=1)
    findings = [found("host", "inconclusive"), found("control", "inconclusive")]
    actions.record_findings(run, findings, at=just_before)
    run.refresh_from_db()
    assert run.next_try_at == DEADLINE
    application = actions.record_findings(run, findings, at=DEADLINE)
    assert application.state == State.SENTINEL_REVIEW
    assert findings_of(application) == {"host": "inconclusive", "control": "waiver_asked"}
    assert queries.checks_to_waive(application) == ["control", "host"]
    assert history([("application", application.public_id)])[0].facts["not_passed"] == ["control", "host"]


def test_a_round_is_claimed_once_until_its_lease_ends(checked):
    run = queries.latest_run(checked)
    at = NOW + timedelta(seconds=1)
    assert actions.claim_check_run(run.pk, lease=LEASE, at=at).attempt == 1
    assert actions.claim_check_run(run.pk, lease=LEASE, at=at) is None
    assert not queries.check_runs_due(at=at).exists()
    assert actions.claim_check_run(run.pk, lease=LEASE, at=at + LEASE).attempt == 2


def test_findings_that_come_after_a_withdrawal_change_nothing(checked):
    run = queries.latest_run(checked)
    actions.withdraw(checked, by=PROVIDER, at=NOW)
    application = actions.record_findings(run, [found("url", "fail")], at=NOW)
    assert application.state == State.WITHDRAWN
    assert findings_of(application) == {"url": "fail"}
    assert not queries.check_runs_due(at=NOW + timedelta(days=1)).exists()


def test_findings_told_twice_are_kept_once(checked):
    run = queries.latest_run(checked)
    actions.record_findings(run, [found("url")], at=NOW)
    application = actions.record_findings(run, [found("url", "fail")], at=NOW)
    assert application.state == State.SENTINEL_REVIEW
    assert findings_of(application) == {"url": "pass"}


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_leads_to_the_steward(verdict):
    application = an_application(State.STEWARD_REVIEW, verdict=verdict)
    assert application.state == State.STEWARD_REVIEW
    assert application.due_at == NOW + timedelta(hours=48)
    review = queries.status_of(application).review
    assert (review.verdict, review.reasons, review.numbers) == (verdict.value, ["It holds."], {"n": 21})


def test_a_verdict_given_twice_counts_once():
    application = an_application(State.STEWARD_REVIEW)
    review = application.sentinel_reviews.get()
    actions.conclude_review(review, verdict=Verdict.ESCALATE, numbers={}, reasons=[], at=NOW)
    assert queries.latest_review(application).verdict == Verdict.APPROVE


def test_a_verdict_after_a_withdrawal_is_kept_and_changes_nothing():
    application = an_application(State.SENTINEL_REVIEW)
    review = application.sentinel_reviews.get()
    actions.withdraw(application, by=PROVIDER, at=NOW)
    after = actions.conclude_review(review, verdict=Verdict.APPROVE, numbers={}, reasons=[], at=NOW)
    assert after.state == State.WITHDRAWN
    assert queries.latest_review(application).verdict == Verdict.APPROVE


def test_a_review_is_claimed_once_until_its_lease_ends():
    review = an_application(State.SENTINEL_REVIEW).sentinel_reviews.get()
    at = NOW + timedelta(minutes=1)
    assert actions.claim_review(review.pk, lease=LEASE, at=at).attempt == 1
    assert actions.claim_review(review.pk, lease=LEASE, at=at) is None
    assert actions.claim_review(review.pk, lease=LEASE, at=at + LEASE).attempt == 2
