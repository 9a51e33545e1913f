"""Any decision is derived again from what was sealed: the same, or what differs, named."""

import json

import pytest

from ledger import deriving
from ledger.canonical import canonical, sha256_hex
from ledger.deriving import AT_ONCE, NoRulebook, decisions_since, replay, replay_log
from ledger.merkle import leaf_hash
from ledger.models import Decision, Evidence, Leaf
from ledger.packing import MARK
from ledger.replaying import Derived, Outcome, Rule, Rulebook, differences
from ledger.sealing import seal, sealed_atomic
from tests.conftest import BEGINNING, NOW
from tests.ledger.subjects import law

parsed = []


def doubled(basis, *, law, at):
    """A rule: twice the number, the law's version, the time; in the state ``done``."""
    return Derived("happen", "done", {"twice": 2 * basis["n"], "law": law["version"], "when": at})


def read(document):
    parsed.append(document["version"])
    return document


BOOK = Rulebook(
    rules={"double": Rule(doubled, ("thing.happen",))},
    law_of=read,
    by_hand={("bootstrap", "create"): "installing", ("bootstrap", "enact"): "installing"},
)


@pytest.fixture(autouse=True)
def book(monkeypatch):
    """The table of these stories; the product's own comes back after them."""
    monkeypatch.setattr(deriving, "_books", [BOOK])
    parsed.clear()


def sealed(ref="thing-1", *, basis=None, facts=None, actor=("system", "test"), **more):
    """A decision as the rule takes it, unless the story says otherwise."""
    told = {"twice": 4, "law": law().version, "when": NOW, "by_the_way": "no rule determines this", **(facts or {})}
    rests_on = {"rule": "double", "n": 2, "sums": list(range(400))} if basis is None else basis
    with sealed_atomic():
        return seal(
            "thing.done",
            **{
                "subject": ("thing", ref),
                "actor": actor,
                "move": "happen",
                "at": NOW,
                "law": (law().version, law().digest),
                "to_state": "done",
                "facts": told,
                "evidence": {"basis": rests_on, "other": {"of": ref, "sums": list(range(300))}},
                **more,
            },
        )


def again(decision):
    return replay(Decision.objects.select_related("seal").get(pk=decision.pk))


def test_what_a_rule_decided_comes_out_the_same(db):
    found = again(sealed())
    assert (found.outcome, found.rule, found.findings) == (Outcome.SAME, "double", ())
    assert found.as_json()["made"] == "thing.happen"


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"facts": {"twice": 5}}, "twice: sealed 5, derived 4"),
        ({"facts": {"law": "0.0.1"}}, "law: sealed 0.0.1, derived {law}"),
        ({"to_state": "undone"}, "to: sealed undone, derived done"),
        ({"to_state": ""}, "to: sealed nothing, derived done"),
        ({"move": "linger"}, "move: sealed linger, derived happen"),
        ({"basis": {"rule": "double", "n": 3}}, "twice: sealed 4, derived 6"),
        ({"basis": {"rule": "treble", "n": 2}}, "this release knows no rule treble"),
        ({"basis": {"rule": "double"}}, "the rule double cannot read its basis (KeyError: 'n')"),
        ({"basis": {"n": 2}}, "the rule it names cannot read its basis (KeyError: 'rule')"),
        ({"basis": [2]}, "the rule it names cannot read its basis (TypeError:"),
    ],
)
def test_what_differs_is_named_field_by_field(db, change, finding):
    found = again(sealed(**change))
    assert (found.outcome, len(found.findings)) == (Outcome.DIFFERS, 1)
    assert found.findings[0].startswith(finding.replace("{law}", law().version))


def test_several_differences_are_all_named(db):
    found = again(sealed(facts={"twice": 5, "when": BEGINNING}, to_state="undone"))
    assert [it.partition(":")[0] for it in found.findings] == ["to", "twice", "when"]


def test_a_fact_that_the_entry_lacks_differs():
    assert list(differences({"move": "m", "to": "t"}, Derived("m", "t", {"n": 0}))) == ["n: sealed nothing, derived 0"]


def test_a_state_that_no_rule_names_is_not_compared():
    assert list(differences({"move": "m", "to": "t"}, Derived("m", None))) == []


@pytest.mark.parametrize("actor", [("human", "urn:uuid:1"), ("provider", "your-org"), ("companion", "ATLAS_001")])
def test_of_a_person_s_decision_the_evidence_is_checked_and_nothing_derived(db, actor):
    found = again(sealed(actor=actor, facts={"twice": 77}))
    assert (found.outcome, found.rule) == (Outcome.WORD, "")


def test_a_machine_s_decision_without_a_basis_is_listed_as_such(db):
    found = again(sealed(evidence={"other": {"n": 1}}))
    assert (found.outcome, found.made) == (Outcome.NO_BASIS, "thing.happen")


def test_what_was_done_by_hand_at_the_machine_is_nobody_s_rule(db):
    [opened] = Decision.objects.filter(type="ledger.created")
    assert again(opened).outcome is Outcome.WORD
    assert again(sealed(actor=("bootstrap", "create"), evidence={})).outcome is Outcome.WORD
    assert again(sealed(actor=("system", "bootstrap"), move="linger", evidence={})).outcome is Outcome.NO_BASIS


def spoiled(database, statement):
    with database.without_fence():
        database.sql(statement)


