import json
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from charter.models import LawVersion
from ledger.actors import Actor, a_steward, its_provider
from ledger.ids import uuid7
from ledger.lifecycle import Lifecycle
from onboarding.rules import Deadlines, deadlines
from registry.encryption import EncryptedTextField, decrypt, encrypt
from registry.models import Companion, Endpoint, Provider


class State(models.TextChoices):
    SUBMITTED = "submitted"
    CHECKING = "checking"
    SENTINEL_REVIEW = "sentinel_review"
    STEWARD_REVIEW = "steward_review"
    RETURNED = "returned"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    MOUNTED = "mounted"


OPEN = (State.SUBMITTED, State.CHECKING, State.SENTINEL_REVIEW, State.STEWARD_REVIEW, State.RETURNED, State.APPROVED)
IN_REVIEW = (State.CHECKING, State.SENTINEL_REVIEW, State.STEWARD_REVIEW)


def endpoint_is_unclaimed(application: "Application") -> bool:
    """Another companion or approved application has this endpoint and model already; it can be registered once."""
    alike = Endpoint.objects.filter(
        base_url=application.endpoint.base_url, upstream_model=application.endpoint.upstream_model, replaced_at=None
    ).exclude(pk=application.endpoint_id)
    return not alike.filter(Q(companion__isnull=False) | Q(applications__state=State.APPROVED)).exists()


def another_steward(application: "Application", actor: Actor) -> bool:
    """A steward of another organisation who did not decide on it before an appeal brought it back."""
    return a_steward(application, actor) and actor.ref not in application.took_part


