"""What stands at the foot of every page: the law in force, the ledger's state, our version."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from charter.queries import NoLaw, version_at
from ledger.models import Head


def foot(_request: HttpRequest) -> dict[str, Any]:
    return {"foot": SimpleLazyObject(_read)}


def _read() -> dict[str, Any]:
    try:
        law = version_at(timezone.now())
        named = {"law_version": law.version, "law_digest": law.digest}
    except NoLaw:
        named = {}
    size = Head.objects.values_list("size", flat=True).filter(id=1).first()
    return {**named, "ledger_size": size, "version": settings.KAIZEN_VERSION, "cycle": settings.KAIZEN_CYCLE}
