"""Logs that a machine can read and nobody can forge: one JSON object a line, for our loggers and the libraries' alike.

Every text passes the scrubber named by the setting ``KAIZEN_SCRUB`` (a dotted path to ``scrub(text) -> text``),
is cut at 2 KiB and has its control characters escaped. Tracebacks never show local variables, which hold secrets.
"""

import json
import re
from collections.abc import Callable, MutableMapping
from functools import cache
from typing import Any

import structlog
from django.conf import settings
from django.utils.module_loading import import_string
from structlog.tracebacks import ExceptionDictTransformer

MAX_TEXT_BYTES = 2048
MAX_FRAMES = 20
MAX_NESTING = 8

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

Event = MutableMapping[str, Any]


def logging_config(*, level: str = "INFO", console: bool = False) -> dict[str, Any]:
    """The value of Django's LOGGING: JSON lines on standard error, or readable ones for a developer's ``console``."""
    render = readable_line if console else json_line
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _before(),
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_after(), render],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django brings handlers of its own for these, which would print every line twice.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
        },
    }


def configure() -> None:
    """Let ``structlog.get_logger()`` write through the standard library, and so through ``logging_config``."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_before(),
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _before() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _after() -> list[Any]:
    frames = ExceptionDictTransformer(show_locals=False, max_frames=MAX_FRAMES, use_rich=False)
    return [structlog.processors.ExceptionRenderer(frames), scrub_and_cut]


def scrub_and_cut(_logger: Any, _method: str, event: Event) -> Event:
    """Every text of the event scrubbed and cut at 2 KiB; what is no JSON value becomes its text first."""
    return {_cut(str(key)): _clean(value, 0) for key, value in event.items()}


def _clean(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if depth < MAX_NESTING and isinstance(value, dict):
        return {_cut(str(key)): _clean(inner, depth + 1) for key, inner in value.items()}
    if depth < MAX_NESTING and isinstance(value, list | tuple | set | frozenset):
        return [_clean(inner, depth + 1) for inner in value]
    # Cut roughly first, for scrubbing costs by length; what a rough cut may split lies behind the final one.
    return _cut(_scrubber()(str(value)[: 4 * MAX_TEXT_BYTES]))


def _cut(text: str) -> str:
    raw = text.encode("utf-8", errors="replace")
    return text if len(raw) <= MAX_TEXT_BYTES else raw[:MAX_TEXT_BYTES].decode("utf-8", errors="ignore")


@cache
def _scrubber() -> Callable[[str], str]:
    path = getattr(settings, "KAIZEN_SCRUB", None)
    return import_string(path) if path else str


def _escaped(text: str) -> str:
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def json_line(_logger: Any, _method: str, event: Event) -> str:
    """One JSON object in ASCII, without a raw control character."""
    return json.dumps(event, ensure_ascii=True, default=str)


def readable_line(_logger: Any, _method: str, event: Event) -> str:
    """One line for a developer's eyes: time, level, logger, words, then the rest as name=value; tracebacks below."""
    rest = dict(event)
    time, level, name = (str(rest.pop(key, "")) for key in ("timestamp", "level", "logger"))
    words = str(rest.pop("event", ""))
    errors = rest.pop("exception", None) or []
    pairs = " ".join(f"{key}={value!r}" for key, value in rest.items())
    head = _escaped(f"{time[11:19]} {level:<8} {name}: {words} {pairs}".rstrip())
    return "\n".join([head, *map(_readable_error, errors)])


def _readable_error(error: dict[str, Any]) -> str:
    frames = [f"    {one['filename']}:{one['lineno']} in {one['name']}" for one in error.get("frames", [])]
    return "\n".join(map(_escaped, [*frames, f"    {error.get('exc_type')}: {error.get('exc_value')}"]))
