"""Who sees and who decides: every view and every decision, for every role and for nobody (rule S4)."""

import pytest
from django.contrib import admin
from django.db import connection
from django.urls import reverse

from charter.models import GoldenAnswer
from faces.admin import ReadOnlyAdmin
from ledger.models import Decision
from registry.models import Person

pytestmark = pytest.mark.django_db
SEES = {"viewer", "auditor", "steward", "chief"}
DECIDES = {"steward", "chief"}
ROLES = [*sorted(SEES), "citizen", "anonymous"]

DECISIONS = [
    ("onboarding_application", "approve"),
    ("onboarding_application", "give-back"),
    ("onboarding_application", "take-more-time"),
    ("onboarding_application", "reject"),
    ("tiers_standing", "promote"),
    ("tiers_standing", "nominate"),
    ("tiers_standing", "demote"),
    ("tiers_standing", "suspend"),
    ("tiers_standing", "end-suspension"),
    ("tiers_standing", "freeze"),
    ("tiers_standing", "unfreeze"),
    ("tiers_standing", "report-incident"),
    ("tiers_standing", "start-battery"),
    ("tiers_standing", "review-in-person"),
    ("tiers_standing", "remove"),
    ("tiers_standing", "ask-for-review"),
    ("tiers_incident", "confirm"),
    ("tiers_incident", "clear"),
    ("tiers_penalty", "choose"),
    ("tiers_nomination", "second"),
    ("tiers_nomination", "invite-for"),
    ("tiers_nomination", "decline"),
    ("tiers_nomination", "withdraw"),
    ("tiers_audit", "answer"),
    ("charter_amendment", "propose"),
    ("charter_amendment", "approve"),
    ("charter_amendment", "reject"),
    ("charter_amendment", "take-back"),
    ("charter_amendment", "withdraw"),
    ("appeals_appeal", "grant"),
    ("appeals_appeal", "modify"),
    ("appeals_appeal", "deny"),
    ("registry_credential", "revoke"),
    ("registry_provider", "change-exchanges"),
    ("registry_person", "give-roles"),
    ("registry_person", "put-into-organisation"),
]
OF_CHIEFS = {"give-roles", "put-into-organisation", "invite-for"}


def expected(role, allowed):
    if role in {"anonymous", "citizen"}:
        return 302 if role == "anonymous" else 403
    return 200 if role in allowed else 403


def ask(desk, people, role, address, data=None):
    client = desk(people.get(role))
    response = client.get(address) if data is None else client.post(address, data)
    if role == "citizen" and response.status_code == 302:
        # Django's admin sends who is no staff to sign in; allauth then refuses whoever is signed in already.
        assert response["Location"].startswith("/admin/login/")
        response = client.get(response["Location"])
    return response


@pytest.fixture
def rows(world, people):
    return {**world.pages(), "registry_person": str(people["viewer"].pk)}


def ours():
    """All but what shows raw answers, which has a permission and tests of its own (``tests/shadow``)."""
    return {
        model: it
        for model, it in admin.site._registry.items()
        if model._meta.app_label != "shadow" and model is not GoldenAnswer
    }


@pytest.mark.parametrize("role", ROLES)
def test_every_list_and_page_is_for_the_staff_alone(desk, people, rows, role):
    pages = [reverse(f"admin:{name}_change", args=[pk]) for name, pk in rows.items()]
    lists = [reverse(f"admin:{name}_changelist") for name in rows]
    for address in ["/admin/", reverse("admin:registry_egress"), *lists, *pages]:
        assert ask(desk, people, role, address).status_code == expected(role, SEES), address


@pytest.mark.parametrize("role", ROLES)
def test_every_decision_is_for_stewards_and_chiefs_alone(desk, people, rows, role):
    before = Decision.objects.count()
    for name, slug in DECISIONS:
        address = reverse(f"admin:{name}_decide", args=[rows[name], slug])
        allowed = {"chief"} if slug in OF_CHIEFS else DECIDES
        assert ask(desk, people, role, address).status_code == expected(role, allowed), slug
        if role not in allowed:
            given = {"reason": "Let me.", "version": "0"}
            assert ask(desk, people, role, address, given).status_code == expected(role, allowed), slug
    assert Decision.objects.count() == before


