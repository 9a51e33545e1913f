"""Roles are groups; what each may see in the admin stands in one table."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from registry.models.person import ROLES

_ROOMS = ("ledger", "charter", "registry", "civic", "shadow", "tiers", "onboarding", "appeals")
SEES = Q(codename__startswith="view_", content_type__app_label__in=_ROOMS)
READS_ANSWERS = Q(codename="read_answers")
MANAGES_PEOPLE = Q(codename__in=["add_person", "change_person"])
GRANTS = {
    "viewer": SEES,
    "steward": SEES | READS_ANSWERS,
    "chief": SEES | READS_ANSWERS | MANAGES_PEOPLE,
    "auditor": SEES | READS_ANSWERS,
    "citizen": None,
}


def make_roles(**_kwargs: Any) -> None:
    """One group per role, with ``GRANTS``; after every migrate, for new models bring new permissions."""
    for role in ROLES:
        group, _ = Group.objects.get_or_create(name=role)
        granted = GRANTS[role]
        group.permissions.set(Permission.objects.filter(granted) if granted else [])
