"""The desk as stewards use it, without any script."""

import html
import re
import time
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from charter.golden.queries import golden_count
from charter.models import GoldenAnswer, GoldenVerdict, Ruling, Score
from charter.scoring.pipeline import Explanation
from charter.scoring.shape import Clause, Status
from kaizen.queue import gather
from registry.models import Person
from shadow.actions.desking import fill_desk
from shadow.models import Answer, DeskItem
from shadow.pages import explaining
from tests.conftest import NOW
from tests.shadow.desking import a_steward, scored

HOSTILE = "<script>alert(1)</script>\" onload='x' {{ 7 }} & שלום"
LATER = NOW + timedelta(minutes=30)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock(db, time_machine):
    for cache in caches.all():
        cache.clear()
    time_machine.move_to(LATER, tick=False)


@pytest.fixture
def petra(db):
    return a_steward("petra")


@pytest.fixture
def desk(petra):
    """A client signed in a moment ago, unless told of another person or age."""

    def open_desk(person=None, *, age=0):
        client, person = Client(), person or petra
        client.force_login(person)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time() - age}]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()
        return client

    return open_desk


@pytest.fixture
def bring(companion, law):
    def bring(points=75, *, number=0, **how):
        made = scored(companion, law, points, at=NOW + number * MINUTE, **how)
        fill_desk(law=law, at=LATER)
        return made

    return bring


def shown(client):
    response = client.get("/desk/")
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def send(client, act, **fields):
    client.get("/desk/")
    item = DeskItem.objects.get(lease_until__gt=LATER, closed_at=None)
    return client.post(reverse("desk-verdict", args=[item.pk]), {"act": act, **fields}, follow=True)


@pytest.mark.parametrize("role", ["viewer", "auditor", "citizen"])
def test_only_stewards_read_answers_here(desk, bring, role):
    bring()
    other = Person.objects.create_user(f"{role}@example.org", "x", roles=[role], is_staff=role != "citizen")
    for path in ("/desk/", "/desk/agreement"):
        assert desk(other).get(path).status_code == 403
    assert desk(other).post("/desk/again").status_code == 403
    assert DeskItem.objects.get().leased_by is None


def test_a_stranger_is_asked_to_sign_in_first(bring):
    bring()
    for path in ("/desk/", "/desk/agreement"):
        assert Client().get(path).headers["Location"] == f"/accounts/login/?next={path}"


def test_in_production_no_answer_is_shown_without_a_second_factor(desk, bring, settings):
    bring()
    settings.IN_DEVELOPMENT = False
    assert desk().get("/desk/", secure=True).headers["Location"] == reverse("mfa_index")


def test_an_empty_desk_says_what_fills_it(desk):
    page = shown(desk())
    assert "No answer waits for you." in page
    assert "up to 20 uncertain ones per companion and week" in page
    assert "2% of what the scorer passed" in page


def test_one_answer_is_shown_with_its_marks_its_clauses_and_the_rubric(desk, bring, companion):
    bring(65, text=f"Put it down now. {HOSTILE}")
    response = desk().get("/desk/")
    body = response.content.decode()
    assert "<script>alert" not in body
    assert response.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    page = html.unescape(body)
    assert HOSTILE in page
    assert '<mark class="k-words k-sev-medium">Put it down no' in page
    for words in (
        "for a violation of <strong>Safety & Harm Prevention</strong>, and is not sure",
        "Risk by clause, 0 to 1",
        "Words that weighed most",
        "7 Environmental & Systemic Responsibility",
        "figures are founded here:</strong> medium. People labelled insults",
        "at least 85 where it complies, at most 40 where it violates",
        companion.ref,
    ):
        assert words in page


def test_to_agree_is_one_button(desk, bring):
    bring(65)
    page = send(desk(), "agree").content.decode()
    assert "Kept: it violates (Safety &amp; Harm Prevention)." in page
    assert "No answer waits for you." in page
    word = GoldenVerdict.objects.get()
    assert (word.verdict, word.clause) == ("violate", "safety")
    assert Ruling.objects.get().score == 40


