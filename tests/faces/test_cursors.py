"""Pages by key: whole, steady, and only by cursors that this list signed."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Group
from django.core import signing
from django.test import RequestFactory
from rest_framework.request import Request

from faces.cursors import KeysetPagination
from faces.problems import Problem

pytestmark = pytest.mark.django_db


class Descending:
    ordering = ("-name", "id")


def page(query, view=Descending, queryset=None):
    paginator = KeysetPagination()
    request = Request(RequestFactory().get("/api/groups", query))
    rows = paginator.paginate_queryset(Group.objects.all() if queryset is None else queryset, request, view)
    return [row.name for row in rows], paginator.get_paginated_response([]).data["next"]


def following(address):
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.fixture(autouse=True)
def groups():
    # The roles are groups too; they would stand among these.
    Group.objects.all().delete()
    return [Group.objects.create(name=f"g{number}") for number in range(7)]


def test_pages_follow_one_another_without_gap_or_repetition():
    seen, query = [], {"limit": "3", "state": "open"}
    for _ in range(3):
        names, address = page(query)
        seen += names
        query = following(address) if address else None
    assert seen == [f"g{number}" for number in reversed(range(7))]
    assert query is None


def test_the_next_address_is_relative_and_keeps_the_filters():
    _, address = page({"limit": "3", "state": "open"})
    assert address.startswith("/api/groups?limit=3&state=open&cursor=")


def test_an_insert_before_the_cursor_shifts_nothing():
    _, address = page({"limit": "3"})
    Group.objects.create(name="g9")
    assert page(following(address))[0] == ["g3", "g2", "g1"]


def test_the_primary_key_may_be_called_pk():
    class ByKey:
        ordering = ("-pk",)

    names, address = page({"limit": "2"}, ByKey)
    assert names == ["g6", "g5"]
    assert page(following(address), ByKey)[0] == ["g4", "g3"]


def test_mixed_directions_give_the_rows_after_the_whole_key():
    from faces.cursors import after

    first = Group.objects.get(name="g3")
    later = Group.objects.filter(after(Group, ("-name", "id"), ["g3", str(first.pk - 1)]))
    assert {group.name for group in later} == {"g3", "g2", "g1", "g0"}


@pytest.mark.parametrize("cursor", ["x", "a:b:c", "é", "x" * 2000])
def test_a_forged_cursor_is_a_problem(cursor):
    with pytest.raises(Problem) as caught:
        page({"cursor": cursor})
    assert (caught.value.status, caught.value.code) == (400, "bad_cursor")


def test_a_cursor_of_another_order_is_worth_nothing():
    class Ascending:
        ordering = ("name", "id")

    _, address = page({"limit": "3"})
    with pytest.raises(Problem):
        page(following(address), Ascending)


def test_a_signed_cursor_with_values_of_another_type_is_a_problem():
    salt = "faces.cursors:auth.Group:-name,id"
    with pytest.raises(Problem):
        page({"cursor": signing.dumps(["g3", "no number"], salt=salt)})
    with pytest.raises(Problem):
        page({"cursor": signing.dumps(["g3"], salt=salt)})


@pytest.mark.parametrize(
    ("limit", "passes"),
    [
        ("1", True),
        ("200", True),
        ("0", False),
        ("201", False),
        ("-1", False),
        ("x", False),
        ("٣", False),
        ("9999", False),
    ],
)
def test_a_page_has_its_bounds(limit, passes):
    if passes:
        assert page({"limit": limit})[0]
    else:
        with pytest.raises(Problem, match="out_of_range"):
            page({"limit": limit})
