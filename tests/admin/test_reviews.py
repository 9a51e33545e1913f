"""A new review, asked for on the desk: offered, under way, and its outcome."""

import pytest
from django.urls import reverse

from onboarding import actions
from onboarding.models import SentinelReview
from onboarding.models.application import State
from onboarding.models.sentinel import Verdict
from tests.admin.test_deciding import decide
from tests.admin.world import LATER, NOW
from tests.factories.onboarding import ALL_THAT_IS_ASKED, an_application

pytestmark = pytest.mark.django_db
LINK = "/decide/ask-for-review/"


@pytest.fixture
def standing(world):
    """Of a companion that was approved against the verdict."""
    application = an_application(
        State.MOUNTED, at=NOW, verdict=Verdict.REQUEST_CHANGES, modelName="Second", **ALL_THAT_IS_ASKED
    )
    application.refresh_from_db()
    return application.companion.standing


def page(client, standing):
    return client.get(reverse("admin:tiers_standing_change", args=[standing.pk])).content.decode()


def test_a_steward_asks_follows_and_reads_the_outcome(standing, desk, people, law):
    client = desk(people["steward"])
    before = page(client, standing)
    assert "shadow mode ends only after a new, positive review" in before
    assert LINK in before
    asking = client.get(reverse("admin:tiers_standing_decide", args=[standing.pk, "ask-for-review"]))
    assert f"a new battery of {law.onboarding.battery} prompts" in asking.content.decode()
    assert decide(client, "tiers_standing", standing, "ask-for-review").status_code == 302
    review = SentinelReview.objects.latest("started_at")
    assert review.started_at == LATER
    under_way = page(client, standing)
    assert f"0 of {law.onboarding.battery} prompts were put so far" in under_way
    assert LINK not in under_way
    actions.conclude_review(
        review, verdict=Verdict.APPROVE_WITH_NOTES, numbers={"scored": 20}, reasons=["<b>It holds.</b>"], at=LATER
    )
    after = page(client, standing)
    assert "approve with notes" in after
    assert "&lt;b&gt;It holds." in after
    assert "shadow mode ends only after a new, positive review" not in after
    assert LINK in after


def test_a_second_review_is_refused_while_the_first_runs(standing, desk, people):
    client = desk(people["steward"])
    decide(client, "tiers_standing", standing, "ask-for-review")
    standing.refresh_from_db()
    refused = decide(client, "tiers_standing", standing, "ask-for-review")
    assert refused.status_code == 409
    assert f"A review of {standing.companion.ref} is under way already." in refused.content.decode()
    closed = client.get(reverse("admin:tiers_standing_decide", args=[standing.pk, "ask-for-review"])).content.decode()
    assert "is under way already" in closed
    assert "<textarea" not in closed


def test_a_companion_of_the_register_is_told_why_not(world, desk, people):
    client = desk(people["steward"])
    assert LINK not in page(client, world.companion)
    asking = client.get(reverse("admin:tiers_standing_decide", args=[world.companion.pk, "ask-for-review"]))
    assert "there is no application to review" in asking.content.decode()


@pytest.mark.parametrize("role", ["viewer", "auditor"])
def test_who_only_reads_sees_the_review_and_is_offered_nothing(standing, desk, people, law, role):
    decide(desk(people["steward"]), "tiers_standing", standing, "ask-for-review")
    shown = page(desk(people[role]), standing)
    assert f"0 of {law.onboarding.battery} prompts were put so far" in shown
    assert LINK not in shown


@pytest.mark.parametrize("number", [1, 64])
def test_a_steward_changes_how_much_a_provider_is_asked_at_once(world, desk, people, number):
    client, provider = desk(people["steward"]), world.companion.companion.provider
    address = reverse("admin:registry_provider_decide", args=[provider.pk, "change-exchanges"])
    assert 'value="2"' in client.get(address).content.decode()
    for wrong in (0, 65, -1, "x"):
        assert client.post(address, {"reason": "More.", "version": 0, "exchanges_at_once": wrong}).status_code == 400
    done = client.post(address, {"reason": "It bears that.", "version": 0, "exchanges_at_once": number})
    assert done.status_code == 302
    provider.refresh_from_db()
    assert provider.exchanges_at_once == number
    shown = client.get(done["Location"]).content.decode()
    assert "change exchanges" in shown
    assert "It bears that." in shown
