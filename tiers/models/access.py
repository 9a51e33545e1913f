from django.db import models

from registry.models import Credential


class AccessCount(models.Model):
    """How often one key was given one answer about one companion and operation, within an hour.

    ``companion_ref`` and ``operation`` are empty where the answer was that there is none: what strangers call things is
    not kept. ``reason`` is a code of ``tiers.rules.access``; only ``allowed`` is a yes.
    """

    hour = models.DateTimeField(help_text="when it began")
    credential = models.ForeignKey(Credential, models.PROTECT, related_name="+")
    companion_ref = models.CharField(max_length=40, blank=True)
    operation = models.CharField(max_length=255, blank=True)
    reason = models.CharField(max_length=24)
    law_digest = models.CharField(max_length=64)
    asked = models.PositiveBigIntegerField()

    class Meta:
        db_table = "tiers_access_count"
        default_permissions = ("view",)
        verbose_name = "access asked for"
        verbose_name_plural = "access asked for"
        constraints = [
            models.UniqueConstraint(
                fields=["hour", "credential", "companion_ref", "operation", "reason", "law_digest"],
                name="an_answer_is_counted_once_an_hour",
            ),
        ]
        indexes = [models.Index(fields=["companion_ref", "-hour"], name="access_by_companion")]

    def __str__(self) -> str:
        return f"{self.companion_ref or 'nobody'}, {self.operation or 'nothing'}: {self.reason}, {self.asked} times"
