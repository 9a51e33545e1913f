import json

from django.db import models

from ledger.ids import uuid7
from registry.encryption import EncryptedTextField, decrypt, encrypt
from registry.models.companion import Companion
from registry.models.provider import Provider


class Protocol(models.TextChoices):
    MASL = "masl"
    OPENAI_CHAT = "openai-chat"
    OPENAI_COMPLETIONS = "openai-completions"
    ANTHROPIC_MESSAGES = "anthropic-messages"


class AuthKind(models.TextChoices):
    API_KEY = "api_key"
    OAUTH2 = "oauth2_client_credentials"
    NONE = "none"


class Endpoint(models.Model):
    """One version of where and how a model is reached. A change makes a new row; the old one tells what was."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="endpoints")
    companion = models.ForeignKey(Companion, models.PROTECT, null=True, related_name="endpoints")
    version = models.PositiveIntegerField(default=1)
    base_url = models.CharField(max_length=2048, help_text="without the protocol's known tail")
    origin = models.CharField(
        max_length=300, db_index=True, help_text="scheme, host and port: our credentials go nowhere else"
    )
    protocol = models.CharField(max_length=24, choices=Protocol.choices)
    upstream_model = models.CharField(max_length=128, blank=True)
    auth_kind = models.CharField(max_length=28, choices=AuthKind.choices)
    auth_sealed = EncryptedTextField(default=b"", editable=False)
    replaced_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "registry_endpoint"
        constraints = [
            models.UniqueConstraint(
                fields=["companion"],
                condition=models.Q(replaced_at=None, companion__isnull=False),
                name="a_companion_has_one_endpoint_in_use",
            ),
            models.CheckConstraint(condition=models.Q(protocol__in=Protocol.values), name="a_protocol_is_known"),
            models.CheckConstraint(condition=models.Q(auth_kind__in=AuthKind.values), name="an_auth_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.base_url} ({self.protocol})"

    def keep_auth(self, fields: dict[str, str]) -> None:
        """Encrypt the auth fields (such as ``key``) into the row; the caller saves it."""
        self.auth_sealed = encrypt(json.dumps(fields), bound_to=self._bound_to) if fields else b""

    def auth(self) -> dict[str, str]:
        """The auth fields in clear, for the call that is about to be made and nothing else."""
        return json.loads(decrypt(self.auth_sealed, bound_to=self._bound_to).reveal()) if self.auth_sealed else {}

    @property
    def _bound_to(self) -> str:
        return f"registry_endpoint:{self.pk}:auth"