def test_the_table_above_names_every_decision_that_there_is():
    found = {
        (f"{model._meta.app_label}_{model._meta.model_name}", slug)
        for model, it in ours().items()
        for slug in it.decisions
    }
    assert found == set(DECISIONS)


def test_the_pages_above_are_all_that_there_are(rows):
    assert {f"{model._meta.app_label}_{model._meta.model_name}" for model in ours()} == set(rows)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", ["registry_person_new", "registry_person_key"])
def test_secrets_are_given_out_by_who_may(desk, people, role, name):
    own = [people["viewer"].pk] if name.endswith("key") else []
    assert ask(desk, people, role, reverse(f"admin:{name}", args=own)).status_code == expected(role, {"chief"})


@pytest.mark.parametrize("role", sorted(SEES))
def test_nobody_adds_changes_or_deletes_in_the_admin_itself(desk, people, rows, role):
    client = desk(people[role])
    for name, pk in rows.items():
        assert client.get(reverse(f"admin:{name}_add")).status_code == 403
        for view in ("change", "delete"):
            assert client.post(reverse(f"admin:{name}_{view}", args=[pk]), {"post": "yes"}).status_code == 403
        listed = reverse(f"admin:{name}_changelist")
        client.post(listed, {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})
        page = client.get(listed).content.decode()
        assert 'name="action"' not in page
        assert 'class="action-select"' not in page
    assert Person.objects.filter(pk=people["viewer"].pk).exists()


def test_even_a_superuser_edits_nothing_and_sees_no_table_of_the_libraries(desk, people, rows):
    chief = people["chief"]
    chief.is_superuser = True
    chief.save()
    client = desk(chief)
    for name, pk in rows.items():
        assert client.post(reverse(f"admin:{name}_change", args=[pk]), {"x": "y"}).status_code == 403
    assert all(issubclass(type(it), ReadOnlyAdmin) for it in admin.site._registry.values())
    assert client.get("/admin/auth/group/").status_code == 404


def test_nobody_decides_for_their_own_organisation(desk, world, insider):
    client = desk(insider)
    page = client.get(reverse("admin:onboarding_application_change", args=[world.application.pk])).content.decode()
    assert "Nobody decides on a matter of their own organisation" in page
    assert "/decide/" not in page
    for name, slug in DECISIONS:
        # The law and our own audits are no organisation's matter: stewards answer for them, by name.
        if name in {"registry_person", "registry_credential", "charter_amendment", "tiers_audit"}:
            continue
        address = reverse(f"admin:{name}_decide", args=[world.pages()[name], slug])
        assert client.get(address).status_code == 403, slug
        assert client.post(address, {"reason": "Ours.", "version": "9"}).status_code == 403
    assert not Decision.objects.filter(actor_ref=f"urn:uuid:{insider.pk}").exists()


def test_looking_writes_nothing(desk, people, rows):
    client, written = desk(people["steward"]), []

    def watch(execute, sql, params, many, context):
        # A session's last use is noted once a minute: that is what signs an idle one out.
        if sql.split(None, 1)[0].upper() in {"INSERT", "UPDATE", "DELETE"} and "django_session" not in sql:
            written.append(sql)
        return execute(sql, params, many, context)

    addresses = ["/admin/", "/admin/find/?q=YOURMODEL_001"]
    addresses += [reverse(f"admin:{name}_change", args=[pk]) for name, pk in rows.items()]
    addresses += [reverse(f"admin:{name}_decide", args=[rows[name], slug]) for name, slug in DECISIONS]
    with connection.execute_wrapper(watch):
        for address in addresses:
            client.get(address)
            assert written == [], address
