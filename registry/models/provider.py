from django.db import models

from ledger.ids import uuid7


class Provider(models.Model):
    """An organisation that brings models. Its slug belongs to it from its first approved application on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.CharField(max_length=63, unique=True)
    name = models.CharField(max_length=200)
    established_at = models.DateTimeField(
        null=True, help_text="when the first application under this slug was approved"
    )
    exchanges_at_once = models.PositiveSmallIntegerField(
        default=2, help_text="side by side, per origin; a steward may raise it"
    )
    created_at = models.DateTimeField()

    class Meta:
        db_table = "registry_provider"
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug

    @property
    def organisation_slug(self) -> str:
        """Whose matter it is: its own."""
        return self.slug
