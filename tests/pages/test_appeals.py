"""Contesting a decision by form, and following the appeal."""

from datetime import timedelta

import pytest

from appeals import actions
from appeals.models import Appeal, State
from appeals.queries import appealable_decisions
from ledger.actors import Actor
from ledger.queries import last_decision
from onboarding.models.application import State as ApplicationState
from registry.models import Person, Provider
from tests.factories.onboarding import NOW, an_application
from tests.pages.conftest import HOSTILE, LATER, a_companion, checked
from tiers.actions.standing import remove, suspend


@pytest.fixture
def suspended(steward):
    companion = a_companion()
    suspend(companion.standing, hours=24, by=Actor.person(steward), at=NOW + timedelta(minutes=1), reason="Look again")
    return companion


@pytest.fixture
def owner(client, suspended):
    client.force_login(Person.objects.create_user("p@a.example.com", name="Pat", organisation=suspended.provider))
    return client


def document(suspended, **more):
    decision = last_decision("companion", suspended.ref, moves=["suspend"])
    given = {"companion_id": suspended.ref, "decision_id": decision.public_id}
    return {**given, "reason": "It was a test number.\r\nIt belongs to nobody.", "evidence": "ids of answers", **more}


def submitted(owner, suspended, **more):
    response = owner.post("/appeals/new", document(suspended, **more))
    assert response.status_code == 302, response.content
    return Appeal.objects.get(), response["Location"]


def test_the_form_is_filled_in_by_links(client, db):
    page = checked(client.get("/appeals/new?companionId=X_001&incidentId=INC-00001&decisionId=%22%3E%3Cb%3E"))
    assert page.all("input", value="X_001")
    assert page.all("input", value="INC-00001")
    assert page.all("input", value='"><b>')


def test_an_appeal_is_submitted_and_followed(owner, suspended):
    appeal, address = submitted(owner, suspended)
    assert appeal.reason == "It was a test number.\nIt belongs to nobody."
    page = checked(owner.get(address))
    for words in ("Appeal against the suspension", "You have time to read", "ids of answers", "a steward", "due in"):
        assert words in page.text
    assert suspended.ref in checked(owner.get("/appeals")).text
    assert owner.post(f"{address}/read").status_code == 302
    appeal.refresh_from_db()
    assert appeal.state == State.SENTINEL_REVIEW
    assert owner.get(address)["Refresh"]


def test_each_end_is_told_with_its_reasons(owner, suspended, other_steward):
    appeal, address = submitted(owner, suspended)
    actions.finish_self_review(appeal, by=Actor.provider("your-org"), at=LATER)
    actions.advise(appeal, {"holds": True, "reason": "The scores hold.", "rescored": 4}, at=LATER)
    text = checked(owner.get(address)).text
    assert "The scores hold." in text
    assert "rescored" in text
    actions.deny(appeal, by=Actor.person(other_steward), reason=HOSTILE, at=LATER)
    response = owner.get(address)
    page = checked(response)
    assert "your appeal is denied" in page.text.lower()
    assert HOSTILE in page.text
    assert other_steward.name not in page.text
    assert "Refresh" not in response


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"decision_id": ""}, "incident_id"), ({"incident_id": "INC-00001"}, "incident_id"), ({"companion_id": ""}, "companion_id"),
     ({"decision_id": "x"}, "decision_id"), ({"reason": ""}, "reason"), ({"evidence": "\x07"}, "evidence")],
)  # fmt: skip
def test_faults_are_told_at_their_fields_and_the_input_is_kept(owner, suspended, changed, field):
    page = checked(owner.post("/appeals/new", document(suspended, **changed)), status=400)
    assert page.all("a", href=f"#id_{field}")
    if "reason" not in changed:
        assert "It belongs to nobody." in page.text
    assert not Appeal.objects.exists()


def test_a_second_appeal_is_refused_with_its_reason(owner, suspended):
    submitted(owner, suspended)
    assert "is open already" in checked(owner.post("/appeals/new", document(suspended)), status=409).text


