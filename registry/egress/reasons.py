"""The published reason codes: what went wrong, in a sentence that a provider can act on.

Each code belongs to exactly one outcome, so that the same fault is called the same thing through either door.
A code that refuses an address before anything is sent counts as ``unreachable`` when a call was asked for.
"""

from dataclasses import dataclass

from registry.egress.outcomes import Outcome


@dataclass(frozen=True)
class Reason:
    """A published code with its outcome and its advice."""

    code: str
    outcome: Outcome
    sentence: str


def _table(outcome: Outcome, sentences: dict[str, str]) -> dict[str, Reason]:
    return {code: Reason(code, outcome, sentence) for code, sentence in sentences.items()}


_REFUSALS = _table(
    Outcome.UNREACHABLE,
    {
        "bad_line": "The line is not a JSON object with id, url, dns and redirect of the documented shapes.",
        "url_too_long": "Shorten the URL to at most 2048 bytes of UTF-8.",
        "url_bad_character": "Remove whitespace, control and invisible characters from the URL.",
        "url_backslash": "Remove the backslash from the URL; paths use the forward slash.",
        "url_fragment": "Remove the # and everything after it; a fragment is never sent to a server.",
        "url_malformed": "Write the URL in full: https://host/path.",
        "scheme_not_https": "Serve the address over https; no other scheme is called.",
        "url_userinfo": "Remove the user name, password and @ from the URL; give credentials in the auth field.",
        "url_bad_path": "Percent-encode the path and query: only characters of RFC 3986 and valid %XX may stand there.",
        "host_missing": "Name a host in the URL.",
        "host_ip_literal": "Use a DNS name; addresses in numbers, brackets or percent signs are not called.",
        "host_bad_character": "Use only letters, digits, hyphens and dots in the host name.",
        "host_bad_label": (
            "Make each part of the host name 1 to 63 characters long, with no hyphen at its beginning or end."
        ),
        "host_too_long": "Shorten the host name to at most 253 characters.",
        "host_no_dot": "Use a full public name with a dot, such as models.your-company.com.",
        "host_bad_top_level": "End the host name in a real top-level domain, not in digits.",
        "host_reserved": "Use a public name; this ending is reserved for local or special use.",
        "host_bad_idna": "The international host name is not valid under IDNA 2008; register its valid xn-- form.",
        "host_other_dot": "Use the ASCII full stop between the parts of the host name.",
        "host_maps_to_ascii": "Write the host name in the plain ASCII letters that it stands for.",
        "port_bad": "Write the port in ASCII digits without leading zeros, or leave it and its colon out.",
        "port_not_allowed": "Serve on port 443 or on another port that this service allows.",
        "dns_no_answer": "The host name resolves to no address; publish an A or AAAA record.",
        "dns_failed": "The name servers of this host do not answer properly; repair the zone.",
        "dns_bad_answer": "The look-up returned something that is not an IP address; repair the zone.",
        "address_not_public": "The host name resolves to an address that is not public; every record must be public.",
        "address_zone_id": "The host name resolves to an address with a zone id; publish a global address.",
        "address_ours": "The host name resolves to an address of this service itself; point it at your own server.",
        "peer_mismatch": "The connection reached another address than the one that was checked.",
    },
)
_CONNECTION = _table(
    Outcome.UNREACHABLE,
    {
        "connection_refused": "Nothing listens at this address and port; start the server or open the firewall.",
        "connection_failed": "The address could not be reached; check routing and firewall.",
        "connection_reset": "The server broke the connection off before it answered.",
        "closed_without_answer": "The server closed the connection without an answer.",
    },
)
_TIMEOUTS = _table(
    Outcome.TIMEOUT,
    {
        "dns_timeout": "The host name was not resolved within 5 seconds; repair its name servers.",
        "connect_timeout": "The server did not accept the connection within 3 seconds.",
        "tls_timeout": "The TLS handshake was not finished within the deadline.",
        "deadline_exceeded": "The whole answer did not arrive within the deadline.",
    },
)
_TLS = _table(
    Outcome.TLS_ERROR,
    {
        "certificate_expired": "The certificate has expired; renew it.",
        "certificate_not_yet_valid": "The certificate is not valid yet; check its dates.",
        "certificate_expiring": "The certificate expires too soon; renew it.",
        "certificate_untrusted": "The certificate does not lead to a public authority; install the full chain.",
        "certificate_wrong_host": "The certificate is not made out to this host name.",
        "certificate_invalid": "The certificate did not pass verification.",
        "tls_handshake_failed": "No TLS connection could be agreed; serve TLS 1.2 or newer on this port.",
        "tls_broken": "The TLS connection broke off in the middle of the exchange.",
    },
)
_HTTP = _table(
    Outcome.HTTP_ERROR,
    {
        "redirect_not_allowed": "The address answers with a redirect; register the final address instead.",
        "unauthorized": "The server asked for other credentials (401); check the auth values.",
        "forbidden": "The server forbade the call (403); check the permissions of the credentials.",
        "client_error": "The server refused the request (4xx); check path and method.",
        "server_error": "The server failed (5xx); look into its logs.",
        "unexpected_status": "The server answered with a status that was not asked for.",
        "content_encoding": "Send the body uncompressed; the request says Accept-Encoding: identity.",
        "not_http": "The server does not speak HTTP/1.1 or 1.0 at this address.",
        "bad_header": "The head of the answer is not valid HTTP; check header names, values and line ends.",
        "bad_framing": "The answer's length is marked in a contradictory or invalid way; check Content-Length "
        "and Transfer-Encoding.",
        "truncated": "The answer ended before its announced end.",
        "surplus_bytes": "The server sent more bytes than it had announced.",
        "too_many_interim": "The server sent more than 10 interim (1xx) answers.",
    },
)
_OVERSIZED = _table(
    Outcome.OVERSIZED,
    {
        "body_too_large": "The body is larger than the limit; shorten the answer.",
        "too_many_headers": "The answer has more than 100 header lines.",
        "headers_too_large": "The headers of the answer are larger than 64 KiB.",
    },
)
_JSON = _table(
    Outcome.INVALID_JSON,
    {
        "json_malformed": "The body is not strict JSON in UTF-8; check encoding, numbers, depth and duplicate keys.",
        "json_not_object": "The body must have a JSON object at its top.",
    },
)
_SCHEMA = _table(
    Outcome.SCHEMA_VIOLATION,
    {
        "schema_mismatch": "The JSON has not the published shape; check required keys, exact types and ranges.",
        "text_too_long": "A text in the answer is longer than 64 KiB; shorten it.",
    },
)
_OURS = _table(
    Outcome.OUR_FAULT,
    {
        "no_place": "This service had no free place for the call; nothing is held against the model.",
        "resolver_busy": "This service's own resolver was overloaded; nothing is held against the model.",
        "resolver_failed": "This service's own resolver failed; nothing is held against the model.",
        "out_of_resources": "This service ran out of files, memory or ports; nothing is held against the model.",
        "no_route": "This service has no route to that network; nothing is held against the model.",
        "certificates_unreadable": "This service cannot read its own list of authorities; not the model's fault.",
        "credentials_elsewhere": "The credentials were made for another origin and were not sent.",
        "request_invalid": "The request could not be written as HTTP; nothing was sent.",
        "client_failed": "This service's own client failed; nothing is held against the model.",
    },
)
_THROTTLED = _table(
    Outcome.THROTTLED,
    {"rate_limited": "The server limits the rate of calls (429); declare the limits that it keeps."},
)

