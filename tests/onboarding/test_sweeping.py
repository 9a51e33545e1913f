"""What time brings, and the task that brings it."""

from datetime import timedelta

import pytest
import time_machine

from ledger import hands
from ledger.decisions import Refused
from onboarding import actions, queries
from onboarding.models.application import State
from onboarding.tasks import sweep_applications
from registry.models import OutboxMessage
from tests.factories.onboarding import NOW, PROVIDER, an_application, submitted

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)


def swept(application, at):
    with time_machine.travel(at, tick=False):
        sweep_applications()
    application.refresh_from_db()
    return application


def test_a_sweep_begins_what_was_submitted():
    application = swept(submitted().application, NOW)
    assert application.state == State.CHECKING
    assert queries.check_runs_due(at=NOW).count() == 1


def test_a_second_sweep_changes_nothing():
    application = swept(submitted().application, NOW)
    assert swept(application, NOW).version == 1
    assert application.check_runs.count() == 1


@pytest.mark.parametrize(("at", "shown"), [(timedelta(hours=48) - TICK, False), (timedelta(hours=48), True)])
def test_a_review_is_shown_as_late_from_its_deadline_on(at, shown):
    application = swept(an_application(State.STEWARD_REVIEW), NOW + at)
    assert application.state == State.STEWARD_REVIEW
    assert (application.escalated_at is not None) is shown
    assert OutboxMessage.objects.filter(kind="application.escalate").count() == shown


def test_lateness_is_told_once_and_never_approves():
    application = an_application(State.STEWARD_REVIEW)
    for days in (3, 30, 300):
        swept(application, NOW + timedelta(days=days))
    assert application.state == State.STEWARD_REVIEW
    assert application.escalated_at == NOW + timedelta(days=3)
    assert OutboxMessage.objects.filter(kind="application.escalate").count() == 1


@pytest.mark.parametrize(("before", "state"), [(TICK, State.APPROVED), (timedelta(0), State.WITHDRAWN)])
def test_an_approval_ends_when_its_token_does(before, state):
    application = an_application(State.APPROVED)
    application.token.refresh_from_db()
    assert swept(application, application.token.expires_at - before).state == state


def test_a_mounted_model_does_not_end_with_its_token():
    application = an_application(State.MOUNTED)
    assert swept(application, NOW + timedelta(days=400)).state == State.MOUNTED


def test_an_approval_cannot_be_ended_early():
    application = an_application(State.APPROVED)
    with pytest.raises(Refused, match="not over yet"):
        actions.expire(application, at=NOW + timedelta(days=29))


def test_what_moved_between_look_and_step_holds_up_nothing_else(monkeypatch):
    gone, waiting = submitted().application, submitted(modelName="B").application
    actions.withdraw(gone, by=PROVIDER, at=NOW)
    monkeypatch.setattr(queries, "applications_submitted", lambda: [gone, waiting])
    assert swept(waiting, NOW).state == State.CHECKING
    gone.refresh_from_db()
    assert gone.state == State.WITHDRAWN


def test_a_sweep_is_sent_when_the_application_is_committed(django_capture_on_commit_callbacks, monkeypatch):
    sent = []
    monkeypatch.setattr(hands.current_app, "send_task", lambda name, **options: sent.append(name))
    with django_capture_on_commit_callbacks(execute=True):
        submitted()
        assert sent == []
    assert sent == ["onboarding.tasks.sweep_applications"]
