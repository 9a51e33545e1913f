from django.db import models
from django.db.models import Q
from django_fsm import GET_STATE, FSMField, transition

from charter.models import LawVersion
from ledger.actors import a_steward, its_provider
from ledger.lifecycle import Lifecycle
from registry.models import Companion


class State(models.TextChoices):
    MOUNTED = "mounted"
    SHADOW = "shadow"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REMOVED = "removed"
    RETIRED = "retired"


class Precaution(models.TextChoices):
    FREE = "free"
    FROZEN = "frozen"


class Tier(models.TextChoices):
    NONE = "", "none yet"
    RESEARCH = "research"
    STANDARD = "standard"
    HIGH = "high"
    CRITICAL = "critical"


LIVING = (State.MOUNTED, State.SHADOW, State.ACTIVE, State.SUSPENDED)
PROBED = (State.SHADOW, State.ACTIVE)
REVIEWED = (State.MOUNTED, *PROBED)


def everything_asked_is_given(standing: "Standing") -> bool:
    """Price, limits and the three commitments are asked before shadow mode opens."""
    return not standing.companion.asked_before_shadow


def has_an_endpoint(standing: "Standing") -> bool:
    """A companion without an endpoint cannot be asked anything."""
    return standing.companion.endpoints.filter(replaced_at=None).exists()


def is_of_the_register(standing: "Standing") -> bool:
    """Only companions of the shipped register enter above standard; all others rise there."""
    return standing.companion.is_reference


ENTERED = {"automatic": True, "entry": "tier.changed"}


