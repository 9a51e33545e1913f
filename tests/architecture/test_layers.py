"""Who may know whom, where the import linter cannot see it."""

import ast

import pytest
from django.apps import apps
from django.conf import settings

from tests.architecture.source import GROUND, ROOMS, modules

HTTP = ("http.client", "urllib.request", "urllib.error")
# A line each, with its reason.
MAY_SPEAK_HTTP = {
    "registry.egress.door_requests": "the door for single calls reads framing strictly",
    "kaizen.processes": "make run asks its own processes on the loopback whether they are ready",
}
# A line each, with its reason: modules that cannot be imported where they stand, or only when Django has loaded.
MAY_IMPORT_LATE = {
    "ledger.apps": "registering checks and receivers needs the app registry",
    "kaizen.apps": "registering needs the app registry",
    "shadow.apps": "registering checks needs the app registry",
}


def _foreign_keys():
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in ROOMS:
            for field in model._meta.get_fields():
                if field.is_relation and field.concrete and field.related_model:
                    yield model, field


@pytest.mark.parametrize(("model", "field"), [pytest.param(*it, id=str(it[1])) for it in _foreign_keys()])
def test_a_foreign_key_points_down(model, field):
    target = field.related_model._meta
    if target.label == settings.AUTH_USER_MODEL or target.app_label not in ROOMS:
        return
    assert ROOMS.index(target.app_label) >= ROOMS.index(model._meta.app_label)


def test_there_are_foreign_keys_to_look_at():
    assert len(list(_foreign_keys())) > 20


def test_no_room_is_missing_from_the_order():
    own = {
        config.label for config in apps.get_app_configs() if config.module.__file__.startswith(str(settings.BASE_DIR))
    }
    third_party = {label for label in own if (settings.BASE_DIR / label).is_dir()}
    assert third_party == {*ROOMS, GROUND}


def test_only_egress_speaks_http():
    for name in sorted(modules()):
        spoken = {it for it in _imports(name) if it in HTTP}
        assert not spoken or name in MAY_SPEAK_HTTP, (
            f"{name} imports {spoken}: every request goes through registry.egress"
        )


def test_no_exception_is_left_over():
    for name in MAY_SPEAK_HTTP:
        assert any(it in HTTP for it in _imports(name)), f"{name} speaks HTTP no more"


def _imports(name):
    for node in ast.walk(modules()[name]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_nothing_is_imported_inside_a_function():
    for name in sorted(modules()):
        late = [
            node.lineno
            for function in ast.walk(modules()[name])
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        assert not late or name in MAY_IMPORT_LATE, f"{name}, lines {late}"


@pytest.mark.parametrize("room", [*ROOMS, GROUND])
def test_a_room_says_what_it_is_for(room):
    text = ast.get_docstring(modules()[room])
    assert text
    assert len(text) > 40