@pytest.mark.parametrize("organisation", [None, "another-org"])
def test_nobody_else_contests_or_reads_it(owner, client, suspended, organisation):
    appeal, address = submitted(owner, suspended)
    other = Provider.objects.create(slug=organisation, name="A", created_at=NOW) if organisation else None
    client.force_login(Person.objects.create_user("q@a.example.com", organisation=other))
    assert client.get(address).status_code == 404
    for act in ("/read", "/steward"):
        assert client.post(address + act).status_code == 404
    assert "not yours to contest" in checked(client.post("/appeals/new", document(suspended)), status=404).text
    assert suspended.ref not in checked(client.get("/appeals")).text
    client.logout()
    assert client.get(address).status_code == 404
    assert client.post("/appeals/new", document(suspended)).status_code == 404
    appeal.refresh_from_db()
    assert appeal.state == State.SELF_REVIEW


def test_a_rejected_application_is_contested_by_whoever_holds_its_token(client):
    from tests.factories.onboarding import brought_to
    from tests.factories.onboarding import submitted as applied

    submission = applied()
    brought_to(ApplicationState.REJECTED, submission.application)
    given = {"decision_id": submission.application.public_id, "reason": "It conforms.", "evidence": "Its answers."}
    assert client.post("/appeals/new", given).status_code == 404
    client.post("/onboard/applications", {"token": submission.token})
    response = client.post("/appeals/new", given)
    assert response.status_code == 302
    assert "Appeal against the rejection" in checked(client.get(response["Location"])).text


def test_the_token_of_one_application_does_not_reach_the_providers_other_matters(client, suspended):
    """Anybody may apply under a provider's name: its token opens that application, and no companion of the name."""
    from tests.factories.onboarding import submitted as applied

    stranger = applied(modelName="Stranger", contact={"name": "S", "email": "s@else.example.com", "organization": "S"})
    client.post("/onboard/applications", {"token": stranger.token})
    assert client.post("/appeals/new", document(suspended)).status_code == 404
    other = an_application(ApplicationState.REJECTED, modelName="Other", contact={"name": "S", "email": "s@o.example.com", "organization": "S"})  # fmt: skip
    given = {"decision_id": other.public_id, "reason": "It conforms.", "evidence": "Its answers."}
    assert client.post("/appeals/new", given).status_code == 404


def test_a_companion_alone_brings_the_latest_decision_that_can_be_contested(owner, suspended, steward):
    companion, by = suspended, Actor.person(steward)
    remove(companion.standing, by=by, at=NOW + timedelta(minutes=2), reason="It went on.")
    suspension, removal = (last_decision("companion", companion.ref, moves=[move]) for move in ("suspend", "remove"))
    link = f"/appeals/new?companionId={companion.ref}"
    assert f'href="{link}"' in owner.get(f"/onboard/companions/{companion.ref}").content.decode()
    page = checked(owner.get(link))
    assert page.all("input", value=removal.public_id)
    assert not page.all("input", value=suspension.public_id)
    assert page.all("a", href=f"{link}&decisionId={suspension.public_id}")
    submitted(owner, companion, decision_id=removal.public_id)
    after = checked(owner.get(link))
    assert after.all("input", value=suspension.public_id)
    assert not after.all("a", href=f"{link}&decisionId={removal.public_id}")


@pytest.mark.parametrize(("late", "filled"), [(timedelta(0), True), (timedelta(seconds=1), False)])
def test_what_is_too_late_to_contest_is_not_filled_in(owner, suspended, law, late, filled):
    decision = last_decision("companion", suspended.ref, moves=["suspend"])
    found = appealable_decisions(suspended, at=decision.at + law.appeals.submitted_within + late, law=law.appeals)
    assert found == ([decision] if filled else [])


def test_what_is_named_in_the_link_stays_and_strangers_are_told_nothing(owner, suspended, client):
    link = f"/appeals/new?companionId={suspended.ref}"
    decision = last_decision("companion", suspended.ref, moves=["suspend"]).public_id
    assert not checked(owner.get(f"{link}&incidentId=INC-00001")).all("input", value=decision)
    client.logout()
    assert decision not in checked(client.get(link)).text
    assert not checked(client.get(link)).all("input", value=decision)
