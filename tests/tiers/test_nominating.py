"""Nominations: who may open one, on what, whose words it gathers, and how it ends."""

import json
import time
from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from charter.queries import law_at, version_at
from ledger.actors import Actor, Forbidden
from ledger.decisions import Refused
from ledger.models import Salt
from ledger.queries import last_decision
from registry.actions import issue_key
from registry.models import OutboxMessage, Provider
from tests.conftest import NOW
from tests.factories.companions import active, in_shadow, risen
from tests.tiers.rising import DAY, HOUR, REASON, a_person, by, evidence_of
from tests.tiers.rising import nominated as nominated_at
from tiers.actions import nominating
from tiers.actions import standing as standings
from tiers.models import Nomination, NominationWord, Standing
from tiers.rules.nominating import Item

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
nominated = partial(nominated_at, at=NOW)


@pytest.fixture
def high():
    return risen("YOURMODEL_001", tier="high")


@pytest.fixture
def nomination(high, steward):
    return nominated(high, by_whom=steward)


def a_critical(ref="CRIT_001", *, provider="crit-org", at=NOW):
    return risen(ref, tier="critical", provider=provider, at=at)


def words(nomination):
    return [
        (word.kind, word.by_ref, word.in_place_of_critical)
        for word in nomination.words.order_by("sealed_as__seal__idx")
    ]


def test_a_nomination_is_sealed_with_its_links_and_without_its_texts(high, steward):
    nomination = nominated(high, by_whom=steward)
    decision = last_decision("nomination", nomination.subject_ref)
    entry = bytes(decision.seal.entry).decode()
    assert (nomination.tier, nomination.state) == ("critical", "open")
    assert nomination.lapses_at == NOW + 180 * DAY
    assert (decision.type, decision.actor_ref) == ("nomination.opened", by(steward).ref)
    assert nomination.evidence[0]["link"] in entry
    assert nomination.evidence[0]["text"] not in entry
    assert set(Salt.objects.filter(entry_id=decision.pk).values_list("field", flat=True)) == {"reason", "texts"}
    assert words(nomination) == [("nomination", by(steward).ref, False)]
    assert NominationWord.objects.get().sealed_as == decision
    assert OutboxMessage.objects.filter(kind="nomination.nominated").count() == 1


@pytest.mark.parametrize("roles", [["citizen"], ["viewer"], ["auditor"], []])
def test_only_stewards_nominate(high, roles):
    with pytest.raises(Forbidden, match="steward"):
        nominated(high, by_whom=a_person("paul", *roles))


def test_nobody_nominates_or_seconds_a_companion_of_their_own_organisation(high, nomination):
    own = a_person("olga", "steward", organisation=high.companion.provider)
    for act in (
        lambda: nominating.second(nomination, by=by(own), at=NOW, reason=REASON),
        lambda: nominating.decline(nomination, by=by(own), at=NOW, reason=REASON),
        lambda: nominated(high, by_whom=own),
    ):
        with pytest.raises(Forbidden, match="own organisation"):
            act()
    own_chief = a_person("cora", "chief", organisation=high.companion.provider)
    with pytest.raises(Forbidden, match="own organisation"):
        nominating.invite_for(nomination, by=by(own_chief), at=NOW, reason=REASON)


@pytest.mark.parametrize(
    "standing",
    [
        lambda _: in_shadow(),
        lambda _: active(tier="research"),
        lambda _: risen(tier="critical"),
        lambda who: standings.suspend(active(), hours=24, by=by(who), at=NOW, reason=REASON),
    ],
)
def test_only_an_active_companion_below_a_tier_with_reviews_is_nominated(standing, steward):
    with pytest.raises(Refused, match="active companion is nominated"):
        nominated(standing(steward), by_whom=steward)


def test_one_nomination_of_a_companion_is_open_at_a_time(high, nomination, other_steward):
    with pytest.raises(Refused, match="open already"):
        nominated(high, by_whom=other_steward)
    nominating.decline(nomination, by=by(other_steward), at=NOW, reason=REASON)
    assert nominated(high, by_whom=other_steward).state == "open"


def test_a_steward_who_read_an_older_page_is_told_so(high, steward):
    with pytest.raises(Refused, match="changed since"):
        nominated(high, by_whom=steward, version=high.version - 1)


