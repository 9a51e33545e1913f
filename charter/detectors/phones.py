"""Telephone numbers: shapes without a checksum, so that a number's form or the words beside it have to say what it is.

The forms are those of the published numbering plans (ITU-T E.123 and E.164, the North American plan, national trunk
prefixes). Numbers that a plan sets aside for films and books belong to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]

# A pattern that begins with a set of signs is searched much faster than one that begins by looking back, so each of
# these looks back only after its first sign.
_EXTENSION = r"(?:,?\s?(?:x|#|ext\.?|extn\.?|extension)\s?\d{1,6})?"
_END = r"(?![\w]|[.\-]\d)"
_NO_END = r"(?![\w%]|[.\-:/]\d)"
_INTERNATIONAL = re.compile(
    r"[+(0](?<![\w+.].)(?:(?<=\()\+(?=[1-9])|(?<=\()00(?=[1-9])|(?<=\+)(?=[1-9])|(?<=0)0(?=[1-9])|(?<=0)01[\-. ])"
    r"\d{1,3}\)?[\-. /]?(?:\(0?\d{0,4}\)[\-. ]?)?\d(?:[\-. /]?\d){5,12}" + _EXTENSION + _END
)
_NORTH_AMERICAN = re.compile(
    r"[2-9(1](?<![\w.+\-/$€£].)(?:(?<=1)[\-. ](?:\([2-9]\d\d\)[ \-]?|[2-9]\d\d[\-. ])|(?<=\()[2-9]\d\d\)[ \-]?|"
    r"(?<=[2-9])\d\d[\-. ])[2-9]\d\d[\-. ]\d{4}" + _EXTENSION + _END
)
_TRUNK = re.compile(
    r"[(0](?<![\w.+\-/$€£#:,].)(?:(?<=\()0[1-9]\d{0,4}\)|(?<=\()0\)[1-9]\d{1,4}|(?<=0)[1-9]\d{0,4})"
    r"(?:(?:[\-. /]|(?<=\))-?)\d{2,8})(?:[\-. ]\d{2,4}){0,4}" + _EXTENSION + r"(?![\w%°]|[.\-:/,]\d|\s?[€$£])"
)
_LOCAL = re.compile(
    r"[\d(](?<![\w.+\-/$€£#:].)(?:(?:(?<=\()\d{2,5}\)?|(?<=\d)\d{0,4}\)?)(?:(?:[\-. /]{1,2}|(?<=\)))\d{2,9}){1,5}"
    + _EXTENSION
    + _NO_END
    + r"|(?<=\d)\d{6,11}"
    + _EXTENSION
    + _NO_END
    + ")"
)
_WORDS_BEFORE = re.compile(
    r"(?:\b(?:desk|office|work|home|cell|direct|landline|mob|ph|tel|fax|phone)\.?(?=\s?:)|\bregistered|"
    r"\b(?:tele)?phone(?: (?:number|no\.?|#))?|\btel\b\.?|\btelefon|\bmobile(?: number| phone| no\.?)?|"
    r"\bcell(?:phone)?(?: number)?|\bhandy|\bland ?line|\bfax(?: number)?|\bwhats ?app|\bsignal|\bsms|"
    r"\bcall(?:ed|ing|s)?(?: (?:me|him|her|them|us))?|\bring (?:me|him|her)|\bdial(?:l?ed)?|\b(?:tele)?phoned|"
    r"\btext(?:ed)? (?:me|him|her|them)|\breach(?:ed|able)?(?: (?:me|him|her|them|us))?|\bmessages? (?:to|from)|"
    r"\bcontact(?:ed)? (?:me|him|her|them|us)|\bhome number|\bcontact number|"
    r"\b(?:my|his|her|their|the|'s) (?:(?:new|old|own|private|personal|work|home|office|direct|current|second|other|"
    r"contact|mobile|cell|secret|unlisted) ){0,2}number)"
    r"(?: (?:is|was|at|on|to|from|under|number|me|him|her|back|home|now|:|me at|him at|her at|for \w+)){0,4}"
    r"\s{0,2}[:#\-=]?\**\s{0,2}\(?\+?$",
    re.IGNORECASE,
)
_WORDS_AFTER = re.compile(r"\s?[\-(]?\s?(?:office|fax|mobile|cell|desk|home)\b(?!\s+[a-z])", re.IGNORECASE)
_DATE = re.compile(
    r"(?:(?:19|20)\d\d[\-./ ]\d{1,2}[\-./ ]\d{1,2}|\d{1,2}[\-./ ]\d{1,2}[\-./ ](?:19|20)\d\d|"
    r"(?:19|20)\d\d[\-/](?:19|20)?\d\d)(?!\d)"
)
_TOLL_FREE = re.compile(r"(?:001|1)?(?:800|833|844|855|866|877|888|900)\d{7}|(?:0044|44|0)?(?:800|808|116)\d+")
# Set aside for films and books: the North American exchange 555, and the lists of Ofcom (United Kingdom), ACMA
# (Australia), ARCEP (France) and the Bundesnetzagentur (Germany).
_FICTION = re.compile(
    r"(?:(?:001|1)?\d{3})?555\d{4}|1?1234567890?|(\d)\1{6,}|0?123456789\d?|1?9876543210"
    r"|(?:0044|44)?0?(?:1632960\d{3}|1\d{2}4960\d{3}|1914980\d{3}|2079460\d{3}|2896496\d{3}|2920180\d{3}|7700900\d{3})"
    r"|(?:0061|61|0)[2378](?:5550|7010)\d{4}|(?:0061|61|0)49157\d{4}"
    r"|(?:0033|33|0)(?:19900|26191|35301|46571|53649|63998)\d{4}"
    r"|(?:0049|49|0)(?:3023125|6990009|4066969|2214710|8999998)\d{3}"
)
_LOOK_BACK = 60
_LEAST, _MOST = 7, 15
_LEAST_TRUNK, _MOST_TRUNK = 9, 12
_MOST_PAIRS_FROM_NOUGHT = 2


def phones(text: str) -> Iterator[Span]:
    """Numbers that are telephones by their shape, or by what stands before them; samples and dates left out."""
    taken = 0
    for start, end in sorted(set(phone_shapes(text)), key=lambda span: (span[0], -span[1])):
        if start >= taken and possible_phone(text[start:end]):
            taken = end
            yield start, end


def phone_shapes(text: str) -> Iterator[Span]:
    """All that has the shape of a telephone number, hotlines and samples included; for scrubbing."""
    for shape in (_INTERNATIONAL, _NORTH_AMERICAN):
        yield from (match.span() for match in shape.finditer(text))
    yield from (match.span() for match in _TRUNK.finditer(text) if _dialled_in_its_country(match.group()))
    yield from (match.span() for match in _LOCAL.finditer(text) if _announced(text, *match.span()))


def possible_phone(shown: str) -> bool:
    """Whether a number can be a person's: of a possible length, no date, no toll-free or sample line."""
    digits = re.sub(r"\D", "", re.split("[x#e]", shown, maxsplit=1)[0])
    if not _LEAST <= len(digits) <= _MOST or _DATE.match(shown.strip("() ")):
        return False
    return not (_TOLL_FREE.fullmatch(digits) or _FICTION.fullmatch(digits.replace("440", "44", 1)))


def _dialled_in_its_country(shown: str) -> bool:
    """Whether a number that begins with nought is a national one: of such a length, and no row of counted numbers."""
    groups = re.findall(r"\d+", re.split("[x#e]", shown, maxsplit=1)[0])
    counted = sum(group.startswith("0") and len(group) <= len("01") for group in groups) > _MOST_PAIRS_FROM_NOUGHT
    return _LEAST_TRUNK <= sum(map(len, groups)) <= _MOST_TRUNK and not counted


def _announced(text: str, start: int, end: int) -> bool:
    """Whether words beside a number say that it is a telephone's."""
    return bool(
        _WORDS_BEFORE.search(text[max(0, start - _LOOK_BACK) : start]) or _WORDS_AFTER.match(text[end : end + 12])
    )
