from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from charter.law import Law, parse
from charter.models.law_version import LawVersion
from ledger.actors import Actor, a_steward
from ledger.lifecycle import Lifecycle


class State(models.TextChoices):
    DRAFT = "draft"
    PROPOSED = "proposed"
    ENACTED = "enacted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


def its_author(amendment: "Amendment", actor: Actor) -> bool:
    """The steward who drafted it."""
    return actor.ref == amendment.author_ref and a_steward(amendment, actor)


def another_steward(amendment: "Amendment", actor: Actor) -> bool:
    """A steward who did not draft it."""
    return actor.ref != amendment.author_ref and a_steward(amendment, actor)


class Amendment(Lifecycle):
    """A change to the law on its way: a whole document, laid over the version that it was drafted from.

    ``simulation`` is the report of trying this very document (``simulated_digest``) on history; a changed document must
    be tried anew. ``base`` must still be the latest version when it is enacted.
    """

    subject_kind = "amendment"

    number = models.PositiveBigIntegerField(unique=True)
    state = FSMField(default=State.DRAFT, choices=State.choices, protected=True)
    title = models.CharField(max_length=200)
    rationale = models.TextField(blank=True, help_text="why; shown to everybody")
    base = models.ForeignKey(LawVersion, models.PROTECT, related_name="+")
    document = models.JSONField(help_text="the whole law as it would be")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    author_ref = models.CharField(max_length=120)
    drafted_at = models.DateTimeField()
    simulated_digest = models.CharField(max_length=64, blank=True)
    simulated_at = models.DateTimeField(null=True)
    simulation = models.JSONField(null=True)
    proposed_at = models.DateTimeField(null=True)
    effective_from = models.DateTimeField(null=True, help_text="from when on it is to bind")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    enacted = models.ForeignKey(LawVersion, models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "charter_amendment"
        default_permissions = ("view",)
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="an_amendment_is_in_a_known_state"),
            models.CheckConstraint(
                condition=Q(state=State.ENACTED, enacted__isnull=False) | ~Q(state=State.ENACTED) & Q(enacted=None),
                name="an_enacted_amendment_names_its_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_ref}: {self.title}"

    @property
    def subject_ref(self) -> str:
        return f"AMD-{self.number:05d}"

    @property
    def law(self) -> Law:
        """The law as it would be. Raises LawMalformed."""
        return parse(self.document)

    @transition(
        "state",
        source=State.DRAFT,
        target=State.DRAFT,
        permission=its_author,
        custom={"entry": "amendment.redrafted"},
    )
    def redraft(self) -> None:
        """Its author changes it; what was tried of it before counts no more."""

    @transition("state", source=State.DRAFT, target=State.PROPOSED, permission=its_author)
    def propose(self) -> None:
        """It is handed to a second person, with the report of trying it."""

    @transition("state", source=State.PROPOSED, target=State.DRAFT, permission=its_author)
    def take_back(self) -> None:
        """Its author takes it back to change it."""

    @transition("state", source=State.PROPOSED, target=State.ENACTED, permission=another_steward)
    def approve(self) -> None:
        """A second person approves it: a version of the law that binds from its time on."""

    @transition("state", source=State.PROPOSED, target=State.REJECTED, permission=another_steward)
    def reject(self) -> None:
        """A second person finds against it."""

    @transition("state", source=[State.DRAFT, State.PROPOSED], target=State.WITHDRAWN, permission=its_author)
    def withdraw(self) -> None:
        """Its author lets it go."""
