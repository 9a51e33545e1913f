from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from ledger.ids import uuid7
from registry.models.companion import Companion


class Credential(models.Model):
    """A key that we issued (rule K1): only its SHA-256 and its first twelve characters are kept.

    It belongs to a companion (two may be live, for rotation) or to an operator, a person who asks in scripts.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    companion = models.ForeignKey(Companion, models.PROTECT, null=True, related_name="credentials")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="credentials")
    prefix = models.CharField(max_length=12)
    sha256 = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "registry_credential"
        constraints = [
            models.CheckConstraint(
                condition=Q(companion__isnull=True, person__isnull=False)
                | Q(companion__isnull=False, person__isnull=True),
                name="a_key_has_one_holder",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"

    def is_live(self, at: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > at)