@pytest.mark.parametrize("link", ["INC-99999", "dec_" + "0" * 32, "app_" + "f" * 32])
def test_a_link_must_name_something_that_is_sealed(high, steward, link):
    evidence = [*evidence_of(high.companion), Item("case_study", "It helped.", link)]
    with pytest.raises(Refused, match=f"Evidence 2: there is no {link}"):
        nominating.nominate(high, by=by(steward), at=NOW, reason=REASON, evidence=evidence)
    assert not Nomination.objects.exists()


def test_the_second_word_is_another_stewards_and_sealed_as_theirs(nomination, steward, other_steward):
    with pytest.raises(Forbidden, match="second person"):
        nominating.second(nomination, by=by(steward), at=NOW, reason=REASON)
    with pytest.raises(Forbidden, match="steward"):
        nominating.second(nomination, by=by(a_person("carl", "citizen")), at=NOW, reason=REASON)
    nominating.second(nomination, by=by(other_steward), at=NOW, reason=REASON)
    decision = last_decision("nomination", nomination.subject_ref)
    assert (decision.type, decision.move, decision.actor_ref) == (
        "nomination.word_given", "second", by(other_steward).ref
    )  # fmt: skip
    with pytest.raises(Forbidden, match="second person"):
        nominating.second(nomination, by=by(other_steward), at=NOW, reason=REASON)
    assert [kind for kind, *_ in words(nomination)] == ["nomination", "second"]


def test_a_tier_that_asks_for_one_steward_and_no_invitation_takes_no_other_words(steward, other_steward, chief):
    nomination = nominated(active(), by_whom=steward)
    with pytest.raises(Refused, match="no second steward"):
        nominating.second(nomination, by=by(other_steward), at=NOW, reason=REASON)
    with pytest.raises(Refused, match="no invitation"):
        nominating.invite_for(nomination, by=by(chief), at=NOW, reason=REASON)
    with pytest.raises(Refused, match="no invitation"):
        nominating.invite(nomination, inviting=a_critical().companion, at=NOW)


def test_a_critical_companion_of_another_provider_invites_once(nomination):
    inviting = a_critical().companion
    nominating.invite(nomination, inviting=inviting, at=NOW, reason="It reasons well.")
    assert words(nomination)[-1] == ("invitation", "CRIT_001", False)
    decision = last_decision("nomination", nomination.subject_ref)
    assert (decision.actor_kind, decision.actor_ref, decision.move) == ("companion", "CRIT_001", "invite")
    assert json.loads(bytes(decision.seal.entry))["decision"]["in_place_of_critical"] is False
    other = a_critical("OTHER_001", provider="other-org").companion
    with pytest.raises(Refused, match="invited already"):
        nominating.invite(nomination, inviting=other, at=NOW)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda it, who: standings.suspend(it, hours=24, by=by(who), at=NOW, reason=REASON), "while it is active"),
        (lambda it, who: standings.freeze(it, by=by(who), at=NOW, reason=REASON), "while it is active"),
        (lambda it, who: standings.demote(it, by=by(who), at=NOW, reason=REASON), "critical companion invites"),
        (lambda it, who: standings.remove(it, by=by(who), at=NOW, reason=REASON), "while it is active"),
    ],
)
def test_a_companion_that_is_no_live_critical_one_invites_nobody(nomination, steward, spoil, told):
    critical = a_critical()
    spoil(critical, steward)
    with pytest.raises(Forbidden, match=told):
        nominating.invite(nomination, inviting=critical.companion, at=NOW)


def test_a_companion_of_the_same_provider_does_not_invite_and_does_not_stand_in_a_chiefs_way(nomination, chief):
    own = a_critical("OWN_001", provider="your-org")
    with pytest.raises(Forbidden, match="own provider"):
        nominating.invite(nomination, inviting=own.companion, at=NOW)
    nominating.invite_for(nomination, by=by(chief), at=NOW, reason=REASON)
    assert words(nomination)[-1] == ("invitation", by(chief).ref, True)


def test_a_chief_invites_only_while_no_critical_companion_could(nomination, chief, steward, other_steward):
    critical = a_critical()
    with pytest.raises(Refused, match="CRIT_001"):
        nominating.invite_for(nomination, by=by(chief), at=NOW, reason=REASON)
    standings.freeze(critical, by=by(steward), at=NOW, reason=REASON)
    with pytest.raises(Forbidden, match="chief invites"):
        nominating.invite_for(nomination, by=by(other_steward), at=NOW, reason=REASON)
    nominating.invite_for(nomination, by=by(chief), at=NOW, reason=REASON)
    entry = json.loads(bytes(last_decision("nomination", nomination.subject_ref).seal.entry))
    assert entry["decision"]["in_place_of_critical"] is True


