"""Endorsements, to be read: each person gives and takes back their own, on the companion's page."""

from django.contrib import admin

from civic.models import Endorsement
from faces.admin import ReadOnlyAdmin


@admin.register(Endorsement)
class EndorsementAdmin(ReadOnlyAdmin):
    """Endorsements, the newest first."""

    list_display = ("companion", "person", "given_at", "withdrawn_at")
    list_filter = (("withdrawn_at", admin.EmptyFieldListFilter),)
    list_select_related = ("companion", "person")
    search_fields = ("companion__ref",)
    search_help_text = "Companion's id"
    ordering = ("-given_at",)
