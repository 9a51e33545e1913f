"""Amendments brought to a stage by the real actions, with a report as a simulation would leave it."""

from datetime import timedelta

from charter.amending import actions
from charter.models import Amendment
from ledger.actors import Actor
from ledger.canonical import plain
from tests.conftest import NOW

HIGHER = {"rising": {"critical": {"compliance": "0.985"}}}
WHY = "Critical companions act without a second look."
REASON = "It was tried, and it is right."


def a_draft(person, changes=HIGHER, *, title="Ask more of critical", rationale=WHY, at=NOW):
    return actions.draft(changes, title=title, rationale=rationale, by=Actor.person(person), at=at)


def a_report(amendment, *, days=30, at=NOW, against=None, digest=None, all_history=False, chosen=None):
    return plain(
        {
            "against": {
                "version": amendment.base.version,
                "digest": against or amendment.base.digest,
            },
            "draft": {"version": amendment.law.version, "digest": digest or amendment.law.digest},
            "since": at - timedelta(days=days),
            "until": at,
            "all_history": all_history,
            "companions": {"simulated": 3, "chosen": chosen},
            "effects": [],
            "counts": {},
        }
    )


def tried(amendment, **more):
    assert actions.keep_simulation(amendment, a_report(amendment, **more), at=more.get("at", NOW))
    return amendment


def proposed(person, changes=HIGHER, *, at=NOW):
    amendment = tried(a_draft(person, changes, at=at), at=at)
    actions.propose(amendment, by=Actor.person(person), at=at, reason=REASON)
    return Amendment.objects.get(pk=amendment.pk)
