from django.db import models

from ledger.ids import uuid7
from registry.models.provider import Provider


class OutboxMessage(models.Model):
    """Something to be told, written in the transaction of what happened and sent after it (rule W2)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=100)
    provider = models.ForeignKey(Provider, models.PROTECT, null=True, related_name="+")
    subject_kind = models.CharField(max_length=40)
    subject_ref = models.CharField(max_length=120)
    body = models.JSONField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "registry_outbox"
        default_permissions = ("view",)
        indexes = [models.Index(fields=["created_at"], condition=models.Q(sent_at=None), name="messages_to_send")]

    def __str__(self) -> str:
        return self.kind
