"""A provider applies, hands in again, or takes it back."""

from datetime import timedelta

import pytest

from ledger.actors import Actor, Forbidden
from ledger.decisions import AlreadyDecided, Refused
from ledger.queries import history
from onboarding import actions, queries
from onboarding.models import Application, EmailDomain, OnboardingToken
from onboarding.models.application import State
from registry import keys
from registry.models import Endpoint, OutboxMessage, Provider
from tests.factories.onboarding import (
    NOW,
    PROVIDER,
    REASON,
    a_body,
    an_application,
    brought_to,
    submitted,
)
from tiers.actions.standing import remove

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def moves_of(application):
    return [told.move for told in reversed(history([("application", application.public_id)]))]


def test_an_application_is_kept_sealed_and_told():
    application = submitted().application
    assert application.state == State.SUBMITTED
    assert application.provider.slug == "your-org"
    assert application.due_at == NOW + timedelta(minutes=5)
    assert application.endpoint.base_url == "https://api.yourmodel.ai"
    assert application.endpoint.protocol == "openai-completions"
    [birth] = history([("application", application.public_id)])
    assert (birth.type, birth.actor, birth.at) == ("application.submitted", ("provider", "your-org"), NOW)
    message = OutboxMessage.objects.get(kind="application.submit")
    assert message.body == {"applicationId": application.public_id, "modelName": "YourModel", "status": "submitted"}


def test_the_token_is_shown_once_and_kept_as_a_digest():
    given = submitted()
    token = OnboardingToken.objects.get()
    assert keys.is_well_formed(given.token)
    assert given.token.startswith("kz_onb_")
    assert token.sha256 == keys.digest(given.token)
    assert token.prefix == given.token[:12]
    assert given.token not in repr(given)


def test_the_token_opens_its_application_and_nothing_else():
    given = submitted()
    assert queries.application_by_token(given.token, at=NOW) == given.application
    for wrong in (
        "",
        "kz_onb_",
        given.token[:-1] + ("x" if given.token[-1] != "x" else "y"),
        keys.new_key(keys.TOKEN_PREFIX),
        keys.new_key(),
    ):
        with pytest.raises(queries.BadToken):
            queries.application_by_token(wrong, at=NOW)


def test_secrets_and_persons_are_encrypted_beside_the_record():
    auth = {"type": "api_key", "key": "sk-very-secret", "header": "X-Api-Key"}
    application = Application.objects.get(pk=submitted(auth=auth).application.pk)
    assert application.body["auth"] == {"type": "api_key"}
    assert application.body["contact"] == {"organization": "Your Organization"}
    assert application.endpoint.auth() == {"key": "sk-very-secret", "header": "X-Api-Key"}
    assert application.contact()["contact"]["email"] == "wilhelmina@yourorg.ai"
    assert b"sk-very-secret" not in bytes(application.endpoint.auth_sealed)
    assert b"wilhelmina" not in bytes(application.contact_sealed)


def test_one_application_of_a_provider_and_model_is_open_at_a_time():
    submitted()
    with pytest.raises(Refused, match="open already"):
        submitted()
    assert Application.objects.count() == 1
    assert submitted(modelName="Another").application.state == State.SUBMITTED


def test_a_refused_application_leaves_no_row():
    submitted()
    with pytest.raises(Refused):
        submitted(contact={"name": "A", "email": "a@other.ai", "organization": "B"})
    assert not EmailDomain.objects.filter(name="other.ai").exists()
    assert OnboardingToken.objects.count() == Endpoint.objects.count() == 1


@pytest.mark.parametrize("state", [State.RETURNED, State.APPROVED])
def test_what_is_returned_or_approved_is_still_open(state):
    an_application(state)
    with pytest.raises(Refused, match="open already"):
        submitted()


def test_after_a_withdrawal_the_model_may_apply_anew():
    application = submitted().application
    actions.withdraw(application, by=PROVIDER, at=NOW)
    assert submitted().application.state == State.SUBMITTED


def test_five_applications_of_an_email_domain_are_open_at_a_time(law):
    first = [submitted(modelName=f"Model {n}", provider=f"org-{n}").application for n in range(5)]
    with pytest.raises(Refused, match=r"5 applications with contacts at yourorg\.ai"):
        submitted(modelName="Sixth", provider="org-6")
    assert not Provider.objects.filter(slug="org-6").exists()
    actions.withdraw(first[0], by=Actor.provider("org-0"), at=NOW)
    assert submitted(modelName="Sixth", provider="org-6")


def test_domains_are_counted_whatever_their_case():
    for n in range(5):
        contact = {"name": "A", "email": f"a@{'YourOrg.AI' if n % 2 else 'yourorg.ai'}", "organization": "B"}
        submitted(modelName=f"Model {n}", contact=contact)
    with pytest.raises(Refused, match="5 applications"):
        submitted(modelName="Sixth")


@pytest.mark.parametrize(
    ("after", "improvements", "refusal"),
    [
        (90 * DAY - timedelta(microseconds=1), "It was retrained.", "may apply again from"),
        (90 * DAY, None, "say in improvements"),
        (90 * DAY, "It was retrained.", None),
    ],
)
def test_a_removed_model_waits_and_then_says_what_is_better(steward, after, improvements, refusal):
    companion = an_application(State.MOUNTED).companion
    removed_at = NOW + timedelta(hours=1)
    remove(companion.standing, by=Actor.person(steward), at=removed_at, reason=REASON)
    more = {"improvements": improvements} if improvements else {}
    if refusal:
        with pytest.raises(Refused, match=refusal):
            submitted(removed_at + after, **more)
    else:
        assert submitted(removed_at + after, **more).application.body["improvements"] == improvements


