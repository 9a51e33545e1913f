"""How much a provider is asked at once: a steward's word, within the protocol's limits."""

import pytest

from charter.queries import law_at
from ledger.actors import Actor, Forbidden
from ledger.decisions import Refused
from ledger.models import Decision
from ledger.queries import history
from registry.actions import change_exchanges
from registry.models import Endpoint, Person, Provider
from registry.protocols import reach_of
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
WHY = "Its provider says that it bears eight."


@pytest.fixture
def provider(db):
    return Provider.objects.create(slug="your-org", name="Your Org", created_at=NOW)


def change(provider, number, by, reason=WHY):
    return change_exchanges(provider, number, by=by, at=NOW, under=law_at(NOW), reason=reason)


@pytest.mark.parametrize("number", [1, 8, 64])
def test_the_next_call_reaches_it_so(provider, steward, number):
    change(provider, number, Actor.person(steward))
    row = Provider.objects.get(pk=provider.pk)
    assert reach_of(Endpoint(provider=row, base_url="https://a.example", protocol="masl")).places == number
    (told,) = history([("provider", "your-org")])
    assert (told.type, told.reason) == ("provider.exchanges_changed", WHY)
    assert told.facts == {"exchanges_at_once": number, "before": 2}


@pytest.mark.parametrize("number", [-1, 0, 65, 2])
def test_beyond_the_limits_or_without_a_change_it_is_refused(provider, steward, number):
    with pytest.raises(Refused):
        change(provider, number, Actor.person(steward))
    assert Provider.objects.get(pk=provider.pk).exchanges_at_once == 2
    assert not Decision.objects.filter(subject_kind="provider").exists()


def test_a_reason_is_asked(provider, steward):
    with pytest.raises(Refused, match="reason"):
        change(provider, 8, Actor.person(steward), reason=" ")


@pytest.mark.parametrize("by", [Actor.provider("your-org"), Actor.system("rule")])
def test_neither_the_provider_nor_a_machine_raises_it(provider, by):
    with pytest.raises(Forbidden):
        change(provider, 8, by)


@pytest.mark.parametrize(("roles", "own"), [(["viewer"], False), (["auditor"], False), (["steward"], True)])
def test_it_is_a_stewards_of_another_organisation(provider, roles, own):
    person = Person.objects.create_user("p@example.org", roles=roles, organisation=provider if own else None)
    with pytest.raises(Forbidden, match="own organisation" if own else "steward's to say"):
        change(provider, 8, Actor.person(person))
