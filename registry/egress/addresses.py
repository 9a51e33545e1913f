"""Which IP addresses may be called (security E5, E6). Pure."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from registry.egress.reasons import Refused

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

REFUSED_IPV4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
        "168.63.129.16/32",  # the metadata and DNS address of one large cloud, public in form only
    )
)
GLOBAL_UNICAST = IPv6Network("2000::/3")
REFUSED_IPV6 = tuple(IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))


def parse_address(text: object) -> Address:
    """The address that a look-up's answer names; ``Refused`` for anything that is not exactly one IP address."""
    if not isinstance(text, str):
        raise Refused("dns_bad_answer", "an answer is not text")
    try:
        address = ip_address(text)
    except ValueError:
        raise Refused("dns_bad_answer", ascii(text[:64])) from None
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        raise Refused("address_zone_id", ascii(text[:64]))
    return address


def check_address(address: Address, *, own: Sequence[Network] = (), granted: Sequence[Network] = ()) -> None:
    """Refuse every address that is not public, or is ours; networks in ``granted`` pass (E13)."""
    if any(address in network for network in granted):
        return
    if any(address in network for network in own):
        raise Refused("address_ours", str(address))
    if isinstance(address, IPv4Address):
        public = not any(address in network for network in REFUSED_IPV4)
    else:
        public = address in GLOBAL_UNICAST and not any(address in network for network in REFUSED_IPV6)
    if not public:
        raise Refused("address_not_public", str(address))


def check_answers(
    answers: Iterable[object], *, own: Sequence[Network] = (), granted: Sequence[Network] = (), anywhere: bool = False
) -> list[Address]:
    """The addresses of one look-up, each checked: one bad refuses all, and so does none.

    ``anywhere`` lifts E6 for a development endpoint; what is not an address is still refused.
    """
    addresses = [parse_address(answer) for answer in answers]
    if not addresses:
        raise Refused("dns_no_answer")
    if not anywhere:
        for address in addresses:
            check_address(address, own=own, granted=granted)
    return list(dict.fromkeys(addresses))


def parse_network(text: str) -> Network:
    """A CIDR; ValueError where host bits are set or the text is none."""
    return ip_network(text, strict=True)
