"""The pages that anybody may read."""

import hashlib
from datetime import timedelta

import pytest
from django.test import Client

from charter.pages.words import flat, lines_of
from charter.queries import version_at
from ledger.actors import Actor
from ledger.models import Decision
from ledger.queries import latest
from registry.models import Companion
from tests.factories.onboarding import NOW
from tests.pages.conftest import HOSTILE, a_companion, an_incident, measured, some_criteria
from tiers.actions.standing import freeze, graduate, retire, suspend
from tiers.models import Standing

PAGES = [
    "/",
    "/companions",
    "/decisions",
    "/charter",
    "/charter/law",
    "/onboard",
    "/onboard/apply",
    "/onboard/applications",
]
PAGES += ["/appeals", "/appeals/new", "/questions", "/api/docs", "/accounts/login/"]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_opens_for_a_stranger(read, address):
    read(address)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_that_is_only_read_refuses_other_methods_or_asks_for_its_form(client, address):
    assert client.post(address).status_code in {200, 400, 405}
    assert client.delete(address).status_code == 405


def test_a_form_from_elsewhere_is_not_trusted(db):
    assert Client(enforce_csrf_checks=True).post("/onboard/apply", {}).status_code == 403


@pytest.mark.parametrize(
    "address",
    ["/companions/NOBODY_001", "/decisions/dec_" + "0" * 32, "/decisions/x", "/decisions?before=x", "/charter/law/9.9.9",
     "/charter/law/9.9.9.json", "/companions?state=asleep", "/companions?tier=gold", "/companions?provider=%00", "/nowhere"],
)  # fmt: skip
def test_what_is_not_there_is_a_page_that_says_so(read, address):
    assert "404" in read(address, status=404).text


def test_the_first_page_counts_companions_and_shows_the_law_and_the_last_decisions(read):
    a_companion()
    page = read("/")
    assert "1 shadow" in page.text
    assert version_at(NOW).version in page.text
    assert "open shadow" in page.text
    assert "closed, proprietary ones" in page.text


def test_the_register_shows_state_tier_gi_and_trend(read):
    companion = a_companion()
    measured(companion, at=NOW - timedelta(hours=2), gi="0.91")
    measured(companion)
    page = read("/companions?state=shadow")
    assert companion.ref in page.text
    assert "0.93" in page.text
    assert page.classed("k-trend")


@pytest.mark.parametrize(
    ("query", "found"),
    [("", True), ("state=shadow", True), ("state=active", False), ("tier=none", True), ("tier=high", False),
     ("provider=your-org", True), ("provider=openai", False), ("state=shadow&tier=none&provider=your-org", True)],
)  # fmt: skip
def test_the_register_is_narrowed_by_state_tier_and_provider(read, query, found):
    companion = a_companion()
    assert (companion.ref in read(f"/companions?{query}").text) is found


def test_a_list_that_nothing_is_like_says_so(read):
    assert "No companion is like this" in read("/companions?state=removed").text


def test_an_empty_register_says_what_will_appear_and_how_to_make_it(read):
    Standing.objects.all().delete()
    assert "No companion has been admitted yet" in read("/companions").text
    assert "No companion has been admitted yet" in read("/").text


def test_the_register_comes_in_pages_without_gap_or_repetition(read):
    _many(35)
    seen, address = [], "/companions"
    while address:
        page = read(address)
        seen += [given["href"] for given in page.all("a") if given["href"].startswith("/companions/")]
        address = next((given["href"] for given in page.all("a", rel="next")), None)
    assert seen == [f"/companions/{ref}" for ref in Companion.objects.order_by("ref").values_list("ref", flat=True)]


def _many(count):
    law = version_at(NOW)
    provider = Companion.objects.first().provider
    for number in range(count):
        companion = Companion.objects.create(
            ref=f"BULK_{number:03}", name="BULK", provider=provider, model_name="Bulk", created_at=NOW
        )
        Standing.objects.create(companion=companion, law=law, state_since=NOW, changed_at=NOW)
        measured(companion)


