from django.db import models

from registry.models import Companion


class Named(models.TextChoices):
    """What tells a companion's identity: two names that its answers give, and the version that its provider gives."""

    MODEL = "model"
    FINGERPRINT = "fingerprint"
    VERSION = "version"


class NameHeard(models.Model):
    """A name that a companion's answers gave of themselves, and when it was last heard.

    Of the name in use, ``heard_at`` is when it came; it is brought up to date when another one takes its place.
    """

    id = models.BigAutoField(primary_key=True)
    companion = models.ForeignKey(Companion, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Named.choices)
    digest = models.CharField(max_length=32, help_text="of the whole name")
    name = models.CharField(max_length=200, help_text="its beginning")
    heard_at = models.DateTimeField()

    class Meta:
        db_table = "shadow_name_heard"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["companion", "kind", "digest"], name="a_name_is_heard_once")]


class IdentityChange(models.Model):
    """A companion's answers began to name another model or fingerprint than before, or its provider another version."""

    id = models.BigAutoField(primary_key=True)
    companion = models.ForeignKey(Companion, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Named.choices)
    before = models.CharField(max_length=200, help_text="as it was named until then")
    after = models.CharField(max_length=200)
    seen_at = models.DateTimeField(help_text="the slot of the first answer that named the other, or the provider's act")

    class Meta:
        db_table = "shadow_identity_change"
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["companion", "kind", "seen_at"], name="an_identity_changes_once_at_a_time")
        ]
        indexes = [models.Index(fields=["seen_at"], name="identity_changes_by_time")]
