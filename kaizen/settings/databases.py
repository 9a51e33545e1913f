"""Database settings from one URL, with what each database needs to be safe and quick here."""

from typing import Any

import environ

PROBING_CONNECTIONS_SECONDS = 600
SQLITE_WAIT_SECONDS = 20
CACHE_SECONDS = 0.5


def from_url(url: str, *, wait_seconds: int = SQLITE_WAIT_SECONDS) -> dict[str, Any]:
    """Django's settings of the database at ``url`` (``postgres://…`` or ``sqlite:///path``).

    ``wait_seconds`` is how long a writer of SQLite waits for its turn.
    """
    settings: dict[str, Any] = environ.Env.db_url_config(url)
    if "sqlite" in settings["ENGINE"]:
        # FULL: a power cut under NORMAL drops commits that were shown already. IMMEDIATE: a writer waits at BEGIN,
        # where waiting is possible, instead of failing in the middle.
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": wait_seconds,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
        }
        return settings
    settings["CONN_MAX_AGE"] = PROBING_CONNECTIONS_SECONDS
    settings["CONN_HEALTH_CHECKS"] = True
    return settings


def cache_at(redis_url: str) -> dict[str, Any]:
    """A cache in Redis, or in each process's own memory where there is none; what it holds may be lost."""
    if not redis_url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if redis_url.startswith("redis+socket://"):  # Celery's spelling of a unix socket
        path = redis_url.removeprefix("redis+socket://").split("?")[0]
        redis_url = f"unix://{path}?db=0"
    bounds = {"socket_connect_timeout": CACHE_SECONDS, "socket_timeout": CACHE_SECONDS}
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url, "OPTIONS": bounds}
