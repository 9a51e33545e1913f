"""Keyset pages with signed cursors: steady under inserts, and a cursor of another list is worth nothing here.

The columns of ``ordering`` must be not null and end in a unique one. Addresses in an answer are relative, so that no
Host header is ever repeated.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model, Q
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from faces.problems import Problem

MAX_CURSOR_LENGTH = 1024


class KeysetPagination(BasePagination):
    """Pages by the values of ``ordering`` (leading ``-`` descends); a view's ``ordering`` wins over the class's.

    Answers ``{"results": […], "next": relative URL or null}``. ``?limit=`` asks for fewer or more, up to ``most``.
    """

    ordering: Sequence[str] = ("-id",)
    page_size = 50
    most = 200

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        order = tuple(getattr(view, "ordering", None) or self.ordering)
        salt = f"faces.cursors:{_options(queryset.model).label}:{','.join(order)}"
        limit = self._limit(request)
        if cursor := request.query_params.get("cursor"):
            queryset = queryset.filter(after(queryset.model, order, _opened(cursor, salt, len(order))))
        rows = list(queryset.order_by(*order)[: limit + 1])
        self.next_cursor = _closed(rows[limit - 1], order, salt) if len(rows) > limit else None
        return rows[:limit]

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next": self.next_address()})

    def next_address(self) -> str | None:
        """The path and query of the next page, with the filters of this one."""
        if self.next_cursor is None:
            return None
        kept = [(key, value) for key, values in self.request.query_params.lists() for value in values]
        query = [*((key, value) for key, value in kept if key != "cursor"), ("cursor", self.next_cursor)]
        return f"{self.request.path}?{urlencode(query)}"

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address = {"type": ["string", "null"], "description": "Relative address of the next page; null on the last."}
        properties = {"results": schema, "next": address}
        return {"type": "object", "required": ["results", "next"], "properties": properties}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:  # noqa: ARG002 - DRF's signature
        limit = {"type": "integer", "minimum": 1, "maximum": self.most, "default": self.page_size}
        return [
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"}},
            {"name": "limit", "in": "query", "required": False, "schema": limit},
        ]

    def _limit(self, request: Request) -> int:
        asked = request.query_params.get("limit", str(self.page_size))
        if not (asked.isascii() and asked.isdigit() and len(asked) <= len(str(self.most))):
            raise Problem(HTTPStatus.BAD_REQUEST, "out_of_range", f"limit is a number from 1 to {self.most}.")
        if not 1 <= int(asked) <= self.most:
            raise Problem(HTTPStatus.BAD_REQUEST, "out_of_range", f"limit is a number from 1 to {self.most}.")
        return int(asked)


def after(model: type[Model], order: Sequence[str], values: Sequence[str]) -> Q:
    """The rows that come after the one with these values, in mixed directions too: a > x or (a = x and b > y) …"""
    condition, equal = Q(pk__in=[]), Q()
    for column, value in zip(order, values, strict=True):
        name = column.removeprefix("-")
        typed = _typed(model, name, value)
        side = "lt" if column.startswith("-") else "gt"
        condition |= equal & Q(**{f"{name}__{side}": typed})
        equal &= Q(**{name: typed})
    return condition


def _typed(model: type[Model], name: str, value: str) -> Any:
    try:
        options = _options(model)
        return (options.pk if name == "pk" else options.get_field(name)).to_python(value)
    except (ValidationError, FieldDoesNotExist):
        raise _bad_cursor() from None


def _options(model: type[Model]) -> Any:
    return model._meta


def _closed(row: Any, order: Sequence[str], salt: str) -> str:
    values = [getattr(row, column.removeprefix("-")) for column in order]
    return signing.dumps([one.isoformat() if hasattr(one, "isoformat") else str(one) for one in values], salt=salt)


def _opened(cursor: str, salt: str, length: int) -> list[str]:
    if len(cursor) > MAX_CURSOR_LENGTH:
        raise _bad_cursor()
    try:
        values: list[str] = signing.loads(cursor, salt=salt)
    except (signing.BadSignature, ValueError):
        raise _bad_cursor() from None
    if len(values) != length:
        raise _bad_cursor()
    return values


def _bad_cursor() -> Problem:
    return Problem(HTTPStatus.BAD_REQUEST, "bad_cursor")
