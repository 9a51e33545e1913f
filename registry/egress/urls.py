"""Which URLs may be called (security E2-E4, E12, E13). Pure: no look-up and no connection happens here."""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from registry.egress.addresses import Address, check_answers
from registry.egress.hosts import check_public_name, normal_host
from registry.egress.policy import Grant, Policy
from registry.egress.reasons import Refused

MAX_URL_BYTES = 2048
DEFAULT_PORTS = {"https": 443, "http": 80}
_PARTS = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?P<rest>.*)", re.DOTALL)
_PCHAR = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_PATH = re.compile(rf"(?:/{_PCHAR}*)*")
_QUERY = re.compile(rf"(?:{_PCHAR}|[/?])*")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
_ASCII_CONTROL = re.compile(r"[\x00-\x20\x7f]")
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)


@dataclass(frozen=True)
class Target:
    """A URL that passed the static rules, in normal form: A-label host in lower case, port always known."""

    scheme: str
    host: str
    port: int
    path: str
    query: str | None = None
    development: bool = False
    grants: tuple[Grant, ...] = ()

    @property
    def host_header(self) -> str:
        """Host and, unless it is the scheme's own, port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port as one text: what credentials and places belong to."""
        return f"{self.scheme}://{self.host_header}"

    @property
    def request_target(self) -> str:
        """Path and query as they stand in the request line; a question mark with nothing behind it is not sent."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def url(self) -> str:
        """The whole URL in normal form."""
        return f"{self.origin}{self.request_target}"

    def check_answers(self, answers: list[object], *, rules: Policy) -> list[Address]:
        """The checked addresses of one look-up for this target (E5, E6, with E12 and E13)."""
        granted = [grant.network for grant in self.grants if self.port in grant.ports]
        return check_answers(answers, own=rules.own_addresses, granted=granted, anywhere=self.development)


def check_url(url: str, *, rules: Policy) -> Target:
    """The target that a URL names, or ``Refused`` with a published reason; nothing is ever repaired."""
    return _target(url, rules)


@lru_cache(maxsize=16_384)
def _target(url: str, rules: Policy) -> Target:
    """The judgement itself, kept because a probe asks the same few thousand addresses again and again."""
    _check_characters(url)
    scheme, authority, path, query = _split(url)
    _check_path(path, query)
    host, port = _host_and_port(authority)
    target = _development_target(scheme, host, port, rules)
    if target is None:
        target = _public_target(scheme, host, port, rules)
    return replace(target, path=path or "/", query=query)


def _check_characters(url: str) -> None:
    if len(url.encode("utf-8", "surrogatepass")) > MAX_URL_BYTES:
        raise Refused("url_too_long")
    suspects = _ASCII_CONTROL.findall(url) if url.isascii() else list(url)
    for character in suspects:
        if unicodedata.category(character) in _INVISIBLE_CATEGORIES or _IGNORABLE.match(character):
            raise Refused("url_bad_character", f"U+{ord(character):04X}")
    if "\\" in url:
        raise Refused("url_backslash")
    if "#" in url:
        raise Refused("url_fragment")


def _split(url: str) -> tuple[str, str, str, str | None]:
    parts = _PARTS.fullmatch(url)
    if parts is None:
        raise Refused("url_malformed")
    scheme, rest = parts["scheme"].lower(), parts["rest"]
    if scheme not in DEFAULT_PORTS:
        raise Refused("scheme_not_https", scheme[:32])
    if not rest.startswith("//"):
        raise Refused("url_malformed")
    before_query, _, query = rest[2:].partition("?")
    authority, slash, path = before_query.partition("/")
    if "@" in authority:
        raise Refused("url_userinfo")
    return scheme, authority, slash + path, query or None


def _check_path(path: str, query: str | None) -> None:
    if not _PATH.fullmatch(path) or not _QUERY.fullmatch(query or ""):
        raise Refused("url_bad_path")


def _host_and_port(authority: str) -> tuple[str, int | None]:
    """The host as written and the port, None where none is; a bracketed host keeps its brackets."""
    bracketed, bracket, behind = authority.rpartition("]")
    if bracket:
        host, colon, port = bracketed + bracket, behind[:1], behind[1:]
        if colon not in ("", ":"):
            raise Refused("host_ip_literal")
    else:
        host, colon, port = authority.partition(":")
    if not host:
        raise Refused("host_missing")
    if not colon:
        return host, None
    if not _PORT.fullmatch(port):
        raise Refused("port_bad")
    return host, int(port)


def _development_target(scheme: str, host: str, port: int | None, rules: Policy) -> Target | None:
    """The target, if this is one of the pairs that a developer has named (E12)."""
    number = DEFAULT_PORTS[scheme] if port is None else port
    name = host.removeprefix("[").removesuffix("]").lower()
    if (name, number) not in rules.dev_pairs:
        return None
    return Target(scheme, name, number, "/", development=True)


def _public_target(scheme: str, host: str, port: int | None, rules: Policy) -> Target:
    if scheme != "https":
        raise Refused("scheme_not_https", scheme)
    name = normal_host(host)
    grants = rules.grants_for(name)
    if not grants:
        check_public_name(name)
    number = DEFAULT_PORTS[scheme] if port is None else port
    if number not in rules.ports and not any(number in grant.ports for grant in grants):
        raise Refused("port_not_allowed", str(number))
    return Target(scheme, name, number, "/", grants=grants)
