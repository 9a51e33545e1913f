from django.db import models

from ledger.ids import uuid7
from registry.models.provider import Provider


class NameCounter(models.Model):
    """The last number given to a name; numbers are never reused."""

    name = models.CharField(max_length=32, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "registry_name_counter"
        default_permissions = ()


class Companion(models.Model):
    """An admitted model: who it is and who brings it. How it stands is ``tiers.Standing``."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ref = models.CharField(max_length=40, unique=True, help_text="NAME_001, as paths and the ledger call it")
    name = models.CharField(max_length=32, db_index=True, help_text="the name without its number")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="companions")
    model_name = models.CharField(max_length=64)
    is_reference = models.BooleanField(
        default=False, help_text="shipped with the register, without endpoint until an operator gives one"
    )
    purpose = models.CharField(max_length=200, blank=True)
    capabilities = models.JSONField(default=list)
    model_card_url = models.CharField(max_length=2048, blank=True)
    price_input_per_1k = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    price_output_per_1k = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    requests_per_minute = models.PositiveIntegerField(null=True)
    tokens_per_minute = models.PositiveIntegerField(null=True)
    commits_to_charter = models.BooleanField(default=False)
    commits_to_consensus = models.BooleanField(default=False)
    understands_tiers = models.BooleanField(default=False)
    uptime_committed = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    declared_model_version = models.CharField(max_length=128, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "registry_companion"
        ordering = ["ref"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(price_input_per_1k=None) | models.Q(price_input_per_1k__gte=0),
                name="a_price_is_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def asked_before_shadow(self) -> tuple[str, ...]:
        """What must be given before its shadow window can open; a price of 0 is a price."""
        asked = {
            "pricing": self.price_input_per_1k is not None and self.price_output_per_1k is not None,
            "limits": self.requests_per_minute is not None and self.tokens_per_minute is not None,
            "commitments.charter": self.commits_to_charter,
            "commitments.consensus": self.commits_to_consensus,
            "commitments.tiersUnderstood": self.understands_tiers,
        }
        return tuple(name for name, given in asked.items() if not given)
