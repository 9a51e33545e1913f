"""TLS as every exchange uses it: 1.2 or newer, verified against the system's and Mozilla's authorities."""

import ssl
from datetime import UTC, datetime
from functools import cache

import certifi

from registry.egress.reasons import Failed

_BY_CODE = {
    9: "certificate_not_yet_valid",
    10: "certificate_expired",
    18: "certificate_untrusted",
    19: "certificate_untrusted",
    20: "certificate_untrusted",
    21: "certificate_untrusted",
    62: "certificate_wrong_host",
    64: "certificate_wrong_host",
}
"""OpenSSL's X509_V_ERR numbers."""


@cache
def context(door: str) -> ssl.SSLContext:
    """The context of one door, made once in a process (it costs some 20 ms) and shared with no other library.

    The authorities are those of the system, of ``SSL_CERT_FILE`` where an operator sets it, and of certifi.
    """
    try:
        made = ssl.create_default_context()
        made.load_verify_locations(cafile=certifi.where())
    except (OSError, ssl.SSLError):
        raise Failed("certificates_unreadable", door) from None
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.set_alpn_protocols(["http/1.1"])
    return made


def tls_failure(error: ssl.SSLError, *, shaking_hands: bool) -> Failed:
    """What a TLS error is called; OpenSSL's own words name protocols and dates, never what was sent."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Failed(_BY_CODE.get(error.verify_code, "certificate_invalid"), error.verify_message)
    return Failed("tls_handshake_failed" if shaking_hands else "tls_broken", error.reason or "")


def expiry(certificate: object) -> datetime | None:
    """When a verified peer certificate, as ``getpeercert`` gives it, ends."""
    if not isinstance(certificate, dict) or "notAfter" not in certificate:
        return None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), tz=UTC)


def check_expiry(expires_at: datetime | None, *, wanted: datetime | None) -> None:
    """Refuse a certificate that ends before the moment wanted."""
    if wanted is not None and expires_at is not None and expires_at < wanted:
        raise Failed("certificate_expiring", f"it ends on {expires_at:%Y-%m-%d}")
