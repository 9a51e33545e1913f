"""The law's versions."""

from django.conf import settings
from django.db import models

from charter.law import Law, parse


class LawVersion(models.Model):
    """One immutable version of the law; its digest is what decisions name."""

    id = models.BigAutoField(primary_key=True)
    version = models.CharField(max_length=40, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    document = models.JSONField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    effective_from = models.DateTimeField(db_index=True)
    enacted_by = models.ForeignKey("ledger.Decision", models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "charter_law_version"
        default_permissions = ("view",)
        ordering = ["-effective_from"]

    def __str__(self) -> str:
        return self.version

    @property
    def law(self) -> Law:
        """The typed law; parsed once per process."""
        return _parsed(self.digest, self)


_laws: dict[str, Law] = {}


def _parsed(digest: str, row: LawVersion) -> Law:
    if digest not in _laws:
        _laws[digest] = parse(row.document)
    return _laws[digest]
