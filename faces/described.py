"""Parts that the API's description shares: problems, common headers, small shapes of JSON (OpenAPI 3.1)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

_FAULT = inline_serializer(
    "Fault",
    {
        "pointer": serializers.CharField(help_text="RFC 6901 JSON pointer into the body"),
        "code": serializers.CharField(),
        "detail": serializers.CharField(),
    },
    many=True,
)
PROBLEM = inline_serializer(
    "Problem",
    {
        "type": serializers.CharField(help_text="/problems/<code>"),
        "title": serializers.CharField(),
        "status": serializers.IntegerField(),
        "code": serializers.CharField(),
        "detail": serializers.CharField(),
        "field": serializers.CharField(allow_null=True),
        "errors": _FAULT,
    },
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="1 to 255 printable ASCII characters. The same key and body get the same answer, for 24 hours.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag that you read: 428 without it, 412 if the row has changed since.",
)
Shape = dict[str, Any]


def problems(*statuses: int) -> dict[Any, OpenApiResponse]:
    """These statuses, each answered by a problem document (RFC 9457)."""
    return {(status, "application/problem+json"): _problem(HTTPStatus(status)) for status in statuses}


def example(name: str, value: Any, *, status: int | None = None) -> OpenApiExample:
    """An example of the request, or of the answer with ``status``."""
    if status is None:
        return OpenApiExample(name, value=value, request_only=True)
    return OpenApiExample(name, value=value, response_only=True, status_codes=[str(status)])


def an_object(members: Mapping[str, Shape], *, needed: tuple[str, ...] = (), more: bool = True) -> Shape:
    """An object with these members, all of them there unless ``needed`` names which; ``more`` allows others."""
    shape: Shape = {"type": "object", "properties": dict(members), "required": list(needed or members)}
    return shape if more else shape | {"additionalProperties": False}


def text(about: str = "", **more: Any) -> Shape:
    return {"type": "string", **({"description": about} if about else {}), **more}


def a_list(of: Shape, **more: Any) -> Shape:
    return {"type": "array", "items": of, **more}


def or_null(shape: Shape) -> Shape:
    return {"oneOf": [shape, {"type": "null"}]}


TIME = text(format="date-time")


def _problem(status: HTTPStatus) -> OpenApiResponse:
    return OpenApiResponse(PROBLEM, description=status.phrase)
