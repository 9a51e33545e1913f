"""Keys that we issued: whose they are, since when, used when; only their first characters are known here."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from charter.queries import law_at
from faces.deciding import AsksReason
from faces.facts_page import FactsAdmin
from faces.figures.amounts import exact_utc
from ledger.actors import Actor
from registry.actions import revoke_key
from registry.authentication import actor_of_request
from registry.models import Credential


def may_revoke(request: HttpRequest, credential: Credential) -> bool:
    """Of a companion: a steward of another organisation. Of a person: a chief, or that person if a steward."""
    actor = actor_of_request(request)
    if credential.revoked_at is not None or not actor.has_role("steward"):
        return False
    if credential.companion is not None:
        return actor.organisation != credential.companion.provider.slug or actor.organisation is None
    return "chief" in actor.roles or credential.person_id == request.user.pk


def revoke(credential: Credential, *, by: Actor, at: datetime, reason: str, version: int) -> Credential:  # noqa: ARG001
    """The key fails from its next request on, and cannot be brought back; its holder needs another one."""
    return revoke_key(credential, by=by, at=at, under=law_at(at), reason=reason)


@admin.register(Credential)
class CredentialAdmin(FactsAdmin):
    """A key by its first characters; the whole was shown once, to its holder."""

    list_display = ("prefix", "holder", "scopes", "created_at", "last_used_at", "expires_at", "revoked_at")
    list_select_related = ("companion__provider", "person")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    search_fields = ("prefix", "companion__ref")
    search_help_text = "First characters of the key, or the companion's id"
    ordering = ("-created_at",)
    actions = (AsksReason(revoke, "Revoke the key", allowed=may_revoke),)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("companion__provider", "person")

    @admin.display(description="holder")
    def holder(self, credential: Credential) -> str:
        return credential.companion.ref if credential.companion else str(credential.person)

    def decide_facts(self, obj: Any) -> list[tuple[str, Any]]:
        state = "live" if obj.is_live(timezone.now()) else "revoked" if obj.revoked_at else "expired"
        when = [("Issued", obj.created_at), ("Last used", obj.last_used_at), ("Expires", obj.expires_at)]
        return [
            ("Begins with", f"{obj.prefix}…"),
            ("Holder", self.holder(obj)),
            ("State", state),
            ("Scopes", ", ".join(obj.scopes)),
            *((name, exact_utc(at) if at else "never") for name, at in [*when, ("Revoked", obj.revoked_at)]),
        ]
