"""The permission table, read for one question: every operation, every tier, every state, and what it obliges to."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from charter.law import shipped_law
from tests.conftest import NOW
from tiers.api.access_words import to_admins, to_users
from tiers.rules.access import Access, Reason, Subject, decide_access

LAW = shipped_law()
TIERS = ("", "research", "standard", "high", "critical")
STATES = ("mounted", "shadow", "active", "suspended", "removed", "retired")
# Spec 10.1, written out: the operation, from which tier on it is open, and what it obliges to.
TABLE = {
    "explore": ("research", ()),
    "ideate": ("research", ()),
    "data.analyse_noncritical": ("research", ()),
    "education.content": ("research", ()),
    "research.analyse": ("standard", ()),
    "content.generate": ("standard", ()),
    "operations.monitor": ("standard", ()),
    "consensus.standard": ("standard", ()),
    "api.use": ("standard", ()),
    "finance.propose": ("standard", ("second_approver",)),
    "domain.seal": ("high", ("advanced_approvals:2",)),
    "gic.register": ("high", ("advanced_approvals:2",)),
    "mic.mint_limited": ("high", ("advanced_approvals:2",)),
    "architecture.decide": ("high", ("advanced_approvals:2",)),
    "reasoning.complex": ("high", ("advanced_approvals:2",)),
    "consensus.high": ("high", ("advanced_approvals:2",)),
    "identity.manage": ("critical", ("human_cosign",)),
    "ledger.write": ("critical", ("human_cosign",)),
    "governance.vote": ("critical", ("human_cosign",)),
    "wallet.operate": ("critical", ("human_cosign",)),
    "mic.mint": ("critical", ("human_cosign",)),
    "constitution.amend": ("critical", ("human_cosign",)),
    "infrastructure.change": ("critical", ("human_cosign",)),
}
AGAINST = {
    "mounted": Reason.NOT_BEGUN,
    "shadow": Reason.IN_SHADOW,
    "suspended": Reason.SUSPENDED,
    "removed": Reason.REMOVED,
    "retired": Reason.RETIRED,
}
ACTIVE = Subject("YOURMODEL_001", "active", "standard")


def asked(subject, operation="research.analyse", *, law=LAW, at=NOW, **more):
    return decide_access(subject, operation, law=law, at=at, **more)


def test_the_law_names_the_operations_of_the_table_and_no_other():
    assert {operation: (LAW.tier_of(operation), LAW.obligations_of(operation)) for operation in TABLE} == TABLE
    assert {operation for tier in LAW.tiers.values() for operation in tier.may} == set(TABLE)


@pytest.mark.parametrize(("operation", "tier"), list(product(TABLE, TIERS)))
def test_an_operation_is_open_from_its_tier_on_to_who_is_active_and_free(operation, tier):
    asks, obligations = TABLE[operation]
    is_open = TIERS.index(tier) >= TIERS.index(asks)
    for state, frozen in product(STATES, (False, True)):
        found = asked(Subject("X_001", state, tier, frozen=frozen, returns_to="active"), operation)
        assert found.is_allowed is (is_open and state == "active" and not frozen)
        assert found.obligations == (obligations if found.is_allowed else ())
        assert found.operation_tier == asks


@pytest.mark.parametrize(("state", "reason"), list(AGAINST.items()))
def test_the_state_that_stands_against_it_is_named(state, reason):
    found = asked(replace(ACTIVE, state=state))
    assert (found.reason, found.state) == (reason, state)


def test_a_precaution_a_role_and_a_missing_endpoint_are_named():
    assert asked(replace(ACTIVE, frozen=True)).reason is Reason.FROZEN
    assert asked(replace(ACTIVE, has_endpoint=False)).reason is Reason.WITHOUT_ENDPOINT
    assert asked(replace(ACTIVE, heals_only=True), "explore").reason is Reason.HEALING_ONLY
    assert asked(ACTIVE, "domain.seal").reason is Reason.TIER_TOO_LOW


def test_the_most_lasting_thing_against_it_is_named_first():
    everything = replace(ACTIVE, state="removed", tier="", frozen=True, has_endpoint=False, heals_only=True)
    assert asked(everything).reason is Reason.REMOVED
    assert asked(replace(everything, state="suspended")).reason is Reason.HEALING_ONLY
    assert asked(replace(everything, state="suspended", heals_only=False)).reason is Reason.WITHOUT_ENDPOINT
    assert asked(replace(ACTIVE, state="suspended", frozen=True)).reason is Reason.SUSPENDED
    assert asked(replace(ACTIVE, state="shadow", frozen=True)).reason is Reason.FROZEN


@pytest.mark.parametrize(
    "operation", ["", "Explore", "explore ", "research", "research.*", "*", "identity.manage.all", "vote", "писать"]
)
def test_an_operation_that_the_law_does_not_name_is_refused_and_not_guessed(operation):
    found = asked(replace(ACTIVE, tier="critical"), operation)
    assert (found.reason, found.operation_tier, found.obligations) == (Reason.UNKNOWN_OPERATION, None, ())


def test_who_is_not_known_and_what_is_no_companion_is_refused():
    assert asked(None).reason is Reason.UNKNOWN_COMPANION
    assert asked(None, kind="user").reason is Reason.UNKNOWN_SUBJECT_TYPE
    assert asked(ACTIVE, kind="Companion").reason is Reason.UNKNOWN_SUBJECT_TYPE


@pytest.mark.parametrize("state", ["", "new_state_of_a_later_release"])
def test_a_state_that_the_rule_does_not_know_opens_nothing(state):
    assert not asked(replace(ACTIVE, state=state)).is_allowed


def test_a_tier_that_the_law_does_not_know_opens_nothing():
    assert asked(replace(ACTIVE, tier="supreme"), "explore").reason is Reason.TIER_TOO_LOW


@pytest.mark.parametrize(
    ("seconds", "returns_to", "reason"),
    [
        (-1, "active", Reason.SUSPENDED),
        (0, "active", Reason.ALLOWED),
        (1, "active", Reason.ALLOWED),
        (-1, "shadow", Reason.SUSPENDED),
        (0, "shadow", Reason.IN_SHADOW),
    ],
)
def test_a_suspension_is_over_when_its_time_is_even_before_it_is_written_down(seconds, returns_to, reason):
    suspended = replace(ACTIVE, state="suspended", returns_to=returns_to, suspended_until=NOW)
    found = asked(suspended, at=NOW + timedelta(seconds=seconds))
    assert found.reason is reason
    assert found.state == ("suspended" if seconds < 0 else returns_to)


def test_a_suspension_without_an_end_waits_for_a_person():
    forever = replace(ACTIVE, state="suspended", returns_to="active", suspended_until=None)
    assert asked(forever, at=NOW + timedelta(days=3650)).reason is Reason.SUSPENDED


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_its_words(reason):
    access = Access(reason, ACTIVE, "active", "high", ())
    for said in (to_admins(access, LAW), to_users(access)):
        assert said.endswith(".")
        assert "{" not in said
    nobody = Access(reason, None, None, None, ())
    assert to_users(nobody)
