from django.db import models

from ledger.ids import uuid7
from registry.models import Companion


class Attestation(models.Model):
    """The signed statement of a mount, byte for byte as it was signed; whoever holds the public key can verify it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    companion = models.OneToOneField(Companion, models.PROTECT, related_name="attestation")
    payload = models.BinaryField(help_text="the in-toto Statement")
    payload_type = models.CharField(max_length=80)
    keyid = models.CharField(max_length=64, help_text="SHA-256 of the public key's SPKI DER")
    signature = models.BinaryField(max_length=64)
    sha256 = models.CharField(max_length=64, unique=True, help_text="of the payload; the sealed mount names it")
    made_at = models.DateTimeField()

    class Meta:
        db_table = "onboarding_attestation"
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"attestation of {self.companion.ref}"
