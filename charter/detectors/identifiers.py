"""Shapes and checksums of personal identifiers: cards, IBANs, addresses of mail and the net, social security numbers.

Each function yields spans of a text that pass the identifier's own check. Whether an identifier is somebody's private
one (and not a role's, a sample's or the asker's) is for the privacy table to say.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

Span = tuple[int, int]

# A pattern that begins with a set of signs is searched much faster than one that begins by looking back, so these look
# back only after their first sign.
_DIGIT_RUN = re.compile(r"\d(?<![\w.+].)(?:[ \-]?\d){11,24}(?![\w]|[.,]\d)")
_CARD_GROUPS = re.compile(
    r"(?<!\d)(?:\d{4}([ \-])\d{4}\1\d{4}\1\d{4}(?P<more>\1\d{3})?|\d{4}([ \-])\d{6}\3\d{4,5})(?!\d)"
)  # as cards are embossed: 4-4-4-4, 4-4-4-4-3, 4-6-4, 4-6-5
_CARD_NAMED = re.compile(
    r"\b(?:card|cc|visa|master ?card|amex|american express|discover|maestro|jcb|diners(?: club)?|credit|debit)"
    r"(?:\s?(?:no\.?|num(?:ber)?|#))?(?:\s?(?:is|was|[:#\-=,?]))*\s{0,2}$",
    re.IGNORECASE,
)
_NAMED_BEFORE = 40
_LEAST_CARD, _MOST_CARD = 12, 19
_CARD_ISSUERS = re.compile(
    r"(?:4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-59]|[689]\d)\d{11}"  # Diners Club
    r"|6(?:011|5\d\d|4[4-9]\d)\d{12}|62\d{14,17}"  # Discover, UnionPay
    r"|(?:2131|1800)\d{11}|35(?:2[89]|[3-8]\d)\d{12}"  # JCB
    r"|(?:50(?:18|20|38)|5[68]\d\d|6304|6759|676[1-3]|0604)\d{8,15}"  # Maestro
    r"|220[0-4]\d{12})"  # Mir
)
_IBAN = re.compile(r"[A-Za-z](?<![A-Za-z0-9].)[A-Za-z]\d{2}(?:[ \-]?[A-Za-z0-9]){11,30}")
_IBAN_LENGTHS = {
    **dict.fromkeys(("NO",), 15),
    **dict.fromkeys(("BE", "BI"), 16),
    **dict.fromkeys(("DK", "FI", "FO", "GL", "NL"), 18),
    **dict.fromkeys(("MK", "SI"), 19),
    **dict.fromkeys(("AT", "BA", "EE", "KZ", "LT", "LU", "XK"), 20),
    **dict.fromkeys(("CH", "CR", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "BH", "DE", "GB", "GE", "IE", "ME", "RS"), 22),
    **dict.fromkeys(("AE", "GI", "IL", "IQ", "OM", "SO", "TL"), 23),
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG"), 24),
    **dict.fromkeys(("LY", "PT", "ST"), 25),
    **dict.fromkeys(("IS", "TR"), 26),
    **dict.fromkeys(("DJ", "FR", "GR", "IT", "MC", "MR", "SM"), 27),
    **dict.fromkeys(("AL", "AZ", "BY", "CY", "DO", "GT", "HU", "LB", "NI", "PL", "SV"), 28),
    **dict.fromkeys(("BR", "EG", "PS", "QA", "UA"), 29),
    **dict.fromkeys(("JO", "KW", "MU", "YE"), 30),
    **dict.fromkeys(("MT", "SC"), 31),
    "LC": 32,
    "RU": 33,
}
_MAIL = re.compile(r"(?<![\w.%+\-])[\w.%+\-]{1,64}+@(?:[\w\-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w@])")
_SSN = re.compile(r"[0-8](?<![\w\-.].)\d\d(?<!000)(?<!666)([\- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\w]|[\-.]\d)")
_SSN_CALLED = re.compile(
    r"\b(?:ssn|social security(?: number| no\.?| #)?)\b(?: is| was|:|#|=| )*+"
    r"((?!000|666|9\d\d)\d{3}(?!00)\d{2}(?!0000)\d{4})(?!\w)",
    re.IGNORECASE,
)
_IPV4 = re.compile(r"\d(?<![\w.\-].)\d{0,2}\.(?:\d{1,3}\.){2}\d{1,3}(?![\w\-]|\.\d)")
_TWO_COLONS = re.compile(r":[0-9A-Fa-f]{0,4}:")
_IPV6 = re.compile(r"[0-9A-Fa-f:](?<![\w:.].)[0-9A-Fa-f:]{2,38}(?![\w:]|\.\w)")


def luhn(digits: str) -> bool:
    """Whether the digits pass the check of ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004
    return total % 10 == 0


