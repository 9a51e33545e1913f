"""The steward's face shows, and decides only on pages that ask for a reason."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory
from django.urls import resolve, reverse

from faces.problems import document, refused, register_problem
from tests.faces.urls import GroupAdmin, Late, site

pytestmark = pytest.mark.django_db


class Steward(SimpleNamespace):
    is_active = is_staff = is_authenticated = True
    is_superuser = True
    pk = 1
    name = "Ada"

    def has_perm(self, *_args):
        return self.sees

    def has_module_perms(self, *_args):
        return self.sees

    def has_usable_password(self):
        return False

    def get_username(self):
        return self.name


@pytest.fixture
def group():
    return Group.objects.create(name="<b>Circle</b>")


@pytest.fixture
def ask(server):
    def send(path, data=None, sees=True):
        request = RequestFactory().get(path) if data is None else RequestFactory().post(path, data)
        request.user = Steward(sees=sees)
        request.session = {}
        request._messages = CookieStorage(request)
        request._dont_enforce_csrf_checks = True
        match = resolve(path)
        response = match.func(request, *match.args, **match.kwargs)
        return response.render() if hasattr(response, "render") and not response.is_rendered else response

    return send


@pytest.fixture(autouse=True)
def _late_is_known(monkeypatch):
    monkeypatch.setattr(document, "_REGISTERED", dict(document._REGISTERED))
    register_problem(Late, lambda error: refused([f"Late {error}."]))


def name_of(group):
    return Group.objects.get(pk=group.pk).name


def decide_path(group, slug="rename"):
    return f"/admin/auth/group/{group.pk}/decide/{slug}/"


def test_even_a_superuser_cannot_add_change_or_delete(ask, group):
    admin = GroupAdmin(Group, site)
    request = SimpleNamespace(user=Steward(sees=True))
    assert not admin.has_add_permission(request)
    assert not admin.has_change_permission(request, group)
    assert not admin.has_delete_permission(request, group)
    for path in ["/admin/auth/group/add/", f"/admin/auth/group/{group.pk}/delete/"]:
        with pytest.raises(PermissionDenied):
            ask(path, {"name": "x", "post": "yes"})
    with pytest.raises(PermissionDenied):
        ask(f"/admin/auth/group/{group.pk}/change/", {"name": "x"})
    assert name_of(group) == "<b>Circle</b>"


def test_only_decisions_are_offered_in_the_list_and_no_bulk_deletion(server):
    admin = GroupAdmin(Group, site)
    assert set(admin.get_actions(SimpleNamespace(user=Steward(sees=True)))) == {"decide_rename", "decide_dissolve"}
    assert admin.get_actions(SimpleNamespace(user=Steward(sees=False))) == {}


def test_the_list_takes_one_row_to_its_decide_page(ask, group):
    post = {"action": "decide_rename", "index": "0", "_selected_action": [group.pk]}
    assert ask("/admin/auth/group/", post).url == decide_path(group)
    other = Group.objects.create(name="other")
    several = ask("/admin/auth/group/", {**post, "_selected_action": [group.pk, other.pk]})
    assert several.url == "/admin/auth/group/"


def test_the_page_of_a_row_links_to_what_this_person_may_decide(ask, group):
    page = ask(f"/admin/auth/group/{group.pk}/change/").content.decode()
    assert decide_path(group) in page
    assert "dissolve" not in page


def test_the_decide_page_shows_facts_consequences_reason_and_version(ask, group):
    page = ask(decide_path(group)).content.decode()
    assert "&lt;b&gt;Circle&lt;/b&gt;" in page
    assert "<b>Circle" not in page
    assert "Rename the group after its reason." in page
    assert "More for the reader" not in page
    assert '<textarea name="reason"' in page
    assert '<input type="hidden" name="version" value="0"' in page
    assert "<script" not in page
    assert "style=" not in page


def test_a_decision_is_taken_with_reason_actor_and_version(ask, group):
    response = ask(decide_path(group), {"reason": "Better so", "version": "3"})
    assert response.url == reverse("admin:auth_group_change", args=[group.pk])
    assert name_of(group) == "Better so, by Ada, 3"


@pytest.mark.parametrize("reason", ["", "   ", "a\u202eb", "x" * 5001, "a\x1bb"])
def test_without_a_fit_reason_nothing_is_decided(ask, group, reason):
    response = ask(decide_path(group), {"reason": reason, "version": "0"})
    assert response.status_code == 400
    assert "The form is not complete" in response.content.decode()
    assert name_of(group) == "<b>Circle</b>"


def test_line_breaks_of_a_text_area_are_kept_as_line_feeds(ask, group):
    ask(decide_path(group), {"reason": "One\r\nTwo", "version": "0"})
    assert name_of(group).startswith("One\nTwo")


def test_a_missing_version_decides_nothing(ask, group):
    assert ask(decide_path(group), {"reason": "Better so"}).status_code == 400


def test_a_refusal_is_shown_on_the_same_page_with_the_input_kept(ask, group):
    response = ask(decide_path(group), {"reason": "late", "version": "0"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Late by a day." in page
    assert ">\nlate</textarea>" in page


def test_a_bug_is_not_dressed_up_as_a_refusal(ask, group):
    with pytest.raises(ZeroDivisionError):
        ask(decide_path(group), {"reason": "bug", "version": "0"})


def test_who_may_not_is_kept_out(ask, group):
    with pytest.raises(PermissionDenied):
        ask(decide_path(group, "dissolve"), {"reason": "x", "version": "0"})
    with pytest.raises(PermissionDenied):
        ask(decide_path(group), {"reason": "x", "version": "0"}, sees=False)
    assert name_of(group)


@pytest.mark.parametrize(
    "path",
    [
        "/admin/auth/group/999/decide/rename/",
        "/admin/auth/group/x/decide/rename/",
        "/admin/auth/group/{pk}/decide/explode/",
    ],
)
def test_an_unknown_row_or_decision_is_404(ask, group, path):
    with pytest.raises(Http404):
        ask(path.format(pk=group.pk))


def test_a_guard_named_by_the_settings_stands_before_every_decision(ask, group, settings):
    settings.KAIZEN_DECISION_GUARD = "tests.faces.test_admin.nobody"
    paths = [pattern for pattern in GroupAdmin(Group, site).get_urls() if pattern.name == "auth_group_decide"]
    request = RequestFactory().post("/", {"reason": "x", "version": "0"})
    request.user, request._dont_enforce_csrf_checks = Steward(sees=True), True
    with pytest.raises(PermissionDenied):
        paths[0].callback(request, object_id=str(group.pk), slug="rename")


def nobody(_view):
    def refuse(*_args, **_kwargs):
        raise PermissionDenied

    return refuse
