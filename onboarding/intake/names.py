"""Names that an application gives: of the model, of a request header, of OAuth scopes."""

import re
import unicodedata
from typing import Any

from faces.schema import Leaf, Rejected
from faces.text import plain
from faces.values import matching, sized

MAX_MODEL_NAME = 64

_MODEL_NAME_MARKS = frozenset(" ._-+()")
# Headers by which a request is framed, routed or recognised: a provider may not have us forge them.
_NOT_FOR_KEYS = frozenset(
    {
        "accept",
        "accept-encoding",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "cookie",
        "expect",
        "forwarded",
        "host",
        "keep-alive",
        "origin",
        "proxy-authorization",
        "proxy-connection",
        "referer",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
        "via",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
    }
)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def _model_name(value: Any) -> str:
    name = plain(sized(value, 1, MAX_MODEL_NAME))
    if not (_is_letter_or_digit(name[0]) and all(map(_may_stand_in_a_name, name))):
        raise Rejected(
            "wrong_format", "Letters, marks and digits of any script, space and . _ - + ( ); first a letter or digit."
        )
    return name


def _is_letter_or_digit(char: str) -> bool:
    category = unicodedata.category(char)
    return category.startswith("L") or category == "Nd"


def _may_stand_in_a_name(char: str) -> bool:
    return _is_letter_or_digit(char) or char in _MODEL_NAME_MARKS or unicodedata.category(char).startswith("M")


def _header_name(value: Any) -> str:
    name = sized(value, 1, 64)
    if not _TOKEN.fullmatch(name) or name.lower() in _NOT_FOR_KEYS:
        raise Rejected("wrong_format", "The name of a header that may carry a key, such as X-Api-Key.")
    return name


model_name = Leaf(_model_name)
header_name = Leaf(_header_name)
scope = matching(
    r"[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*",
    "Scopes of visible ASCII (RFC 6749 §3.3), with single spaces between.",
    most=4096,
)
