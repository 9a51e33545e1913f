"""Production refuses to start unsafe (rules E12, R13)."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET = 50


def refuse_unsafe(settings: Mapping[str, Any]) -> None:
    """Raise ImproperlyConfigured, naming every fault at once, if these are production settings and unsafe."""
    if settings["IN_DEVELOPMENT"]:
        return
    faults = []
    if settings["DEBUG"]:
        faults.append("DEBUG is on; unset it")
    key = settings["SECRET_KEY"]
    if key.startswith(("insecure", "django-insecure")) or len(key) < SHORTEST_SECRET:
        faults.append(f"KAIZEN_SECRET_KEY is a default or shorter than {SHORTEST_SECRET} characters; set a random one")
    if "*" in settings["ALLOWED_HOSTS"] or not settings["ALLOWED_HOSTS"]:
        faults.append("KAIZEN_ALLOWED_HOSTS is empty or *; name the hosts that are served")
    if settings["KAIZEN_EGRESS_DEV_ALLOW"]:
        faults.append("KAIZEN_EGRESS_DEV_ALLOW is for development; use KAIZEN_EGRESS_ALLOW for your own network")
    faults += [
        f"KAIZEN_{name}_KEY is not set; give it or KAIZEN_{name}_KEY_FILE, base64 of 32 random bytes"
        for name in ("ENTRY", "ATTESTATION", "FIELD")
        if not settings[f"KAIZEN_{name}_KEY"]
    ]
    if faults:
        raise ImproperlyConfigured(
            "These settings are not safe in production (KAIZEN_ENV is not development): " + "; ".join(faults) + "."
        )
