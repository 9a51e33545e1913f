"""A provider applies, answers what was asked, or takes its application back."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from charter.models import LawVersion
from charter.queries import version_at
from ledger.actors import Actor
from ledger.decisions import Refused
from ledger.sealing import seal, sealed_atomic
from onboarding import dossier
from onboarding.actions.admission import count_open, refuse_if_waiting
from onboarding.actions.checking import open_check_run
from onboarding.actions.telling import move, told, work_is_due
from onboarding.intake.contents import ApplicationBody
from onboarding.models import Application, OnboardingToken
from onboarding.rules import deadlines
from registry import keys
from registry.actions import provider_of
from registry.models import Endpoint, Provider

CHALLENGE_BYTES = 32
ONE_OPEN = "An application of this provider and model is open already. Withdraw it, or go on with it."


@dataclass(frozen=True)
class Submitted:
    """A new application and its onboarding token in clear, which nothing keeps."""

    application: Application
    token: str = field(repr=False)


def submit(body: ApplicationBody, *, by: Actor | None, at: datetime) -> Submitted:
    """Take an application in, under the law in force; ``by`` is None for somebody who is not signed in.

    Raises Refused while one of this provider and model is open or under appeal, while too many of its email domain are,
    and for the law's time after a removal of the same model.
    """
    law = version_at(at)
    with sealed_atomic():
        count_open(_domain(body), law=law.law)
        provider = provider_of(body.provider, name=body.legal_entity or body.contact.organization, at=at)
        refuse_if_waiting(provider, body, law=law.law, at=at)
        application = _entered(body, provider, law=law, by=by, at=at)
        token = _new_token(application, at)
        _seal_birth(application, body, by=by or Actor.provider(provider.slug), at=at)
        told(application, "submit", at=at)
        work_is_due()
    return Submitted(application, token)


def edit_and_resubmit(
    application: Application, body: ApplicationBody, *, by: Actor, at: datetime, version: int
) -> Application:
    """Hand in what was returned, changed as asked: the checks begin again, and so do the clocks.

    Raises Refused unless it is returned, and if provider or model are others than before; AlreadyDecided if ``version``
    is not the present one.
    """
    if (body.provider, body.model_name) != (application.provider.slug, application.model_name):
        raise Refused("Provider and model name stay as they are: withdraw this application and submit another.")

    def effect(row: Application) -> dict[str, object]:
        if _domain(body) != row.email_domain:
            count_open(_domain(body), law=row.law.law)
        before = row.endpoint
        row.endpoint = _endpoint_of(body, row.provider, at=at, before=before)
        _write(row, body)
        row.resubmitted_at, row.escalated_at = at, None
        row.due_at = deadlines(row.law.law, since=at).compatibility
        open_check_run(row, at=at)
        return {"proposed_tier": row.proposed_tier, "endpoint_version": row.endpoint.version}

    with sealed_atomic():
        move(application, "resubmit", by=by, at=at, version=version, effect=effect)
        work_is_due()
    return application


def withdraw(application: Application, *, by: Actor, at: datetime, version: int | None = None) -> Application:
    """Take the application back; the same model may be applied for anew at any time."""

    def effect(row: Application) -> None:
        row.due_at = None

    return move(application, "withdraw", by=by, at=at, version=version, effect=effect)


def _entered(
    body: ApplicationBody, provider: Provider, *, law: LawVersion, by: Actor | None, at: datetime
) -> Application:
    application = Application(
        law=law,
        provider=provider,
        endpoint=_endpoint_of(body, provider, at=at, before=None),
        model_name=body.model_name,
        by_its_organisation=by is not None and by.organisation == provider.slug,
        challenge=secrets.token_urlsafe(CHALLENGE_BYTES),
        submitted_at=at,
        due_at=deadlines(law.law, since=at).compatibility,
        changed_at=at,
    )
    _write(application, body)
    try:
        with transaction.atomic():
            application.save(force_insert=True)
    except IntegrityError:
        # Somebody else's was committed between our look and our insert: the constraint is what holds.
        raise Refused(ONE_OPEN) from None
    return application


def _write(application: Application, body: ApplicationBody) -> None:
    application.body = dossier.record_of(body)
    application.keep_contact(dossier.persons_of(body))
    application.email_domain = _domain(body)
    application.proposed_tier = body.proposed_tier


def _endpoint_of(body: ApplicationBody, provider: Provider, *, at: datetime, before: Endpoint | None) -> Endpoint:
    """The endpoint that ``body`` names: the one before if nothing about it changed, else a new version of it."""
    told = {
        "base_url": body.endpoint.base,
        "origin": body.endpoint.origin,
        "protocol": body.spoken_protocol,
        "upstream_model": dossier.upstream_model_of(body),
        "auth_kind": dossier.auth_kind(body.auth),
    }
    given = dossier.secrets_of(body.auth)
    if before and before.auth() == given and all(getattr(before, name) == value for name, value in told.items()):
        return before
    number = before.version + 1 if before else 1
    endpoint = Endpoint(provider=provider, version=number, created_at=at, **told)
    endpoint.keep_auth(given)
    endpoint.save(force_insert=True)
    if before:
        Endpoint.objects.filter(pk=before.pk).update(replaced_at=at)
    return endpoint


def _new_token(application: Application, at: datetime) -> str:
    clear = keys.new_key(keys.TOKEN_PREFIX)
    OnboardingToken.objects.create(
        application=application, sha256=keys.digest(clear), prefix=clear[: keys.SHOWN], created_at=at
    )
    return clear


def _seal_birth(application: Application, body: ApplicationBody, *, by: Actor, at: datetime) -> None:
    seal(
        "application.submitted",
        subject=(application.subject_kind, application.subject_ref),
        actor=(by.kind, by.ref),
        move="submit",
        at=at,
        law=(application.law.version, application.law.digest),
        to_state=str(application.state),
        facts={
            "provider": body.provider,
            "model": body.model_name,
            "proposed_tier": body.proposed_tier,
            "by_its_organisation": application.by_its_organisation,
        },
    )


def _domain(body: ApplicationBody) -> str:
    return body.contact.email.rpartition("@")[2].lower()
