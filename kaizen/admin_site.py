"""The stewards' admin: Django's own, signed in by allauth, its index the queue."""

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class KaizenAdminSite(AdminSite):
    site_header = "Kaizen"
    site_title = "Kaizen"
    index_title = "What waits for a steward"

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponseBase:  # type: ignore[override]
        return secure_admin_login(super().login)(request, extra_context)