def test_a_chief_who_spoke_already_does_not_speak_again(high, chief):
    nomination = nominated(high, by_whom=chief)
    with pytest.raises(Forbidden, match="second person"):
        nominating.invite_for(nomination, by=by(chief), at=NOW, reason=REASON)


@pytest.mark.parametrize(("off", "open_still"), [(-SECOND, True), (timedelta(0), False), (SECOND, False)])
def test_words_are_given_until_it_lapses(nomination, other_steward, off, open_still):
    at = nomination.lapses_at + off
    if open_still:
        nominating.second(nomination, by=by(other_steward), at=at, reason=REASON)
        assert nominating.lapse_if_due(nomination, at=at) is False
    else:
        with pytest.raises(Refused, match="not open"):
            nominating.second(nomination, by=by(other_steward), at=at, reason=REASON)
        assert nominating.lapse_if_due(nomination, at=at) is True
        assert (nomination.state, nomination.closed_at) == ("lapsed", at)


@pytest.mark.parametrize(
    ("move", "because"),
    [
        (lambda it, who: standings.demote(it, by=by(who), at=NOW, reason=REASON), "tier"),
        (lambda it, who: standings.remove(it, by=by(who), at=NOW, reason=REASON), "state"),
        (lambda it, who: standings.suspend(it, hours=24, by=by(who), at=NOW, reason=REASON), None),
        (lambda it, who: standings.freeze(it, by=by(who), at=NOW, reason=REASON), None),
    ],
)
def test_it_lapses_when_its_companion_stands_elsewhere_and_not_for_a_precaution(
    high, nomination, steward, move, because
):
    move(high, steward)
    nomination = Nomination.objects.get(pk=nomination.pk)
    assert nominating.lapse_if_due(nomination, at=NOW + HOUR) is bool(because)
    decision = last_decision("nomination", nomination.subject_ref)
    if because:
        told = json.loads(bytes(decision.seal.entry))["decision"]
        assert (told["move"], told["because"], decision.actor_ref) == ("lapse", because, "rule")
        assert [it["name"] for it in decision.evidence] == ["basis"]


def test_who_nominated_takes_it_back_and_any_steward_declines(high, nomination, steward, other_steward):
    with pytest.raises(Forbidden):
        nominating.withdraw(nomination, by=by(other_steward), at=NOW, reason=REASON)
    assert nominating.withdraw(nomination, by=by(steward), at=NOW, reason=REASON).state == "withdrawn"
    with pytest.raises(Refused):
        nominating.decline(nomination, by=by(other_steward), at=NOW, reason=REASON)


def test_a_retired_companion_is_not_spoken_for_through_the_api(high):
    standings.retire(high, by=Actor.provider("your-org"), at=NOW)
    client = signed_in(a_person("cleo", "citizen"))
    answer = client.post("/api/companions/YOURMODEL_001/endorsements", {}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "refused")


def signed_in(person):
    client = APIClient()
    client.force_login(person)
    return client


def body_of(companion):
    return {
        "reason": REASON,
        "evidence": [{"kind": it.kind, "text": it.text, "link": it.link} for it in evidence_of(companion)],
    }


def test_a_steward_nominates_through_the_api_and_everybody_reads_it(high, steward):
    path = "/api/companions/YOURMODEL_001/nominations"
    answer = signed_in(steward).post(path, body_of(high.companion), format="json")
    assert answer.status_code == 201
    (told,) = APIClient().get(path).json()["nominations"]
    assert told == answer.json()
    assert (told["tier"], told["state"], told["words"][0]["by"]) == ("critical", "open", "a steward")
    assert str(steward.pk) not in json.dumps(told)


@pytest.mark.parametrize(
    ("spoil", "pointer"),
    [
        (lambda it: it.pop("evidence"), "/evidence"),
        (lambda it: it.update(evidence=[]), "/evidence"),
        (lambda it: it["evidence"][0].update(kind="praise"), "/evidence/0/kind"),
        (lambda it: it["evidence"][0].update(link="https://x.example"), "/evidence/0/link"),
        (lambda it: it["evidence"][0].update(text="\u202e"), "/evidence/0/text"),
        (lambda it: it.update(tier="critical"), "/tier"),
    ],
)
def test_a_body_of_another_shape_is_refused_by_its_place(high, steward, spoil, pointer):
    body = body_of(high.companion)
    spoil(body)
    answer = signed_in(steward).post("/api/companions/YOURMODEL_001/nominations", body, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)


