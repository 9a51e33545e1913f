"""Decisions on the desk: what is read before, what happens, who came second, how fresh the sign-in is."""

import pytest
from django.urls import reverse

from appeals.models import Appeal
from charter.queries import law_at
from ledger.actors import Actor
from ledger.models import Decision, Salt
from ledger.queries import last_decision
from onboarding import actions
from onboarding.models import Application
from registry.models import Credential, Person
from registry.queries import credential_of
from tests.admin.world import LATER
from tiers.models import Incident, Standing

pytestmark = pytest.mark.django_db
REASON = "I read all of it."


def decide(client, name, row, slug, **given):
    address = reverse(f"admin:{name}_decide", args=[row.pk, slug])
    return client.post(address, {"reason": REASON, "version": row.version, **given})


def test_an_approval_names_what_it_waives_and_what_it_decides_against(world, desk, people):
    client = desk(people["steward"])
    address = reverse("admin:onboarding_application_decide", args=[world.application.pk, "approve"])
    page = client.get(address).content.decode()
    assert "your reason must say why you approve against it" in page
    assert 'name="waive" value="control"' in page
    refused = decide(client, "onboarding_application", world.application, "approve")
    assert refused.status_code == 409
    assert "To approve means to waive these checks by name: control." in refused.content.decode()
    assert REASON in refused.content.decode()
    done = decide(client, "onboarding_application", world.application, "approve", waive=["control"])
    assert done["Location"] == reverse("admin:onboarding_application_change", args=[world.application.pk])
    row = Application.objects.get(pk=world.application.pk)
    assert (row.state, row.waived, row.shadow_needs_review) == ("approved", ["control"], True)
    sealed = last_decision("application", row.public_id)
    assert sealed.actor_ref == f"urn:uuid:{people['steward'].pk}"
    assert Salt.objects.get(entry_id=sealed.pk, field="reason").value == REASON


def test_who_comes_second_reads_who_was_first_by_name(world, desk, people):
    client = desk(people["steward"])
    actions.reject(
        Application.objects.get(pk=world.application.pk), by=Actor.person(people["chief"]), reason="No.", at=LATER
    )
    refused = decide(client, "onboarding_application", world.application, "approve", waive=["control"])
    assert refused.status_code == 409
    assert "Already decided: reject by Chie, 2026-11-20 10:00:00 UTC." in refused.content.decode()
    address = reverse("admin:onboarding_application_decide", args=[world.application.pk, "approve"])
    later = client.get(address).content.decode()
    assert "Already decided: reject by Chie" in later
    assert "<textarea" not in later
    assert Decision.objects.filter(subject_ref=world.application.public_id, move="approve").count() == 0


@pytest.mark.parametrize(("age", "asked_again"), [(599, False), (600, True), (3600, True)])
def test_a_decision_asks_for_a_fresh_sign_in(world, desk, people, age, asked_again):
    client = desk(people["steward"], age=age)
    address = reverse("admin:onboarding_application_decide", args=[world.application.pk, "reject"])
    response = client.get(address)
    assert response.status_code == (302 if asked_again else 200)
    posted = decide(client, "onboarding_application", world.application, "reject")
    state = Application.objects.get(pk=world.application.pk).state
    if asked_again:
        assert response["Location"].startswith("/accounts/reauthenticate/?next=")
        assert posted["Location"].startswith("/accounts/reauthenticate/?next=")
        assert state == "steward_review"
    else:
        assert state == "rejected"


def test_reading_asks_for_no_fresh_sign_in(world, desk, people):
    client = desk(people["steward"], age=1500)
    for name, pk in world.pages().items():
        assert client.get(reverse(f"admin:{name}_change", args=[pk])).status_code == 200


def test_what_was_posted_too_late_is_taken_up_after_the_password(world, desk, people):
    client = desk(people["steward"], age=3600)
    posted = decide(client, "onboarding_application", world.application, "reject")
    client.post(posted["Location"], {"password": "correct horse battery"}, follow=True)
    assert Application.objects.get(pk=world.application.pk).state == "rejected"


@pytest.mark.parametrize("hours", [24, 48, 72])
def test_a_suspension_lasts_what_the_law_lets_it(world, desk, people, hours):
    client = desk(people["steward"])
    assert decide(client, "tiers_standing", world.companion, "suspend", hours=25).status_code == 400
    decide(client, "tiers_standing", world.companion, "suspend", hours=hours)
    row = Standing.objects.get(pk=world.companion.pk)
    assert (row.state, (row.suspended_until - LATER).total_seconds()) == ("suspended", hours * 3600)
    page = client.get(reverse("admin:tiers_standing_change", args=[row.pk])).content.decode()
    assert "End the suspension" in page
    assert "/decide/suspend/" not in page