def test_while_an_appeal_against_the_rejection_runs_nothing_new_is_taken_in():
    rejected = an_application(State.REJECTED)
    actions.hold_for_appeal(rejected, at=NOW)
    with pytest.raises(Refused, match="appeal"):
        submitted()
    actions.release_from_appeal(rejected)
    assert submitted().application.state == State.SUBMITTED


def test_who_is_signed_in_as_the_organisation_is_remembered(steward):
    assert submitted(by=PROVIDER).application.by_its_organisation
    assert not submitted(modelName="B", by=Actor.person(steward)).application.by_its_organisation
    assert not submitted(modelName="C").application.by_its_organisation


def test_a_stranger_under_an_established_slug_is_marked():
    an_application(State.MOUNTED)
    assert submitted(modelName="B").application.slug_is_anothers
    assert not submitted(modelName="C", by=PROVIDER).application.slug_is_anothers
    assert not submitted(modelName="D", provider="new-org").application.slug_is_anothers


def test_what_was_returned_is_edited_and_the_checks_begin_again():
    application = an_application(State.RETURNED)
    later = NOW + DAY
    body = a_body(endpoint="https://api2.yourmodel.ai/v1/messages", proposedTier="research")
    actions.edit_and_resubmit(application, body, by=PROVIDER, at=later, version=application.version)
    application.refresh_from_db()
    assert application.state == State.CHECKING
    assert application.due_at == later + timedelta(minutes=5)
    assert application.deadlines.steward == later + timedelta(hours=48)
    assert application.proposed_tier == "research"
    assert (application.endpoint.version, application.endpoint.protocol) == (2, "anthropic-messages")
    assert Endpoint.objects.get(version=1).replaced_at == later
    assert queries.latest_run(application).number == 2
    assert moves_of(application) == ["submit", "begin_checking", "give_back", "resubmit"]


def test_an_endpoint_that_did_not_change_keeps_its_version():
    auth = {"type": "api_key", "key": "sk-1"}
    application = an_application(State.RETURNED, auth=auth)
    body = a_body(auth=auth, proposedTier="research")
    actions.edit_and_resubmit(application, body, by=PROVIDER, at=NOW, version=application.version)
    assert Endpoint.objects.get().version == 1


def test_a_new_key_is_a_new_version_of_the_endpoint():
    application = an_application(State.RETURNED, auth={"type": "api_key", "key": "sk-1"})
    body = a_body(auth={"type": "api_key", "key": "sk-2"})
    actions.edit_and_resubmit(application, body, by=PROVIDER, at=NOW, version=application.version)
    assert application.endpoint.version == 2
    assert application.endpoint.auth() == {"key": "sk-2"}


def test_an_old_version_is_refused_when_handing_in():
    application = an_application(State.RETURNED)
    with pytest.raises(AlreadyDecided):
        actions.edit_and_resubmit(application, a_body(), by=PROVIDER, at=NOW, version=application.version - 1)
    assert queries.latest_run(application).number == 1


@pytest.mark.parametrize("changed", [{"modelName": "Other"}, {"provider": "other-org"}])
def test_provider_and_name_stay_as_they_are(changed):
    application = an_application(State.RETURNED)
    with pytest.raises(Refused, match="stay as they are"):
        actions.edit_and_resubmit(application, a_body(**changed), by=PROVIDER, at=NOW, version=application.version)


def test_only_what_was_returned_can_be_handed_in():
    application = an_application(State.CHECKING)
    with pytest.raises(Refused, match="cannot resubmit"):
        actions.edit_and_resubmit(application, a_body(), by=PROVIDER, at=NOW, version=application.version)


def test_another_provider_cannot_hand_in_or_withdraw():
    application = an_application(State.RETURNED)
    other = Actor.provider("other-org")
    with pytest.raises(Forbidden):
        actions.withdraw(application, by=other, at=NOW)
    with pytest.raises(Forbidden):
        actions.edit_and_resubmit(application, a_body(), by=other, at=NOW, version=application.version)


@pytest.mark.parametrize(
    "state",
    [State.SUBMITTED, State.CHECKING, State.SENTINEL_REVIEW, State.STEWARD_REVIEW, State.RETURNED, State.APPROVED],
)
def test_any_open_application_can_be_withdrawn(state):
    application = an_application(state)
    actions.withdraw(application, by=PROVIDER, at=NOW)
    assert (application.state, application.due_at) == (State.WITHDRAWN, None)


@pytest.mark.parametrize("state", [State.REJECTED, State.MOUNTED])
def test_what_has_ended_cannot_be_withdrawn(state):
    with pytest.raises(Refused):
        actions.withdraw(an_application(state), by=PROVIDER, at=NOW)


def test_a_resubmitted_application_goes_the_whole_way():
    application = an_application(State.RETURNED)
    actions.edit_and_resubmit(application, a_body(), by=PROVIDER, at=NOW, version=application.version)
    run = queries.latest_run(application)
    actions.record_findings(run, [], at=NOW)
    application.refresh_from_db()
    assert application.state == State.SENTINEL_REVIEW
    assert brought_to(State.SUBMITTED, application) is application
