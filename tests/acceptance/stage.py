# ruff: noqa: E402, T201  Django is set up before its models are imported; the caller reads what is printed
"""What a story needs to have happened, done by the real actions: ``python -m tests.acceptance.stage VERB JSON``."""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaizen.settings")
django.setup()

from datetime import timedelta

from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from faces import strict_json
from faces.schema import read
from ledger.actors import Actor
from ledger.queries import last_decision
from onboarding import actions
from onboarding.intake.body import parse_application
from onboarding.intake.shapes import facts_given_later
from onboarding.models import Application, CheckRun, Finding, SentinelReview
from onboarding.models.application import State
from registry import keys
from registry.egress.policy import policy_in_force
from registry.models import Companion, Credential
from shadow.models import Bucket, Sample, Slot
from shadow.rules import DEADLINES, lease_of
from tests.factories import onboarding as making
from tiers.actions import standing as standings

COUNTED = (
    "ledger.Decision", "ledger.IdempotencyKey", "onboarding.Application", "onboarding.OnboardingToken",
    "registry.Provider", "registry.Endpoint", "registry.Companion", "registry.OutboxMessage", "appeals.Appeal",
)  # fmt: skip


def rows():
    """How many rows the tables hold that a request could add to."""
    return {name: apps.get_model(name).objects.count() for name in COUNTED}


def a_suspended_companion(number):
    """A companion under suspension: its id, a key of its provider, and the decision to contest."""
    at = timezone.now()
    steward = Actor.person(making.a_steward_called("petra"))
    slug = f"stage-{number}"
    mail = {"contact": {"name": "A", "email": f"a@{slug}.ai", "organization": "B"}}
    facts = {"modelName": f"Stage {number}", "provider": slug, "upstreamModel": slug, **mail}
    application = making.an_application(State.APPROVED, at=at, **facts)
    companion = actions.mount(application, by=Actor.provider(slug), at=at).companion
    actions.give_companion_facts(companion, facts_asked(), by=Actor.provider(slug), at=at)
    standing = companion.standing
    standing.refresh_from_db()
    standings.suspend(standing, hours=72, by=steward, at=at, reason="Three complaints.")
    clear = keys.new_key(keys.KEY_PREFIX)
    Credential.objects.create(
        companion=companion, sha256=keys.digest(clear), prefix=clear[: keys.SHOWN], created_at=at, scopes=[]
    )
    decision = last_decision("companion", companion.ref, moves=["suspend"])
    return {"companion": companion.ref, "key": clear, "decision": decision.public_id}


def a_rejected_application(number):
    """An application that a steward rejected: its id and its token."""
    at = timezone.now()
    mail = {"contact": {"name": "A", "email": f"a@no-{number}.ai", "organization": "B"}}
    facts = {"provider": f"no-{number}", "upstreamModel": f"no-{number}", **mail}
    submitted = making.submitted(at, **facts)
    making.brought_to(State.REJECTED, submitted.application, at=at)
    return {"application": submitted.application.public_id, "token": submitted.token}


def facts_asked():
    document = making.ALL_THAT_IS_ASKED | {"limits": {"requestsPerMinute": 6000, "tokensPerMinute": 10_000_000}}
    return read(facts_given_later(), strict_json.loads(json.dumps(document).encode()))


def an_application_for(url, name):
    """An application, just submitted, for a model at a development address."""
    slug = f"at-{name}"
    document = making.a_document(
        modelName=f"Model {name}",
        provider=slug,
        endpoint=url,
        contact={"name": "A", "email": f"a@{slug}.ai", "organization": "B"},
    )
    body = parse_application(strict_json.loads(json.dumps(document).encode()), policy=policy_in_force())
    return actions.submit(body, by=None, at=timezone.now()).application


def applications(urls):
    """An application for each address; their ids by name."""
    return {name: an_application_for(url, name).public_id for name, url in urls.items()}


def companions(urls):
    """A companion in shadow mode at each address; their ids by name."""
    refs, at = {}, timezone.now()
    for name, url in urls.items():
        application = making.brought_to(State.APPROVED, an_application_for(url, name), at=at)
        by = Actor.provider(application.provider.slug)
        companion = actions.mount(application, by=by, at=at).companion
        actions.give_companion_facts(companion, facts_asked(), by=by, at=at)
        refs[name] = companion.ref
    return refs


def approve_and_mount(application):
    """What steward and provider do next; the companion's id."""
    row = Application.objects.get(pk=application.removeprefix("app_"))
    at = timezone.now()
    steward = Actor.person(making.a_steward_called("petra"))
    actions.approve(row, by=steward, reason="It answers.", at=at, waive=making.queries.checks_to_waive(row))
    by = Actor.provider(row.provider.slug)
    companion = actions.mount(row, by=by, at=at).companion
    actions.give_companion_facts(companion, facts_asked(), by=by, at=at)
    return {"companion": companion.ref}


def checked(ids):
    """State and findings of applications: ``{id: {state, findings: [[check, outcome, reason, detail]], seconds}}``."""
    told = {}
    for public_id in ids:
        row = Application.objects.get(pk=public_id.removeprefix("app_"))
        runs = CheckRun.objects.filter(application=row)
        findings = Finding.objects.filter(run__application=row)
        ended = [run.finished_at for run in runs if run.finished_at]
        told[public_id] = {
            "state": str(row.state),
            "findings": [[it.check_name, it.outcome, it.reason, it.detail] for it in findings],
            "seconds": (max(ended) - row.submitted_at).total_seconds() if ended else None,
            "reviewed": SentinelReview.objects.filter(application=row).exclude(finished_at=None).exists(),
        }
    return told


def probed(refs):
    """Samples of companions: outcomes with reasons, and the latencies of deliberations that went well."""
    told = {}
    for ref in refs:
        samples = list(Sample.objects.filter(companion__ref=ref))
        told[ref] = {
            "outcomes": sorted({f"{it.probe}:{it.outcome}:{it.reason}" for it in samples}),
            "latencies": [
                it.latency_ms
                for it in samples
                if it.outcome == "ok" and it.probe == "deliberation" and not it.latency_void
            ],
            "late": [it.latency_ms for it in samples if (it.latency_ms or 0) > 1000 * DEADLINES[it.probe] + 1500],
        }
    return told


def recount():
    """The queue's books at one moment, while others write: slots left and overdue, samples, keys, sums of all buckets."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return _recount()


def _recount():
    samples = list(Sample.objects.all())
    sums = dict.fromkeys(("expected", "done", "ok", "errors", "unknown"), 0)
    for row in Bucket.objects.all():
        for name in sums:
            sums[name] += getattr(row, name)
    now = timezone.now()
    overdue = [
        it for it in Slot.objects.filter(due_at__lt=now) if now - it.due_at > lease_of(it.probe) + timedelta(seconds=5)
    ]
    return {
        "slots": Slot.objects.count(),
        "overdue": len(overdue),
        "samples": len(samples),
        "keys": len({(it.companion_id, it.probe, it.slot_at) for it in samples}),
        "ok": sum(it.outcome == "ok" for it in samples),
        "unknown": sum(it.outcome == "unknown" for it in samples),
        "errors": sum(it.counts_against for it in samples),
        "sums": sums,
        "companions": Companion.objects.exclude(is_reference=True).count(),
    }


VERBS = {
    verb.__name__: verb
    for verb in (
        rows, a_suspended_companion, a_rejected_application, applications, companions, approve_and_mount, checked, probed, recount
    )
}  # fmt: skip

if __name__ == "__main__":
    print(json.dumps(VERBS[sys.argv[1]](**json.loads(sys.argv[2]))))