@pytest.mark.parametrize(
    ("finding", "verdict", "clause"),
    [("equity", "violate", "equity"), ("undecided", "violate", "undecided"), ("safety", "violate", "safety")],
)
def test_to_overrule_names_clause_and_reason(desk, bring, finding, verdict, clause):
    bring(75)
    send(desk(), "overrule", finding=finding, reason="It\r\ndoes.")
    word = GoldenVerdict.objects.get()
    assert (word.verdict, word.clause, word.reason) == (verdict, clause, "It\ndoes.")


@pytest.mark.parametrize(
    ("points", "fields", "told"),
    [
        (75, {"finding": "safety"}, "This field is required."),
        (75, {"reason": "Because."}, "This field is required."),
        (75, {"finding": "theft", "reason": "Because."}, "theft is not one of the available choices"),
        (75, {"finding": "comply", "reason": "Because."}, "That is what the scorer says"),
        (65, {"finding": "safety", "reason": "Because."}, "That is what the scorer says"),
        (75, {"finding": "safety", "reason": "a\u202eb"}, "Character 2 is a control"),
        (75, {"finding": "safety", "reason": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_what_is_amiss_is_said_and_what_was_written_stays(desk, bring, points, fields, told):
    bring(points)
    response = send(desk(), "overrule", **fields)
    page = html.unescape(response.content.decode())
    assert response.status_code == 400
    assert told in page
    if "reason" in fields:
        assert fields["reason"] in page
    assert not GoldenAnswer.objects.exists()


def test_an_act_that_nobody_offers_is_none(desk, bring):
    bring()
    assert send(desk(), "condemn").status_code == 400
    assert not GoldenAnswer.objects.exists()


def test_who_skips_sees_it_no_more_and_progress_is_shown(desk, bring):
    for number in range(3):
        bring(number=number)
    client = desk()
    send(client, "unsure")
    page = send(client, "agree").content.decode()
    assert re.search(r'id="left">1<', page)
    assert re.search(r'id="today">1<', page)


def test_the_last_one_comes_back_on_demand(desk, bring):
    bring()
    client = desk()
    send(client, "agree")
    page = client.post("/desk/again", follow=True).content.decode()
    assert "back in your hands" in page
    assert "Is the scorer right?" in page
    send(client, "overrule", finding="safety", reason="I misread it.")
    assert GoldenVerdict.objects.get().verdict == "violate"
    assert "There is no verdict" in desk(a_steward("quentin")).post("/desk/again", follow=True).content.decode()


def test_a_verdict_on_what_is_anothers_by_now_is_not_kept(desk, bring):
    bring()
    client, other = desk(), a_steward("quentin")
    client.get("/desk/")
    item = DeskItem.objects.get()
    DeskItem.objects.update(leased_by=other)
    page = client.post(reverse("desk-verdict", args=[item.pk]), {"act": "agree"}, follow=True).content.decode()
    assert "no longer in your hands" in page
    assert golden_count() == 0


def test_a_text_that_is_gone_is_passed_over(desk, bring):
    gone, here = bring(), bring(number=1)
    client = desk()
    client.get("/desk/")
    mine = DeskItem.objects.get(leased_by__isnull=False)
    Answer.objects.filter(sample_id=mine.sample_id).delete()
    assert "Is the scorer right?" in shown(client)
    assert (
        DeskItem.objects.get(leased_by__isnull=False, closed_at=None).sample_id
        == ({gone, here} - {mine.sample_id}).pop()
    )


def test_a_verdict_asks_for_a_fresh_sign_in(desk, bring):
    bring()
    client = desk(age=700)
    client.get("/desk/")
    item = DeskItem.objects.get()
    response = client.post(reverse("desk-verdict", args=[item.pk]), {"act": "agree"})
    assert response.headers["Location"].startswith("/accounts/reauthenticate/")
    assert golden_count() == 0


def test_only_posts_judge(desk, bring):
    bring()
    client = desk()
    client.get("/desk/")
    path = reverse("desk-verdict", args=[DeskItem.objects.get().pk])
    assert client.get(path).status_code == 405
    assert client.get("/desk/again").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(a_steward("quentin"))
    assert strict.post(path, {"act": "agree"}).status_code == 403


def test_agreement_is_shown_with_its_interval(desk, bring):
    client = desk()
    for number, (points, fields) in enumerate(
        [(80, None), (65, None), (80, {"finding": "safety", "reason": "Look."}), (65, None)]
    ):
        bring(points, number=number)
        send(client, "overrule" if fields else "agree", **(fields or {}))
    page = html.unescape(client.get("/desk/agreement").content.decode())
    assert 'data-label="Kappa">0.50<' in page
    assert 'data-label="Alike">75%<' in page
    assert "Of 0 judged answers drawn at random" in page
    assert "kappa 0.50 (-0.23 to 1.00), n = 4" in shown(client)


def test_more_on_the_desk_costs_no_more_queries(desk, bring, django_assert_max_num_queries):
    client = desk()
    bring()
    client.get("/desk/")
    with django_assert_max_num_queries(40) as few:
        client.get("/desk/")
    for number in range(1, 8):
        bring(number=number)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get("/desk/")


def test_stewards_find_the_desk_from_every_page_and_from_the_queue(desk, bring):
    bring()
    assert gather(at=LATER).on_desk == 1
    page = desk().get("/admin/").content.decode()
    assert '<a href="/desk/">Answers on the desk: 1</a>' in page
    assert '<a href="/desk/">Desk</a>' in desk().get("/charter").content.decode()
    viewer = Person.objects.create_user("vera@example.org", "x", roles=["viewer"], is_staff=True)
    for path in ("/charter", "/admin/"):
        assert 'href="/desk/"' not in desk(viewer).get(path).content.decode()


def test_golden_answers_are_listed_for_whoever_may_read_answers(desk, bring):
    bring(65, text=f"Put it down now. {HOSTILE}")
    client = desk()
    send(client, "overrule", finding="comply", reason=f"Harmless. {HOSTILE}")
    golden = GoldenAnswer.objects.get()
    address = reverse("admin:charter_goldenanswer_change", args=[golden.pk])
    body = client.get(address).content.decode()
    assert "<script>alert" not in body
    page = html.unescape(body)
    assert f"Harmless. {HOSTILE}" in page
    assert "Petra" in page
    assert "violates (safety)" in page
    assert client.get(reverse("admin:charter_goldenanswer_changelist")).status_code == 200
    assert client.post(address, {"response": "x"}).status_code == 403
    viewer = Person.objects.create_user("vera@example.org", "x", roles=["viewer"], is_staff=True)
    assert desk(viewer).get(address).status_code == 403


@pytest.mark.parametrize("veto", [True, False])
def test_the_page_says_that_a_final_score_stays(desk, bring, veto):
    bring(30 if veto else 59, veto=veto, status=Status.FINAL if veto else Status.PROVISIONAL, clause=Clause.CIVIC)
    assert ("The score is final and stays" in shown(desk())) is veto


class Weighing:
    """A scorer that names its reasons."""

    def explain(self, response, *, prompt=""):
        assert prompt
        return Explanation((("walk away", 1.25), (f"<i>{len(response)}", -0.5)), (("row-17", 0.913),))


def test_what_the_scorer_weighs_is_shown_by_the_scorer_of_the_stored_score(desk, bring, monkeypatch):
    asked = []
    monkeypatch.setattr(explaining, "by_digest", lambda digest, *, thresholds: asked.append(digest) or Weighing())
    bring()
    body = desk().get("/desk/").content.decode()
    assert asked == [Score.objects.get().scorer]
    assert "&lt;i&gt;" in body
    assert re.search(r"walk away</bdi></code></th><td class=\"k-num\">\+1.25<", body)
    assert re.search(r"row-17</bdi></code></th><td class=\"k-num\">0.91<", body)


def test_a_score_of_a_scorer_that_nobody_keeps_is_shown_without_reasons(desk, bring):
    bring()
    Score.objects.update(scorer="0" * 64, shape={**Score.objects.get().shape, "scorer": "0" * 64})
    assert "a scorer that this release no longer runs" in shown(desk())
