"""What never stands in the product's source."""

import ast
import re

import pytest
from django.urls import URLPattern, get_resolver
from rest_framework.views import APIView

from registry.authentication import KeyAuthentication
from tests.architecture.source import ROOT, calls, modules, names_used, paths, templates

SAFE = re.compile(r"\|\s*safe(seq)?\b|autoescape\s+off")
# ``kaizen.up`` is the command that runs before Django's commands exist.
COMMANDS = ("management.commands", "kaizen.up")
MUTATING = {"post", "put", "patch", "delete"}


def test_no_text_is_marked_safe():
    for name in sorted(modules()):
        assert {"mark_safe", "SafeString", "SafeText"}.isdisjoint(names_used(modules()[name])), name


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_switches_escaping_off(path):
    assert not SAFE.search(path.read_text(encoding="utf-8"))


def test_html_is_never_formatted_from_a_built_string():
    for name in sorted(modules()):
        for call, called in calls(modules()[name]):
            if called.rsplit(".", 1)[-1] in {"format_html", "format_html_join"}:
                fixed = call.args[1] if called.endswith("_join") else call.args[0]
                assert isinstance(fixed, ast.Constant), f"{name}, line {call.lineno}"


def test_only_commands_print():
    for name in [name for name in sorted(modules()) if not any(it in name for it in COMMANDS)]:
        assert "print" not in [called for _, called in calls(modules()[name])], name


def test_no_failure_is_swallowed():
    for name in sorted(modules()):
        for node in ast.walk(modules()[name]):
            if isinstance(node, ast.ExceptHandler):
                broad = node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}
                silent = all(isinstance(it, ast.Pass) for it in node.body)
                assert not (broad and silent), f"{name}, line {node.lineno}"


def test_only_faces_ask_what_time_it_is():
    """``at`` is passed in; ``django.utils.timezone.now`` is asked where a request, a task or a command begins."""
    for name in sorted(modules()):
        drawers = ("actions", "rules", "queries")
        if not set(drawers).intersection(name.split(".")):
            continue
        asked = [called for _, called in calls(modules()[name]) if called in {"timezone.now", "now", "datetime.now"}]
        assert asked == [], name


def test_nothing_is_called_utils_or_helpers():
    vague = {"utils", "helpers", "common", "core", "misc"}
    assert [name for name in paths() if vague.intersection(name.split("."))] == []


def _views(patterns, prefix=""):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern.callback
        else:
            yield from _views(pattern.url_patterns, route)


OURS = [
    pytest.param(view, id=route)
    for route, view in _views(get_resolver().url_patterns)
    if not route.startswith(("admin/", "accounts/"))
]


def test_every_address_is_seen():
    assert len(OURS) > 10


@pytest.mark.parametrize("view", OURS)
def test_a_view_that_changes_something_checks_csrf_or_asks_for_a_key(view):
    exempt = getattr(view, "csrf_exempt", False)
    cls = getattr(view, "cls", None)
    mutates = cls is None or MUTATING.intersection(dir(cls))
    if not exempt or not mutates:
        return
    # DRF's views are exempt as a whole, and ask for the token again wherever a session signs somebody in.
    assert cls is not None, "exempt from CSRF, and no view of the API"
    assert issubclass(cls, APIView)
    by_key = any(issubclass(it, KeyAuthentication) for it in cls.authentication_classes)
    assert by_key or cls.authentication_classes == []
