"""An application on the desk: its way, its checks, the verdict, the answers that lost points, its history."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from onboarding import actions
from onboarding.admin.deciding import approval_form, approval_warnings, what_approval_does, who_is_told
from onboarding.admin.showing import battery_shown, facts_of, findings_shown, numbers_in_words
from onboarding.models import Application
from onboarding.models.application import State
from onboarding.queries import latest_review, status_of
from registry.admin.desk import Decides, DeskAdmin, is_deciding_role
from registry.admin.strips import strip_of

WAY = (
    State.SUBMITTED.value,
    State.CHECKING.value,
    State.SENTINEL_REVIEW.value,
    State.STEWARD_REVIEW.value,
    State.APPROVED.value,
    State.MOUNTED.value,
)
ENDINGS = (State.RETURNED.value, State.REJECTED.value, State.WITHDRAWN.value)
TONES = {"returned": "inconclusive", "rejected": "fail"}


@admin.register(Application)
class ApplicationAdmin(DeskAdmin):
    """Applications, the most urgent first."""

    page_template = "admin/onboarding/application.html"
    list_display = ("__str__", "state", "proposed_tier", "due_at", "submitted_at")
    list_filter = ("state", "proposed_tier")
    list_select_related = ("provider",)
    search_fields = ("model_name", "provider__slug")
    search_help_text = "Model or provider"
    ordering = ("-submitted_at",)
    actions = (
        Decides(
            actions.approve,
            "Approve the model",
            moves=["approve"],
            primary=True,
            form_for=approval_form,
            warnings=approval_warnings,
            consequences=what_approval_does,
        ),
        Decides(
            actions.give_back, "Give it back for changes", moves=["give_back"], consequences=who_is_told("give_back")
        ),
        Decides(
            actions.take_more_time,
            "Take more time",
            moves=["take_more_time"],
            consequences=who_is_told("take_more_time"),
        ),
        Decides(actions.reject, "Reject the model", moves=["reject"], grave=True, consequences=who_is_told("reject")),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        return super().get_queryset(request).select_related("law", "provider", "endpoint", "companion", "token")

    def decide_facts(self, obj: Any) -> list[tuple[str, Any]]:
        return facts_of(obj)

    def barred(self, request: HttpRequest, obj: Application) -> str:
        if request.user.pk and f"urn:uuid:{request.user.pk}" in obj.took_part:
            return "You decided on this before an appeal brought it back; another steward decides now."
        return super().barred(request, obj)

    def page(self, request: HttpRequest, obj: Application) -> dict[str, Any]:
        now, status, review = timezone.now(), status_of(obj), latest_review(obj)
        may_read = request.user.has_perm("shadow.read_answers")
        answers, asked = battery_shown(review, with_texts=may_read)
        return {
            **super().page(request, obj),
            "strip": strip_of(
                f"The way of {obj}", way=WAY, state=obj.state, told=status.history, at=now,
                due_at=obj.due_at, endings=ENDINGS, tones=TONES,
            ),
            "facts": facts_of(obj),
            "status": status,
            "required": findings_shown(status.checks, required=True),
            "advisory": findings_shown(status.checks, required=False),
            "numbers": numbers_in_words(status.review.numbers) if status.review else [],
            "verdict_word": status.review.verdict.replace("_", " ") if status.review else "",
            "answers": answers,
            "asked": asked,
            "may_read": may_read,
            "contact": _contact(request, obj),
            "overdue": obj.is_overdue(now),
        }  # fmt: skip


def _contact(request: HttpRequest, application: Application) -> list[tuple[str, list[tuple[str, str]]]]:
    """Whom to write to, for those who may have to; for others nothing is decrypted at all."""
    if not is_deciding_role(request) or not application.contact_sealed:
        return []
    words = {"contact": "Contact", "technicalContact": "Technical contact"}
    return [
        (words.get(kind, kind), [(name, str(value)) for name, value in person.items()])
        for kind, person in application.contact().items()
    ]
