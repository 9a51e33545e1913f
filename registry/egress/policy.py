"""The policy in force: the settings, read once and checked, as one value that the pure rules take."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from registry.egress.addresses import Network, parse_network
from registry.egress.hosts import normal_host
from registry.egress.reasons import Refused

MAX_PORT = 65535
DEVELOPMENT = "development"


@dataclass(frozen=True)
class Grant:
    """Names at or below ``suffix`` may lie in ``network`` and be called on ``ports`` (E13)."""

    suffix: str
    network: Network
    ports: frozenset[int]

    def names(self, host: str) -> bool:
        """Whether this grant speaks of the host: the suffix itself or a name below it."""
        return host == self.suffix or host.endswith(f".{self.suffix}")


@dataclass(frozen=True)
class Policy:
    """What the pure rules judge by; ``dev_pairs`` and ``grants`` are empty unless an operator named some."""

    ports: frozenset[int] = frozenset({443, 8443})
    dev_pairs: frozenset[tuple[str, int]] = frozenset()
    grants: tuple[Grant, ...] = ()
    own_addresses: tuple[Network, ...] = ()
    places: int = 16
    user_agent: str = field(default="Kaizen", repr=False)

    def grants_for(self, host: str) -> tuple[Grant, ...]:
        """The grants that speak of this host."""
        return tuple(grant for grant in self.grants if grant.names(host))


def policy_in_force() -> Policy:
    """The policy of this process's settings; ``ImproperlyConfigured`` names the setting and the entry at fault."""
    return _read(
        environment=settings.KAIZEN_ENV,
        dev_allow=tuple(settings.KAIZEN_EGRESS_DEV_ALLOW),
        allow=tuple(settings.KAIZEN_EGRESS_ALLOW),
        ports=tuple(settings.KAIZEN_EGRESS_PORTS),
        own=tuple(settings.KAIZEN_OWN_ADDRESSES),
        places=settings.KAIZEN_EGRESS_PLACES,
        public_url=settings.KAIZEN_PUBLIC_URL,
    )


@lru_cache(maxsize=8)
def _read(
    *,
    environment: str,
    dev_allow: tuple[str, ...],
    allow: tuple[str, ...],
    ports: tuple[int | str, ...],
    own: tuple[str, ...],
    places: int,
    public_url: str,
) -> Policy:
    if dev_allow and environment != DEVELOPMENT:
        raise ImproperlyConfigured("KAIZEN_EGRESS_DEV_ALLOW is for KAIZEN_ENV=development only; empty it.")
    if places < 1:
        raise ImproperlyConfigured(f"KAIZEN_EGRESS_PLACES: {places!r} is not a positive number.")
    return Policy(
        ports=frozenset(_port(entry, "KAIZEN_EGRESS_PORTS") for entry in ports),
        dev_pairs=frozenset(dev_pair(entry) for entry in dev_allow),
        grants=tuple(grant(entry, ports) for entry in _whole_entries(allow)),
        own_addresses=tuple(_network(entry, "KAIZEN_OWN_ADDRESSES", entry) for entry in own),
        places=places,
        user_agent=f"Kaizen/1 (+{public_url.rstrip('/')}/)",
    )


def dev_pair(entry: str) -> tuple[str, int]:
    """``127.0.0.1:9001`` or ``[::1]:9001`` as (host, port)."""
    host, colon, port = entry.strip().rpartition(":")
    host = host.removeprefix("[").removesuffix("]").lower()
    if not colon or not host:
        raise ImproperlyConfigured(f"KAIZEN_EGRESS_DEV_ALLOW: {entry!r} is not host:port.")
    return host, _port(port, "KAIZEN_EGRESS_DEV_ALLOW", entry)


def grant(entry: str, default_ports: Sequence[int | str] = (443, 8443)) -> Grant:
    """``models.corp.example=10.20.0.0/16:443,8443`` as a grant; IPv6 networks stand in brackets."""
    name, equals, place = entry.strip().partition("=")
    if not equals:
        raise ImproperlyConfigured(f"KAIZEN_EGRESS_ALLOW: {entry!r} is not suffix=network:ports.")
    try:
        suffix = normal_host(name.strip().removeprefix("."))
    except Refused as refusal:
        raise ImproperlyConfigured(f"KAIZEN_EGRESS_ALLOW: {entry!r}: {refusal.sentence}") from refusal
    place = place.strip()
    if place.startswith("["):
        network, bracket, ports = place[1:].partition("]")
        network = network if bracket else place
        ports = ports.removeprefix(":")
    else:
        network, _, ports = place.partition(":") if place.count(":") <= 1 else (place, "", "")
    wanted: Iterable[int | str] = ports.split(",") if ports else default_ports
    return Grant(
        suffix,
        _network(network, "KAIZEN_EGRESS_ALLOW", entry),
        frozenset(_port(port, "KAIZEN_EGRESS_ALLOW", entry) for port in wanted),
    )


def _whole_entries(entries: Iterable[str]) -> list[str]:
    """Entries with their ports, also where a list reader has split them at the commas between ports."""
    whole: list[str] = []
    for entry in (entry.strip() for entry in entries):
        if whole and entry.isdecimal():
            whole[-1] += f",{entry}"
        elif entry:
            whole.append(entry)
    return whole


def _port(text: int | str, setting: str, entry: str | None = None) -> int:
    digits = str(text).strip()
    if not (digits.isascii() and digits.isdecimal() and 0 < int(digits) <= MAX_PORT):
        raise ImproperlyConfigured(f"{setting}: {entry or text!r} names no port between 1 and {MAX_PORT}.")
    return int(digits)


def _network(text: str, setting: str, entry: str) -> Network:
    try:
        return parse_network(text.strip())
    except ValueError as error:
        raise ImproperlyConfigured(f"{setting}: {entry!r}: {error}") from error
