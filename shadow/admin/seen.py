"""The stewards' face of what we saw: samples for whoever may view them, texts for whoever may read answers."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from faces.admin import ReadOnlyAdmin
from shadow.models import Answer, MaintenanceWindow, OwnOutage, Sample, Watch
from shadow.showing import marked_answers

READ_ANSWERS = "shadow.read_answers"


@admin.register(Watch)
class WatchAdmin(ReadOnlyAdmin):
    list_display = ("companion", "tier", "is_active", "opened_at", "closed_at", "planned_until")
    list_filter = ("is_active", "tier")
    list_select_related = ("companion",)
    search_fields = ("companion__ref",)


@admin.register(Sample)
class SampleAdmin(ReadOnlyAdmin):
    list_display = ("companion", "probe", "slot_at", "outcome", "reason", "latency_ms", "prompt_id", "is_correct")
    list_filter = ("probe", "outcome")
    list_select_related = ("companion",)
    search_fields = ("companion__ref",)
    show_full_result_count = False


@admin.register(Answer)
class AnswerAdmin(ReadOnlyAdmin):
    list_display = ("sample_id", "companion", "slot_at", "prompt_id", "stored_at", "is_scored")
    list_select_related = ("companion",)
    search_fields = ("companion__ref",)
    fields = ("sample_id", "companion", "slot_at", "prompt_id", "stored_at", "is_scored")
    change_form_template = "shadow/answer.html"
    show_full_result_count = False

    @admin.display(boolean=True, description="scored")
    def is_scored(self, answer: Answer) -> bool:
        return bool(answer.scored_by)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Answer]:
        return super().get_queryset(request).defer("text")

    def has_view_permission(self, request: HttpRequest, _obj: Answer | None = None) -> bool:
        """Raw texts have a permission of their own (rule T5)."""
        return bool(request.user.has_perm(READ_ANSWERS))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        answer = self.get_object(request, object_id)
        scored = marked_answers(answer) if answer is not None and self.has_view_permission(request, answer) else []
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "scored": scored})


@admin.register(MaintenanceWindow)
class MaintenanceWindowAdmin(ReadOnlyAdmin):
    list_display = ("companion", "starts_at", "ends_at", "announced_at")
    list_select_related = ("companion",)


@admin.register(OwnOutage)
class OwnOutageAdmin(ReadOnlyAdmin):
    list_display = ("starts_at", "ends_at")
