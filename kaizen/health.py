"""Is it alive, is it ready: ``/livez`` asks the process alone, ``/readyz`` the database and its work (spec 17)."""

from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis import Redis, RedisError

REDIS_SECONDS = 0.5


def livez(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain")


def readyz(_request: HttpRequest) -> JsonResponse:
    """200 if the database answers and its migrations are applied; Redis is shown and not required."""
    report: dict[str, Any] = {"database": _database(), "redis": _redis()}
    ready = report["database"] == "migrated"
    return JsonResponse({"ready": ready, **report}, status=200 if ready else 503)


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError:
        return "does not answer"
    return f"{len(pending)} migrations are not applied" if pending else "migrated"


def _redis() -> str:
    if not settings.REDIS_URL:
        return "not configured"
    try:
        with _client(settings.REDIS_URL) as client:
            client.ping()
    except (RedisError, OSError):
        return "does not answer; work is queued in the database"
    return "answers"


def _client(url: str) -> Redis:
    bounds = {"socket_connect_timeout": REDIS_SECONDS, "socket_timeout": REDIS_SECONDS}
    if url.startswith("redis+socket://"):
        return Redis(unix_socket_path=url.removeprefix("redis+socket://").split("?")[0], **bounds)
    return Redis.from_url(url, **bounds)
