"""The golden set as whoever may read raw answers sees it; nothing on it can be changed."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from charter.admin.answers import marked
from charter.models import GoldenAnswer, Score
from faces.facts_page import FactsAdmin
from faces.figures.answer import MarkedAnswer

READ_ANSWERS = "shadow.read_answers"


@admin.register(GoldenAnswer)
class GoldenAnswerAdmin(FactsAdmin):
    """One golden answer: what the scorer said of it then, and every person's word."""

    page_template = "admin/charter/golden_answer.html"
    list_display = ("made_at", "companion_ref", "provider_ref", "score", "flagged", "clause", "sampled")
    list_filter = ("sampled", "flagged", "clause")
    search_fields = ("companion_ref", "provider_ref", "scorer__startswith")

    def get_queryset(self, request: HttpRequest) -> QuerySet[GoldenAnswer]:
        return super().get_queryset(request).defer("prompt", "response")

    def has_view_permission(self, request: HttpRequest, _obj: GoldenAnswer | None = None) -> bool:
        """Raw texts have a permission of their own (rule T5)."""
        return bool(request.user.has_perm(READ_ANSWERS))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def page(self, request: HttpRequest, obj: GoldenAnswer) -> dict[str, Any]:  # noqa: ARG002  the page's signature
        return {
            "title": f"Golden answer of {obj.companion_ref}",
            "facts": [
                ("Here because", obj.get_sampled_display()),
                ("Golden since", obj.made_at),
                ("Whose", f"{obj.companion_ref}, {obj.provider_ref}"),
                ("The scorer's word", f"violates ({obj.clause})" if obj.flagged else "complies"),
            ],
            "answer": _marked(obj),
            "verdicts": obj.verdicts.select_related("person").order_by("at", "id"),
        }


def _marked(golden: GoldenAnswer) -> MarkedAnswer:
    """The text with the marks of the score of that time, as far as it is stored."""
    row = Score.objects.filter(answer_id=golden.source_answer, scorer=golden.scorer).first()
    return marked(row, text=golden.response, prompt=golden.prompt)