class Standing(Lifecycle):
    """One per companion: its state, its tier, its vote's weight, and the law that its present window began under."""

    subject_kind = "companion"

    companion = models.OneToOneField(Companion, models.PROTECT, related_name="standing")
    law = models.ForeignKey(LawVersion, models.PROTECT, related_name="+")
    state = FSMField(default=State.MOUNTED, choices=State.choices, protected=True)
    tier = FSMField(default=Tier.NONE, choices=Tier.choices, blank=True, protected=True)
    precaution = FSMField(default=Precaution.FREE, choices=Precaution.choices, protected=True)
    vote_weight = models.DecimalField(max_digits=3, decimal_places=2, default=0, help_text="while active; 0 is no vote")
    is_advanced = models.BooleanField(default=False)
    state_since = models.DateTimeField()
    tier_since = models.DateTimeField(null=True)
    window_opened_at = models.DateTimeField(
        null=True, help_text="shadow: its clean days count from here, or from the last confirmed critical answer"
    )
    shadow_since = models.DateTimeField(null=True, help_text="shadow: when this stay began")
    with_steward_at = models.DateTimeField(null=True, help_text="shadow: past the law's days, a steward looks at it")
    state_before = models.CharField(max_length=12, blank=True, help_text="where a suspension returns to")
    suspended_until = models.DateTimeField(null=True, help_text="null while suspended: until a steward's word")

    class Meta:
        db_table = "tiers_standing"
        verbose_name = "companion"
        verbose_name_plural = "companions"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="a_standing_is_in_a_known_state"),
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="a_tier_is_known"),
            models.CheckConstraint(condition=Q(precaution__in=Precaution.values), name="a_precaution_is_known"),
            models.CheckConstraint(condition=~Q(state="active") | ~Q(tier=""), name="an_active_companion_has_a_tier"),
            models.CheckConstraint(
                condition=~Q(state="suspended") | Q(state_before__in=["shadow", "active"]),
                name="a_suspension_knows_the_way_back",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "state_since"], name="standings_by_state"),
            models.Index(fields=["suspended_until"], condition=Q(state="suspended"), name="suspensions_ending"),
        ]

    def __str__(self) -> str:
        return f"{self.companion.ref}: {self.state}"

    @property
    def subject_ref(self) -> str:
        return self.companion.ref

    @property
    def organisation_slug(self) -> str:
        return self.companion.provider.slug

    @property
    def counts(self) -> bool:
        """Whether its votes and its GI count: active, with a tier, and not frozen."""
        return self.state == State.ACTIVE and self.precaution == Precaution.FREE

    @transition(
        "state",
        source=State.MOUNTED,
        target=State.SHADOW,
        conditions=[everything_asked_is_given, has_an_endpoint],
        custom={"automatic": True},
    )
    def open_shadow(self) -> None:
        """Shadow mode begins: asked real questions, never counted."""

    @transition("state", source=State.SHADOW, target=State.ACTIVE, custom={"automatic": True})
    def activate(self) -> None:
        """Shadow mode is passed: it counts from now on."""

    @transition(
        "state",
        source=State.SHADOW,
        target=State.SHADOW,
        custom={"automatic": True, "entry": "companion.brought_to_steward"},
    )
    def bring_to_steward(self) -> None:
        """Too long in shadow mode: a steward looks at it."""

    @transition(
        "state",
        source=REVIEWED,
        target=None,
        permission=a_steward,
        conditions=[has_an_endpoint],
        custom={"automatic": True, "entry": "companion.review_asked"},
    )
    def ask_review(self) -> None:
        """The sentinel is to look at it again; nothing moves."""

    @transition("state", source=State.ACTIVE, target=State.SHADOW, permission=a_steward, custom={"automatic": True})
    def return_to_shadow(self) -> None:
        """It changed: its vote is off until the criteria hold again; it keeps its tier."""

    @transition("state", source=PROBED, target=State.SUSPENDED, permission=a_steward, custom={"automatic": True})
    def suspend(self) -> None:
        """Barred from every operation for a time."""

    @transition(
        "state",
        source=State.SUSPENDED,
        target=GET_STATE(lambda standing: standing.state_before, states=[State.SHADOW, State.ACTIVE]),
        permission=a_steward,
        custom={"automatic": True, "entry": "companion.suspension_ended"},
    )
    def end_suspension(self) -> None:
        """The suspension is over, or lifted: back to the state before."""

    @transition(
        "state",
        source=State.SUSPENDED,
        target=State.SUSPENDED,
        permission=a_steward,
        custom={"automatic": True, "entry": "companion.suspension_changed"},
    )
    def change_suspension(self) -> None:
        """The suspension lasts another time: by a modified appeal, or because a further offence lengthens it."""

    @transition("state", source=LIVING, target=State.REMOVED, permission=a_steward)
    def remove(self) -> None:
        """Removed for good; its access ends at once. A steward's word, never a machine's."""

    @transition("state", source=LIVING, target=State.RETIRED, permission=its_provider)
    def retire(self) -> None:
        """Its provider takes it back; no reason is asked."""

    @transition(
        "precaution", source=Precaution.FREE, target=Precaution.FROZEN, permission=a_steward, custom={"automatic": True}
    )
    def freeze(self) -> None:
        """Held still as a precaution, without fault."""

    @transition(
        "precaution",
        source=Precaution.FROZEN,
        target=Precaution.FREE,
        permission=a_steward,
        custom={"entry": "companion.unfrozen"},
    )
    def unfreeze(self) -> None:
        """The precaution is lifted."""

    @transition("tier", source=Tier.NONE, target=Tier.RESEARCH, custom=ENTERED)
    def enter_research(self) -> None:
        """It leaves shadow mode at the research tier."""

    @transition("tier", source=Tier.NONE, target=Tier.STANDARD, custom=ENTERED)
    def enter_standard(self) -> None:
        """It leaves shadow mode at the standard tier."""

    @transition("tier", source=Tier.NONE, target=Tier.HIGH, conditions=[is_of_the_register], custom=ENTERED)
    def enter_high(self) -> None:
        """A reference companion takes its registered tier."""

    @transition("tier", source=Tier.NONE, target=Tier.CRITICAL, conditions=[is_of_the_register], custom=ENTERED)
    def enter_critical(self) -> None:
        """A reference companion takes its registered tier."""

    @transition("tier", source=Tier.RESEARCH, target=Tier.STANDARD, permission=a_steward, custom=ENTERED)
    def rise_to_standard(self) -> None:
        """It rises to the standard tier."""

    @transition("tier", source=Tier.STANDARD, target=Tier.HIGH, permission=a_steward, custom=ENTERED)
    def rise_to_high(self) -> None:
        """It rises to the high tier."""

    @transition("tier", source=Tier.HIGH, target=Tier.CRITICAL, permission=a_steward, custom=ENTERED)
    def rise_to_critical(self) -> None:
        """It rises to the critical tier."""

    @transition("tier", source=Tier.CRITICAL, target=Tier.HIGH, permission=a_steward, custom=ENTERED)
    def fall_to_high(self) -> None:
        """It falls one tier, to high."""

    @transition("tier", source=Tier.HIGH, target=Tier.STANDARD, permission=a_steward, custom=ENTERED)
    def fall_to_standard(self) -> None:
        """It falls one tier, to standard."""

    @transition("tier", source=Tier.STANDARD, target=Tier.RESEARCH, permission=a_steward, custom=ENTERED)
    def fall_to_research(self) -> None:
        """It falls one tier, to research."""
