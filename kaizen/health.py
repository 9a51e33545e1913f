"""Is it alive, is it ready: ``/livez`` asks the process alone, ``/readyz`` the database and its work (spec 17)."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from redis import Redis, RedisError

from charter.queries import NoLaw, law_at
from kaizen.waiting import oldest_due

REDIS_SECONDS = 0.5
# Work may be this many of the law's deliberation intervals late before we say that we do not keep up.
INTERVALS_LATE = 3
MIGRATED = "migrated"
# Nothing takes an applied migration back under a running process, so it is looked for only until it is found.
_found: set[str] = set()


def livez(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain")


def readyz(_request: HttpRequest) -> JsonResponse:
    """200 if the database answers, is migrated, and its oldest due work is within the law's bound; Redis is shown."""
    report: dict[str, Any] = {"database": "does not answer", "work": "not known", "redis": _redis()}
    ready = False
    try:
        report["database"] = _database()
        if report["database"] == MIGRATED:
            ready, report["work"] = _work(timezone.now())
    except Error:
        report["database"] = "does not answer"
    response = JsonResponse({"ready": ready, **report}, status=200 if ready else 503)
    # "Not yet" is an answer and no fault: Django would log it as an error each time that somebody waits for us.
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 - Django's own mark
    return response


def _database() -> str:
    if MIGRATED not in _found:
        executor = MigrationExecutor(connection)
        if pending := executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return f"{len(pending)} migrations are not applied: run manage.py migrate"
        _found.add(MIGRATED)
    return MIGRATED


def _work(at: datetime) -> tuple[bool, dict[str, Any] | str]:
    """Whether the oldest due work is within the bound, and what waits for how many seconds."""
    try:
        bound = INTERVALS_LATE * law_at(at).shadow.deliberation_every
    except NoLaw:
        return False, "no law is in force: run manage.py bootstrap"
    waits = {kind: at - since for kind, since in oldest_due(at).items()}
    late = max(waits.values(), default=timedelta(0))
    told = {kind: round(wait.total_seconds()) for kind, wait in sorted(waits.items())}
    return late <= bound, {"waitingSeconds": told, "boundSeconds": round(bound.total_seconds())}


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
    bounds: dict[str, Any] = {"socket_connect_timeout": REDIS_SECONDS, "socket_timeout": REDIS_SECONDS}
    if url.startswith("redis+socket://"):
        return Redis(unix_socket_path=url.removeprefix("redis+socket://").split("?")[0], **bounds)
    return Redis.from_url(url, **bounds)