def test_strangers_are_asked_who_they_are_and_others_refused(high, nomination):
    for path in ("nominations", "invitations", "endorsements"):
        body = body_of(high.companion) if path == "nominations" else {}
        answer = APIClient().post(f"/api/companions/YOURMODEL_001/{path}", body, format="json")
        assert answer.status_code == 401
    viewer = signed_in(a_person("vera", "viewer"))
    assert viewer.post("/api/companions/YOURMODEL_001/endorsements", {}, format="json").status_code == 403
    answer = viewer.post("/api/companions/YOURMODEL_001/nominations", body_of(high.companion), format="json")
    assert answer.status_code == 403


def with_key(standing):
    law, provider = version_at(NOW).law, Actor.provider(standing.companion.provider.slug)
    _, key = issue_key(standing.companion, by=provider, at=NOW, under=law)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    return client


def test_a_critical_companion_invites_with_its_key_and_the_same_request_happens_once(nomination):
    client, path = with_key(a_critical()), "/api/companions/YOURMODEL_001/invitations"
    first = client.post(path, {"reason": "It reasons well."}, format="json", HTTP_IDEMPOTENCY_KEY="one")
    again = client.post(path, {"reason": "It reasons well."}, format="json", HTTP_IDEMPOTENCY_KEY="one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["words"][-1]["by"] == "CRIT_001"
    assert NominationWord.objects.filter(kind="invitation").count() == 1


@pytest.mark.parametrize(
    ("ref", "tier", "provider"), [("STD_001", "standard", "std-org"), ("OWN_001", "critical", "your-org")]
)
def test_other_companions_keys_do_not_invite(nomination, ref, tier, provider):
    client = with_key(risen(ref, tier=tier, provider=provider))
    assert client.post("/api/companions/YOURMODEL_001/invitations", {}, format="json").status_code == 403
    assert nomination.words.count() == 1


def test_a_chief_invites_through_the_api_in_place_of_a_critical_companion(nomination, chief):
    answer = signed_in(chief).post("/api/companions/YOURMODEL_001/invitations", {"reason": REASON}, format="json")
    assert answer.json()["words"][-1] | {"givenAt": "", "decision": ""} == {
        "word": "invitation", "by": "a steward", "inPlaceOfCritical": True, "givenAt": "", "decision": "",
    }  # fmt: skip


def test_without_an_open_nomination_nobody_is_invited(high):
    answer = with_key(a_critical()).post("/api/companions/YOURMODEL_001/invitations", {}, format="json")
    assert (answer.status_code, "No nomination" in answer.json()["detail"]) == (409, True)


def test_a_citizen_endorses_through_the_api_and_takes_it_back(high):
    client, path = signed_in(a_person("cleo", "citizen")), "/api/companions/YOURMODEL_001/endorsements"
    assert client.post(path, {"reason": "It helps."}, format="json").status_code == 201
    assert client.post(path, {}, format="json").status_code == 409
    read = APIClient().get(path).json()
    assert (read["count"], read["endorsements"][0]["reason"]) == (1, "It helps.")
    assert client.delete(path).json()["withdrawnAt"]
    assert client.delete(path).status_code == 409
    assert APIClient().get(path).json()["count"] == 0


def test_an_endorsement_needs_the_token_of_the_session(high):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(a_person("cleo", "citizen"))
    path = "/api/companions/YOURMODEL_001/endorsements"
    assert client.post(path, {}, format="json").status_code in {401, 403}
    assert client.delete(path).status_code in {401, 403}


def test_a_citizen_endorses_on_the_companions_page_and_takes_it_back(high):
    client = Client()
    client.force_login(a_person("cleo", "citizen"))
    page = client.get("/companions/YOURMODEL_001").content.decode()
    assert "Endorse it" in page
    client.post("/companions/YOURMODEL_001/endorse", {"reason": "It helps <b>us</b>."})
    page = client.get("/companions/YOURMODEL_001").content.decode()
    assert "It helps &lt;b&gt;us&lt;/b&gt;." in page
    assert "Take my endorsement back" in page
    client.post("/companions/YOURMODEL_001/endorse/withdraw")
    assert "Nobody has endorsed it yet" in client.get("/companions/YOURMODEL_001").content.decode()


def test_strangers_and_the_own_organisation_find_no_form(high):
    page = Client().get("/companions/YOURMODEL_001").content.decode()
    assert "Endorse it" not in page
    assert Client().post("/companions/YOURMODEL_001/endorse").status_code == 404
    own = Client()
    own.force_login(a_person("olaf", "citizen", organisation=Provider.objects.get(slug="your-org")))
    assert "Endorse it" not in own.get("/companions/YOURMODEL_001").content.decode()
    assert own.post("/companions/YOURMODEL_001/endorse", {"reason": ""}).status_code == 403


def at_desk(person):
    """Signed in just now: a decision asks for that."""
    client = Client()
    client.force_login(person)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client


@pytest.fixture
def staff(steward, other_steward, chief):
    return steward, other_steward, chief


def test_a_steward_nominates_on_the_companions_page_of_the_desk(high, staff):
    client = at_desk(staff[0])
    page = client.get(reverse("admin:tiers_standing_change", args=[high.pk])).content.decode()
    assert "/decide/nominate/" in page
    address = reverse("admin:tiers_standing_decide", args=[high.pk, "nominate"])
    asked = client.get(address).content.decode()
    assert "days at the tier" in asked
    (item,) = evidence_of(high.companion)
    given = {"kind_1": item.kind, "text_1": item.text, "link_1": item.link}
    client.post(address, {"reason": REASON, "version": high.version, **given})
    assert Nomination.objects.get().evidence == [{"kind": item.kind, "text": item.text, "link": item.link}]
    again = client.get(reverse("admin:tiers_standing_change", args=[high.pk])).content.decode()
    assert "/decide/nominate/" not in again


def test_a_link_to_nothing_is_told_on_the_page_that_was_posted(high, staff):
    address = reverse("admin:tiers_standing_decide", args=[high.pk, "nominate"])
    given = {"kind_1": "case_study", "text_1": "It helped.", "link_1": "INC-99999"}
    answer = at_desk(staff[0]).post(address, {"reason": REASON, "version": high.version, **given})
    assert (answer.status_code, "there is no INC-99999" in answer.content.decode()) == (409, True)


def offered(client, nomination):
    page = client.get(reverse("admin:tiers_nomination_change", args=[nomination.pk])).content.decode()
    return {slug for slug in ("second", "invite-for", "decline", "withdraw") if f"/decide/{slug}/" in page}


def test_the_page_of_a_nomination_offers_each_reader_what_they_may_do(nomination, staff):
    steward, other_steward, chief = staff
    assert offered(at_desk(steward), nomination) == {"decline", "withdraw"}
    assert offered(at_desk(other_steward), nomination) == {"second", "decline"}
    assert offered(at_desk(chief), nomination) == {"second", "invite-for", "decline"}
    a_critical()
    assert offered(at_desk(chief), nomination) == {"second", "decline"}


def test_words_are_given_on_the_desk_and_the_page_shows_them_with_the_criteria(nomination, staff):
    _, other_steward, chief = staff
    for person, slug in ((other_steward, "second"), (chief, "invite-for")):
        address = reverse("admin:tiers_nomination_decide", args=[nomination.pk, slug])
        version = Nomination.objects.get(pk=nomination.pk).version
        assert at_desk(person).post(address, {"reason": REASON, "version": version}).status_code == 302
    page = at_desk(chief).get(reverse("admin:tiers_nomination_change", args=[nomination.pk])).content.decode()
    assert "in place of a critical companion: there was none" in page
    assert "What the critical tier asks, as it stands" in page
    assert [kind for kind, *_ in words(nomination)] == ["nomination", "second", "invitation"]


def test_a_promotion_on_the_desk_is_refused_with_what_is_missing(high, staff):
    address = reverse("admin:tiers_standing_decide", args=[high.pk, "promote"])
    answer = at_desk(staff[0]).post(address, {"reason": REASON, "version": high.version})
    assert answer.status_code == 409
    assert "nomination: inconclusive" in answer.content.decode()
    assert Standing.objects.get(pk=high.pk).tier == "high"


def test_the_law_says_how_long_a_nomination_lives():
    assert law_at(NOW).nominations.lives == 180 * DAY
