"""What the desk's pages show, to whom, and that nothing a stranger wrote is more than text there."""

import re

import pytest
from django.urls import reverse

from charter.actions import enact
from charter.admin.versions import changes, lines_of
from charter.law import SHIPPED, read_document
from charter.models import LawVersion
from ledger.actors import Actor
from ledger.admin import pretty
from tests.admin.world import LATER, SECRET_ANSWER

pytestmark = pytest.mark.django_db


def shown(client, world, name):
    return client.get(reverse(f"admin:{name}_change", args=[world.pages()[name]])).content.decode()


def test_an_application_is_shown_whole(world, desk, people):
    page = shown(desk(people["steward"]), world, "onboarding_application")
    for words in (
        "Steward review".lower(),
        "waiver asked",
        "Approving means to waive by name",
        "request changes",
        "It holds.",
        "the sentinel ATLAS",
        "Give it back for changes",
    ):
        assert words in page, words
    assert page.index("waiver asked") < page.index("Advisory")
    assert re.search(r'<mark class="k-words k-sev-high">4539 1488 0343 6467<', page)


@pytest.mark.parametrize(("role", "reads"), [("steward", True), ("chief", True), ("auditor", True), ("viewer", False)])
@pytest.mark.parametrize("name", ["onboarding_application", "tiers_incident"])
def test_raw_answers_are_for_those_who_may_read_them(world, desk, people, role, reads, name):  # noqa: PLR0917
    page = shown(desk(people[role]), world, name)
    assert ("right now" in page) is reads
    assert ("Their texts are for stewards and auditors" in page) is not reads
    assert "privacy" in page


@pytest.mark.parametrize(("role", "reads"), [("steward", True), ("chief", True), ("auditor", False), ("viewer", False)])
def test_contact_details_are_for_stewards_alone(world, desk, people, role, reads):
    page = shown(desk(people[role]), world, "onboarding_application")
    assert ("wilhelmina@yourorg.ai" in page) is reads
    assert ("Wilhelmina Quill" in page) is reads


@pytest.mark.parametrize("name", ["onboarding_application", "tiers_standing", "tiers_incident", "appeals_appeal"])
def test_what_strangers_wrote_is_text_and_nothing_else(world, desk, people, name):
    page = shown(desk(people["steward"]), world, name)
    assert "<script>alert" not in page
    assert " style=" not in page
    assert not re.search(r"<script(?![^>]*src=)", page)
    assert not re.search(r"\son\w+=", re.sub(r">[^<]*<", "><", page))
    if name in {"tiers_incident", "appeals_appeal"}:
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_companions_page_has_its_keys_by_their_first_characters_only(world, desk, people):
    page = shown(desk(people["steward"]), world, "tiers_standing")
    assert f"{world.key.prefix}…" in page
    assert world.key.sha256 not in page
    assert "Sentinel reviews" in page
    assert "https://yourmodel-001.example.org" in page
    assert "INC-00001" in page


def test_an_appeals_page_has_the_partys_words_and_what_is_contested(world, desk, people):
    page = shown(desk(people["steward"]), world, "appeals_appeal")
    for words in ("It was not us.", "Line 3.", "Three complaints.", "A person decided.", "Ines"):
        assert words in page, words


def test_a_decision_shows_its_entry_evidence_and_place(world, desk, people):
    client = desk(people["auditor"])
    page = shown(client, world, "ledger_decision")
    assert bytes(world.decision.seal.leaf_hash).hex() in page
    assert f"no. {world.decision.seal.idx}" in page
    assert "&quot;sig&quot;" in page
    digest = world.decision.evidence[0]["sha256"]
    assert digest in page
    assert "&quot;verdict&quot;: &quot;request_changes&quot;" in shown(client, world, "ledger_evidence")


def test_bytes_that_are_no_json_are_shown_as_base64():
    assert pretty(b"\xff\x00") == "/wA="
    assert pretty(b'{"b":1,"a":"x"}') == '{\n  "a": "x",\n  "b": 1\n}'


def test_a_law_shows_what_it_changed_line_by_line(world, desk, people):
    document = read_document(SHIPPED)
    changed = {**document, "version": "9.9.9", "scoring": {**document["scoring"], "incident_below": 55}}
    enact(changed, by=Actor.system("bootstrap"), at=LATER, reason="A test.")
    page = (
        desk(people["viewer"])
        .get(reverse("admin:charter_lawversion_change", args=[LawVersion.objects.get(version="9.9.9").pk]))
        .content.decode()
    )
    assert "scoring.incident_below = 55" in page
    assert '<li class="k-diff-removed"><span class="k-hidden">removed: </span>scoring.incident_below = 60' in page
    assert "It is in force" in page


def test_a_diff_names_only_what_differs():
    before, after = lines_of({"a": {"b": 1, "c": [1, 2]}}), lines_of({"a": {"b": 2, "c": [1, 2]}})
    assert list(changes(list(before), list(after))) == [("removed", "a.b = 1"), ("added", "a.b = 2")]


def test_addresses_of_our_own_network_are_shown_with_what_they_mean(world, desk, people, settings):
    settings.KAIZEN_EGRESS_ALLOW = ["models.corp.example=10.20.0.0/16:443"]
    page = desk(people["viewer"]).get(reverse("admin:registry_egress")).content.decode()
    assert "models.corp.example" in page
    assert "10.20.0.0/16" in page
    assert "keep each entry as narrow as it can be" in page


def test_peoples_addresses_are_for_chiefs_alone(world, desk, people):
    address = reverse("admin:registry_person_change", args=[people["viewer"].pk])
    assert "viewer@example.org" in desk(people["chief"]).get(address).content.decode()
    assert "viewer@example.org" not in desk(people["steward"]).get(address).content.decode()


@pytest.mark.parametrize("name", ["onboarding_application", "tiers_standing", "ledger_decision", "tiers_incident"])
def test_lists_are_searched_and_filtered_without_error(world, desk, people, name):
    client = desk(people["viewer"])
    for query in ("?q=nova", "?q=INC-1", "?o=1", "?o=-2", "?p=0", "?q=%00"):
        assert client.get(reverse(f"admin:{name}_changelist") + query).status_code in {200, 302}, query
    assert SECRET_ANSWER not in client.get(reverse(f"admin:{name}_changelist")).content.decode()
