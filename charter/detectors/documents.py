"""Numbers of a person's papers: passports, licences, and national numbers with or without a check of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from charter.detectors.identifiers import luhn

Span = tuple[int, int]

# Small-letter words one of which stands in every text that ``documents`` finds something in.
WORDS = (
    "passport",
    "licen",
    "national id",
    "identity",
    "insurance",
    "nhs",
    "nino",
    "medicare",
    "medical record",
    "mrn",
    "taxpayer",
    "tax id",
    "tax file",
    "aadhaar",
    "personnummer",
    "codice fiscale",
    "dni",
    "itin",
)
_CALLED = r"(?i:{words})(?:\s(?i:no\.?|number|num|id|is|was|card|code|#|of\s\w+|holder))*\s?[:#]?\s?"
_PASSPORT = re.compile(
    _CALLED.format(words=r"\bpassport") + r"((?=[A-Z0-9]*\d)[A-Z0-9]{7,9}|[A-Z]{1,2}\s\d{6,8})(?!\w)"
)
_LICENCE = re.compile(
    _CALLED.format(
        words=r"\bdriv(?:er|ing)'?s?'?\slicen[cs]e|\blicen[cs]e|\bnational\sid|\bidentity\s(?:card|document)"
    )
    + r"((?=[A-Z]{0,3}\d)(?=[A-Z0-9\-]*\d[A-Z0-9\-]*\d[A-Z0-9\-]*\d)[A-Z0-9\-]{6,18}"
    r"|[A-Z]\d{3}(?:[ \-]\d{2,4}){2,3}|[A-Z9]{5}\d{6}[A-Z9]{2}\w{3})(?!\w)"
)
_NATIONAL = re.compile(
    _CALLED.format(
        words=r"\bnational\sinsurance|\bni(?=\s(?:no|num))|\bnino|\bnhs|\bmedicare|\bmedical\srecord|\bmrn|\btaxpayer|"
        r"\btax\s(?:id|file|identification)|\btfn|\baadhaar|\bpersonnummer|\bdni|\bnie|\bitin|\bhealth\sinsurance"
    )
    + r"((?=(?:[ \-]?[A-Z]){0,4}(?:[ \-]?\d){6})[A-Z0-9](?:[ \-]?[A-Z0-9]){5,13})(?!\w)"
)
_SOCIAL_INSURANCE = re.compile(_CALLED.format(words=r"\bsocial\sinsurance") + r"(\d{3}[ \-]?\d{3}[ \-]?\d{3})(?!\w)")
_FISCAL = re.compile(
    _CALLED.format(words=r"\bcodice\sfiscale") + r"([A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z])(?!\w)"
)


def documents(text: str) -> Iterator[Span]:
    """Numbers that stand right behind the name of a personal paper."""
    for shape, check in _SHAPES:
        for match in shape.finditer(text):
            if check(match.group(1)) and not _SAMPLE.search(match.group(1)):
                yield match.span(1)


def _any(_number: str) -> bool:
    return True


def _passes_luhn(number: str) -> bool:
    return luhn(re.sub(r"\D", "", number))


_SAMPLE = re.compile(r"12345678|0{5}|(\d)\1{5}|XXXX")
_SHAPES: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (_PASSPORT, _any),
    (_LICENCE, _any),
    (_NATIONAL, _any),
    (_SOCIAL_INSURANCE, _passes_luhn),
    (_FISCAL, _any),
)
