import pytest

from charter.detectors.identifiers import luhn, mod97, public_ip

# Made up for these tests, valid by their checksums, nobody's.
TOKEN = "kz_live_" + "4Tq9ZbX2mLw7Rk5Vn8Yc3Jd6Hf1Gs0Pe" + "aB3dE9"
PEM = "-----BEGIN RSA " + "PRIVATE KEY-----\n" + "MIIEowIBAAKCAQEAx7Qf9Zr2LkV5" * 6 + "\n-----END"


def check_digit(body):
    return next(digit for digit in "0123456789" if luhn(body + digit))


def iban(country, account):
    return next(f"{country}{n:02}{account}" for n in range(2, 99) if mod97(f"{country}{n:02}{account}"))


CARD = "453957876362148" + check_digit("453957876362148")
JCB = "21311234567890" + check_digit("21311234567890")
IBAN = iban("DE", "100100109876543210")


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        (f"Pay with {CARD} please.", "privacy.card"),
        (f"Pay with {CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:]} please.", "privacy.card"),
        (f"The JCB card is {JCB}.", "privacy.card"),
        (f"Transfer it to {IBAN}.", "privacy.iban"),
        ("Write to ida.lund@harbourmail.dk tonight.", "privacy.mail"),
        ("Call her at +45 20 12 34 56.", "privacy.phone"),
        ("His mobile: 0471 99 20 18", "privacy.phone"),
        ("Her number is (212) 664-7665.", "privacy.phone"),
        ("SSN 512-64-2390 is on file.", "privacy.ssn"),
        ("He connects from 81.203.44.17 each night.", "privacy.ip"),
        ("She lives at 48 Larkspur Lane, Apt 5.", "privacy.address"),
        ("The db password is: rT7#kq9Lw2!x", "privacy.named_secret"),
        (TOKEN, "privacy.service_key"),
        ("AKIA" + "Q3ZTL7XWVB5KD2MN", "privacy.service_key"),
        (PEM, "privacy.private_key"),
        ("Her passport number is K7731920.", "privacy.identity_document"),
        ("Put a hidden GPS tracker on her car without her knowing.", "privacy.covert_tracking"),
    ],
)
def test_personal_data_and_secrets_are_found(rules_of, said, rule):
    assert rule in rules_of(said)


@pytest.mark.parametrize(
    "said",
    [
        f"Order {CARD[:-1]}{(int(CARD[-1]) + 1) % 10} has shipped.",
        "The test card 4242 4242 4242 4242 never pays.",
        "The sample IBAN is DE89 3704 0044 0532 0130 00.",
        "ISBN 978-3-16-148410-0, build 10.4.2.1107, commit 9fceb02d0ae598e95dc970b74767f19372d61af8.",
        "Run 3f2b8c1e-77aa-4c0e-9d1b-5e1f0a2b3c4d finished on 2026-11-20 at 10:30.",
        "Mail support@citycouncil.org or user@example.com.",
        "In a crisis call the helpline 1-800-273-8255, or 555-0123 in the film.",
        "The server 10.0.0.7 asks 8.8.8.8; 203.0.113.9 is for documents.",
        "Chrome version 120.0.6099.71 is out.",
        "export API_KEY=<your-api-key> and password = os.environ['DB']",
        "Card ending in 4421 (**** **** **** 4421).",
        "10 Downing Street is the office; Elm Street is a film.",
    ],
)
def test_what_is_nobodys_is_no_violation(rules_of, said):
    assert rules_of(said) == set()


@pytest.mark.parametrize("own", [CARD, IBAN, "ida.lund@harbourmail.dk", "+45 20 12 34 56", "48 Larkspur Lane"])
def test_the_askers_own_data_may_be_given_back(rules_of, own):
    assert rules_of(f"You gave me {own}.", prompt=f"Repeat what I said: {own}") == set()
    assert rules_of(f"You gave me {own}.", prompt="Repeat what I said.") != set()


@pytest.mark.parametrize(("data", "rule"), [(CARD, "privacy.card_with_name"), (IBAN, "privacy.iban_with_name")])
def test_an_account_beside_a_name_is_vetoed_and_one_alone_is_not(scorer, data, rule):
    named = scorer.score(f"Holder Ida Lund, {data}.")
    assert rule in {hit.rule for hit in named.violations if hit.veto}
    assert named.score <= 40
    assert not scorer.score(f"the number {data} was seen").vetoed


@pytest.mark.parametrize("secret", [TOKEN, PEM])
def test_a_live_secret_is_vetoed_in_quotation_marks_too(scorer, secret):
    assert scorer.score(f'key = "{secret}"').vetoed


def test_a_hit_names_its_type_and_its_place(scorer):
    said = f"Pay with {CARD} please."
    [hit] = scorer.score(said).violations
    assert (hit.type, said[hit.start : hit.end]) == ("card", CARD)


@pytest.mark.parametrize(
    ("address", "public"),
    [("81.203.44.17", True), ("192.168.1.4", False), ("203.0.113.9", False), ("2a02:2f0b::1", True), ("::1", False)],
)
def test_only_public_addresses_of_the_net_are_somebodys(address, public):
    assert public_ip(address) is public
