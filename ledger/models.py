"""The log's tables. Only ``Head`` and ``Salt`` ever change; the fence in ``fence.py`` holds the rest still."""

from django.db import models
from django.db.models import Q

from ledger.packing import unpack


class Leaf(models.Model):
    """One sealed entry: its index in the log, its bytes, its RFC 6962 hash."""

    idx = models.BigIntegerField(primary_key=True)
    entry_id = models.UUIDField(unique=True)
    entry = models.BinaryField()
    leaf_hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "ledger_leaf"
        default_permissions = ("view",)
        verbose_name_plural = "leaves"

    def __str__(self) -> str:
        return f"entry {self.idx}"


class Head(models.Model):
    """How many leaves there are: the lock and the counter of the log, derivable and never trusted."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)

    class Meta:
        db_table = "ledger_head"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="there_is_one_head"),
            models.CheckConstraint(condition=Q(size__gte=0), name="a_log_has_no_negative_size"),
        ]


class Salt(models.Model):
    """A private value of an entry with the salt of its commitment; deleting the row erases the value for ever."""

    id = models.BigAutoField(primary_key=True)
    entry_id = models.UUIDField()
    field = models.CharField(max_length=64)
    salt = models.BinaryField(max_length=32)
    value = models.JSONField()

    class Meta:
        db_table = "ledger_salt"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["entry_id", "field"], name="a_private_field_has_one_salt")]


class Evidence(models.Model):
    """What a decision rested on, as canonical bytes under their own SHA-256; ``body`` is how they are stored."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    body = models.BinaryField()

    class Meta:
        db_table = "ledger_evidence"
        default_permissions = ("view",)
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return self.sha256

    @property
    def content(self) -> bytes:
        """The bytes that were kept. Raises ``ledger.packing.Unpackable``."""
        return unpack(bytes(self.body))


class Decision(models.Model):
    """One decision as people look it up; ``seal`` is its entry, without which the row cannot be committed."""

    seal = models.OneToOneField(Leaf, models.PROTECT, to_field="entry_id", primary_key=True, db_column="seal_id")
    type = models.CharField(max_length=100)
    subject_kind = models.CharField(max_length=40)
    subject_ref = models.CharField(max_length=120)
    move = models.CharField(max_length=60)
    from_state = models.CharField(max_length=50, blank=True)
    to_state = models.CharField(max_length=50, blank=True)
    actor_kind = models.CharField(max_length=20)
    actor_ref = models.CharField(max_length=120)
    at = models.DateTimeField()
    law_version = models.CharField(max_length=40)
    law_digest = models.CharField(max_length=64)
    evidence = models.JSONField(default=list)

    class Meta:
        db_table = "ledger_decision"
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["subject_kind", "subject_ref", "-at"], name="decisions_of_a_subject"),
            models.Index(fields=["type", "-at"], name="decisions_of_a_type"),
            models.Index(fields=["-at"], name="latest_decisions"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        """``dec_`` and the hex of the entry's id."""
        return f"dec_{self.seal_id.hex}"


class IdempotencyKey(models.Model):
    """The answer that was given under an ``Idempotency-Key``, to be given again (security rule A7)."""

    id = models.BigAutoField(primary_key=True)
    scope = models.CharField(max_length=200)
    key_sha256 = models.CharField(max_length=64)
    request_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.BinaryField(default=b"")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_idempotency_key"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["scope", "key_sha256"], name="a_key_is_used_once_in_its_scope")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_keys_by_age")]


class Tick(models.Model):
    """A scheduled moment that was taken by one of the schedulers, so that a second one does nothing (rule R6)."""

    id = models.BigAutoField(primary_key=True)
    job = models.CharField(max_length=80)
    due_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_tick"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["job", "due_at"], name="a_tick_is_taken_once")]
        indexes = [models.Index(fields=["due_at"], name="ticks_by_age")]
