"""Telephone numbers and street addresses: shapes without a checksum, so that what stands before them has to help."""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]

_INTERNATIONAL = re.compile(
    r"(?<![\w+.])(?:\+|00(?=[1-9])|001[\-. ])\d{1,3}[\-. /]?(?:\(0?\d{0,4}\)[\-. ]?)?\d(?:[\-. "
    r"/]?\d){5,12}(?![\w]|[.\-]\d)"
)
_NORTH_AMERICAN = re.compile(
    r"(?<![\w.+\-/$€£])(?:1[\-. ])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[\-. ])[2-9]\d\d[\-. ]\d{4}(?:(?: "
    r"?x| ext\.? ?)\d{1,6})?(?![\w]|[.\-]\d)"
)
_LOCAL = re.compile(
    r"(?<![\w.+\-/$€£#:])(?:\(?\d{2,5}\)?|\d{1})(?:[\-. /]\d{2,8}){1,5}(?:x\d{1,6})?(?![\w%]|"
    r"[.\-:/]\d)|(?<![\w.+\-/$€£#:])\d{7,12}(?:x\d{1,6})?(?![\w%]|[.\-:/]\d)"
)
_WORDS_BEFORE = re.compile(
    r"(?:\b(?:desk|office|work|home|cell)(?=:)|\bregistered|\bphone(?: (?:number|no\.?))?|"
    r"\btelephone|\btel\b\.?|\bmobile(?: number| phone)?|\bcell(?:phone)?(?: number)?|\bhandy|"
    r"\bfax|\bwhatsapp|\bcall (?:me|him|her|them|us)?|\bcalled|\bring (?:me|him|her)|\bdial|"
    r"\btext (?:me|him|her)|\breach (?:me|him|her|them|us)|\bmessages? (?:to|from)|\bcontact "
    r"(?:me|him|her)|\bhome number|\bcontact number|\b(?:my|his|her|their|the) (?:\w+ )?number)"
    r"(?: (?:is|was|at|on|to|from|under|number|me|him|her|back|home|:|me at|him at|her at|for "
    r"\w+)){0,4}\s{0,2}[:#\-=]?\s{0,2}\(?$",
    re.IGNORECASE,
)
_WORDS_AFTER = re.compile(r"\s?[\-(]?\s?(?:office|fax|mobile|cell|desk|home)\b", re.IGNORECASE)
_PUBLIC_LINE = re.compile(
    (
        r"hot ?line|help ?line|life ?line|crisis|emergency|poison|customer (?:service|care|support)|"
        r"call cent|switchboard|toll[- ]free|samaritans|police|hospital|national|department of|agency|"
        r"office hours|post office|support line|in the film|fictional|example"
    ),
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:(?:19|20)\d\d[\-./ ]\d{1,2}[\-./ ]\d{1,2}|\d{1,2}[\-./ ]\d{1,2}[\-./ ](?:19|20)\d\d|"
    r"(?:19|20)\d\d[\-/](?:19|20)?\d\d)"
)
_TOLL_FREE = re.compile(r"(?:\+?1)?(?:800|833|844|855|866|877|888|900)\d{7}|(?:44|0)?(?:800|808|116)\d+")
_FICTION = re.compile(
    r"(?:1?\d{3})?55501\d\d|(?:1?\d{3})?555\d{4}|1?1234567890?|(\d)\1{6,}|0?123456789\d?|1?9876543210"
)
_LOOK_BACK = 60
_LEAST, _MOST = 7, 15

