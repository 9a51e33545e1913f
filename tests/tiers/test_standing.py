"""How a companion's standing moves: who may, when, and what is written down."""

from datetime import timedelta
from decimal import Decimal

import pytest

from charter.queries import version_at
from ledger.actors import Actor, Forbidden
from ledger.decisions import AlreadyDecided, Refused, Unsealed, allowed_moves, decide
from ledger.models import Decision
from registry.actions import issue_key
from registry.models import OutboxMessage
from registry.queries import credential_of
from tests.conftest import NOW
from tests.factories.companions import PROVIDER, a_companion, active, in_shadow, risen
from tiers.actions import standing as actions
from tiers.models import Standing
from tiers.queries import standing_at, suspensions_over

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
REASON = "Because the story needs it."


def by(person):
    return Actor.person(person)


def test_shadow_opens_as_soon_as_everything_asked_is_there():
    companion = a_companion(facts=False)
    assert actions.open_shadow_if_ready(companion, at=NOW).state == "mounted"
    companion.__class__.objects.filter(pk=companion.pk).update(
        price_input_per_1k=0,
        price_output_per_1k=0,
        requests_per_minute=1,
        tokens_per_minute=1,
        commits_to_charter=True,
        commits_to_consensus=True,
        understands_tiers=True,
    )
    companion.refresh_from_db()
    standing = actions.open_shadow_if_ready(companion, at=NOW)
    assert standing.state == "shadow"
    assert standing.window_opened_at == NOW
    assert companion.watch.closed_at is None


def test_leaving_shadow_mode_gives_tier_vote_and_chambers_in_one_transaction():
    standing = active(at=NOW)
    assert (standing.state, standing.tier, standing.vote_weight) == ("active", "standard", Decimal("0.7"))
    types = list(
        Decision.objects.filter(subject_ref="YOURMODEL_001").order_by("seal__idx").values_list("type", flat=True)
    )
    assert types == ["companion.mounted", "companion.shadow", "tier.changed", "companion.active"]


def test_a_move_outside_decide_is_never_made():
    standing = active(at=NOW)
    with pytest.raises(Unsealed):
        standing.suspend()
    assert Standing.objects.get(pk=standing.pk).state == "active"


@pytest.mark.parametrize("hours", [24, 48, 72])
def test_a_suspension_ends_by_itself_and_not_a_second_earlier(steward, hours):
    standing = actions.suspend(active(at=NOW), hours=hours, by=by(steward), at=NOW, reason=REASON)
    due = NOW + timedelta(hours=hours)
    assert standing.suspended_until == due
    assert not suspensions_over(at=due - timedelta(seconds=1)).exists()
    with pytest.raises(Refused):
        actions.end_suspension(standing, by=actions.RULE, at=due - timedelta(seconds=1), reason="")
    ended = actions.end_suspension(suspensions_over(at=due).get(), by=actions.RULE, at=due, reason="Its time is over.")
    assert ended.state == "active"


@pytest.mark.parametrize("hours", [0, 23, 25, 73, 720])
def test_a_suspension_lasts_what_the_law_offers(steward, hours):
    with pytest.raises(Refused, match="24, 48, 72"):
        actions.suspend(active(at=NOW), hours=hours, by=by(steward), at=NOW, reason=REASON)


def test_a_suspension_in_shadow_mode_returns_there_with_clean_days_begun_anew(steward):
    standing = actions.suspend(in_shadow(at=NOW), hours=24, by=by(steward), at=NOW + HOUR, reason=REASON)
    assert standing.companion.watch.closed_at == NOW + HOUR
    lifted = NOW + 5 * HOUR
    actions.end_suspension(standing, by=by(steward), at=lifted, reason="It was a mistake of ours.")
    assert (standing.state, standing.window_opened_at) == ("shadow", lifted)
    standing.companion.watch.refresh_from_db()
    assert standing.companion.watch.closed_at is None


