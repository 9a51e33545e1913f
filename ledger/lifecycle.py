"""What every row with a lifecycle has in common."""

from typing import ClassVar

from django.db import models
from django_fsm import FSMModelMixin

from ledger.ids import uuid7
from ledger.models import Decision


class Lifecycle(FSMModelMixin, models.Model):  # type: ignore[misc]
    """A row whose state moves by ``ledger.decisions.decide`` alone.

    ``version`` counts its decisions: a face shows it, and a decision that carries an old one is refused.
    Subclasses say how the ledger calls them: ``subject_kind``, ``subject_ref``, and the organisation concerned.
    """

    subject_kind: ClassVar[str]
    last_decision: Decision  # what ``decide`` made of this very object; unset on one that was only read

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(editable=False)

    class Meta:
        abstract = True

    @property
    def subject_ref(self) -> str:
        """The pseudonymous name under which the ledger keeps this row."""
        raise NotImplementedError

    @property
    def organisation_slug(self) -> str | None:
        """The provider whose matter this is: nobody of that organisation may decide it."""
        return None
