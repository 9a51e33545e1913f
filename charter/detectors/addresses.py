"""Postal addresses: house numbers beside the name of a street, with the unit and the place that follow.

Every address has a number, so each number of a text is looked at, and what stands before and behind it says whether it
is a house's. A shape that could be something else needs words like "lives at", a unit or a place beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from charter.detectors.places import POSTCODE_NEXT, UNIT, UPPER, WORD, end_of_address, end_of_places
from charter.detectors.streets import (
    AFTER_NAME,
    BEFORE_NAME,
    COMPOUND,
    ENGLISH,
    ENGLISH_WEAK,
    NO_STREET,
    PARTICLES,
    ROMANCE,
)

Span = tuple[int, int]

# Looking back stands after the first sign: a pattern that begins with a set of signs is searched much faster.
_NUMBER = re.compile(
    r"\d(?<![\w.,$€£%/:#&=+\-].)\d{0,5}(?:[A-Za-z](?!\w)|[/\-]\d{1,4}[a-z]?(?!\w))?(?![\w%°$€£:+=]|[.,/\-]\d)"
)
_A_WORD_BEFORE = re.compile(r"[^\W\d_][.,/]?[ ]$")
_A_WORD_AFTER = re.compile(r",?[ ](?:[^\W\d_]|\d{1,3}(?:st|nd|rd|th)\b)")
_SIDE = r"(?:[NSEW]|[NS][EW]|North|South|East|West)"
_NUMBER_FIRST = re.compile(
    rf",?[ ](?:{_SIDE}\.?[ ])?(?:(?:{WORD}|\d{{1,3}}(?:st|nd|rd|th)|of|the|de|la|du)[ ]){{1,4}}?"
    rf"(?:{ENGLISH})(?![\w'’])\.?(?:[ ](?:{ENGLISH})(?![\w'’])\.?)?(?:[ ]{_SIDE}\b)?"
)
_NUMBER_FIRST_WEAK = re.compile(rf",?[ ](?:{WORD}[ ]){{1,3}}?(?:{ENGLISH_WEAK})(?![\w'’])")
_ROMANCE = re.compile(
    rf",?[ ]{ROMANCE}\.?[ ](?:(?:de|du|des|la|le|les|di|del|della|al|el|ibn)[ ]|[dl]['’])*"
    rf"(?:[^\W\d_]+[ ](?={UPPER}))?(?:{WORD}[ ]?){{1,5}}(?<![ ])(?:[ ]\d{{1,4}}[a-z]?(?!\w))?"
)
_SMALL_LETTERS = re.compile(
    r"[ ](?:(?!(?:about|around|until|over|than|between|from|with)\b)[^\W\d_]{4,}[ ]){1,3}\d{1,4}(?![\w%])"
    r"(?=\s*(?:[,.;\n]|\Z|apt|suite|unit))"
)
_BARE_NAME = re.compile(
    rf"[ ](?:(?:{WORD}|\d{{1,5}}|van|de|der|la|le|du|el|al|ibn|z|u|v|na|nad|pod)[ ]?){{1,6}}(?<![ ])"
)
_PREFIXED = re.compile(
    rf"(?<!\w){BEFORE_NAME}(?:(?:{WORD}|d[aeiou]s?|de[il]|della|la|les?|du|von|van|al|el|y|e|i)[ ]){{0,4}}{WORD}"
    r"(?<=\w{2}),?[ ]$"
)
_HOME = re.compile(
    r"(?:\baddress(?:es)?(?:[ ](?:is|was|of[ ][\w ]{1,30}?[ ]is|to[ ]the[ ]same))?|"
    r"\b(?:lives?|lived|living|reside[sd]?|residing|stays?|staying|moved)(?:[ ]right)?[ ](?:at|on|in|to)|"
    r"\b(?:located|situated)[ ](?:at|on)|\b(?:home|house|flat|residence|apartment|restaurant|office|door)[ ]is"
    r"[ ](?:at|on|in)?|"
    r"\b(?:meet|visit|find|pick)[ ]\w+(?:[ ]up)?[ ](?:at|on)|"
    r"\b(?:taxi|cab|uber|ride|delivered|shipped|sent|mailed|(?:deliver|ship|send|mail)[ ](?:it|this|them|one|"
    r"a[ ]new[ ]one))"
    r"[ ]to|\bwrite[ ]to)[ ]?:?\**\s{0,2}(?:the[ ]corner[ ]of[ ])?$",
    re.IGNORECASE,
)
_AT = re.compile(r"(?:\b(?:at|in|on|to)|[:?]|\A|\n[>?\s]*)\s*$", re.IGNORECASE)
_TOWN_NEXT = re.compile(rf"\.?(?:,[ ]?\n?[ ]?{UPPER}|[ ]?\n[>?\s]{{0,6}}{UPPER}|[ ](?i:st\.?|street)\b|\s*\Z|[,.]\s)")
_NOUN_NEXT = re.compile(
    r"[ ](?!(?:in|on|at|near|and|or|is|was|are|from|for|to|by|with|where|when|after|before|has|had|every|as|but|which|"
    r"who|while|just|today|tomorrow|tonight|now|this|last|next|since|until|street|st|they|he|she|it|around|off|opposite|"
    r"behind|because|so|that|will|can|if|the|then|apt|suite|unit|alone)\b)[a-z]"
)
_BOX = re.compile(
    r"(?i:\bP\.?[ ]?O\.?[ ]?Box|\bpostbo[xk]s?|\bpostfach|\bapartado|\bcasella[ ]postale|\bbo[îi]te[ ]postale)[ ]$"
)
_MILITARY = re.compile(
    r"(?i:(?:\bPSC[ ]\d{1,5},?[ ]Box[ ]\d{1,5}|\bunit[ ]\d{1,5},?[ ]box[ ]\d{1,5}|\bUS[A-Z]{1,4}[ ]\w[\w'’\-]{1,24})"
    r"[,\s]{1,3}[AFD]PO,?[ ]A[AEP][ ])$"
)
_CORNER_BEFORE = re.compile(r"\b(?:the[ ])?corner[ ]of[ ]$", re.IGNORECASE)
_CORNER_AFTER = re.compile(rf"[ ]and[ ](?:\w[\w'’.\-]*[ ]){{0,2}}{WORD}")
_NUMBER_BEFORE = re.compile(r"(?<![\w.,$€£%/:\-])(\d{1,6})[ ]$")
_YEAR_BEFORE = re.compile(r"\b(?:in|since|until|by|of|from|during|after|before|year|to)[ ]$", re.IGNORECASE)
_FULL_STOP = re.compile(r"(?:\w{5}|\b(?:Lane|Road|Way|Row|Hill|Mews|Walk|Rise|Loop|Quay|Isle))\.\Z")
_SAMPLE = re.compile(
    r"\b(?:221b baker|10 downing|11 downing|1600 pennsylvania|1600 amphitheatre|123 main|1234 main|1234 elm|"
    r"123 (?:elm|oak|maple|fake|any|street|sesame|first)|1 infinite loop|1 apple park|350 fifth|11 wall|742 evergreen|"
    r"4 privet|1 microsoft|42 wallaby|1 hacker way|410 terry)|"
    r"\b(?:years?|minutes?|days?|miles?|steps?|people|hours?|percent|more|best|ways?\sto|all-wheel|four-wheel)\b",
    re.IGNORECASE,
)
_BACK, _LONGEST_NAME = 70, 4
_YEARS = range(1500, 2100)
_HOUSE_AND_MORE = 3
_ZIP = 5


def street_addresses(text: str) -> Iterator[Span]:
    """Postal addresses with a number; landmarks and sample addresses left out."""
    taken = 0
    for number in _NUMBER.finditer(text):
        if number.end() <= taken:
            continue
        found = _address_at(text, *number.span(), least=taken)
        if found and not _SAMPLE.search(text[found[0] : found[1]]):
            taken = found[1]
            yield found


def _address_at(text: str, start: int, end: int, *, least: int) -> Span | None:
    """The whole address that a number belongs to."""
    before = text[max(least, start - _BACK) : start]
    named_before = _A_WORD_BEFORE.search(before[-3:])
    core = _in_a_box(before, start, end) if named_before else None
    if core is None and _A_WORD_AFTER.match(text, end) and not _is_year(text[start:end], before):
        street = _after_the_number(text, end, at_home=bool(_HOME.search(before)))
        core = (start, street) if street else None
    if core is None and named_before:
        core = _before_the_number(text, before, start, end)
    if core is None:
        return None
    begin, finish = _with_corner(text, _begin(text, core[0], least), end_of_address(text, core[1]))
    return begin, finish - bool(_FULL_STOP.search(text, begin, finish))


def _is_year(shown: str, before: str) -> bool:
    return shown.isdigit() and int(shown) in _YEARS and bool(_YEAR_BEFORE.search(before))


def _in_a_box(before: str, start: int, end: int) -> Span | None:
    """Post boxes, and military addresses by their closing code."""
    found = _BOX.search(before) or (_MILITARY.search(before) if end - start == _ZIP else None)
    return (start - len(before) + found.start(), end) if found else None


def _after_the_number(text: str, end: int, *, at_home: bool) -> int:
    """Where the street ends that follows a number: ``48 Larkspur Lane``, ``12 rue des Lilas``; 0 if none does.

    ``7 Manor Park`` and ``7 Manor`` are streets where a unit, a postcode or "lives at" stands beside them.
    """
    strong = _NUMBER_FIRST.match(text, end) or _ROMANCE.match(text, end)
    if strong and (at_home or not _NOUN_NEXT.match(text, strong.end())):
        return strong.end()
    small = _SMALL_LETTERS.match(text, end) if at_home else None
    if small:
        return small.end()
    weak = _NUMBER_FIRST_WEAK.match(text, end)
    if weak and (UNIT.match(text, weak.end()) or (at_home and _TOWN_NEXT.match(text, weak.end()))):
        return weak.end()
    named = _BARE_NAME.match(text, end)
    if named is None:
        return 0
    at = named.end()
    placed = UNIT.match(text, at) or POSTCODE_NEXT.match(text, at) or (at_home and end_of_places(text, at) > at)
    return at if placed else 0


def _before_the_number(text: str, before: str, start: int, end: int) -> Span | None:
    """``Lindenstrasse 12``, ``Via Roma 131``, ``Rákóczi út 13``, and ``Kaevu 94`` where more speaks for it."""
    prefix = _PREFIXED.search(before)
    if prefix:
        return start - len(before) + prefix.start(), end
    words = _name_before(before)
    if not words:
        return None
    begin = start - len(before) + words[0][0]
    names = [word for _, word in words]
    known = _is_street(names) or (names[-1].lower().rstrip(".") not in NO_STREET and _is_placed(text, begin, end))
    return (begin, end) if known else None


def _is_placed(text: str, begin: int, end: int) -> bool:
    """Whether what stands around a name with a number says that it is an address."""
    if POSTCODE_NEXT.match(text, end):
        return True
    ahead = text[max(0, begin - _BACK) : begin]
    number = _NUMBER_BEFORE.search(ahead)
    lead = ahead[: number.start()] if number else ahead
    if UNIT.match(text, end) and (number or _AT.search(lead)):
        return True
    if _HOME.search(lead) and _TOWN_NEXT.match(text, end):
        return True
    doubled = number is not None and len(number.group(1)) >= _HOUSE_AND_MORE
    return doubled and bool(_AT.search(lead)) and end_of_places(text, end) > end


def _is_street(names: list[str]) -> bool:
    """Whether the words before a number name a street by their last one."""
    last = names[-1]
    if last in AFTER_NAME:
        return any(name[:1].isupper() for name in names[:-1])
    return last[:1].isupper() and bool(COMPOUND.fullmatch(last))


def _name_before(before: str) -> list[tuple[int, str]]:
    """The words of a name that end where ``before`` ends, with their places; empty if there is none."""
    line = before.rpartition("\n")[2]
    offset = len(before) - len(line)
    words: list[tuple[int, str]] = []
    expected = len(line) - 1
    for word in reversed(list(re.finditer(r"[^\s,;:!?()\"]+", line))):
        shown = word.group()
        named = shown[:1].isupper() or shown.lower() in PARTICLES or shown in AFTER_NAME
        if word.end() != expected or not named or len(words) >= _LONGEST_NAME:
            break
        words.insert(0, (word.start() + offset, shown))
        expected = word.start() - 1
    while words and not words[0][1][:1].isupper():
        words.pop(0)
    return words


def _begin(text: str, start: int, least: int) -> int:
    """Where the address begins, with a second number before it."""
    before = text[max(least, start - _BACK) : start]
    number = _NUMBER_BEFORE.search(before)
    return start - len(before) + number.start() if number else start


def _with_corner(text: str, start: int, end: int) -> Span:
    """The other street of a crossing belongs to the address."""
    before = text[max(0, start - _BACK) : start]
    corner = _CORNER_BEFORE.search(before)
    if not corner:
        return start, end
    other = _CORNER_AFTER.match(text, end)
    return start - len(before) + corner.start(), other.end() if other else end