REASONS: dict[str, Reason] = (
    _REFUSALS | _CONNECTION | _TIMEOUTS | _TLS | _HTTP | _OVERSIZED | _JSON | _SCHEMA | _OURS | _THROTTLED
)
ALLOWED = "allowed"
"""The reason that ``egress_check`` gives beside the verdict allow."""


class Refused(Exception):
    """The policy does not let this address pass; ``reason_code`` is published, ``detail`` is for people."""

    def __init__(self, reason_code: str, detail: str = "") -> None:
        self.reason_code = reason_code
        self.sentence = REASONS[reason_code].sentence
        self.detail = detail
        super().__init__(reason_code, detail)

    def __str__(self) -> str:
        return f"{self.reason_code}: {self.sentence}" + (f" ({self.detail})" if self.detail else "")


class Failed(Exception):
    """A call ended in something else than an answer.

    ``reason`` is a published code and decides ``outcome``. ``detail`` never holds secrets or body content.
    ``location`` is the text of a refused redirect, ``retry_after`` seconds, ``elapsed`` seconds. It is no OSError,
    so that client libraries neither wrap it nor try again.
    """

    def __init__(
        self,
        reason: str,
        detail: str = "",
        *,
        status: int | None = None,
        location: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.outcome = REASONS[reason].outcome
        self.reason = reason
        self.sentence = REASONS[reason].sentence
        self.detail = detail
        self.status = status
        self.location = location
        self.retry_after = retry_after
        self.elapsed = 0.0
        super().__init__(reason, detail)

    def __str__(self) -> str:
        return f"{self.outcome}/{self.reason}: {self.sentence}" + (f" ({self.detail})" if self.detail else "")
