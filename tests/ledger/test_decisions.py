"""One function makes every move: it locks, checks, moves and seals, or it changes nothing."""

import itertools
import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.actors import Forbidden
from ledger.canonical import canonical, sha256_hex
from ledger.decisions import AlreadyDecided, Refused, Unsealed, allowed_moves, decide
from ledger.entries import commitment
from ledger.lifecycle import Lifecycle
from ledger.models import Decision, Evidence, Leaf, Salt
from ledger.sealing import sealed_atomic
from tests.conftest import NOW
from tests.ledger.subjects import (
    CHIE,
    INES,
    OMAR,
    OWN_STEWARD,
    PROVIDER,
    RULE,
    VIEWER,
    a_standing,
    an_endpoint,
    an_incident,
    law,
)
from tiers.models import Incident

LATER = NOW + timedelta(hours=3)
ALL_FACTS = {
    "price_input_per_1k": 0,
    "price_output_per_1k": 0,
    "requests_per_minute": 1,
    "tokens_per_minute": 1,
    "commits_to_charter": True,
    "commits_to_consensus": True,
    "understands_tiers": True,
}


def entry_of(decision):
    return json.loads(bytes(Leaf.objects.get(entry_id=decision.seal_id).entry))


def test_a_decision_moves_the_row_and_says_who_when_and_under_which_law(db):
    incident = an_incident()
    decided = decide(incident, "confirm", by=INES, at=LATER, under=law())
    assert decided is incident
    stored = Incident.objects.get(pk=incident.pk)
    assert (stored.state, stored.version, stored.changed_at) == ("confirmed", 1, LATER)
    assert (incident.state, incident.version) == ("confirmed", 1)
    row = Decision.objects.get(subject_kind="incident", subject_ref="INC-00001")
    assert row == incident.last_decision
    assert (row.type, row.move, row.from_state, row.to_state) == ("incident.confirmed", "confirm", "open", "confirmed")
    assert (row.actor_kind, row.actor_ref, row.at) == ("human", INES.ref, LATER)
    assert (row.law_version, row.law_digest) == (law().version, law().digest)
    entry = entry_of(row)
    assert entry["actor"] == {"kind": "human", "ref": INES.ref}
    assert entry["decision"] == {
        "move": "confirm",
        "from": "open",
        "to": "confirmed",
        "at": "2026-11-20T12:00:00.000000Z",
    }


def test_a_move_may_name_another_type_for_its_entry(db):
    standing = a_standing(**ALL_FACTS)
    decide(standing, "freeze", by=INES, at=NOW, under=law())
    decide(standing, "unfreeze", by=INES, at=NOW, under=law())
    assert [row.type for row in Decision.objects.order_by("-seal__idx")[:2]] == [
        "companion.unfrozen",
        "companion.frozen",
    ]


def test_a_state_that_does_not_allow_the_move_refuses_it_in_words(db):
    with pytest.raises(Refused, match="This incident is open: it cannot void from there"):
        decide(an_incident(), "void", by=INES, at=NOW, under=law())


@pytest.mark.parametrize("actor", [VIEWER, PROVIDER], ids=["viewer", "provider"])
def test_who_may_not_is_forbidden_and_nothing_is_left(db, actor):
    incident, before = an_incident(), Leaf.objects.count()
    with pytest.raises(Forbidden, match="You may not confirm this incident"):
        decide(incident, "confirm", by=actor, at=NOW, under=law())
    assert Leaf.objects.count() == before
    assert Incident.objects.get().state == "open"


def test_nobody_decides_on_a_matter_of_their_own_organisation(db):
    with pytest.raises(Forbidden, match="own organisation"):
        decide(an_incident(), "confirm", by=OWN_STEWARD, at=NOW, under=law())


def test_a_chief_may_what_a_steward_may(db):
    assert decide(an_incident(), "clear", by=CHIE, at=NOW, under=law()).state == "cleared"


def test_the_system_makes_moves_that_are_marked_automatic(db):
    assert decide(an_incident(), "confirm", by=RULE, at=NOW, under=law()).state == "confirmed"


def test_the_system_never_makes_a_move_that_is_a_persons_word(db):
    with pytest.raises(Forbidden, match="The system may not remove: that is a person's word"):
        decide(a_standing(), "remove", by=RULE, at=NOW, under=law())


