"""Which host names may be called (security E3). Pure."""

import re

import idna

from registry.egress.reasons import Refused

MAX_HOST = 253
MAX_LABEL = 63
RESERVED = frozenset(
    {
        "localhost",
        "localhost6",
        "localdomain",
        "local",
        "internal",
        "intranet",
        "private",
        "corp",
        "home",
        "lan",
        "arpa",
        "onion",
        "test",
        "invalid",
        "example",
        "consul",
        "svc",
        "cluster",
    }
)
OTHER_DOTS = frozenset("\u3002\uff0e\uff61")
_LDH = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_FOREIGN = re.compile(r"[^a-z0-9.-]")
_ALL_NUMERIC = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)")


def normal_host(host: str) -> str:
    """The host as an A-label name in lower case, one final dot dropped, every label well formed; ``Refused`` otherwise.

    Whether the name is a public one is ``check_public_name``'s question, because an organisation's own names
    (E13) need not be.
    """
    if "[" in host or "]" in host:
        raise Refused("host_ip_literal")
    if "%" in host:
        raise Refused("host_bad_character")
    if any(dot in host for dot in OTHER_DOTS):
        raise Refused("host_other_dot")
    name = host.removesuffix(".")
    if not name:
        raise Refused("host_missing")
    labels = [_a_label(label) for label in name.split(".")]
    name = ".".join(labels)
    if len(name) > MAX_HOST:
        raise Refused("host_too_long")
    for label in labels:
        _check_label(label)
    if _ALL_NUMERIC.fullmatch(labels[-1]):
        raise Refused("host_ip_literal" if _looks_numeric(labels) else "host_bad_top_level")
    return name


def check_public_name(name: str) -> None:
    """Refuse a well-formed name that cannot be public: without a dot, or with a reserved or numeric last label."""
    head, dot, last = name.rpartition(".")
    if not dot or not head:
        raise Refused("host_reserved" if last in RESERVED else "host_no_dot")
    if last in RESERVED:
        raise Refused("host_reserved")
    if not (last.isalpha() or last.startswith("xn--")):
        raise Refused("host_bad_top_level")


def check_host(host: str) -> str:
    """The A-label name of a public DNS host (E3), for URLs and for the domain of an email address."""
    name = normal_host(host)
    check_public_name(name)
    return name


def _a_label(label: str) -> str:
    """One label in lower-case ASCII; what IDNA maps to plain ASCII or to several labels is refused, not repaired."""
    if label.isascii():
        return label.lower()
    try:
        mapped = idna.encode(label, uts46=True, std3_rules=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise Refused("host_bad_idna") from None
    if "." in mapped:
        raise Refused("host_other_dot")
    if not mapped.startswith("xn--"):
        raise Refused("host_maps_to_ascii")
    return mapped


def _check_label(label: str) -> None:
    if _FOREIGN.search(label):
        raise Refused("host_bad_character")
    if not 0 < len(label) <= MAX_LABEL or not _LDH.fullmatch(label):
        raise Refused("host_bad_label")
    if label.startswith("xn--"):
        try:
            same = idna.alabel(idna.ulabel(label)).decode("ascii") == label
        except (idna.IDNAError, UnicodeError):
            same = False
        if not same:
            raise Refused("host_bad_idna")


def _looks_numeric(labels: list[str]) -> bool:
    return all(_ALL_NUMERIC.fullmatch(label) for label in labels)
