"""Who may move what: every transition names its authority, and the rows move by no other way."""

import ast

import pytest
from django.apps import apps
from django.contrib import admin

from kaizen.lifecycles import document
from ledger.actors import Actor
from ledger.decisions import _permits
from ledger.lifecycle import Lifecycle
from tests.architecture.source import ROOT, calls, modules

LIFECYCLES = [model for model in apps.get_models() if issubclass(model, Lifecycle)]
TRANSITIONS = [
    pytest.param(model, transition, id=f"{model.__name__}.{transition.name}.{transition.source or 'nothing'}")
    for model in LIFECYCLES
    for field in model._meta.concrete_fields
    if hasattr(field, "get_all_transitions")
    for transition in field.get_all_transitions(model)
]
STATES = {
    field.name for model in LIFECYCLES for field in model._meta.concrete_fields if hasattr(field, "get_all_transitions")
}
# A line each, with its reason.
MAY_UPDATE_STATES = {
    "ledger.decisions": "decide saves what it moved, by one conditional update",
}


def test_there_are_lifecycles():
    assert {model.__name__ for model in LIFECYCLES} >= {"Application", "Standing", "Incident", "Appeal"}
    assert len(TRANSITIONS) > 40


@pytest.mark.parametrize(("model", "transition"), TRANSITIONS)
def test_every_transition_names_its_authority(model, transition):
    assert transition.permission is not None or transition.custom.get("automatic") is True


@pytest.mark.parametrize(("model", "transition"), TRANSITIONS)
def test_the_system_moves_only_what_is_marked_automatic(model, transition):
    permitted = _permits(model(), transition, Actor.system("anything"))
    assert permitted is (transition.custom.get("automatic") is True)


@pytest.mark.parametrize(("model", "transition"), TRANSITIONS)
def test_every_transition_permission_and_condition_can_be_read(model, transition):
    told = [getattr(model, transition.name), *transition.conditions]
    told += [transition.permission] if transition.permission else []
    assert [it.__name__ for it in told if not it.__doc__] == []


@pytest.mark.parametrize(("model", "transition"), TRANSITIONS)
def test_a_transition_only_stamps(model, transition):
    """Its body is its docstring: what else happens is an effect that decide runs on the locked row."""
    tree = modules()[model.__module__]
    body = next(
        node.body for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == transition.name
    )
    assert len(body) == 1
    assert isinstance(body[0], ast.Expr)


def test_no_state_is_updated_past_decide():
    """``update(state=…)``, ``update_fields`` with a state, and assignment to a state would leave no trace."""
    for name in sorted(modules()):
        if name in MAY_UPDATE_STATES:
            continue
        found = []
        for call, called in calls(modules()[name]):
            if called.endswith((".update", ".bulk_update", ".update_or_create")):
                found += [call.lineno for keyword in call.keywords if keyword.arg in STATES and _of_a_row(called)]
            found += [
                call.lineno
                for keyword in call.keywords
                if keyword.arg == "update_fields"
                for value in ast.walk(keyword.value)
                if isinstance(value, ast.Constant) and value.value in STATES
            ]
        found += [
            node.lineno
            for node in ast.walk(modules()[name])
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Attribute) and target.attr in STATES and ast.unparse(target.value) != "self"
        ]
        assert found == [], f"{name}, lines {found}"


def _of_a_row(called):
    """A dict's ``update`` has no manager before it; a queryset's has."""
    return "objects" in called or "filter(" in called or "_base_manager" in called or called.count(".") >= 1


@pytest.mark.parametrize("model", LIFECYCLES, ids=lambda model: model.__name__)
def test_the_admin_writes_nothing_with_a_lifecycle(model, rf, chief):
    registered = admin.site._registry.get(model)
    if registered is None:
        return
    request = rf.get("/")
    chief.is_superuser = True
    request.user = chief
    assert registered.has_add_permission(request) is False
    assert registered.has_change_permission(request) is False
    assert registered.has_delete_permission(request) is False
    assert not registered.list_editable
    assert "delete_selected" not in registered.get_actions(request)


def test_the_page_of_lifecycles_is_current():
    page = (ROOT / "docs" / "lifecycles.md").read_text(encoding="utf-8")
    assert page == document(), "run manage.py lifecycles"