@pytest.mark.parametrize(
    ("slug", "field", "value"),
    [
        ("demote", "tier", "research"),
        ("freeze", "precaution", "frozen"),
        ("remove", "state", "removed"),
    ],
)
def test_a_companion_is_moved_by_a_stewards_word(world, desk, people, slug, field, value):  # noqa: PLR0917
    decide(desk(people["steward"]), "tiers_standing", world.companion, slug)
    assert getattr(Standing.objects.get(pk=world.companion.pk), field) == value


def test_an_incident_is_opened_and_confirmed_in_two_decisions(world, desk, people):
    client = desk(people["steward"])
    decide(client, "tiers_standing", world.companion, "report-incident", severity="low", summary="Rude to a citizen.")
    about = Incident.objects.filter(companion=world.companion.companion)
    opened = about.first()
    assert (opened.summary, opened.state) == ("Rude to a citizen.", "open")
    decide(client, "tiers_incident", opened, "confirm")
    decide(client, "tiers_incident", world.incident, "clear")
    assert [row.state for row in about.order_by("number")] == ["cleared", "confirmed"]


def test_never_the_same_steward_twice_and_the_page_says_so(world, desk, people):
    first = desk(people["suspender"])
    page = first.get(reverse("admin:appeals_appeal_change", args=[world.appeal.pk])).content.decode()
    assert "never the same steward twice" in page
    assert "/decide/" not in page
    refused = decide(first, "appeals_appeal", world.appeal, "grant")
    assert refused.status_code == 403
    assert Appeal.objects.get().state == "steward_review"
    decide(desk(people["steward"]), "appeals_appeal", world.appeal, "grant")
    assert Appeal.objects.get().state == "granted"
    assert Standing.objects.get(companion__ref="OTHER_001").state == "active"


def test_an_appeal_gives_a_suspension_another_measure(world, desk, people):
    decide(desk(people["steward"]), "appeals_appeal", world.appeal, "modify", hours=24)
    row = Standing.objects.get(companion__ref="OTHER_001")
    assert (row.suspended_until - row.state_since).total_seconds() == 24 * 3600


def test_a_chief_adds_a_person_whose_password_is_shown_once_and_sealed_nowhere(world, desk, people):
    client = desk(people["chief"])
    given = {"email": "nora@example.org", "name": "Nora", "roles": ["steward"], "reason": "She joined.", "version": 0}
    made = client.post(reverse("admin:registry_person_new"), given)
    nora = Person.objects.get(email="nora@example.org")
    secret = made.context["secret"]
    assert nora.check_password(secret)
    assert (nora.is_staff, nora.roles) == (True, {"steward"})
    assert "no-store" in made["Cache-Control"]
    sealed = bytes(last_decision("person", f"urn:uuid:{nora.pk}").seal.entry).decode()
    assert "nora" not in sealed.lower()
    assert secret not in sealed
    again = client.post(reverse("admin:registry_person_new"), given)
    assert again.status_code == 409
    assert Person.objects.filter(email="nora@example.org").count() == 1


def test_roles_are_set_by_a_chief_and_never_by_oneself(world, desk, people):
    client, viewer = desk(people["chief"]), people["viewer"]
    address = reverse("admin:registry_person_decide", args=[viewer.pk, "give-roles"])
    client.post(address, {"reason": "He left.", "version": 0, "roles": []})
    row = Person.objects.get(pk=viewer.pk)
    assert (row.roles, row.is_staff) == (frozenset(), False)
    own = reverse("admin:registry_person_decide", args=[people["chief"].pk, "give-roles"])
    assert client.post(own, {"reason": "Mine.", "version": 0, "roles": ["steward"]}).status_code == 403
    assert Person.objects.get(pk=people["chief"].pk).roles == {"chief"}


def test_an_operator_key_is_shown_once_and_fails_once_it_is_revoked(world, desk, people):
    client, steward = desk(people["steward"]), people["steward"]
    made = client.post(reverse("admin:registry_person_key", args=[steward.pk]), {"reason": "Scripts.", "version": 0})
    clear = made.context["secret"]
    credential = credential_of(clear, at=LATER)
    assert credential.person == steward
    page = client.get(reverse("admin:registry_person_change", args=[steward.pk])).content.decode()
    assert credential.prefix in page
    assert clear not in page
    client.post(
        reverse("admin:registry_credential_decide", args=[credential.pk, "revoke"]), {"reason": "Old.", "version": 0}
    )
    assert Credential.objects.get(pk=credential.pk).revoked_at == LATER
    assert credential_of(clear, at=LATER) is None
    assert law_at(LATER).digest == last_decision("person", f"urn:uuid:{steward.pk}").law_digest
