"""What people say of companions."""

from django.conf import settings
from django.db import models

from ledger.ids import uuid7
from registry.models import Companion


class Endorsement(models.Model):
    """A steward or citizen stands up for a companion; one by each person at a time, taken back whenever they like."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    companion = models.ForeignKey(Companion, models.PROTECT, related_name="endorsements")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_ref = models.CharField(max_length=120, help_text="the person's pseudonym in the ledger")
    reason = models.CharField(max_length=1000, blank=True, help_text="shown on the companion's page")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "civic_endorsement"
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["companion", "person"],
                condition=models.Q(withdrawn_at=None),
                name="a_person_endorses_a_companion_once",
            ),
        ]
        indexes = [models.Index(fields=["companion", "given_at"], name="endorsements_by_companion")]

    def __str__(self) -> str:
        return f"{self.companion_id}, {self.given_at:%Y-%m-%d}"
