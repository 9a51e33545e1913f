"""The allow-list of an organisation's own network is sealed when it changes, and only then."""

import pytest

from kaizen.allowance import SUBJECT, seal_a_change
from ledger.models import Decision
from ledger.queries import evidence_of, last_decision

pytestmark = pytest.mark.django_db
ENTRY = "models.corp.example=10.20.0.0/16:443,8443"


def test_a_change_is_sealed_once_with_what_is_allowed(settings):
    settings.KAIZEN_EGRESS_ALLOW = [ENTRY]
    assert seal_a_change()
    assert not seal_a_change()
    decision = last_decision(*SUBJECT)
    assert evidence_of(decision.evidence[0]["sha256"]) == [ENTRY]
    settings.KAIZEN_EGRESS_ALLOW = []
    assert seal_a_change()
    assert Decision.objects.filter(type="policy.egress_changed").count() == 2


def test_nothing_allowed_from_the_beginning_is_no_change(settings):
    settings.KAIZEN_EGRESS_ALLOW = []
    assert not seal_a_change()