_STREET = (
    r"(?:[Ss]treet|St\.?|[Aa]venue|Ave\.?|[Rr]oad|Rd\.?|[Bb]oulevard|Blvd\.?|Lane|Ln\.?|Drive|"
    r"Dr\.?|Court|Ct\.?|Place|Pl\.?|Square|Terrace|Way|Close|Crescent|Parkway|Pkwy\.?|Highway|"
    r"Hwy\.?|Trail|Circle|Cir\.?|Row|Alley|Isle|Route)"
)
_NAME = r"(?:[^\W\d_][\w'’.\-]*\s){1,4}"
_ADDRESS = tuple(
    re.compile(shape)
    for shape in (
        (
            rf"(?<![\w$€£.,\-/])(?:(?:[Uu]nit|[Ff]lat|[Aa]pt\.?|"
            rf"[Ss]uite)\s\d+\w?,?\s)?\d{{1,5}}[A-Za-z]?\s(?:[NSEW]\.?\s)?(?=[A-Z0-9])(?:[\w'’.\-]+\s){{1,3}}{_STREET}(?![\w])(?:[,\s]+(?:[Aa]pt\.?|[Ss]uite|[Uu]nit|#)\s?\d+\w?)?"
        ),
        r"(?<!\w)(?:[Aa]pt\.?|[Ss]uite|[Uu]nit)\s\d{1,5}[,\s]{1,2}(?:[^\d\n,]{2,40},?\s){1,2}\d{4,5}(?!\d)",
        (
            r"(?i:\bPSC\s\d{3,5},?\sbox\s\d{1,5}[,\s]{1,2}[AFD]PO\sA[AEP]\s\d{5}\b|"
            r"\bunit\s\d{3,5}\sbox\s\d{1,5}[,\s]{1,2}[AFD]PO\sA[AEP]\s\d{5}\b)"
        ),
        r"(?i:\bP\.?\s?O\.?\sbox\s\d{1,6}\b)",
        (
            r"(?<!\w)[A-ZÄÖÜÅØÆ][\w'’.\- ]{1,24}?(?:[Ss]tra(?:ß|ss)e|[Ss]tr\.|gasse|weg|vej|gatan|gata|"
            r"gade|straat|laan|katu|tie|vägen|veien|utca|út(?:ja)?|utca)\s\d{1,4}[a-zA-Z]?(?![\w%])"
        ),
        (
            r"(?<!\w)(?:\d{1,5},?\s)?(?:[Rr]ue|[Vv]ia|[Cc]alle|[Aa]venida|[Aa]venue|[Pp]iazza|[Pp]laza|"
            r"ul\.|[Rr]ua|[Rr]úa|[Vv]iale|[Cc]orso)\s(?:d[eiou]s?l?a?\s)?(?:[A-ZÀ-Ž][\w'’.\-]*\s){1,3}\d{1,5}(?!\w)"
        ),
        r"(?<![\w$€£.,])\d{2,5}\s(?:\d{1,5}\s)?[^\d\n,]{3,40}?\s\d{0,4}\s?(?:[Aa]pt\.?|[Ss]uite)\s\d{1,5}(?!\w)",
    )
)
_PLACES = re.compile(
    (
        r"(?:221b baker|10 downing|\d+ pennsylvania ave|\d+ downing|1600 amphitheatre|123 main|1234 "
        r"main|123 (?:elm|oak|fake|any)|1 infinite loop|350 fifth|11 wall)|\b(?:years?|minutes?|days?|"
        r"miles?|steps?|people|hours?|percent|more|best|of the|in the|ways? to)\b"
    ),
    re.IGNORECASE,
)


def phones(text: str) -> Iterator[Span]:
    """Numbers that are telephones by their shape, or by what stands before them; hotlines and samples left out."""
    taken = 0
    found = [match.span() for shape in (_INTERNATIONAL, _NORTH_AMERICAN) for match in shape.finditer(text)]
    found += [match.span() for match in _LOCAL.finditer(text) if _announced(text, *match.span())]
    for start, end in sorted(found):
        if start >= taken and personal_phone(text, start, end):
            taken = end
            yield start, end


def phone_shapes(text: str) -> Iterator[Span]:
    """All that has the shape of a telephone number, hotlines included; for scrubbing."""
    for shape in (_INTERNATIONAL, _NORTH_AMERICAN):
        yield from (match.span() for match in shape.finditer(text))
    yield from (match.span() for match in _LOCAL.finditer(text) if _announced(text, *match.span()))


def personal_phone(text: str, start: int, end: int) -> bool:
    """Whether a number can be a person's: of a possible length, no date, no toll-free, public or sample line."""
    shown = text[start:end]
    digits = re.sub(r"\D", "", shown.partition("x")[0])
    if not _LEAST <= len(digits) <= _MOST or _DATE.fullmatch(shown.strip("() ")):
        return False
    if _TOLL_FREE.fullmatch(digits) or _FICTION.fullmatch(digits):
        return False
    return not _PUBLIC_LINE.search(text[max(0, start - 2 * _LOOK_BACK) : start].rpartition("\n")[2])


def _announced(text: str, start: int, end: int) -> bool:
    """Whether words beside a number say that it is a telephone's."""
    return bool(
        _WORDS_BEFORE.search(text[max(0, start - _LOOK_BACK) : start]) or _WORDS_AFTER.match(text[end : end + 12])
    )


def street_addresses(text: str) -> Iterator[Span]:
    """Postal addresses with a number; landmarks and sample addresses left out."""
    taken = 0
    found = sorted(match.span() for shape in _ADDRESS for match in shape.finditer(text))
    for start, end in found:
        if start >= taken and not _PLACES.search(text[start:end]):
            taken = end
            yield start, end
