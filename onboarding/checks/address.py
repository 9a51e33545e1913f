"""Checks of the address: may it be called, is it secured, is anybody there."""

from onboarding.checks.findings import Word, told
from onboarding.checks.round import Round, answered
from onboarding.rules import Found
from registry.egress import Failed, Outcome, Refused, Reply

DEVELOPMENT = "development_endpoint"
_OF_THE_ADDRESS = ("url_", "scheme_", "host_", "port_", "address_")
_OF_THE_NAME = frozenset({"dns_bad_answer", "peer_mismatch"})


def url(here: Round) -> Found:
    """The endpoint's address is public and served over https: a DNS name that resolves to public addresses only,
    without credentials, fragments or unusual ports.
    """
    word = Word("url", required=True)
    if isinstance(here.target, Refused):
        return refused(here.target)
    if here.is_development:
        return word.passed("An operator allowed this address for development.", reason=DEVELOPMENT)
    contact = here.contact
    if isinstance(contact, Failed) and _is_about_the_address(contact):
        return word.of_failure(contact)
    return word.passed(f"{here.target.origin} may be called.")


def refused(refusal: Refused) -> Found:
    """The finding for an address that the static rules refuse."""
    detail = f"{refusal.sentence} ({refusal.detail})" if refusal.detail else refusal.sentence
    return Word("url", required=True).failed(refusal.reason_code, detail)


def tls(here: Round) -> Found:
    """The connection is secured by TLS 1.2 or newer, with a certificate that is valid for this name, leads to a public
    authority, and will not expire too soon: renew it early enough, by machine.
    """
    word = Word("tls", required=True)
    if here.is_development:
        return word.passed("A development endpoint needs no certificate.", reason=DEVELOPMENT)
    contact = here.contact
    if isinstance(contact, Failed):
        if contact.outcome is Outcome.TLS_ERROR:
            return word.of_failure(contact)
        if not answered(contact):
            return word.inconclusive(contact.reason, f"No connection came about: {told(contact)}")
        return word.passed("The certificate is valid and lasts.")
    ends = contact.certificate_expires_at
    measured = {"expires_at": ends} if ends else {}
    return word.passed("The certificate is valid and lasts.", measured=measured)


def host(here: Round) -> Found:
    """The host answers in HTTP when it is asked; what it answers is for the other checks."""
    word = Word("host", required=True)
    contact = here.challenge
    if isinstance(contact, Reply):
        return word.passed("The host answers.", measured={"status": contact.status})
    if answered(contact):
        return word.passed("The host answers.", measured={"status": contact.status})
    if contact.outcome is Outcome.TLS_ERROR or _is_about_the_address(contact):
        return word.inconclusive("not_reached", "It could not be asked; first repair what stands above.")
    return word.of_failure(contact)


def _is_about_the_address(failed: Failed) -> bool:
    return failed.reason.startswith(_OF_THE_ADDRESS) or failed.reason in _OF_THE_NAME
