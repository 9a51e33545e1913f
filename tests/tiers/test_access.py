"""A gateway asks before every act: what it is told, by which key, and what that costs the database."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection

from charter.actions import enact
from charter.law import SHIPPED, read_document
from charter.queries import law_at
from ledger.actors import Actor
from ledger.models import Decision
from registry import keys
from registry.actions import issue_key, issue_operator_key, revoke_key
from registry.models import Companion, Credential, Endpoint
from tests.conftest import NOW
from tests.factories.companions import a_companion, active, in_shadow
from tiers.actions import standing as actions
from tiers.models import AccessCount, Standing
from tiers.queries import access

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tally")]
JSON = "application/json"
REASON = "Because the story needs it."
ONE, SEVERAL = "/access/v1/evaluation", "/access/v1/evaluations"


@pytest.fixture(autouse=True)
def the_morning():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def a_law_that_is_read_already(law):
    access.law_of(law.digest)


@pytest.fixture
def key(steward, law):
    return issue_operator_key(steward, by=Actor.person(steward), at=NOW, under=law)[1]


@pytest.fixture
def ask(client, key):
    def ask(body, to=ONE, *, bearer=key, **headers):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        return client.post(to, raw, content_type=JSON, headers={**given, **headers})

    return ask


def asking(name="YOURMODEL_001", operation="research.analyse", **more):
    return {"subject": {"type": "companion", "id": name}, "action": {"name": operation}, **more}


def test_a_gateway_is_told_that_it_may_and_what_that_obliges_to(ask, law):
    active()
    answer = ask(asking(operation="finance.propose", resource={"type": "budget", "id": "2027-q1"}))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer.json() == {
        "decision": True,
        "context": {
            "reason": "allowed",
            "reason_admin": {"en": "YOURMODEL_001 may: its tier standard has what is open from standard on."},
            "reason_user": {"en": "This model may do this."},
            "obligations": ["second_approver"],
            "companion": "YOURMODEL_001",
            "tier": "standard",
            "state": "active",
            "frozen": False,
            "operation_tier": "standard",
            "law": {"version": law.version, "digest": law.digest},
            "evaluated_at": "2026-11-20T09:00:00Z",
        },
    }


def test_a_no_is_an_answer_and_no_error(ask):
    active()
    answer = ask(asking(operation="ledger.write"))
    context = answer.json()["context"]
    assert (answer.status_code, answer.json()["decision"], context["reason"]) == (200, False, "tier_too_low")
    assert (context["obligations"], context["operation_tier"]) == ([], "critical")


@pytest.mark.parametrize("how", ["ref", "uuid", "UUID", "name"])
def test_a_companion_is_asked_for_by_its_id_its_uuid_or_its_name(ask, how):
    companion = active().companion
    names = {"ref": companion.ref, "uuid": str(companion.pk), "UUID": str(companion.pk).upper(), "name": "YOURMODEL"}
    assert ask(asking(names[how])).json()["decision"] is True


def test_a_name_that_two_bear_is_nobodys(ask):
    active()
    active("YOURMODEL_002", provider="other-org")
    found = ask({"action": {"name": "explore"}, "evaluations": [{"subject": {"type": "companion", "id": name}}
                 for name in ("YOURMODEL", "YOURMODEL_001", "YOURMODEL_002")]}, SEVERAL).json()["evaluations"]  # fmt: skip
    assert [it["context"]["reason"] for it in found] == ["unknown_companion", "allowed", "allowed"]


def test_a_whole_id_goes_before_a_name(ask):
    in_shadow("MODEL_001_001")
    Companion.objects.filter(ref="MODEL_001_001").update(name="MODEL_001")
    active("MODEL_001", provider="other-org")
    assert ask(asking("MODEL_001")).json()["context"]["companion"] == "MODEL_001"
    assert ask(asking("MODEL_001")).json()["decision"] is True


@pytest.mark.parametrize("name", ["NOBODY_001", "yourmodel_001", "YOURMODEL_001 ", "%", "' OR 1=1 --", "0" * 255, "名"])
def test_who_is_not_known_gets_no_and_a_reason(ask, name):
    active()
    answer = ask(asking(name))
    context = answer.json()["context"]
    assert (answer.status_code, answer.json()["decision"], context["reason"]) == (200, False, "unknown_companion")
    assert (context["companion"], context["state"], context["tier"]) == (None, None, None)


def test_only_companions_are_subjects(ask):
    active()
    body = {"subject": {"type": "user", "id": "YOURMODEL_001"}, "action": {"name": "explore"}}
    assert ask(body).json()["context"]["reason"] == "unknown_subject_type"


def test_companions_of_the_register_are_never_counted_without_an_endpoint(ask):
    names = list(Companion.objects.filter(is_reference=True).order_by("ref").values_list("ref", flat=True))
    asked = {
        "action": {"name": "explore"},
        "evaluations": [{"subject": {"type": "companion", "id": it}} for it in names],
    }
    reasons = {it["context"]["companion"]: it["context"]["reason"] for it in ask(asked, SEVERAL).json()["evaluations"]}
    assert reasons.pop("ECHO_001") == "healing_only"
    assert set(reasons.values()) == {"without_endpoint"}
    assert len(reasons) == 8


def test_an_endpoint_taken_away_closes_what_was_open(ask):
    standing = active()
    Endpoint.objects.filter(companion=standing.companion).update(replaced_at=NOW)
    assert ask(asking()).json()["context"]["reason"] == "without_endpoint"


def test_every_move_of_a_standing_shows_in_the_next_answer(ask, steward, the_morning):
    def reason(name="YOURMODEL_001"):
        found = ask(asking(name)).json()
        assert found["decision"] is (found["context"]["reason"] == "allowed")
        return found["context"]["reason"]

    by = Actor.person(steward)
    a_companion("OTHER_001", facts=False)
    assert reason("OTHER_001") == "not_begun"
    actions.retire(Standing.objects.get(companion__ref="OTHER_001"), by=Actor.provider("your-org"), at=NOW)
    assert reason("OTHER_001") == "retired"
    standing = in_shadow()
    assert reason() == "in_shadow"
    standing = actions.graduate(standing, tier="standard", by=actions.RULE, at=NOW, reason=REASON, evidence={})
    assert reason() == "allowed"
    standing = actions.freeze(standing, by=by, at=NOW, reason=REASON)
    assert reason() == "frozen"
    standing = actions.unfreeze(standing, by=by, at=NOW, reason=REASON)
    actions.suspend(standing, hours=24, by=by, at=NOW, reason=REASON)
    assert reason() == "suspended"
    the_morning.shift(timedelta(hours=24, seconds=-1))
    assert reason() == "suspended"
    the_morning.shift(1)
    assert reason() == "allowed"
    actions.remove(Standing.objects.get(pk=standing.pk), by=by, at=NOW, reason=REASON)
    assert reason() == "removed"


def test_the_law_in_force_decides_and_is_named(ask, the_morning):
    active()
    document = read_document(SHIPPED) | {"version": "1.1.0"}
    document["tiers"]["standard"]["may"].remove("research.analyse")
    document["tiers"]["high"]["may"].append("research.analyse")
    later = enact(document, by=Actor.system("bootstrap"), at=NOW + timedelta(hours=1), reason="It was too open.")
    before = ask(asking()).json()
    the_morning.shift(timedelta(hours=1))
    after = ask(asking()).json()
    assert (before["decision"], before["context"]["law"]["version"]) == (True, "1.0.0")
    assert (after["decision"], after["context"]["law"]) == (False, {"version": "1.1.0", "digest": later.digest})


# Several at once


def three(semantic=None, operations=("research.analyse", "ledger.write", "explore")):
    body = {
        "subject": {"type": "companion", "id": "YOURMODEL_001"},
        "evaluations": [{"action": {"name": operation}} for operation in operations],
    }
    return body if semantic is None else body | {"options": {"evaluations_semantic": semantic, "another": 1}}


@pytest.mark.parametrize(
    ("semantic", "operations", "decisions"),
    [
        (None, ("explore", "ledger.write", "explore"), [True, False, True]),
        ("execute_all", ("explore", "ledger.write", "explore"), [True, False, True]),
        ("deny_on_first_deny", ("explore", "ledger.write", "explore"), [True, False]),
        ("deny_on_first_deny", ("explore", "explore"), [True, True]),
        ("deny_on_first_deny", ("nothing.known", "explore"), [False]),
        ("permit_on_first_permit", ("ledger.write", "explore", "explore"), [False, True]),
        ("permit_on_first_permit", ("ledger.write", "mic.mint"), [False, False]),
        ("permit_on_first_permit", ("explore", "ledger.write"), [True]),
    ],
)
def test_a_batch_stops_where_its_semantic_says(ask, semantic, operations, decisions):
    active()
    found = ask(three(semantic, operations), SEVERAL).json()
    assert list(found) == ["evaluations"]
    assert [it["decision"] for it in found["evaluations"]] == decisions


def test_what_an_evaluation_says_goes_before_what_the_body_says(ask):
    active()
    in_shadow("OTHER_001", provider="other-org")
    body = asking("OTHER_001", "ledger.write", context={"time": "2026-11-20T09:00:00Z"}) | {
        "evaluations": [
            {},
            {"subject": {"type": "companion", "id": "YOURMODEL_001"}},
            {"subject": {"type": "companion", "id": "YOURMODEL_001"}, "action": {"name": "explore"}},
        ]
    }
    found = ask(body, SEVERAL).json()["evaluations"]
    assert [it["context"]["reason"] for it in found] == ["in_shadow", "tier_too_low", "allowed"]


@pytest.mark.parametrize("none", [{}, {"evaluations": []}])
def test_a_batch_without_evaluations_is_one_question(ask, none):
    active()
    found = ask(asking() | none, SEVERAL).json()
    assert found["decision"] is True
    assert found == ask(asking()).json()


def test_a_hundred_are_answered_and_one_more_is_refused(ask):
    active()
    assert len(ask(three(operations=["explore"] * 100), SEVERAL).json()["evaluations"]) == 100
    answer = ask(three(operations=["explore"] * 101), SEVERAL)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "wrong_length", "evaluations")


# Who may ask


def test_a_key_that_is_missing_unknown_or_malformed_is_401_and_told_how(ask, key):
    active()
    other = key[:-7] + ("A" if key[-7] != "A" else "B") + key[-6:]
    for bearer in (None, "kz_live_" + "0" * 38, other, "anything", "kz_onb_" + key[8:]):
        answer = ask(asking(), bearer=bearer)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
        assert answer["WWW-Authenticate"] == "Bearer"
        assert answer["Cache-Control"] == "no-store"


def test_a_revoked_key_fails_on_the_next_request(ask, key, steward, law):
    active()
    assert ask(asking()).status_code == 200
    revoke_key(Credential.objects.get(), by=Actor.person(steward), at=NOW, under=law)
    assert ask(asking()).status_code == 401


@pytest.mark.parametrize(("seconds", "status"), [(-1, 401), (0, 401), (1, 200)])
def test_a_key_ends_when_it_expires(ask, key, seconds, status):
    active()
    Credential.objects.update(expires_at=NOW + timedelta(seconds=seconds))
    assert ask(asking()).status_code == status


def test_the_key_of_a_companion_has_no_scope_to_ask(ask, law):
    companion = active().companion
    own = issue_key(companion, by=Actor.provider("your-org"), at=NOW, under=law)[1]
    answer = ask(asking(), bearer=own)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert "scope" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("scopes", "status"), [(["access"], 200), ([], 403), (["score", "operate"], 403), (["accessible"], 403)]
)
def test_the_scope_is_access(ask, key, scopes, status):
    active()
    Credential.objects.update(scopes=scopes)
    assert ask(asking()).status_code == status


def test_what_is_wrong_with_a_body_is_told_only_to_who_may_ask(ask):
    assert ask({}, bearer=None).status_code == 401
    assert ask({}, bearer="kz_live_" + "0" * 38).status_code == 401
    assert ask({}).status_code == 400


# Bodies


@pytest.mark.parametrize(
    ("body", "code", "pointers"),
    [
        ({}, "required", ["/subject", "/action"]),
        ([], "wrong_type", [""]),
        ("text", "wrong_type", [""]),
        (asking() | {"subject": "YOURMODEL_001"}, "wrong_type", ["/subject"]),
        (asking() | {"subject": {"type": "companion"}}, "required", ["/subject/id"]),
        (asking() | {"subject": {"type": "companion", "id": 1}}, "wrong_type", ["/subject/id"]),
        (asking() | {"subject": {"type": None, "id": "X"}}, "wrong_type", ["/subject/type"]),
        (asking(""), "wrong_length", ["/subject/id"]),
        (asking("X" * 256), "wrong_length", ["/subject/id"]),
        (asking(operation="x" * 256), "wrong_length", ["/action/name"]),
        (asking() | {"action": {"name": ["explore"]}}, "wrong_type", ["/action/name"]),
        (asking() | {"action": {"name": "explore", "properties": []}}, "wrong_type", ["/action/properties"]),
        (asking() | {"resource": "everything"}, "wrong_type", ["/resource"]),
        (asking() | {"context": None}, "wrong_type", ["/context"]),
    ],
)
def test_a_body_of_another_shape_is_400_and_names_the_place(ask, body, code, pointers):
    answer = ask(body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert [it["pointer"] for it in answer.json()["errors"]] == pointers
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "code", "pointers"),
    [
        (three("first_come"), "unknown_value", ["/options/evaluations_semantic"]),
        (three() | {"options": []}, "wrong_type", ["/options"]),
        (three() | {"evaluations": {}}, "wrong_type", ["/evaluations"]),
        ({"evaluations": [{}, asking()]}, "required", ["/evaluations/0/subject", "/evaluations/0/action"]),
        ({"evaluations": [asking(), {"subject": {"type": "companion"}}]}, "required", ["/evaluations/1/subject/id"]),
        ({"evaluations": []}, "required", ["/subject", "/action"]),
    ],
)
def test_a_batch_of_another_shape_is_400_and_names_the_place(ask, body, code, pointers):
    answer = ask(body, SEVERAL)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert [it["pointer"] for it in answer.json()["errors"]] == pointers


def test_resource_context_properties_and_what_we_do_not_know_pass_unread(ask):
    active()
    deep = {"a": {"b": [1, 2.5, None, True, {"c": "d"}]}}
    body = asking(resource={"nothing": "we know"} | deep, context=deep, later_member=1)
    body["subject"]["properties"] = {"tier": "critical", "state": "active"}
    body["action"] |= {"properties": deep, "another": None}
    assert ask(body).json()["context"]["reason"] == "allowed"


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b" ", 400, "empty_body"),
        (b"{", 400, "not_json"),
        (b'{"subject": NaN}', 400, "not_a_number"),
        (b'{"subject": 1e999}', 400, "number_out_of_range"),
        (b'{"action": {}, "action": {}}', 400, "duplicate_key"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, 400, "too_deep"),
        (b'{"subject": {"type": "companion", "id": "\\u0000"}}', 400, "nul_character"),
        (b'{"subject": {"type": "companion", "id": "\\ud800"}}', 400, "lone_surrogate"),
        (b"\xff\xfe", 400, "not_utf8"),
        (b'{"context": "' + b"x" * 65536 + b'"}', 413, "body_too_large"),
    ],
)
def test_a_hostile_body_is_a_problem_and_never_a_fault_of_ours(ask, raw, status, code):
    for path in (ONE, SEVERAL):
        answer = ask(raw, path)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "options"])
def test_only_post_asks(client, method):
    assert getattr(client, method)(ONE).status_code == 405


def test_another_media_type_is_415(client, key):
    assert client.post(ONE, {"a": 1}, headers={"Authorization": f"Bearer {key}"}).status_code == 415


# Headers, metadata, costs


def test_a_request_id_comes_back_with_every_answer(ask):
    given = {"X-Request-ID": "bfe9eb29-ab87-4ca3-be83-a1d5d8305716"}
    for answer in (ask(asking(), **given), ask({}, **given), ask(asking(), bearer=None, **given), ask(b"", **given)):
        assert answer["X-Request-ID"] == given["X-Request-ID"]
    assert "X-Request-ID" not in ask(asking())


@pytest.mark.parametrize("given", ["x" * 256, "", "tab\there", "ünlaut"])
def test_a_request_id_that_cannot_come_back_is_refused(ask, given):
    answer = ask(asking(), **{"X-Request-ID": given})
    assert (answer.status_code, "X-Request-ID" in answer) == (400, False)


def test_the_decision_point_says_where_it_answers(client, settings):
    settings.KAIZEN_PUBLIC_URL = "https://kaizen.example.org"
    answer = client.get("/.well-known/authzen-configuration")
    assert answer["Content-Type"] == JSON
    assert "max-age" in answer["Cache-Control"]
    assert answer.json() == {
        "policy_decision_point": "https://kaizen.example.org",
        "access_evaluation_endpoint": "https://kaizen.example.org/access/v1/evaluation",
        "access_evaluations_endpoint": "https://kaizen.example.org/access/v1/evaluations",
    }
    assert client.post("/.well-known/authzen-configuration").status_code == 405


def test_an_answer_costs_one_query_and_writes_nothing(ask, django_assert_num_queries):
    active()
    before = Credential.objects.values().get()
    with django_assert_num_queries(1) as asked:
        assert ask(asking()).json()["decision"] is True
    assert asked.captured_queries[0]["sql"].lstrip().startswith("SELECT")
    assert Credential.objects.values().get() == before


@pytest.mark.parametrize("companions", [1, 10, 50])
def test_a_batch_costs_one_query_whatever_its_number(ask, django_assert_num_queries, companions):
    for number in range(1, 4):
        in_shadow(f"YOURMODEL_{number:03}")
    names = [f"YOURMODEL_{number:03}" for number in range(1, companions + 1)]
    body = {
        "action": {"name": "explore"},
        "evaluations": [{"subject": {"type": "companion", "id": it}} for it in names],
    }
    with django_assert_num_queries(1):
        found = ask(body, SEVERAL).json()["evaluations"]
    assert len(found) == companions


def test_the_query_finds_its_rows_by_index(ask, key):
    names = ["YOURMODEL_001", "YOURMODEL", "0195f7a6-0000-7000-8000-000000000000"]
    condition, given = access._naming(names)
    sql = f"{access._COLUMNS}{condition}{access._JOINED}"
    now = connection.ops.adapt_datetimefield_value(NOW)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + sql,
                       [now, now, *given, "0" * 64])  # fmt: skip
        plan = "\n".join(str(row) for row in cursor.fetchall())
    assert "SCAN k" not in plan
    assert "Seq Scan on registry_companion k" not in plan


def test_answers_are_counted_by_key_companion_operation_and_reason(ask, key, tally, law, the_morning):
    active()
    for _ in range(3):
        ask(asking())
    ask(three("deny_on_first_deny"), SEVERAL)
    ask(asking("NOBODY_001", "something secret"))
    ask({})
    assert not AccessCount.objects.exists()
    tally.flush()
    the_morning.shift(timedelta(minutes=59))
    ask(asking())
    tally.flush()
    the_morning.shift(timedelta(minutes=1))
    ask(asking())
    tally.flush()
    rows = AccessCount.objects.order_by("hour", "reason").values_list(
        "hour", "companion_ref", "operation", "reason", "asked"
    )
    assert list(rows) == [
        (NOW, "YOURMODEL_001", "research.analyse", "allowed", 5),
        (NOW, "YOURMODEL_001", "ledger.write", "tier_too_low", 1),
        (NOW, "", "", "unknown_companion", 1),
        (NOW + timedelta(hours=1), "YOURMODEL_001", "research.analyse", "allowed", 1),
    ]
    assert {(it.credential.sha256, it.law_digest) for it in AccessCount.objects.all()} == {
        (keys.digest(key), law.digest)
    }


def test_a_key_that_asks_is_seen_to_be_used(ask, key, tally, the_morning):
    active()
    ask(asking())
    tally.flush()
    assert Credential.objects.get().last_used_at == NOW
    the_morning.shift(59)
    ask(asking())
    tally.flush()
    assert Credential.objects.get().last_used_at == NOW
    the_morning.shift(1)
    ask(asking())
    tally.flush()
    assert Credential.objects.get().last_used_at == NOW + timedelta(minutes=1)


def test_nothing_is_sealed_by_asking(ask):
    active()
    before = Decision.objects.count()
    ask(asking())
    ask(three(), SEVERAL)
    assert Decision.objects.count() == before


def test_too_many_questions_are_told_when_to_come_back(ask, settings, the_morning):
    active()
    settings.KAIZEN_THROTTLES = settings.KAIZEN_THROTTLES | {"access": "3/minute"}
    caches["throttles"].clear()
    answers = [ask(asking()) for _ in range(4)]
    assert [it.status_code for it in answers] == [200, 200, 200, 429]
    assert answers[-1]["Retry-After"] == "60"
    the_morning.shift(59)
    assert (told := ask(asking())).status_code == 429
    assert told["Retry-After"] == "1"
    the_morning.shift(1)
    assert ask(asking()).status_code == 200


def test_who_may_do_it_instead_is_listed_by_the_register(ask, client):
    active()
    in_shadow("OTHER_001", provider="other-org")
    for order in ("cost", "latency", "gi"):
        found = client.get("/api/companions", {"may": "research.analyse", "order": order}).json()["results"]
        assert [it["companionId"] for it in found] == ["YOURMODEL_001"]
    assert law_at(NOW).digest == client.get("/api/companions").json()["lawDigest"]
