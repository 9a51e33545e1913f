"""The OpenAPI document of ``/api/v1`` and ``/access/v1``, made once per process; its operations as pages show them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator

PUBLISHED = ("api/v1/", "access/v1/")
METHODS = ("get", "put", "post", "patch", "delete")
DEEPEST = 3


@dataclass(frozen=True)
class FieldRow:
    """One parameter or member of a body, by its path with dots."""

    name: str
    kind: str
    required: bool
    says: str
    where: str = ""


@dataclass(frozen=True)
class Example:
    """A body as it stands on the wire."""

    name: str
    text: str


@dataclass(frozen=True)
class Answer:
    """What may come back: status, sentence, members, examples."""

    status: str
    says: str
    fields: tuple[FieldRow, ...]
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    id: str
    method: str
    path: str
    title: str
    says: str
    parameters: tuple[FieldRow, ...]
    body: tuple[FieldRow, ...]
    examples: tuple[Example, ...]
    answers: tuple[Answer, ...]
    call: str


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The published API, OpenAPI 3.1."""
    parts = get_resolver().url_patterns
    versions = [part for part in parts if isinstance(part, URLResolver) and str(part.pattern) in PUBLISHED]
    return dict(SchemaGenerator(patterns=versions).get_schema(request=None, public=True))


@lru_cache(maxsize=1)
def operations() -> dict[str, list[Operation]]:
    """All operations by subject, in the order of their paths."""
    whole = document()
    found: dict[str, list[Operation]] = {}
    for path, methods in whole.get("paths", {}).items():
        for method in METHODS:
            if method in methods:
                told = methods[method]
                found.setdefault((told.get("tags") or ["api"])[0], []).append(_operation(path, method, told, whole))
    return found


def _operation(path: str, method: str, told: Mapping[str, Any], whole: Mapping[str, Any]) -> Operation:
    content = _json_content(told.get("requestBody", {}))
    title, _, says = str(told.get("description", "")).replace("``", "").partition("\n")
    answers = told.get("responses", {})
    return Operation(
        id=str(told.get("operationId", f"{method}-{path}")),
        method=method.upper(),
        path=path,
        title=str(told.get("summary") or title or f"{method.upper()} {path}").rstrip("."),
        says=f"{title}\n{says}".strip() if told.get("summary") else says.strip(),
        parameters=tuple(_parameter(each, whole) for each in told.get("parameters", ())),
        body=tuple(_fields(content.get("schema", {}), whole)),
        examples=_examples(content),
        answers=tuple(_answer(status, answer, whole) for status, answer in sorted(answers.items())),
        call=_call(path, method, has_body=bool(content), has_key=any(told.get("security", ()))),
    )


def _parameter(told: Mapping[str, Any], whole: Mapping[str, Any]) -> FieldRow:
    schema = _resolved(told.get("schema", {}), whole)
    return FieldRow(
        name=str(told["name"]),
        kind=_kind(schema, whole),
        required=bool(told.get("required")),
        says=str(told.get("description", "")),
        where=str(told["in"]),
    )


def _answer(status: str, told: Mapping[str, Any], whole: Mapping[str, Any]) -> Answer:
    content = _json_content(told)
    fields = tuple(_fields(content.get("schema", {}), whole))
    return Answer(status, str(told.get("description", "")), fields, _examples(content))


def _json_content(told: Mapping[str, Any]) -> Mapping[str, Any]:
    content = told.get("content", {})
    return next((content[kind] for kind in content if "json" in kind), {})


def _examples(content: Mapping[str, Any]) -> tuple[Example, ...]:
    named = content.get("examples", {})
    shown = [Example(str(each.get("summary") or name), _pretty(each.get("value"))) for name, each in named.items()]
    if not shown and "example" in content:
        shown = [Example("Example", _pretty(content["example"]))]
    return tuple(shown)


def _fields(schema: Mapping[str, Any], whole: Mapping[str, Any], at: str = "", depth: int = 0) -> Iterator[FieldRow]:
    """The members of an object, and those of objects within it, down to ``DEEPEST``."""
    schema = _resolved(schema, whole)
    needed = set(schema.get("required", ()))
    if schema.get("type") == "array" and not at:
        yield from _fields(schema.get("items", {}), whole, "[]", depth)
        return
    for name, inner in schema.get("properties", {}).items():
        path = f"{at}.{name}" if at else name
        told = _resolved(inner, whole)
        yield FieldRow(path, _kind(told, whole), name in needed, str(told.get("description", "")))
        if depth + 1 < DEEPEST:
            inside = told.get("items", {}) if told.get("type") == "array" else told
            yield from _fields(inside, whole, path, depth + 1)


def _kind(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> str:
    """The type in words: ``text (uri)``, ``one of research, standard``, ``list of text``."""
    if "enum" in schema:
        return "one of " + ", ".join("null" if each is None else str(each) for each in schema["enum"])
    choices = schema.get("oneOf") or schema.get("anyOf")
    if choices:
        return " or ".join(dict.fromkeys(_kind(_resolved(each, whole), whole) for each in choices))
    kind = schema.get("type", "any")
    if isinstance(kind, list):
        return " or ".join(str(_WORDS.get(each, each)) for each in kind)
    if kind == "array":
        return "list of " + _kind(_resolved(schema.get("items", {}), whole), whole)
    form = schema.get("format")
    return f"{_WORDS.get(kind, kind)} ({form})" if form else _WORDS.get(kind, str(kind))


_WORDS = {"string": "text", "integer": "whole number", "boolean": "true or false", "object": "object", "null": "null"}


def _resolved(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema that a ``$ref`` names, with a description of its own kept."""
    ref = schema.get("$ref")
    if not ref:
        return schema
    found: Any = whole
    for step in str(ref).removeprefix("#/").split("/"):
        found = found.get(step, {})
    return {**found, **{name: value for name, value in schema.items() if name != "$ref"}}


def _call(path: str, method: str, *, has_body: bool, has_key: bool) -> str:
    lines = [f"curl -X {method.upper()} {settings.KAIZEN_PUBLIC_URL}{path}"]
    if has_key:
        lines.append('  -H "Authorization: Bearer $KEY"')
    if has_body:
        lines += ['  -H "Content-Type: application/json"', "  --data @body.json"]
    return " \\\n".join(lines)


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)
