from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone

from ledger.ids import uuid7
from registry.models.provider import Provider

ROLES = ("viewer", "steward", "chief", "auditor", "citizen")
STAFF_ROLES = frozenset({"viewer", "steward", "chief", "auditor"})


class PersonManager(BaseUserManager["Person"]):
    def create_user(
        self, email: str, password: str | None = None, *, roles: Iterable[str] = (), **fields: Any
    ) -> "Person":
        """An account with a hashed password (none: it cannot sign in by password) and the groups of ``roles``."""
        person = self.model(email=self.normalize_email(email), **fields)
        person.set_password(password)
        person.save(using=self._db)
        if roles:
            person.groups.set(person.groups.model.objects.filter(name__in=list(roles)))
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        return self.create_user(email, password, is_staff=True, is_superuser=True, roles=("chief",), **fields)


class Person(AbstractBaseUser, PermissionsMixin):
    """A person's account. What they may do follows from their groups, one per role, and from their organisation."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    organisation = models.ForeignKey(Provider, models.PROTECT, null=True, blank=True, related_name="people")
    is_staff = models.BooleanField(default=False, help_text="may open the admin")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PersonManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "registry_person"
        ordering = ["email"]
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def roles(self) -> frozenset[str]:
        """Names of the roles this person holds."""
        return frozenset(self.groups.values_list("name", flat=True)) & frozenset(ROLES)

    @property
    def organisation_slug(self) -> str | None:
        return self.organisation.slug if self.organisation_id and self.organisation else None
