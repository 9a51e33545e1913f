"""Database settings from one URL, with what each database needs to be safe and quick here."""

from typing import Any

import environ

PROBING_CONNECTIONS_SECONDS = 600
SQLITE_WAIT_SECONDS = 20


def from_url(url: str) -> dict[str, Any]:
    """Django's settings of the database at ``url`` (``postgres://…`` or ``sqlite:///path``)."""
    settings: dict[str, Any] = environ.Env.db_url_config(url)
    if "sqlite" in settings["ENGINE"]:
        # FULL: a power cut under NORMAL drops commits that were shown already. IMMEDIATE: a writer waits at BEGIN,
        # where waiting is possible, instead of failing in the middle.
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": SQLITE_WAIT_SECONDS,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
        }
        return settings
    settings["CONN_MAX_AGE"] = PROBING_CONNECTIONS_SECONDS
    settings["CONN_HEALTH_CHECKS"] = True
    return settings
