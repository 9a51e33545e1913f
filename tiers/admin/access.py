"""What gateways asked and were told, hour by hour."""

from django.contrib import admin

from faces.admin import ReadOnlyAdmin
from tiers.models import AccessCount


@admin.register(AccessCount)
class AccessCountAdmin(ReadOnlyAdmin):
    list_display = ("hour", "companion_ref", "operation", "reason", "asked", "credential")
    list_filter = ("reason",)
    list_select_related = ("credential",)
    ordering = ("-hour", "companion_ref", "operation")
    search_fields = ("companion_ref__exact", "operation__exact", "credential__prefix__exact")
    search_help_text = "A companion's whole id, an operation, or how a key begins"
