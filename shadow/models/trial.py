from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from charter.models import LawVersion
from ledger.actors import Actor, a_steward
from ledger.lifecycle import Lifecycle


class TrialState(models.TextChoices):
    OPEN = "open"
    FINISHED = "finished"
    PROMOTED = "promoted"
    DROPPED = "dropped"


LIVE = (TrialState.OPEN, TrialState.FINISHED)


def another_steward(trial: "ScorerTrial", actor: Actor) -> bool:
    """A steward who is not the one that started the trial, where a person did."""
    return a_steward(trial, actor) and trial.starter_ref not in {"", actor.ref}


class ScorerTrial(Lifecycle):
    """A scorer reads in shadow the answers that the one in force has read, to show what would change.

    Its scores and their sums stand beside the others under its own digest; nobody judges by them before it is promoted.
    ``since_at`` to ``until_at`` are the times when the answers were stored; ``cursor_at`` is how far it has read,
    backwards. After the promotion it reads on, through the windows that gates look at, until ``filled_at``.
    """

    subject_kind = "scorer_trial"

    state = FSMField(default=TrialState.OPEN, choices=TrialState.choices, protected=True)
    law = models.ForeignKey(LawVersion, models.PROTECT, related_name="+", help_text="in force when it was started")
    scorer = models.CharField(max_length=40, help_text="the candidate's name")
    scorer_version = models.CharField(max_length=40)
    candidate = models.CharField(max_length=64, help_text="the candidate's digest")
    incumbent = models.CharField(max_length=64, help_text="digest of the scorer in force when it was started")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    asked = models.PositiveIntegerField(help_text="the latest answers that were to be read; there may be fewer")
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    since_at = models.DateTimeField()
    until_at = models.DateTimeField()
    cursor_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    results = models.JSONField(default=dict, help_text="what would change, as it was when all was read")
    finished_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    enacted = models.ForeignKey(LawVersion, models.PROTECT, null=True, related_name="+")
    filled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "shadow_scorer_trial"
        default_permissions = ("view",)
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TrialState.values), name="a_trial_is_in_a_known_state"),
            models.CheckConstraint(
                condition=Q(state=TrialState.PROMOTED, enacted__isnull=False)
                | ~Q(state=TrialState.PROMOTED) & Q(enacted=None),
                name="a_promotion_enacts_a_law",
            ),
            models.UniqueConstraint(
                fields=["candidate"],
                condition=Q(state__in=[state.value for state in LIVE]),
                name="one_live_trial_of_a_scorer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scorer} {self.scorer_version}, tried {self.started_at:%Y-%m-%d}"

    @property
    def public_id(self) -> str:
        return f"trl_{self.pk.hex}"

    @property
    def subject_ref(self) -> str:
        return self.public_id

    @property
    def starter_ref(self) -> str:
        """Who started it, as the ledger names them; empty for nobody by name."""
        return f"urn:uuid:{self.started_by_id}" if self.started_by_id else ""

    @transition("state", source=TrialState.OPEN, target=TrialState.FINISHED, custom={"automatic": True})
    def finish(self) -> None:
        """All answers are read: what would change is known."""

    @transition("state", source=TrialState.FINISHED, target=TrialState.PROMOTED, permission=another_steward)
    def promote(self) -> None:
        """The law names this scorer from now on."""

    @transition("state", source=[TrialState.OPEN, TrialState.FINISHED], target=TrialState.DROPPED, permission=a_steward)
    def drop(self) -> None:
        """It is not wanted: the scorer in force stays."""
