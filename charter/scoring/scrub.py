"""Personal data and secrets out of a text before it reaches a log, a proof or a webhook (security T5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from charter.detectors import identifiers, phones, secrets
from charter.scoring.normalise import normalise

Span = tuple[int, int]

# What is masked, by the word that stands in its place. Nothing here is excused: a role's address or a sample key costs
# a log line nothing when it is masked, and a wrong excuse would cost somebody their secret.
MASKED: tuple[tuple[str, Callable[[str], Iterator[Span]]], ...] = (
    ("key", secrets.known_key_shapes),
    ("secret", secrets.named_secret_values),
    ("mail", identifiers.mails),
    ("card", identifiers.cards),
    ("iban", identifiers.ibans),
    ("ssn", identifiers.social_security_numbers),
    ("ip", identifiers.addresses_of_the_net),
    ("phone", phones.phone_shapes),
)


def scrub(text: str) -> str:
    """``text`` with personal data and keys masked as ``[kind]``, the kinds being those of ``MASKED``.

    Disguises are undone to find them; what stands outside a mask is given back as it was.
    """
    plain = normalise(text).plain
    spans = ((kind, plain.span(start, end)) for kind, find in MASKED for start, end in find(plain.text))
    found = sorted((start, -end, kind) for kind, (start, end) in spans)
    parts: list[str] = []
    done = 0
    for start, minus_end, kind in found:
        end = -minus_end
        if end <= done:
            continue
        if start >= done:
            parts.append(text[done:start])
            parts.append(f"[{kind}]")
        done = end
    parts.append(text[done:])
    return "".join(parts)