def test_a_longer_register_asks_no_more_of_the_database(client, django_assert_max_num_queries):
    Standing.objects.exclude(companion__name="ATLAS").delete()
    with django_assert_max_num_queries(8):
        client.get("/companions")
    _many(30)
    with django_assert_max_num_queries(8):
        client.get("/companions")


def test_a_longer_log_asks_no_more_of_the_database(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        client.get("/decisions")
    a_companion(1)
    a_companion(2)
    with django_assert_max_num_queries(6):
        client.get("/decisions")


def test_a_companions_page_says_what_was_measured_on_how_much_against_which_line(read):
    companion = a_companion()
    measured(companion, gi=None, criteria=some_criteria())
    an_incident(companion)
    text = read(f"/companions/{companion.ref}").text
    for words in (
        "It is in shadow mode", "whose criteria stand above", "Still open: time without critical failure, compliance, error rate (ceiling), GI.",
        "25%", "n = 67 calls", "at most 5%", "17 of 67 questions ended in an error.", "shadow.error_ceiling = 0.05",
        "81%", "n = 84 scored answers", "at least 95%", "shadow.compliance.n_least = 52", "1 day", "at least 7 days",
        "approve with notes", "gap between its own scores and ours", "31.5", "no GI yet", "INC-00001",
        "A card number was shown", "open shadow",
    ):  # fmt: skip
        assert words in text, words


def test_an_active_companions_page_shows_its_rung_and_what_the_next_one_asks(read, steward):
    companion = a_companion()
    measured(companion)
    graduate(
        companion.standing,
        tier="standard",
        by=Actor.system("rule"),
        at=NOW + timedelta(minutes=1),
        reason="",
        evidence={},
    )
    text = read(f"/companions/{companion.ref}").text
    assert f"{companion.ref} stands here" in text
    assert "Still missing for high" in text
    assert "days at the tier" in text
    assert "entered standard" in text


@pytest.mark.parametrize(
    ("act", "words"),
    [(lambda it, by: suspend(it, hours=24, by=by, at=NOW + timedelta(minutes=1), reason="Look again"), "It is suspended"),
     (lambda it, by: freeze(it, by=by, at=NOW + timedelta(minutes=1), reason="A precaution"), "frozen as a precaution"),
     (lambda it, _by: retire(it, by=Actor.provider("your-org"), at=NOW + timedelta(minutes=1)), "Its provider took it back")],
)  # fmt: skip
def test_each_standing_is_told_in_words(read, steward, act, words):
    companion = a_companion()
    act(companion.standing, Actor.person(steward))
    assert words in read(f"/companions/{companion.ref}").text


def test_a_steward_is_named_to_stewards_and_to_nobody_else(read, client, steward):
    companion = a_companion()
    suspend(companion.standing, hours=24, by=Actor.person(steward), at=NOW + timedelta(minutes=1), reason="Look again")
    public = read(f"/companions/{companion.ref}")
    assert "by a steward" in public.text
    assert steward.name not in public.text
    assert str(steward.pk) not in public.text
    client.force_login(steward)
    assert f"by {steward.name}" in read(f"/companions/{companion.ref}").text


def test_a_name_without_number_leads_to_the_only_companion_of_it(client):
    response = client.get("/companions/ATLAS")
    assert (response.status_code, response["Location"]) == (302, "/companions/ATLAS_001")


def test_hostile_text_is_shown_as_text(read):
    companion = a_companion()
    Companion.objects.filter(pk=companion.pk).update(
        purpose=HOSTILE, model_name=HOSTILE[:60], capabilities=[HOSTILE], model_card_url="javascript:alert(1)"
    )
    provider = companion.provider
    type(provider).objects.filter(pk=provider.pk).update(name=HOSTILE)
    criteria = some_criteria()
    measured(
        companion,
        criteria=[type(criteria[0])(**{**vars(criteria[1]), "name": HOSTILE, "why": HOSTILE, "law": HOSTILE})],
    )
    an_incident(companion, summary=HOSTILE)
    page = read(f"/companions/{companion.ref}")
    assert HOSTILE in page.text
    assert page.inline == []
    assert len(page.all("script")) == 1
    read("/companions")


def test_a_decision_stands_on_one_page_with_facts_law_evidence_and_seal(read, steward):
    companion = a_companion()
    suspend(companion.standing, hours=24, by=Actor.person(steward), at=NOW + timedelta(minutes=1), reason=HOSTILE)
    row = Decision.objects.get(move="suspend")
    page = read(f"/decisions/{row.public_id}")
    for words in ("a steward", HOSTILE, "hours", "24", "companion.suspended", f"no. {row.seal.idx}", row.law_version):
        assert words in page.text
    assert page.all("input", value=row.law_digest)


def test_what_a_party_wrote_of_an_application_is_not_told_to_the_public(read):
    a_companion()
    approved = Decision.objects.get(move="approve")
    assert "Told to the party." in read(f"/decisions/{approved.public_id}").text
    assert "its card says" not in read("/decisions").text


def test_evidence_is_named_by_digest(read):
    a_companion()
    row = Decision.objects.get(move="approve")
    page = read(f"/decisions/{row.public_id}")
    assert row.evidence
    for item in row.evidence:
        assert page.all("input", value=item["sha256"])


def test_the_log_goes_on_by_index(read):
    a_companion()
    a_companion(2)
    last = latest(most=1)[0].index
    assert f"no. {last} in the ledger" in read("/decisions").text
    older = read(f"/decisions?before={last}")
    assert f"no. {last} in the ledger" not in older.text
    assert f"no. {last - 1} in the ledger" in older.text
    assert "No decision stands here" in read("/decisions?before=0").text


def test_every_line_of_the_law_is_told_in_words(read):
    document = version_at(NOW).document
    subjects = lines_of(document)
    assert "Further lines" not in subjects
    assert sum(len(lines) for lines in subjects.values()) == len(list(flat(document)))
    page = read("/charter/law")
    assert {given["id"] for given in page.all("div") if "id" in given} >= {path for path, _ in flat(document)}
    assert "The ceiling of the error rate is 5%" in page.text
    assert "The way out opens after 7 days" in page.text


def test_a_line_that_nobody_worded_yet_is_shown_as_written():
    assert lines_of({"new": {"line": "7d"}})["Further lines"][0].says == "7 days"


def test_the_document_of_the_law_hashes_to_the_digest_that_decisions_name(client):
    law = version_at(NOW)
    response = client.get(f"/charter/law/{law.version}.json")
    assert hashlib.sha256(response.content).hexdigest() == law.digest


def test_the_charter_shows_seven_clauses_with_do_and_do_not(read):
    text = read("/charter").text
    assert [f"{number}. " in text for number in range(1, 8)] == [True] * 7
    assert "Refuse what would help to harm" in text


def test_each_question_has_an_anchor(read):
    page = read("/questions")
    anchors = {given["id"] for given in page.all("section")}
    assert {"cost", "closed", "start", "suspension", "appeals", "override", "outside"} <= anchors
    assert {given["href"][1:] for given in page.all("a") if given["href"].startswith("#")} - {"main"} <= anchors


def test_links_between_the_public_pages_lead_somewhere(read, client):
    companion = a_companion()
    measured(companion, criteria=some_criteria())
    seen, todo = set(), {"/"}
    while todo:
        address = todo.pop()
        seen.add(address)
        response = client.get(address)
        assert response.status_code in {200, 302}, address
        if response.status_code == 302 or "html" not in response["Content-Type"]:
            continue
        page = checked_links(response)
        todo |= {link for link in page if link not in seen and not link.startswith(("/admin", "/static", "/decisions"))}
    assert f"/companions/{companion.ref}" in seen


def checked_links(response):
    from tests.faces.parts.page import Page

    page = Page(response.content.decode())
    return {given["href"].partition("#")[0] for given in page.all("a") if given.get("href", "").startswith("/")} - {""}


def test_robots_and_the_icon(client):
    assert "Disallow: /onboard/applications" in client.get("/robots.txt").content.decode()
    assert client.get("/favicon.ico")["Location"].endswith("favicon.svg")
