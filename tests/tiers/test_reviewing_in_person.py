"""Companions of the shipped register made no application: a steward's word stands in the place of the sentinel's."""

from datetime import timedelta

import pytest

from ledger.actors import Actor, Forbidden
from ledger.decisions import Refused
from ledger.queries import last_decision
from registry.models import OutboxMessage
from tests.conftest import NOW
from tests.factories.companions import active
from tiers.actions import incidents
from tiers.actions import standing as standings
from tiers.actions.reviews import review_in_person
from tiers.models import Review
from tiers.queries.rise_words import reviews_owed

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def warned():
    """A companion of the register that was warned for an offence, and owes a review."""
    standing = active("ATLAS_009")
    standing.companion.is_reference = True
    standing.companion.save(update_fields=["is_reference"])
    offence = incidents.open_incident(
        standing.companion, kind="veto", severity="low", summary="It was rude.", rule="civic.rude",
        by=incidents.ATLAS, at=NOW,
    )  # fmt: skip
    incidents.confirm(offence, by=incidents.ATLAS, at=NOW, reason="Found again.")
    return standing


@pytest.mark.parametrize(("is_positive", "owed"), [(True, False), (False, True)])
def test_a_good_word_settles_the_review_that_a_warning_asks_for(warned, steward, is_positive, owed):
    by = Actor.person(steward)
    review_in_person(warned, is_positive=is_positive, by=by, at=NOW + HOUR, reason="I read its answers.")
    assert bool(reviews_owed([warned.companion_id], NOW + HOUR)) is owed
    review = Review.objects.filter(companion=warned.companion).latest("given_at")
    assert (review.reviewer, review.is_positive) == (by.ref, is_positive)
    sealed = last_decision("companion", "ATLAS_009", moves=["review"])
    assert (sealed.type, sealed.actor_ref, sealed.at) == ("companion.reviewed", by.ref, NOW + HOUR)
    assert OutboxMessage.objects.filter(kind="companion.reviewed").count() == 1


def test_whom_the_sentinel_can_review_it_reviews(steward):
    with pytest.raises(Refused, match="The sentinel reviews this companion"):
        review_in_person(active(), is_positive=True, by=Actor.person(steward), at=NOW, reason="I know it.")


def test_nobody_reviews_a_companion_that_has_left(warned, steward):
    standings.remove(warned, by=Actor.person(steward), at=NOW + HOUR, reason="It harmed somebody.")
    with pytest.raises(Refused):
        review_in_person(warned, is_positive=True, by=Actor.person(steward), at=NOW + HOUR, reason="It was good.")


def test_an_old_page_and_an_empty_reason_decide_nothing(warned, steward):
    by = Actor.person(steward)
    with pytest.raises(Refused, match="changed since you read it"):
        review_in_person(warned, is_positive=True, by=by, at=NOW, reason="Fine.", version=warned.version - 1)
    with pytest.raises(Refused, match="Give a reason"):
        review_in_person(warned, is_positive=True, by=by, at=NOW, reason="  ")
    assert reviews_owed([warned.companion_id], NOW + HOUR)


@pytest.mark.parametrize(
    "actor", [Actor.system("atlas"), Actor.provider("your-org"), Actor("human", "urn:uuid:1", frozenset({"viewer"}))]
)
def test_nobody_but_a_steward_reviews_in_person(warned, actor):
    with pytest.raises(Forbidden):
        review_in_person(warned, is_positive=True, by=actor, at=NOW, reason="Fine.")


def test_a_steward_of_its_own_organisation_does_not(warned, steward):
    own = Actor("human", f"urn:uuid:{steward.pk}", frozenset({"steward"}), organisation="your-org")
    with pytest.raises(Forbidden):
        review_in_person(warned, is_positive=True, by=own, at=NOW, reason="Fine.")
