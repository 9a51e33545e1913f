"""Who may apply now: what must hold however many ask at once."""

from datetime import datetime

from charter.law import Law
from ledger.decisions import Refused
from onboarding.intake.contents import ApplicationBody
from onboarding.models import Application, EmailDomain
from onboarding.models.application import OPEN
from registry.models import Companion, Provider
from tiers.models.standing import State as Standing


def count_open(domain: str, *, law: Law) -> None:
    """Raise Refused if the domain has as many open applications as the law allows.

    Counted under the lock of the domain's row, so that the limit holds whoever asks side by side.
    """
    EmailDomain.objects.get_or_create(name=domain)
    EmailDomain.objects.select_for_update().get(name=domain)
    most = law.onboarding.open_per_domain
    if Application.objects.filter(email_domain=domain, state__in=OPEN).count() >= most:
        raise Refused(
            f"{most} applications with contacts at {domain} are open already; that is all at a time. "
            "Withdraw one, or wait until one is decided."
        )


def refuse_if_waiting(provider: Provider, body: ApplicationBody, *, law: Law, at: datetime) -> None:
    """Raise Refused while this model is applied for, under appeal, or in its time after a removal."""
    own = Application.objects.filter(provider=provider, model_name=body.model_name)
    if found := own.filter(state__in=OPEN).first():
        raise Refused(
            f"An application of this provider and model is open already, {_words(found.state)} since "
            f"{found.changed_at:%Y-%m-%d}. Withdraw it, or go on with it."
        )
    if own.filter(appealed_at__isnull=False).exists():
        raise Refused("An appeal against the rejection of this model runs; it may apply anew when that is ruled.")
    _refuse_after_removal(provider, body, law=law, at=at)


def _refuse_after_removal(provider: Provider, body: ApplicationBody, *, law: Law, at: datetime) -> None:
    removed = (
        Companion.objects.select_related("standing")
        .filter(provider=provider, model_name=body.model_name, standing__state=Standing.REMOVED)
        .order_by("-standing__state_since")
        .first()
    )
    if removed is None:
        return
    removed_at = removed.standing.state_since
    again_at = removed_at + law.onboarding.removed_waits
    if at < again_at:
        raise Refused(
            f"{removed.ref} was removed on {removed_at:%Y-%m-%d}; this model may apply again from "
            f"{again_at:%Y-%m-%d %H:%M:%S} UTC on."
        )
    if not body.improvements:
        raise Refused(f"{removed.ref} was removed on {removed_at:%Y-%m-%d}: say in improvements what is better now.")


def _words(state: str) -> str:
    return str(state).replace("_", " ")
