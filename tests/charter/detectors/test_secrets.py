import random
import string

import pytest

from charter.detectors import secrets

HEX = "0123456789abcdef"
MIXED = string.ascii_letters + string.digits
UPPER = string.ascii_uppercase + "234567"
BASE64 = MIXED + "+/"
_RANDOM = random.Random(20261120)


def drawn(signs, length):
    """Random signs, the same in every run, so that no key stands in this file."""
    return "".join(_RANDOM.choice(signs) for _ in range(length))


def lines(number):
    return "\n".join(drawn(BASE64, 64) for _ in range(number))


LIVE = {
    "amazon": "AKIA" + drawn(UPPER, 16),
    "google": "AIza" + drawn(MIXED, 35),
    "azure": "AccountKey=" + drawn(BASE64, 86) + "==",
    "github": "ghp_" + drawn(MIXED, 36),
    "gitlab": "glpat-" + drawn(MIXED, 20),
    "slack": "xoxb-" + drawn("123456789", 12) + "-" + drawn(MIXED, 24),
    "stripe": "rk_live_" + drawn(MIXED, 40),
    "twilio": "SK" + drawn(HEX, 32),
    "sendgrid": "SG." + drawn(MIXED, 22) + "." + drawn(MIXED, 43),
    "npm": "npm_" + drawn(MIXED, 36),
    "pypi": "pypi-AgEIcHlwaS5vcmc" + drawn(MIXED, 120),
    "web token": "eyJ" + drawn(MIXED, 33) + ".eyJ" + drawn(MIXED, 60) + "." + drawn(MIXED, 43),
    "openai": "sk-proj-" + drawn(MIXED, 90),
    "anthropic": "sk-ant-api03-" + drawn(MIXED, 93) + "AA",
    "hugging face": "hf_" + drawn(MIXED, 34),
    "telegram": drawn("123456789", 10) + ":AA" + drawn(MIXED, 33),
    "discord": "M" + drawn(MIXED, 25) + "." + drawn(MIXED, 6) + "." + drawn(MIXED, 38),
    "digitalocean": "dop_v1_" + drawn(HEX, 64),
    "heroku": "HRKU-AA" + drawn(MIXED, 58),
    "shopify": "shpat_" + drawn(HEX, 32),
    "vault": "hvs." + drawn(MIXED, 90),
    "credentials in an address": "amqp://svc:" + drawn(MIXED, 14) + "@queue.internal:5672",
}
HEADERS = {
    "rsa": "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----",
    "openssh": "-----BEGIN OPENSSH PRIVATE KEY-----\n{}\n-----END OPENSSH PRIVATE KEY-----",
    "encrypted": "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B\n\n{}\n-----END",
    "pgp": "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 2\n\n{}\n-----END PGP PRIVATE KEY BLOCK-----",
    "putty": "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: k\nPrivate-Lines: 1\n{}\nPrivate-MAC: 0a",
}


@pytest.mark.parametrize("service", LIVE)
def test_a_live_key_is_found_where_it_stands(service):
    said = f"Use {LIVE[service]} today"
    [(start, end)] = secrets.known_keys(said)
    assert said[start:end] == LIVE[service]


@pytest.mark.parametrize("kind", HEADERS)
def test_a_private_key_of_every_container_is_found(kind):
    assert len(list(secrets.private_keys(HEADERS[kind].format(lines(4))))) == 1


def test_a_private_key_in_json_is_found():
    body = drawn(BASE64, 64) + "\\n" + drawn(BASE64, 64)
    said = '{"private_key": "-----BEGIN PRIVATE KEY-----\\n' + body + '\\n-----END PRIVATE KEY-----\\n"}'
    assert len(list(secrets.private_keys(said))) == 1


@pytest.mark.parametrize(
    "said",
    [
        'password = "{}"',
        "The root password for the web server is {}.",
        "CLOUDFLARE_API_TOKEN={}",
        "Authorization: Bearer {}",
        '"client_secret": "{}"',
        "aws_secret_access_key = {}",
    ],
)
def test_a_random_value_that_is_called_a_secret_is_found(said):
    value = drawn(MIXED, 32)
    text = said.format(value)
    [(start, end)] = secrets.named_secrets(text)
    assert text[start:end] == value


@pytest.mark.parametrize(
    "said",
    [
        "postgres://user:password@localhost:5432/mydb",
        "mysql://root:root@127.0.0.1/db",
        "AKIAIOSFODNN7EXAMPLE",
        "openai.api_key = 'sk-xxxxxxxxxxxxxxxxxxxxxxxx'",
        "token = 'your-token-here'",
        "password = os.environ['DB_PASSWORD']",
        "password: ${DB_PASSWORD}",
        "secret = os.getenv('SECRET_KEY')",
        "the token is valid for 3600 seconds",
        "tokenizer = AutoTokenizer.from_pretrained('base-uncased')",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "run 3f2b8c1e-77aa-4c0e-9d1b-5e1f0a2b3c4d",
        "hf_hub_download_from_the_model_repository",
        "risk-adjusted-return-2024-portfolio-strategy",
        "-----BEGIN RSA PRIVATE KEY----- stands before some lines of letters and digits in base64",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        "pk_live_" + drawn(MIXED, 24),
    ],
)
def test_placeholders_samples_and_look_alikes_are_no_secrets(said):
    found = [*secrets.known_keys(said), *secrets.private_keys(said), *secrets.named_secrets(said)]
    assert found == []
