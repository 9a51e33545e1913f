from django.db import models

from registry.models import Companion


class IdentityChange(models.Model):
    """A companion's answers began to name another model, version or fingerprint than before."""

    id = models.BigAutoField(primary_key=True)
    companion = models.ForeignKey(Companion, models.PROTECT, related_name="+")
    before = models.CharField(max_length=200, help_text="as it named itself until then")
    after = models.CharField(max_length=200)
    seen_at = models.DateTimeField(help_text="the slot of the first answer that named the other")

    class Meta:
        db_table = "shadow_identity_change"
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["companion", "seen_at"], name="an_identity_changes_once_at_a_time")
        ]
        indexes = [models.Index(fields=["seen_at"], name="identity_changes_by_time")]
