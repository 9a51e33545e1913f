"""From an id to its page: any id that Kaizen gives out, typed or pasted into the desk's search."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.urls import reverse

from appeals.models import Appeal
from appeals.queries import appeal_called
from charter.amending.queries import amendment_called
from charter.models import Amendment
from ledger.models import Decision, Evidence
from ledger.queries import decision_called
from onboarding.models import Application
from onboarding.queries import application_called
from registry.models import Companion, Provider
from registry.queries import Ambiguous, companion_called
from shadow.models import BatteryRun, ScorerTrial
from tiers.models import Audit, Incident
from tiers.queries.audits import audit_called

LONGEST = 200
DIGEST = 64


def address_of(text: str) -> str | None:
    """The desk's address of what ``text`` names; None where nothing is called so."""
    asked = text.strip()[:LONGEST]
    if not asked or "\x00" in asked:
        return None
    return next((found for look in _LOOKS if (found := look(asked))), None)


def _application(asked: str) -> str | None:
    try:
        return _page("onboarding_application", application_called(asked.lower()).pk)
    except Application.DoesNotExist:
        return None


def _decision(asked: str) -> str | None:
    if not asked.lower().startswith("dec_"):
        return None
    try:
        return _page("ledger_decision", decision_called(asked.lower()).pk)
    except Decision.DoesNotExist:
        return None


def _appeal(asked: str) -> str | None:
    if not asked.lower().startswith("apl_"):
        return None
    try:
        return _page("appeals_appeal", appeal_called(asked.lower()).pk)
    except (Appeal.DoesNotExist, ValidationError):
        return None


def _amendment(asked: str) -> str | None:
    try:
        return _page("charter_amendment", amendment_called(asked).pk)
    except Amendment.DoesNotExist:
        return None


def _trial(asked: str) -> str | None:
    prefix, _, name = asked.lower().partition("_")
    if prefix != "trl":
        return None
    try:
        return _page("shadow_scorertrial", ScorerTrial.objects.get(pk=name).pk)
    except (ScorerTrial.DoesNotExist, ValidationError):
        return None


def _battery(asked: str) -> str | None:
    prefix, _, name = asked.lower().partition("_")
    if prefix != "bat":
        return None
    try:
        return _page("shadow_batteryrun", BatteryRun.objects.get(pk=name).pk)
    except (BatteryRun.DoesNotExist, ValidationError):
        return None


def _incident(asked: str) -> str | None:
    prefix, _, digits = asked.upper().partition("-")
    if prefix != "INC" or not (digits.isascii() and digits.isdecimal() and len(digits) <= 18):  # noqa: PLR2004  a bigint
        return None
    found = Incident.objects.filter(number=int(digits)).values_list("pk", flat=True).first()
    return _page("tiers_incident", found) if found else None


def _audit(asked: str) -> str | None:
    try:
        return _page("tiers_audit", audit_called(asked.upper()).pk)
    except Audit.DoesNotExist:
        return None


def _companion(asked: str) -> str | None:
    name = asked.upper().replace("-", "_")
    try:
        companion = companion_called(name)
    except Companion.DoesNotExist:
        return None
    except Ambiguous:
        return f"{reverse('admin:tiers_standing_changelist')}?q={name}"
    return _page("tiers_standing", companion.standing.pk)


def _provider(asked: str) -> str | None:
    found = Provider.objects.filter(slug=asked.lower()).values_list("pk", flat=True).first()
    return _page("registry_provider", found) if found else None


def _evidence(asked: str) -> str | None:
    digest = asked.lower().removeprefix("sha256:")
    if len(digest) != DIGEST or not Evidence.objects.filter(pk=digest).exists():
        return None
    return _page("ledger_evidence", digest)


def _page(name: str, pk: object) -> str:
    return reverse(f"admin:{name}_change", args=[pk])


_LOOKS: tuple[Callable[[str], str | None], ...] = (
    _application,
    _decision,
    _appeal,
    _trial,
    _amendment,
    _battery,
    _incident,
    _audit,
    _companion,
    _provider,
    _evidence,
)
