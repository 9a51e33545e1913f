"""The way out of shadow mode, derived anew from what was sealed when it was decided."""

import json
from datetime import timedelta
from decimal import Decimal as D

import pytest

from charter.law import shipped_law
from charter.queries import law_at
from ledger.models import Decision
from ledger.queries import evidence_of
from tests.conftest import NOW
from tests.factories.companions import in_shadow
from tests.tiers.test_assessing import OPENED, a_week
from tests.tiers.test_bundle import a_bundle
from tiers.actions import standing as standings
from tiers.actions.assessing import judge_exit, judge_exits
from tiers.rules.bundle import Aged, Counted
from tiers.rules.exiting import ACTIVATE, ENTER, Registered, basis_of, exit_of, replay
from tiers.rules.measuring import measure

LAW = shipped_law()
DAY = timedelta(days=1)


def basis(decision):
    return evidence_of(next(it["sha256"] for it in decision.evidence if it["name"] == "basis"))


def derived(bundle, step, registered=None):
    sealed = json.loads(json.dumps({**basis_of(bundle, registered=registered), "step": step}))
    return replay(sealed, law=LAW, at=NOW)


@pytest.mark.django_db
def test_both_decisions_of_an_exit_are_derived_from_their_own_sealed_basis():
    standing = in_shadow(at=OPENED)
    a_week(standing.companion)
    judge_exit(standing, at=NOW)
    entered, activated = Decision.objects.filter(subject_ref="YOURMODEL_001", actor_ref="rule", at=NOW).order_by(
        "seal__idx"
    )
    for decision in (entered, activated):
        found = replay(basis(decision), law=law_at(NOW), at=decision.at)
        assert (found.move, found.to) == (decision.move, decision.to_state)
    assert (entered.move, activated.move) == ("enter_standard", "activate")
    facts = json.loads(bytes(activated.seal.entry))["decision"]
    assert facts["tier"] == "standard"
    assert {name: facts[name] for name in found.facts} == found.facts


@pytest.mark.django_db
def test_a_kept_tier_is_one_decision_and_is_restored():
    standing = in_shadow(at=OPENED)
    standings.Standing.objects.filter(pk=standing.pk).update(tier="high", tier_since=OPENED - DAY)
    standing.refresh_from_db()
    a_week(standing.companion)
    assert judge_exit(standing, at=NOW) == "high"
    (decision,) = Decision.objects.filter(subject_ref="YOURMODEL_001", actor_ref="rule", at=NOW)
    found = replay(basis(decision), law=law_at(NOW), at=NOW)
    assert (found.move, found.to, found.facts["tier"]) == (decision.move, "active", "high")


@pytest.mark.parametrize(
    ("changes", "tier"),
    [
        ({}, "standard"),
        ({"answers": (Aged(0, 81 * 288, 288),)}, "research"),
        ({"counted": Counted(scored=88, compliant=88)}, "standard"),
        ({"counted": Counted(scored=87, compliant=87)}, None),
        ({"opened_at": NOW - 7 * DAY}, "standard"),
        ({"opened_at": NOW - 7 * DAY + timedelta(seconds=1)}, None),
        ({"review": None}, None),
    ],
)
def test_the_bundle_alone_decides(changes, tier):
    bundle = a_bundle(**changes)
    found = exit_of(measure(bundle, LAW), LAW)
    assert (found and found.tier) == tier
    entered, activated = derived(bundle, ENTER), derived(bundle, ACTIVATE)
    if tier is None:
        assert (entered.move, activated.move, activated.to) == ("stay", "stay", "shadow")
    else:
        assert (entered.move, entered.to) == (f"enter_{tier}", tier)
        assert (activated.to, activated.facts["tier"]) == ("active", tier)


def test_a_reference_companion_enters_at_its_registered_tier_with_its_registered_weight():
    named = Registered("critical", D("0.95"))
    assert derived(a_bundle(), ENTER, named).to == "critical"
    assert derived(a_bundle(), ACTIVATE, named).facts["vote_weight"] == "0.95"
    kept = derived(a_bundle(tier="high"), ACTIVATE, named)
    assert (kept.facts["tier"], kept.facts["vote_weight"]) == ("high", "0.9")


@pytest.mark.django_db
def test_many_are_judged_at_once_and_only_those_in_shadow_mode():
    ready, early = in_shadow(at=OPENED), in_shadow("LATE_001", provider="late", at=NOW - DAY)
    frozen = in_shadow("COLD_001", provider="cold", at=OPENED)
    for standing in (ready, early, frozen):
        a_week(standing.companion)
    standings.freeze(frozen, by=standings.RULE, at=NOW, reason="A precaution.")
    assert judge_exits([ready, early, frozen], at=NOW) == {ready: "standard"}
    assert judge_exits([ready, early, frozen], at=NOW) == {}
