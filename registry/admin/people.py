"""People and their roles: seen by the staff, given by a chief."""

import secrets
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from charter.queries import law_at
from faces.deciding import AsksReason, ReasonForm
from faces.facts_page import FactsAdmin
from faces.figures.records import DecideAction
from ledger.actors import Actor
from ledger.queries import history
from registry.actions import issue_operator_key, join_organisation
from registry.actions_people import make_person, set_roles
from registry.admin.desk import desk_entries
from registry.admin.once import Once, once_view
from registry.models import Person, Provider
from registry.models.person import ROLES

PASSWORD_BYTES = 15
ROLE_CHOICES = [
    ("viewer", "viewer: reads what is not personal, decides nothing"),
    ("steward", "steward: decides"),
    ("chief", "chief: decides, and gives roles"),
    ("auditor", "auditor: reads all but contact details, decides nothing"),
    ("citizen", "citizen: no desk; may appeal and give feedback"),
]


def is_chief(request: HttpRequest, _person: Any = None) -> bool:
    return "chief" in getattr(request.user, "roles", frozenset())


def may_issue(request: HttpRequest, person: Person) -> bool:
    """A chief for anyone on the staff; a steward for their own scripts."""
    return person.is_staff and (is_chief(request) or ("steward" in request.user.roles and request.user.pk == person.pk))  # type: ignore[union-attr]


class RolesForm(ReasonForm):
    roles = forms.MultipleChoiceField(
        choices=ROLE_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Exactly these from then on.",
    )


class OrganisationForm(ReasonForm):
    provider = forms.ModelChoiceField(Provider.objects.order_by("slug"), label="Organisation", to_field_name="slug")


class NewPersonForm(RolesForm):
    email = forms.EmailField(max_length=254, help_text="They sign in with it.")
    name = forms.CharField(max_length=200, help_text="Shown to stewards beside their decisions.")
    field_order = ("email", "name", "roles", "reason")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["roles"].required = True


class _SetRoles(AsksReason):
    def form_of(self, obj: Person) -> type[ReasonForm]:
        held = sorted(obj.roles)
        return type("HeldRolesForm", (RolesForm,), {"roles": _field(initial=held)})


def _field(initial: list[str]) -> forms.Field:
    return forms.MultipleChoiceField(
        choices=ROLE_CHOICES,
        required=False,
        initial=initial,
        widget=forms.CheckboxSelectMultiple,
        help_text="Exactly these from then on.",
    )


def give_roles(person: Person, *, by: Actor, at: datetime, reason: str, roles: list[str], version: int) -> Person:  # noqa: ARG001
    """The account holds exactly these roles from then on, at its next request; what it may see and decide follows."""
    return set_roles(person, roles, by=by, at=at, under=law_at(at), reason=reason)


def put_into_organisation(
    person: Person,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    provider: Provider,
    version: int,  # noqa: ARG001
) -> Person:
    """The person belongs to the organisation: they open its pages, and decide nothing of its matters."""
    return join_organisation(person, provider, by=by, at=at, under=law_at(at), reason=reason)


@admin.register(Person)
class PersonAdmin(FactsAdmin):
    """Who has an account. Addresses are shown to chiefs alone."""

    page_template = "admin/registry/person.html"
    list_display = ("__str__", "roles_held", "organisation", "is_active", "joined_at")
    list_select_related = ("organisation",)
    search_fields = ("name",)
    search_help_text = "Name"
    actions = (
        _SetRoles(give_roles, "Set roles", allowed=is_chief),
        AsksReason(put_into_organisation, "Put into an organisation", allowed=is_chief, form=OrganisationForm),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="roles")
    def roles_held(self, person: Person) -> str:
        held = {group.name for group in person.groups.all()} & set(ROLES)
        return ", ".join(sorted(held)) or "none"

    def offered(self, request: HttpRequest, obj: Person) -> list[DecideAction]:
        acts = list(super().offered(request, obj))
        if may_issue(request, obj):
            acts.append(DecideAction("Issue an operator key", reverse("admin:registry_person_key", args=[obj.pk])))
        return acts

    def page(self, request: HttpRequest, obj: Person) -> dict[str, Any]:
        told = history([("person", f"urn:uuid:{obj.pk}")])
        facts: list[tuple[str, Any]] = [
            ("Roles", ", ".join(sorted(obj.roles)) or "none"),
            ("Organisation", obj.organisation_slug or "none"),
            ("May open the desk", "yes" if obj.is_staff else "no"),
        ]
        if is_chief(request):
            facts.insert(0, ("Address", obj.email))
        return {"facts": facts, "keys": obj.credentials.order_by("-created_at"), "entries": desk_entries(told)}

    def decide_facts(self, obj: Any) -> list[tuple[str, Any]]:
        return [("Name", str(obj)), ("Roles", self.roles_held(obj)), ("Organisation", obj.organisation_slug or "none")]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        links = [DecideAction("Add a person", reverse("admin:registry_person_new"))] if is_chief(request) else []
        return super().changelist_view(request, {**(extra_context or {}), "list_links": links})

    def get_urls(self) -> list[URLPattern]:
        new = once_view(self, Once("Add a person", NewPersonForm, _add_person, is_chief))
        key = once_view(self, Once("Issue an operator key", ReasonForm, _issue_key, may_issue))
        return [
            path("new/", self.admin_site.admin_view(new), name="registry_person_new"),
            path("<uuid:object_id>/key/", self.admin_site.admin_view(key), name="registry_person_key"),
            *super().get_urls(),
        ]


def _add_person(_obj: None, *, by: Actor, given: dict[str, Any]) -> tuple[Person, str, str]:
    """The account is made with these roles. Its first password is shown once, on the next page, and kept by nobody."""
    password, at = secrets.token_urlsafe(PASSWORD_BYTES), timezone.now()
    named = {name: given[name] for name in ("name", "roles", "reason")}
    person = make_person(given["email"], **named, password=password, by=by, at=at, under=law_at(at))
    return person, "First password", password


def _issue_key(person: Person, *, by: Actor, given: dict[str, Any]) -> tuple[Person, str, str]:
    """A key for this person's own scripts (scoring, operating). It is shown once, on the next page."""
    at = timezone.now()
    _, clear = issue_operator_key(person, by=by, at=at, under=law_at(at), reason=given["reason"])
    return person, "Operator key", clear