def mod97(iban: str) -> bool:
    """Whether an IBAN passes ISO 13616: rearranged, letters as numbers, remainder 1."""
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(sign, 36)) for sign in moved)) % 97 == 1


def cards(text: str) -> Iterator[Span]:
    """Payment card numbers that pass Luhn: of a known issuer's length and prefix, or called a card's."""
    for run in _DIGIT_RUN.finditer(text):
        if _card(text, *run.span()):
            yield run.span()
        else:
            embossed = ((run.start() + a, run.start() + b) for a, b in _embossed(run.group()))
            yield from (span for span in embossed if _card(text, *span))


def _embossed(run: str) -> Iterator[Span]:
    """Groups as on a card within a longer run of digits, such as a card with its check code behind it."""
    for match in _CARD_GROUPS.finditer(run):
        yield match.span()
        if match.group("more"):
            yield match.start(), match.start("more")


def _card(text: str, start: int, end: int) -> bool:
    digits = re.sub(r"\D", "", text[start:end])
    if not (digits.isascii() and _LEAST_CARD <= len(digits) <= _MOST_CARD and len(set(digits)) > 2 and luhn(digits)):  # noqa: PLR2004
        return False
    return bool(_CARD_ISSUERS.fullmatch(digits) or _CARD_NAMED.search(text[max(0, start - _NAMED_BEFORE) : start]))


def ibans(text: str) -> Iterator[Span]:
    """International bank account numbers of their country's length that pass mod 97."""
    at = 0
    while run := _IBAN.search(text, at):
        end = _iban_end(run.group())
        if end:
            yield run.start(), run.start() + end
        at = run.start() + (end or 2)


def _iban_end(run: str) -> int:
    """Where the IBAN that the run begins with ends; 0 if it is none."""
    length = _IBAN_LENGTHS.get(run[:2].upper(), 0)
    signs = [(at, sign) for at, sign in enumerate(run) if sign.isalnum()]
    if not length or len(signs) < length:
        return 0
    end = signs[length - 1][0] + 1
    whole = end == len(run) or not run[end].isalnum()
    return end if whole and mod97("".join(sign for _, sign in signs[:length]).upper()) else 0


def mails(text: str) -> Iterator[Span]:
    """Addresses of mail."""
    if "@" in text:
        yield from (match.span() for match in _MAIL.finditer(text))


def social_security_numbers(text: str) -> Iterator[Span]:
    """Social security numbers of the United States in ranges that are issued."""
    yield from (match.span() for match in _SSN.finditer(text))


def called_social_security_numbers(text: str) -> Iterator[Span]:
    """Nine digits in a row that the text calls a social security number."""
    yield from (match.span(1) for match in _SSN_CALLED.finditer(text))


def addresses_of_the_net(text: str) -> Iterator[Span]:
    """IPv4 and IPv6 addresses, of whatever kind."""
    for shape in (_IPV4, _IPV6) if _TWO_COLONS.search(text) else (_IPV4,):
        for match in shape.finditer(text):
            if _ip(match.group()):
                yield match.span()


def public_ip(address: str) -> bool:
    """Whether an address is somebody's on the public net: not private, reserved or a well-known resolver's."""
    parsed = _ip(address)
    return bool(parsed and parsed.is_global and not parsed.is_multicast and address not in _RESOLVERS)


_RESOLVERS = frozenset(
    {
        "8.8.8.8",
        "8.8.4.4",
        "1.1.1.1",
        "1.0.0.1",
        "9.9.9.9",
        "208.67.222.222",
        "208.67.220.220",
        "1.2.3.4",
        "4.2.2.1",
        "4.2.2.2",
    }
)


def _ip(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None