def test_removal_is_a_stewards_word_and_ends_access_at_once(steward):
    standing = active(at=NOW)
    _, key = issue_key(standing.companion, by=PROVIDER, at=NOW, under=version_at(NOW).law)
    assert credential_of(key, at=NOW)
    with pytest.raises(Forbidden):
        actions.remove(standing, by=actions.RULE, at=NOW, reason=REASON)
    actions.remove(standing, by=by(steward), at=NOW, reason=REASON)
    assert standing.state == "removed"
    assert credential_of(key, at=NOW) is None
    with pytest.raises(Refused):
        actions.retire(standing, by=PROVIDER, at=NOW)


def test_a_provider_retires_its_own_companion_and_no_other():
    standing = active(at=NOW)
    with pytest.raises(Forbidden):
        actions.retire(standing, by=Actor.provider("somebody-else"), at=NOW)
    assert actions.retire(standing, by=PROVIDER, at=NOW).state == "retired"


def test_frozen_stands_beside_the_state_and_counts_for_nothing(steward):
    standing = actions.freeze(active(at=NOW), by=by(steward), at=NOW, reason=REASON)
    assert (standing.state, standing.precaution, standing.counts) == ("active", "frozen", False)
    assert actions.unfreeze(standing, by=by(steward), at=NOW, reason=REASON).counts


def test_tiers_rise_and_fall_one_at_a_time(steward):
    standing = risen(at=NOW, tier="high")
    assert (standing.tier, str(standing.vote_weight)) == ("high", "0.9")
    assert actions.demote(standing, by=by(steward), at=NOW, reason=REASON).tier == "standard"
    assert actions.demote(standing, by=by(steward), at=NOW, reason=REASON).tier == "research"
    with pytest.raises(Refused, match="no tier below"):
        actions.demote(standing, by=by(steward), at=NOW, reason=REASON)


def test_nobody_decides_about_a_companion_of_their_own_organisation(steward):
    standing = active(at=NOW)
    steward.organisation = standing.companion.provider
    steward.save()
    with pytest.raises(Forbidden, match="own organisation"):
        actions.suspend(standing, hours=24, by=by(steward), at=NOW, reason=REASON)


def test_the_second_of_two_stewards_is_told_who_was_first(steward, other_steward):
    read = active(at=NOW)
    seen = read.version
    actions.suspend(Standing.objects.get(pk=read.pk), hours=24, by=by(steward), at=NOW, reason=REASON, version=seen)
    with pytest.raises(AlreadyDecided) as refused:
        actions.suspend(read, hours=72, by=by(other_steward), at=NOW, reason=REASON, version=seen)
    assert refused.value.decision.actor_ref == f"urn:uuid:{steward.pk}"


def test_every_move_leaves_word_for_the_provider(steward):
    actions.suspend(active(at=NOW), hours=24, by=by(steward), at=NOW, reason=REASON)
    kinds = set(OutboxMessage.objects.values_list("kind", flat=True))
    assert {"companion.open_shadow", "companion.activate", "companion.suspend"} <= kinds


def test_the_standing_of_any_past_time_is_told_from_the_ledger(steward):
    standing = active(at=NOW)
    actions.suspend(standing, hours=24, by=by(steward), at=NOW + HOUR, reason=REASON)
    actions.demote(standing, by=by(steward), at=NOW + 2 * HOUR, reason=REASON)
    companion = standing.companion
    assert standing_at(companion, NOW - timedelta(days=8)) is None
    assert (standing_at(companion, NOW - HOUR).state, standing_at(companion, NOW - HOUR).tier) == ("shadow", "")
    assert (standing_at(companion, NOW).state, standing_at(companion, NOW).tier) == ("active", "standard")
    later = standing_at(companion, NOW + 3 * HOUR)
    assert (later.state, later.tier) == ("suspended", "research")


def test_nobody_leaves_shadow_mode_by_a_persons_word(steward, chief):
    standing = in_shadow(at=NOW)
    for person in (steward, chief):
        assert "activate" not in allowed_moves(standing, by=by(person))
        with pytest.raises(Forbidden):
            decide(standing, "activate", by=by(person), at=NOW, under=version_at(NOW).law, reason=REASON)
    assert Standing.objects.get(pk=standing.pk).state == "shadow"
    assert "activate" in allowed_moves(standing, by=actions.RULE)
