"""Which identifiers in a text are a private person's: the finders of the privacy table.

Samples, placeholders and role contacts belong to nobody and are left out here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from charter.detectors import addresses, identifiers, phones, secrets
from charter.detectors import documents as papers
from charter.detectors.contacts import made_up, of_a_public_body, public_contact
from charter.detectors.rule import Passage, Span, echoed

_SAMPLE_HOSTS = re.compile(
    (
        r"(?:^|\.)(?:[\w\-]*example[\w\-]*\.|(?:[\w\-]*example[\w\-]*|test|invalid|localhost|local|"
        r"internal)$|(?:domain|email|mail|company|yourcompany|mycompany|yourdomain|mydomain|acme|"
        r"acmecorp|sample|site|website|yourwebsite|host|server|xyz|abc|abccompany|xyzcorp|foo|bar|"
        r"somewhere|provider)\.(?:com|org|net|io|edu|co|gov))"
    ),
    re.IGNORECASE,
)
_ROLES = re.compile(
    r"(?:info|support|customer[._\-]?(?:service|care|support)|sales|press|media|contact|contactus|"
    r"admin|administrator|help|helpdesk|service|services|customerservice|noreply|no-reply|"
    r"donotreply|office|hr|jobs|careers|abuse|security|privacy|legal|billing|webmaster|postmaster|"
    r"team|hello|enquiries|inquiries|feedback|news|newsletter|marketing|editor|orders|root|git|"
    r"user|username|name|you|your|yourname|your[._\-]?(?:name|email)|email|mail|someone|somebody|"
    r"foo|bar|test|me|john\.?doe|jane\.?doe|johndoe|first\.?last|"
    r"firstname\.?lastname|recipient|sender|customer|client|bob|alice|example|abc|xyz|dpo|council|"
    r"clerk|mayor|registrar|\W*)\d{0,2}",
    re.IGNORECASE,
)
_OFFICIAL_HOSTS = re.compile(
    r"(?:\.|^)(?:gov|mil|gc|gouv|gob|govt|europa|bund)(?:\.[a-z]{2,3})?$|\.int$", re.IGNORECASE
)
_PERSONS_MAILBOX = re.compile(r"[a-z]+[._\-][a-z]+\d{0,4}|[A-Z][a-z]+[A-Z][a-z]+\d{0,4}")
_SAMPLE_CARDS = frozenset(
    {
        "4111111111111111",
        "4242424242424242",
        "4012888888881881",
        "4000056655665556",
        "5555555555554444",
        "5105105105105100",
        "2223003122003222",
        "378282246310005",
        "371449635398431",
        "378734493671000",
        "6011111111111117",
        "6011000990139424",
        "3056930009020004",
        "30569309025904",
        "38520000023237",
        "3566002020360505",
        "3530111333300000",
        "6200000000000005",
        "4532015112830366",
    }
)
_SAMPLE_IBANS = frozenset(
    {
        "GB82WEST12345698765432",
        "DE89370400440532013000",
        "GB29NWBK60161331926819",
        "GB33BUKB20201555555555",
        "FR1420041010050500013M02606",
        "NL91ABNA0417164300",
        "ES9121000418450200051332",
        "IT60X0542811101000000123456",
        "CH9300762011623852957",
        "BE68539007547034",
        "AT611904300234573201",
    }
)
_SAMPLE_SSNS = frozenset({"078051120", "219099999", "123456789", "111111111", "123121234", "987654321"})
_NAME = re.compile(
    r"\b[A-ZÀ-Ž][a-zß-ž'’]{1,20}(?: [A-Z]\.?)?[ \-][A-ZÀ-Ž][a-zß-ž'’]{2,20}\b|\b[A-Z]\. "
    r"?[A-ZÀ-Ž][a-zß-ž'’]{2,20}\b|\b(?:[Hh]older|[Nn]ame|Mr|Mrs|Ms|Dr|Frau|Herr)\b[.:]? "
    r"[A-ZÀ-Ž][a-zß-ž]{2,20}"
)
_NO_NAME = re.compile(
    r"\b(?:Credit|Debit|Card|Visa|Master\w*|American|Express|Amex|Bank|Account|Number|The|This|That|These|Your|My|Our|Its?|"
    r"Please|Test|Sample|Luhn|Security|Expiry|Expiration|Date|Code|Street|Road|Avenue|United|States|New|City|North|South|"
    r"East|West|IBAN|BIC|Swift|Inc|Ltd|Llc|Corp\w*|Company|Group|Gmbh|Shop|Store|Online|Customer|Service|Support|"
    r"Department|Team|Order|Payment|Invoice|Transaction|Total|Amount|Valid|Check\w*|Algorithm|Step|Example|Note|Here|Then|"
    r"Hello|Thank|Best|Kind|Regards|Reference|Tracking|Serial|Product|Foundation|Charity|Association|Library|University|"
    r"January|February|March|April|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|"
    r"Thursday|Friday|Saturday|Sunday|For|From|With|When|Where|If|In|On|At|To|Is|And|Or|Refund|Transfer|Donat\w+|Pay)\b",
)
_VERSION = re.compile(
    (
        r"\b(?:v|versions?|releases?|build|firmware|drivers?|chrome|firefox|sections?|clause|figure|"
        r"table|chapter)\b[^\n]{0,60}$"
    ),
    re.IGNORECASE,
)
_SAMPLE_WORDS = re.compile(
    r"\b(?:test(?:ing)?[ _]?(?:card|number|data|value|account|iban|case)s?|dummy|fake|mock|fictional|luhn|assert|"
    r"(?:is_?)?valid(?:ate)?(?:_\w+|[A-Z]\w+)?\(|(?:sample|example) (?:card|number|iban|account|ssn|value|output)s?|"
    r"(?:placeholder|made[- ]up|randomly generated) (?:card|number|iban|account|ssn|value)s?)",
    re.IGNORECASE,
)
_AROUND, _NEAR = 90, 40


def _squashed(text: str) -> str:
    return re.sub(r"[\W_]", "", text).upper()


def _sample_near(text: str, start: int, end: int) -> bool:
    """Whether a number is called a sample, as in texts about checking such numbers."""
    return bool(
        _SAMPLE_WORDS.search(text[max(0, start - _AROUND) : start]) or _SAMPLE_WORDS.search(text[end : end + _NEAR])
    )


def _near_name(text: str, start: int, end: int) -> bool:
    """Whether a person's name stands close by."""
    around = text[max(0, start - _AROUND) : start] + "\n" + text[end : end + _AROUND]
    return any(not _NO_NAME.search(name.group()) for name in _NAME.finditer(around))


