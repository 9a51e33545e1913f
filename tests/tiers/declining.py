"""Assessments of any value, to the last digit; and every automatic decision of a story derived anew."""

import json
from datetime import timedelta
from decimal import Decimal

from charter.law import parse
from charter.models import LawVersion
from charter.queries import law_at
from charter.scoring.registry import scorer_of
from ledger.evidence import keep
from ledger.models import Decision
from ledger.queries import evidence_of
from ledger.replaying import differences
from tests.conftest import NOW
from tiers.actions.falling import judge_all
from tiers.models import Assessment, Standing
from tiers.rules import clocks, falling_basis, ladder, patterns, second_look
from tiers.rules.bundle import Aged, Bundle, Counted, Critical, Day, Paid, Window, Word
from tiers.rules.measuring import measure

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
RULES = {it.RULE: it.replay for it in (clocks, falling_basis, ladder, patterns, second_look)}
N = 100_000
# What the other parts make of GI by the shipped law: .20 R + .10 E + .05 T, with R = E = 1 and T = .5.
REST = Decimal("0.325")


def a_bundle(*, at=NOW, gi=None, mean=None, tier="standard", scored=N, coverage="1", state="active"):
    """Sums of which GI and the mean score are these, exactly: what GI lacks, the agreement with peers makes up.

    Without ``gi`` all peers agree; without ``mean`` it is as high as lets the peers make up the rest.
    """
    mean, agreed, coverage = *_parts(gi, mean), Decimal(coverage)
    scale = 10**12
    return Bundle(
        at=at,
        known_at=at,
        state=state,
        tier=tier,
        start=at - 30 * DAY,
        opened_at=at - 30 * DAY,
        scorer=scorer_of(law_at(NOW)).digest,
        rates=None,
        answers=(Aged(0, _whole(mean * scored), scored),) if scored else (),
        peers=(Aged(0, _whole(agreed * scale), scale),),
        closed=(),
        day=Day(seen=24, down_ms=0, calls=100, errors=0),
        paid=Paid(cost=Decimal(0), tokens=1000),
        window=Window(since=at - 7 * DAY, expected=N, done=_whole(coverage * N)),
        latency=(),
        counted=Counted(scored=scored, compliant=scored),
        critical=Critical(),
        review=Word("approve", is_positive=True),
    )


def _parts(gi, mean):
    """(mean score, agreement with peers)"""
    if gi is None:
        return Decimal(mean or 98), Decimal(1)
    for tried in [mean] if mean else range(96, 0, -1):
        agreed = (Decimal(gi) - REST - Decimal("0.4") * Decimal(tried) / 100) / Decimal("0.25")
        if 0 <= agreed <= 1:
            return Decimal(tried), agreed
    raise ValueError("no sums make this GI")


def _whole(value):
    assert value == int(value)
    return int(value)


def assessed(standing, *, at=NOW, **more):
    """An assessment of this companion as of ``at``, as it stands."""
    law = law_at(max(at, NOW))
    row = Standing.objects.get(pk=standing.pk)
    bundle = a_bundle(at=at, **{"tier": row.tier, "state": row.state, **more})
    found = measure(bundle, law)
    return Assessment.objects.create(
        companion=standing.companion,
        computed_at=at,
        gi=found.gi,
        constitutional=found.components.constitutional,
        coverage=found.coverage,
        law_digest=law.digest,
        evidence_sha256=keep(bundle.as_json()),
    )


def read(standing, *, at, **more):
    """Assess it and let the sweep read that, both at ``at``; how it stands then."""
    assessed(standing, at=at, **more)
    judge_all(at=at)
    return Standing.objects.get(pk=standing.pk)


def replayed():
    """What differs between the automatic decisions of this story and what their bases lead to; and how many there are."""
    seen, found = 0, []
    for decision in Decision.objects.filter(actor_kind="system").select_related("seal"):
        named = {it["name"]: it["sha256"] for it in decision.evidence}
        basis = evidence_of(named["basis"]) if "basis" in named else {}
        if basis.get("rule") not in RULES:
            continue
        law = parse(LawVersion.objects.get(digest=decision.law_digest).document)
        derived = RULES[basis["rule"]](basis, law=law, at=decision.at)
        sealed = json.loads(bytes(decision.seal.entry))["decision"]
        found += [f"{decision.type} {decision.move}: {it}" for it in differences(sealed, derived)]
        seen += 1
    return seen, found


def without_basis():
    """Automatic decisions about standing that name no basis."""
    moves = {"suspend", "end_suspension", "change_suspension", "freeze", "ask_review", "open_shadow", "impose", "void"}
    kinds = {"decline", "penalty", "incident"}
    return [
        f"{row.type} {row.move}"
        for row in Decision.objects.filter(actor_kind="system")
        if (row.subject_kind in kinds or row.move in moves or row.move.startswith("fall_to_"))
        and "basis" not in {it["name"] for it in row.evidence}
    ]