def outcome_of_all(database):
    with database.here():
        return {row.decision: row for row in replay_log()}


def kept(decision, name):
    return next(it["sha256"] for it in decision.evidence if it["name"] == name)


def flipped(body, bit):
    changed = bytearray(body)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize("bit", [0, 25, 200, -1])
@pytest.mark.parametrize("name", ["basis", "other"])
def test_one_flipped_bit_of_evidence_is_named_with_its_decision(database, name, bit):
    with database.here():
        one, other = sealed("thing-1"), sealed("thing-2", basis={"rule": "double", "n": 2})
        digest = kept(one, name)
        body = bytes(Evidence.objects.get(pk=digest).body)
        assert body.startswith(MARK)
    changed = flipped(body, bit % (8 * len(body)))
    spoiled(database, ("UPDATE ledger_evidence SET body = ? WHERE sha256 = ?", (changed, digest)))
    found = outcome_of_all(database)
    assert found[other.public_id].outcome is Outcome.SAME
    bad = found[one.public_id]
    assert bad.outcome is Outcome.DIFFERS
    assert bad.findings[0].startswith(f"evidence {name} {digest} of {one.public_id} is not what was kept: ")


def test_evidence_that_is_gone_is_named(database):
    with database.here():
        one = sealed()
        digest = kept(one, "other")
    spoiled(database, ("DELETE FROM ledger_evidence WHERE sha256 = ?", (digest,)))
    assert outcome_of_all(database)[one.public_id].findings == (
        f"evidence other {digest} of {one.public_id} is missing",
    )


def test_a_person_s_decision_on_spoiled_evidence_differs_too(database):
    with database.here():
        one = sealed(actor=("human", "urn:uuid:1"))
    spoiled(database, ("DELETE FROM ledger_evidence WHERE sha256 = ?", (kept(one, "other"),)))
    assert outcome_of_all(database)[one.public_id].outcome is Outcome.DIFFERS


def test_a_law_whose_document_is_gone_is_named(database):
    with database.here():
        one, digest = sealed(), law().digest
    spoiled(database, ("DELETE FROM ledger_evidence WHERE sha256 = ?", (digest,)))
    assert outcome_of_all(database)[one.public_id].findings == (f"its law {digest} is missing",)


def test_a_law_that_this_release_cannot_read_is_named(db, monkeypatch):
    def refuses(_document):
        raise ValueError("law.moods is missing")

    monkeypatch.setattr(deriving, "_books", [Rulebook(BOOK.rules, refuses, BOOK.by_hand)])
    digest = law().digest
    assert again(sealed()).findings == (f"its law {digest} cannot be read by this release (law.moods is missing)",)


def test_a_decision_row_that_is_not_its_entry_is_named(database):
    with database.here():
        one = sealed()
    spoiled(database, "UPDATE ledger_decision SET actor_kind = 'human' WHERE subject_ref = 'thing-1'")
    bad = outcome_of_all(database)[one.public_id]
    assert bad.outcome is Outcome.DIFFERS
    assert bad.findings[0].startswith("actor_kind of its row is not what its entry no. ")


def test_an_entry_that_was_rewritten_under_a_new_hash_is_named(database):
    with database.here():
        one = sealed(facts={"twice": 5})
        leaf = Leaf.objects.get(entry_id=one.pk)
        entry = json.loads(bytes(leaf.entry))
    entry["decision"]["twice"] = 4
    body = canonical(entry)
    spoiled(
        database,
        ("UPDATE ledger_leaf SET entry = ?, leaf_hash = ? WHERE idx = ?", (body, leaf_hash(body), leaf.idx)),
    )
    bad = outcome_of_all(database)[one.public_id]
    assert bad.findings == (f"its entry no. {leaf.idx}: its signature does not hold",)


def test_the_whole_log_is_replayed_in_its_order_a_few_at_a_time_and_each_law_parsed_once(
    db, django_assert_max_num_queries
):
    before = Decision.objects.count()
    for number in range(AT_ONCE + 3):
        sealed(f"thing-{number}")
    seen = []
    with django_assert_max_num_queries(3 * 2 + 5):
        found = list(replay_log(progress=seen.append))
    assert len(found) == before + AT_ONCE + 3
    assert [it.outcome for it in found[-3:]] == [Outcome.SAME] * 3
    assert (seen[0], seen[-1]) == (AT_ONCE, len(found))
    assert parsed == [law().version]


def test_those_since_a_time_are_replayed_alone(db):
    one = sealed()
    sealed("thing-2", at=BEGINNING, facts={"when": BEGINNING})
    found = list(replay_log(decisions_since(NOW)))
    assert one.public_id in [it.decision for it in found]
    assert all(Decision.objects.get(pk=it.decision.removeprefix("dec_")).at >= NOW for it in found)


def test_evidence_that_an_earlier_release_kept_unpacked_is_derived_from_alike(db):
    basis = {"rule": "double", "n": 2, "sums": list(range(400))}
    Evidence.objects.create(pk=sha256_hex(canonical(basis)), body=canonical(basis))
    assert again(sealed(basis=basis)).outcome is Outcome.SAME


def test_without_a_table_of_rules_nothing_is_called_the_same(db, monkeypatch):
    one = sealed()
    monkeypatch.setattr(deriving, "_books", [])
    with pytest.raises(NoRulebook):
        again(one)