def cards(passage: Passage) -> Iterator[Span]:
    """Payment cards but the sample numbers that test pages publish."""
    for start, end in identifiers.cards(passage.text):
        if _squashed(passage.text[start:end]) not in _SAMPLE_CARDS and not _sample_near(passage.text, start, end):
            yield start, end


def ibans(passage: Passage) -> Iterator[Span]:
    """Bank accounts but the sample numbers of the standards."""
    for start, end in identifiers.ibans(passage.text):
        if _squashed(passage.text[start:end]) not in _SAMPLE_IBANS and not _sample_near(passage.text, start, end):
            yield start, end


def beside_a_name(find: Callable[[Passage], Iterator[Span]]) -> Callable[[Passage], Iterator[Span]]:
    """Only those that stand beside a person's name, outside a quotation in prose, and are not the asker's own."""

    def found(passage: Passage) -> Iterator[Span]:
        for start, end in find(passage):
            spoken_of = passage.context.quoted(start, end) and passage.context.criticised(start, end)
            if _near_name(passage.text, start, end) and not spoken_of and not echoed(passage, start, end):
                yield start, end

    found.__qualname__ = f"beside_a_name({find.__qualname__})"
    return found


def mails(passage: Passage) -> Iterator[Span]:
    """Addresses of mail but those of roles, public bodies, samples and placeholders."""
    for start, end in identifiers.mails(passage.text):
        user, _, host = passage.text[start:end].partition("@")
        of_nobody = _SAMPLE_HOSTS.search(host) or _ROLES.fullmatch(user) or _OFFICIAL_HOSTS.search(host)
        if not of_nobody and not made_up(passage, start, end) and not _a_bodys_mailbox(passage, user, start, end):
            yield start, end


def _a_bodys_mailbox(passage: Passage, user: str, start: int, end: int) -> bool:
    """Whether a mailbox without a person's name in it is a public body's by the words around."""
    return not _PERSONS_MAILBOX.fullmatch(user) and of_a_public_body(passage, start, end)


def telephones(passage: Passage) -> Iterator[Span]:
    """Telephones that are not part of a card, IBAN or social security number."""
    others = [
        span
        for find in (identifiers.cards, identifiers.ibans, identifiers.social_security_numbers)
        for span in find(passage.text)
    ]
    for start, end in phones.phones(passage.text):
        of_another_kind = any(a < end and start < b for a, b in others)
        if not of_another_kind and not public_contact(passage, start, end):
            yield start, end


def ssns(passage: Passage) -> Iterator[Span]:
    """Social security numbers but published samples; written without hyphens only where the text names them."""
    named = "ssn" in passage.folded or "social" in passage.folded
    for start, end in identifiers.social_security_numbers(passage.text):
        shown = passage.text[start:end]
        if ("-" in shown or named) and not _sample_ssn(shown) and not _nobodys(passage, start, end):
            yield start, end
    if named:
        for start, end in identifiers.called_social_security_numbers(passage.text):
            if not _sample_ssn(passage.text[start:end]) and not _nobodys(passage, start, end):
                yield start, end


def _sample_ssn(shown: str) -> bool:
    return _squashed(shown) in _SAMPLE_SSNS or _squashed(shown).endswith("456789")


def _nobodys(passage: Passage, start: int, end: int) -> bool:
    return made_up(passage, start, end) or _sample_near(passage.text, start, end)


def documents(passage: Passage) -> Iterator[Span]:
    """Numbers of passports, licences and national registers."""
    for start, end in papers.documents(passage.text):
        if not _nobodys(passage, start, end):
            yield start, end


def public_addresses(passage: Passage) -> Iterator[Span]:
    """Public addresses of the net; numbers of versions left out."""
    for start, end in identifiers.addresses_of_the_net(passage.text):
        before = passage.text[max(0, start - _AROUND) : start]
        if identifiers.public_ip(passage.text[start:end]) and not _VERSION.search(before):
            yield start, end


def street_addresses(passage: Passage) -> Iterator[Span]:
    """Postal addresses of private places."""
    for start, end in addresses.street_addresses(passage.text):
        if not public_contact(passage, start, end):
            yield start, end


def private_keys(passage: Passage) -> Iterator[Span]:
    """Private keys with their body."""
    yield from secrets.private_keys(passage.text)


def known_keys(passage: Passage) -> Iterator[Span]:
    """Live keys of known services."""
    yield from secrets.known_keys(passage.text)


def named_secrets(passage: Passage) -> Iterator[Span]:
    """Random values that are called a password, key or token."""
    yield from secrets.named_secrets(passage.text)
