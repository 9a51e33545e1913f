"""What follows a house in an address: its unit, its town and its postcode, as post offices write them."""

from __future__ import annotations

import re

UPPER = r"[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩΆΈ-Ώ∆А-Я]"
WORD = rf"{UPPER}[\w'’.\-]*"

_LINE = r"[ ]?\n[>?\s]{0,6}"
_FOLLOW = rf"(?:,?[ ]|[ ]?,?{_LINE})"
_UNIT_NAME = r"(?i:apartments?|apt|suite|ste|unit|flat|piso|apto|appartamento|interno|wohnung|whg)"
_BRITISH = r"[A-Z]{1,2}\d[A-Z\d]?[ ]?\d[A-Z]{2}"
_CANADIAN = r"[A-Z]\d[A-Z][ ]?\d[A-Z]\d"
_POSTCODE = rf"(?:\d{{3}}[ ]\d{{2}}|\d{{2}}-\d{{3}}|\d{{4,6}}(?:-\d{{3,4}})?|{_BRITISH}|{_CANADIAN})(?!\w)"
_TOWN = rf"{WORD}(?:[ ](?:{WORD}|\([^()\n]{{2,20}}\)|\w{{1,3}})){{0,4}}(?:[ ]{_POSTCODE})?"
# Four digits alone could be a year.
_BEFORE_TOWN = r"(?:\d{5}(?:-\d{3,4})?|\d{3}[ ]\d{2}|\d{2}-\d{3}|(?!1[5-9]|20)\d{4}(?:[ ]?[A-Z]{2})?)"

UNIT = re.compile(rf"{_FOLLOW}{_UNIT_NAME}\.?\s?#?\d{{1,5}}[A-Za-z]?(?!\w)")
_ANY_UNIT = re.compile(rf"{UNIT.pattern}|{_FOLLOW}#\s?\d{{1,5}}[A-Za-z]?(?!\w)")
_PLACE = re.compile(
    rf"(?:[ ]?,[ ]?\n?[>?\s]{{0,6}}|{_LINE})(?:{_POSTCODE}|(?:{_POSTCODE}[ ])?{_TOWN})"
    r"(?=\s*(?:[,;!?)\n]|\.(?:\s|\Z)|\Z)|[ ][a-z])"
)
_TOWN_BEHIND_UNIT = re.compile(rf"[ ]{_TOWN}")
_MORE_NAME = re.compile(rf"(?:[ ]{WORD}){{1,3}}")
POSTCODE_NEXT = re.compile(
    rf"(?:,[ ]|[ ]?\n[>?\s]{{0,4}})(?:(?:[A-Z]{{1,2}}-)?{_BEFORE_TOWN}[ \n]{{1,2}}{UPPER}|"
    rf"(?:{WORD}(?:[ ]{WORD}){{0,3}}(?:,[ ]|[ ]|,?\n[ ]?)){{1,2}}?(?:[A-Z]{{2,3}},?[ ]\d{{4,5}}(?:-\d{{4}})?|"
    rf"[A-Z]{{1,2}}\d[A-Z\d]?[ ]\d[A-Z]{{2}}|(?:[A-Z]{{2}}[ ])?{_CANADIAN})(?!\w))"
)
_MOST_PLACES, _MOST_UNITS = 4, 2


def end_of_address(text: str, end: int) -> int:
    """Where the address ends whose street ends at ``end``: with the rest of its name, its units and places."""
    more = _MORE_NAME.match(text, end)
    if more and UNIT.match(text, more.end()):
        end = more.end()
    if text[end : end + 1] == "." and (UNIT.match(text, end + 1) or text[end + 1 : end + 2] == "\n"):
        end += 1
    for _ in range(_MOST_UNITS):
        unit = _ANY_UNIT.match(text, end)
        if not unit:
            break
        town = _TOWN_BEHIND_UNIT.match(text, unit.end())
        end = (town or unit).end()
    return end_of_places(text, end)


def end_of_places(text: str, end: int) -> int:
    """Where the towns, regions and postcodes end that follow ``end``; ``end`` if none does."""
    for _ in range(_MOST_PLACES):
        place = _PLACE.match(text, end)
        if not place:
            break
        end = (_ANY_UNIT.match(text, place.end()) or place).end()
    return end