def test_a_person_does_not_make_a_move_that_only_machines_make(db):
    standing = a_standing(**ALL_FACTS)
    an_endpoint(standing.companion)
    with pytest.raises(Forbidden):
        decide(standing, "open_shadow", by=INES, at=NOW, under=law())


def test_every_unmet_condition_is_told_at_once(db):
    with pytest.raises(Refused) as refused:
        decide(a_standing(), "open_shadow", by=RULE, at=NOW, under=law())
    assert refused.value.reasons == (
        "Price, limits and the three commitments are asked before shadow mode opens.",
        "A companion without an endpoint cannot be asked anything.",
    )


def test_a_met_condition_lets_the_move_pass(db):
    standing = a_standing(**ALL_FACTS)
    an_endpoint(standing.companion)

    def opened(row):
        row.shadow_since = row.window_opened_at = NOW

    assert decide(standing, "open_shadow", by=RULE, at=NOW, under=law(), effect=opened).state == "shadow"


def test_a_reader_of_an_old_version_is_told_who_decided_and_when(db):
    read = an_incident()
    decide(Incident.objects.get(), "confirm", by=OMAR, at=NOW, under=law(), version=0)
    with pytest.raises(AlreadyDecided, match=f"confirm by {OMAR.ref}, 2026-11-20 09:00:00 UTC") as told:
        decide(read, "clear", by=INES, at=LATER, under=law(), version=read.version)
    assert (told.value.decision.actor_ref, told.value.decision.at) == (OMAR.ref, NOW)
    assert told.value.code == "already_decided"


def test_a_row_that_changed_without_a_decision_is_to_be_read_again(db):
    incident = an_incident()
    with pytest.raises(AlreadyDecided, match="Read it again") as told:
        decide(incident, "clear", by=INES, at=NOW, under=law(), version=7)
    assert told.value.decision is None


def test_an_effect_sets_columns_and_adds_facts_to_the_entry(db):
    def noticed(row):
        row.confirmed_at = LATER
        return {"offence": 2, "hours": 72}

    incident = decide(
        an_incident(), "confirm", by=INES, at=LATER, under=law(), facts={"offence": 1, "kind": "veto"}, effect=noticed
    )
    assert Incident.objects.get().confirmed_at == LATER
    told = entry_of(incident.last_decision)["decision"]
    assert (told["offence"], told["hours"], told["kind"]) == (2, 72, "veto")


def test_an_effect_that_fails_leaves_neither_move_nor_entry(db):
    incident, before = an_incident(), Leaf.objects.count()

    def failing(row):
        raise Refused("Not now.")

    with pytest.raises(Refused, match="Not now"):
        decide(incident, "confirm", by=INES, at=NOW, under=law(), effect=failing)
    assert (Incident.objects.get().state, Leaf.objects.count()) == ("open", before)
    assert incident.state == "open"


def test_a_reason_stands_in_the_entry_as_a_salted_commitment_alone(db):
    reason = "Zoë wrote her phone number into it."
    incident = decide(an_incident(), "confirm", by=INES, at=NOW, under=law(), reason=reason)
    row = incident.last_decision
    assert b"phone number" not in bytes(row.seal.entry)
    salt = Salt.objects.get(entry_id=row.seal_id, field="reason")
    assert salt.value == reason
    expected = commitment(reason, salt=bytes(salt.salt), entry_id=row.seal_id, field="reason")
    assert entry_of(row)["private"] == {"reason": expected}


def test_no_reason_leaves_no_commitment(db):
    incident = decide(an_incident(), "confirm", by=RULE, at=NOW, under=law())
    assert "private" not in entry_of(incident.last_decision)
    assert not Salt.objects.filter(entry_id=incident.last_decision.seal_id).exists()


def test_evidence_is_named_by_the_digest_of_its_canonical_bytes_and_kept_once(db):
    evidence = {"scores": {"a": "0.95", "b": [1, 2]}, "statement": b"signed bytes"}
    first, second = an_incident(1), an_incident(2)
    for incident in (first, second):
        decide(incident, "confirm", by=RULE, at=NOW, under=law(), evidence=evidence)
    named = [
        {"name": "scores", "sha256": sha256_hex(canonical(evidence["scores"]))},
        {"name": "statement", "sha256": sha256_hex(b"signed bytes")},
    ]
    assert first.last_decision.evidence == second.last_decision.evidence == named
    assert entry_of(first.last_decision)["evidence"] == named
    assert Evidence.objects.filter(sha256__in=[it["sha256"] for it in named]).count() == 2


