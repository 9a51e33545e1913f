"""The log's origin: a name for this log alone, fixed by its first entry."""

import json
import secrets

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ledger.models import Leaf

_known: dict[str, str] = {}


def origin_in_force() -> str:
    """The origin that ``ledger.created`` sealed, or for the first entry the one that is to be.

    Raises ImproperlyConfigured if KAIZEN_LOG_ORIGIN names another than the sealed one: entries would not verify.
    """
    if "origin" not in _known:
        first = Leaf.objects.filter(idx=0).values_list("entry", flat=True).first()
        if first is None:
            return settings.KAIZEN_LOG_ORIGIN or _pending()
        _known["origin"] = json.loads(bytes(first))["decision"]["origin"]
    if settings.KAIZEN_LOG_ORIGIN not in {"", _known["origin"]}:
        raise ImproperlyConfigured(
            f"KAIZEN_LOG_ORIGIN is {settings.KAIZEN_LOG_ORIGIN}, but this log was created as {_known['origin']}; "
            "an origin is fixed for a log's life. Unset it, or start a log of its own in a new database."
        )
    return _known["origin"]


def forget() -> None:
    """Look the origin up again, after another database was put in place."""
    _known.clear()


def _pending() -> str:
    _known.setdefault("pending", f"kaizen.invalid/{secrets.token_hex(8)}")
    return _known["pending"]
