"""The table of rules is whole: every automatic move has a rule, or a reason why it has none."""

import ast

import pytest
from django.apps import apps

from kaizen.replaying import BY_HAND, MOVES_WITHOUT_RULE, RULES
from ledger.deriving import replay_log
from ledger.lifecycle import Lifecycle
from ledger.replaying import Outcome
from tests.architecture.source import calls, modules

MOVES = {move for rule in RULES.values() for move in rule.moves}
# Moves that are sealed without a lifecycle, and by nobody but persons, providers and companions.
OF_SOMEBODY = {
    "change_exchanges": "a steward",
    "draft": "a steward",
    "enrol": "a provider, who mounts",
    "give_facts": "a provider",
    "give_plan": "a provider",
    "join_organisation": "a chief",
    "nominate": "a steward",
    "revise": "a person; what judges rule is sealed with the incident that it opens",
    "submit": "a provider or a citizen",
}


def transitions():
    for model in apps.get_models():
        if issubclass(model, Lifecycle):
            for field in model._meta.concrete_fields:
                for transition in getattr(field, "get_all_transitions", lambda _model: ())(model):
                    yield f"{model.subject_kind}.{transition.name}", bool(transition.custom.get("automatic"))


AUTOMATIC = sorted({name for name, automatic in transitions() if automatic})


@pytest.mark.parametrize("move", AUTOMATIC)
def test_every_automatic_transition_is_derived_by_a_rule_or_says_why_not(move):
    assert (move in MOVES) != (move in MOVES_WITHOUT_RULE)


def test_no_exception_is_left_over():
    assert set(MOVES_WITHOUT_RULE) <= set(AUTOMATIC)


def test_no_rule_derives_a_move_that_only_people_make():
    assert MOVES & ({name for name, _ in transitions()} - set(AUTOMATIC)) == set()


def test_every_exception_has_its_reason():
    assert all(reason.strip() for reason in [*MOVES_WITHOUT_RULE.values(), *BY_HAND.values()])


def test_every_function_that_replays_stands_in_the_table():
    """A rule that nobody asks would be forgotten silently."""
    known = {(rule.derives.__module__, rule.derives.__name__) for rule in RULES.values()}
    found = {
        (name, node.name)
        for name, tree in modules().items()
        if not name.startswith(("ledger", "kaizen"))
        for node in tree.body
        if getattr(node, "name", "").startswith("replay") and hasattr(node, "args")
    }
    assert found == known


def test_a_move_that_is_sealed_without_a_lifecycle_is_a_rule_s_or_somebody_s():
    """A birth and a word have no transition: they are sealed where they are made, under a move that is written there."""
    sealed = {
        keyword.value.value
        for name, tree in modules().items()
        for call, called in calls(tree)
        if called in {"seal", "_seal_key", "_seal"} and name != "ledger.decisions"
        for keyword in call.keywords
        if keyword.arg == "move" and isinstance(keyword.value, ast.Constant)
    }
    by_rule = {move.partition(".")[2] for move in MOVES} | {move for _, move in BY_HAND}
    assert sealed - by_rule - set(OF_SOMEBODY) == set()
    assert set(OF_SOMEBODY) <= sealed


def test_what_an_installation_seals_at_first_is_nobody_s_rule(db):
    assert {found.outcome for found in replay_log()} == {Outcome.WORD}