class Application(Lifecycle):
    """A provider's wish to bring a model, under the law that was in force when it was submitted."""

    subject_kind = "application"

    state = FSMField(default=State.SUBMITTED, choices=State.choices, protected=True)
    law = models.ForeignKey(LawVersion, models.PROTECT, related_name="+")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="applications")
    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="applications")
    companion = models.OneToOneField(Companion, models.PROTECT, null=True, related_name="application")
    model_name = models.CharField(max_length=64)
    proposed_tier = models.CharField(max_length=12)
    email_domain = models.CharField(max_length=253)
    contact_sealed = EncryptedTextField(default=b"", editable=False)
    body = models.JSONField(help_text="what was submitted, without secrets and without persons")
    by_its_organisation = models.BooleanField(
        default=False, help_text="submitted by a signed-in person or key of the slug's organisation"
    )
    challenge = models.CharField(max_length=64, help_text="to be served under /.well-known/masl-challenge/")
    submitted_at = models.DateTimeField()
    resubmitted_at = models.DateTimeField(
        null=True, help_text="when it was last handed in again: its clocks begin anew"
    )
    due_at = models.DateTimeField(null=True, help_text="when the present review is due")
    escalated_at = models.DateTimeField(null=True)
    waived = models.JSONField(default=list, help_text="checks that the approval waived by name")
    shadow_needs_review = models.BooleanField(default=False, help_text="approved against the sentinel's verdict")
    appealed_at = models.DateTimeField(null=True, help_text="an appeal against its rejection runs since then")
    took_part = models.JSONField(default=list, help_text="refs of those who decided before an appeal was granted")

    class Meta:
        db_table = "onboarding_application"
        ordering = ["-submitted_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="an_application_is_in_a_known_state"),
            models.UniqueConstraint(
                fields=["provider", "model_name"],
                condition=Q(state__in=[state.value for state in OPEN]),
                name="one_open_application_per_provider_and_model",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="applications_due")]

    def __str__(self) -> str:
        return f"{self.provider.slug}/{self.model_name}"

    @property
    def public_id(self) -> str:
        return f"app_{self.pk.hex}"

    @property
    def subject_ref(self) -> str:
        return self.public_id

    @property
    def organisation_slug(self) -> str:
        return self.provider.slug

    @property
    def slug_is_anothers(self) -> bool:
        """Its slug belongs to an organisation already, and nobody signed in as that one: shown to the steward."""
        return self.provider.established_at is not None and not self.by_its_organisation

    @property
    def deadlines(self) -> Deadlines:
        return deadlines(self.law.law, since=self.resubmitted_at or self.submitted_at)

    def is_overdue(self, at: datetime) -> bool:
        return self.due_at is not None and self.due_at <= at

    def keep_contact(self, persons: dict[str, Any]) -> None:
        """Encrypt whom to write to into the row; the caller saves it."""
        self.contact_sealed = encrypt(json.dumps(persons), bound_to=self._bound_to)

    def contact(self) -> dict[str, Any]:
        """``contact`` and perhaps ``technicalContact``, as submitted; personal data, for who must write to them."""
        return dict(json.loads(decrypt(self.contact_sealed, bound_to=self._bound_to).reveal()))

    @property
    def _bound_to(self) -> str:
        return f"onboarding_application:{self.pk}:contact"

    @transition("state", source=State.SUBMITTED, target=State.CHECKING, custom={"automatic": True})
    def begin_checking(self) -> None:
        """The machines begin: required and advisory checks."""

    @transition("state", source=State.CHECKING, target=State.SENTINEL_REVIEW, custom={"automatic": True})
    def pass_checks(self) -> None:
        """No required check failed; the sentinel reviews next."""

    @transition("state", source=State.SENTINEL_REVIEW, target=State.STEWARD_REVIEW, custom={"automatic": True})
    def conclude_review(self) -> None:
        """The sentinel gave its verdict; a steward decides next."""

    @transition(
        "state", source=IN_REVIEW, target=State.RETURNED, permission=another_steward, custom={"automatic": True}
    )
    def give_back(self) -> None:
        """Changes are asked; the provider edits and resubmits."""

    @transition("state", source=State.RETURNED, target=State.CHECKING, permission=its_provider)
    def resubmit(self) -> None:
        """The provider answered what was asked; the checks begin again."""

    @transition("state", source=State.STEWARD_REVIEW, target=State.STEWARD_REVIEW, permission=another_steward)
    def take_more_time(self) -> None:
        """The steward's review gets a later deadline, for a stated reason."""

    @transition(
        "state",
        source=State.STEWARD_REVIEW,
        target=State.APPROVED,
        conditions=[endpoint_is_unclaimed],
        permission=another_steward,
    )
    def approve(self) -> None:
        """The model is admitted: its provider may mount it."""

    @transition("state", source=IN_REVIEW, target=State.REJECTED, permission=another_steward)
    def reject(self) -> None:
        """The model is not admitted; the provider may appeal."""

    @transition(
        "state",
        source=State.REJECTED,
        target=State.STEWARD_REVIEW,
        permission=another_steward,
        custom={"automatic": True},
    )
    def reconsider(self) -> None:
        """A granted appeal puts the rejection before another steward."""

    @transition(
        "state",
        source=[State.SUBMITTED, *IN_REVIEW, State.RETURNED, State.APPROVED],
        target=State.WITHDRAWN,
        permission=its_provider,
    )
    def withdraw(self) -> None:
        """The provider takes the application back."""

    @transition("state", source=State.APPROVED, target=State.WITHDRAWN, custom={"automatic": True})
    def expire(self) -> None:
        """The onboarding token was not used in time."""

    @transition("state", source=State.APPROVED, target=State.MOUNTED, permission=its_provider)
    def mount(self) -> None:
        """The provider mounts the model, which makes it a companion."""


class EmailDomain(models.Model):
    """A domain that contacts write from: its row is the lock under which its open applications are counted."""

    name = models.CharField(max_length=253, primary_key=True)

    class Meta:
        db_table = "onboarding_email_domain"
        default_permissions = ()


class OnboardingToken(models.Model):
    """The provider's key to its application, shown once, stored as SHA-256; spent by the first use of the API key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.OneToOneField(Application, models.PROTECT, related_name="token")
    sha256 = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=12)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, help_text="set by the approval")
    spent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "onboarding_token"
        default_permissions = ()