def test_decisions_of_one_transaction_are_sealed_together_in_their_order(db):
    before = Leaf.objects.count()
    with sealed_atomic():
        first = decide(an_incident(1), "confirm", by=INES, at=NOW, under=law())
        second = decide(an_incident(2), "clear", by=INES, at=NOW, under=law())
        assert Leaf.objects.count() == before
    assert [first.last_decision.seal.idx, second.last_decision.seal.idx] == [before, before + 1]


def test_a_rolled_back_savepoint_takes_its_decision_along_and_leaves_the_rest(db):
    kept, lost = an_incident(1), an_incident(2)
    before = Leaf.objects.count()
    with sealed_atomic():
        decide(kept, "confirm", by=INES, at=NOW, under=law())
        with pytest.raises(Refused), transaction.atomic():
            decide(decide(lost, "confirm", by=INES, at=NOW, under=law()), "clear", by=INES, at=NOW, under=law())
    assert Leaf.objects.count() == before + 1
    assert Incident.objects.get(number=1).state == "confirmed"
    assert Incident.objects.get(number=2).state == "open"
    assert not Decision.objects.filter(subject_ref="INC-00002").exists()


def test_a_refused_decision_within_a_larger_one_can_be_caught(db):
    incident = an_incident()
    with sealed_atomic():
        with pytest.raises(Forbidden):
            decide(incident, "confirm", by=VIEWER, at=NOW, under=law())
        decide(incident, "clear", by=INES, at=NOW, under=law())
    assert Incident.objects.get().state == "cleared"


def test_deciding_inside_a_foreign_transaction_is_a_mistake_of_ours(database):
    with database.here():
        incident = an_incident()
        with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
            decide(incident, "confirm", by=INES, at=NOW, under=law())
        assert Incident.objects.get().state == "open"


def test_what_may_be_done_now_depends_on_state_and_actor(db):
    incident = an_incident()
    assert allowed_moves(incident, by=INES) == ["clear", "confirm"]
    assert allowed_moves(incident, by=VIEWER) == []
    decide(incident, "confirm", by=INES, at=NOW, under=law())
    assert allowed_moves(incident, by=INES) == ["void"]


def _moves_of_all_models():
    for model in apps.get_models():
        if issubclass(model, Lifecycle):
            for field in model._meta.concrete_fields:
                for transition in getattr(field, "get_all_transitions", lambda _model: ())(model):
                    yield model, field.name, transition


@pytest.mark.parametrize(
    ("model", "field", "move"),
    [
        pytest.param(model, field, it, id=f"{model.__name__}.{it.name}.from.{it.source or 'nothing'}")
        for model, field, it in _moves_of_all_models()
    ],
)
def test_no_move_of_any_lifecycle_is_made_outside_decide(model, field, move, monkeypatch):
    monkeypatch.setattr(move, "conditions", [])
    row = model()
    row.__dict__[field] = move.source
    with pytest.raises(Unsealed, match=f"{model.__name__}.{move.name}"):
        getattr(row, move.name)()


LIFECYCLE = {("open", "confirm"): "confirmed", ("open", "clear"): "cleared", ("confirmed", "void"): "voided"}
_numbers = itertools.count(100)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["confirm", "clear", "void"]), st.sampled_from([INES, VIEWER, RULE])), max_size=6
    )
)
def test_whatever_is_tried_the_row_and_the_log_tell_the_same(db, tries):
    incident, state, made = an_incident(next(_numbers)), "open", []
    for move, actor in tries:
        if (state, move) in LIFECYCLE and actor is not VIEWER:
            decide(incident, move, by=actor, at=NOW, under=law())
            state = LIFECYCLE[state, move]
            made.append((move, actor.ref, state))
        else:
            with pytest.raises((Refused, Forbidden)):
                decide(incident, move, by=actor, at=NOW, under=law())
    stored = Incident.objects.get(pk=incident.pk)
    assert (stored.state, stored.version) == (state, len(made))
    sealed = Decision.objects.filter(subject_ref=incident.public_id).order_by("seal__idx")
    assert [(row.move, row.actor_ref, row.to_state) for row in sealed] == made
