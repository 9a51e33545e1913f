"""TLS servers of every kind of badness, through both doors, with authorities of our own making."""

import contextlib
import socket
import ssl
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from registry import egress
from registry.egress import tls

NOW = datetime.now(UTC)
LOOPBACK = (x509.IPAddress(ip_address("127.0.0.1")),)
BODY = b'{"status": "healthy"}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n" + BODY


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """A certificate authority of a test's own."""

    def __init__(self, folder):
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _name("test authority")
        self.certificate = self._sign(
            self.name, self.key.public_key(), NOW - timedelta(days=900), NOW + timedelta(days=900), authority=True
        )
        self.path = folder / "authority.pem"
        self.path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def _sign(self, subject, public_key, begins, ends, *, authority=False, names=(), issuer=None, key=None):
        builder = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(issuer or self.name).public_key(public_key)
            .serial_number(x509.random_serial_number()).not_valid_before(begins).not_valid_after(ends)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )  # fmt: skip
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(key or self.key, hashes.SHA256())

    def server(self, *, names=LOOPBACK, begins=-1, ends=90, itself=False):
        """A server's context with a certificate of these properties."""
        key = ec.generate_private_key(ec.SECP256R1())
        signed = {"issuer": _name("itself"), "key": key} if itself else {}
        certificate = self._sign(
            _name("itself" if itself else "server"),
            key.public_key(),
            NOW + timedelta(days=begins),
            NOW + timedelta(days=ends),
            names=names,
            **signed,
        )
        path = self.folder / f"{certificate.serial_number}.pem"
        path.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority, monkeypatch):
    """Our authority among those trusted, as an operator would add it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    tls.context.cache_clear()
    yield authority
    tls.context.cache_clear()


def over_tls(context, then=None):
    def behave(server, connection):
        with contextlib.suppress(ssl.SSLError), context.wrap_socket(connection, server_side=True) as secure:
            server.read_request(secure)
            if then is None:
                secure.sendall(ANSWER)
                with contextlib.suppress(OSError):
                    secure.unwrap()
            else:
                then(server, secure)

    return behave


@pytest.fixture
def secure(hostile):
    def start(behave):
        server = hostile(behave)
        return f"https://127.0.0.1:{server.port}/v1"

    return start


def failure(door, url, **bounds):
    with pytest.raises(egress.Failed) as caught:
        door(egress.Ask("POST", url, body=b"{}", **({"deadline": 2} | bounds)))
    return caught.value.outcome.value, caught.value.reason


def test_a_verified_server_answers_and_shows_when_its_certificate_ends(trusted, secure, door):
    reply = door(egress.Ask("POST", secure(over_tls(trusted.server(ends=90))), body=b"{}"))
    assert reply.body == BODY
    assert abs(reply.certificate_expires_at - (NOW + timedelta(days=90))) < timedelta(seconds=2)
    assert reply.peer == "127.0.0.1"


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"ends": -0.5}, "certificate_expired"),
        ({"begins": 2, "ends": 9}, "certificate_not_yet_valid"),
        ({"names": (x509.DNSName("other.example.org"),)}, "certificate_wrong_host"),
        ({"names": (x509.IPAddress(ip_address("127.0.0.2")),)}, "certificate_wrong_host"),
        ({"names": ()}, "certificate_wrong_host"),
        ({"itself": True}, "certificate_untrusted"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_certificate_that_does_not_verify_is_a_tls_error(how, reason, trusted, secure, door):
    assert failure(door, secure(over_tls(trusted.server(**how)))) == ("tls_error", reason)


def test_an_authority_that_nobody_trusts_is_a_tls_error(authority, secure, door):
    tls.context.cache_clear()
    assert failure(door, secure(over_tls(authority.server()))) == ("tls_error", "certificate_untrusted")


@pytest.mark.parametrize(("days", "passes"), [(14, True), (91, False)])
def test_a_certificate_must_last_as_long_as_asked(days, passes, trusted, secure, door):
    url = secure(over_tls(trusted.server(ends=90)))
    wanted = NOW + timedelta(days=days)
    if passes:
        assert door(egress.Ask("GET", url, certificate_valid_at=wanted)).status == 200
    else:
        assert failure(door, url, certificate_valid_at=wanted) == ("tls_error", "certificate_expiring")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_tls_is_refused(version, trusted, secure, door):
    context = trusted.server()
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = version
    assert failure(door, secure(over_tls(context))) == ("tls_error", "tls_handshake_failed")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_current_tls_is_taken(version, trusted, secure, door):
    context = trusted.server()
    context.minimum_version = context.maximum_version = version
    assert door(egress.Ask("GET", secure(over_tls(context)))).body == BODY


def plain_http(server, connection):
    connection.recv(10)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def closes_in_the_handshake(server, connection):
    connection.recv(65536)


def sends_garbage(server, connection):
    connection.recv(65536)
    connection.sendall(b"\x16\x03\x03\xff\xff" + b"\x00" * 100)


@pytest.mark.parametrize("behave", [plain_http, closes_in_the_handshake, sends_garbage])
def test_a_server_that_does_not_speak_tls_is_a_tls_error(behave, trusted, secure, door):
    assert failure(door, secure(behave)) == ("tls_error", "tls_handshake_failed")


def hangs(server, connection):
    connection.recv(65536)
    server.stopped.wait(5)


def drips_a_handshake(server, connection):
    connection.recv(65536)
    connection.sendall(b"\x16\x03\x03\x40\x00")
    while not server.stopped.wait(0.03):
        connection.sendall(b"\x02")


@pytest.mark.parametrize("behave", [hangs, drips_a_handshake])
def test_a_hanging_handshake_meets_the_deadline(behave, trusted, secure, door):
    began = time.monotonic()
    assert failure(door, secure(behave), deadline=0.3) == ("timeout", "tls_timeout")
    assert time.monotonic() - began < 1.5


def drips_under_tls(server, connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n")
    while not server.stopped.wait(0.03):
        connection.sendall(b"x")


def test_a_drip_under_tls_meets_the_deadline(trusted, secure, door):
    began = time.monotonic()
    assert failure(door, secure(over_tls(trusted.server(), drips_under_tls)), deadline=0.4) == (
        "timeout",
        "deadline_exceeded",
    )
    assert time.monotonic() - began < 1.5


def sends(data):
    """Say this and close with the notice that TLS asks for."""

    def then(server, connection):
        connection.sendall(data)
        with contextlib.suppress(OSError):
            connection.unwrap()

    return then


def breaks_off(data):
    """Say this and close the TCP connection without the notice."""

    def then(server, connection):
        connection.sendall(data)
        connection.shutdown(socket.SHUT_RDWR)

    return then


UNTIL_CLOSE = b"HTTP/1.1 200 OK\r\n\r\n" + BODY


def test_an_answer_until_close_counts_only_with_the_notice_of_its_end(trusted, secure, door):
    whole = over_tls(trusted.server(), sends(UNTIL_CLOSE))
    assert door(egress.Ask("GET", secure(whole))).body == BODY
    assert failure(door, secure(over_tls(trusted.server(), breaks_off(UNTIL_CLOSE)))) == ("http_error", "truncated")


def test_a_counted_answer_needs_no_notice(trusted, secure, door):
    assert door(egress.Ask("GET", secure(over_tls(trusted.server(), breaks_off(ANSWER))))).body == BODY


def test_a_counted_answer_cut_short_under_tls_is_truncated(trusted, secure, door):
    assert failure(door, secure(over_tls(trusted.server(), breaks_off(ANSWER[:-3])))) == ("http_error", "truncated")


def test_surplus_bytes_under_tls_are_found(trusted, secure, door):
    assert failure(door, secure(over_tls(trusted.server(), sends(ANSWER + b"x")))) == ("http_error", "surplus_bytes")


def test_the_doors_share_no_context_and_make_theirs_once(trusted):
    assert tls.context("requests") is tls.context("requests")
    assert tls.context("requests") is not tls.context("asyncio")
    for door in ("requests", "asyncio"):
        made = tls.context(door)
        assert made.check_hostname
        assert made.verify_mode is ssl.CERT_REQUIRED
        assert made.minimum_version is ssl.TLSVersion.TLSv1_2


def test_an_unreadable_list_of_authorities_is_our_fault(secure, hostile, door, monkeypatch, authority):
    monkeypatch.setattr("certifi.where", lambda: "/nonexistent/authorities.pem")
    tls.context.cache_clear()
    assert failure(door, secure(over_tls(authority.server()))) == ("our_fault", "certificates_unreadable")
