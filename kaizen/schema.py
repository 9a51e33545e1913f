"""What the OpenAPI document describes: the published addresses under ``/api/v1``, once, and asking for access."""

from typing import Any

PUBLISHED = ("/api/v1/", "/access/v1/")


def published_only(endpoints: list[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    """drf-spectacular's preprocessing hook: ``/api`` is the same views again, by the guide's own paths."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(PUBLISHED)]
