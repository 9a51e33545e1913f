from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from faces.figures import amounts

NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal(".94999"), "0.9499"),
        (Decimal(".949999999999999999999999999999"), "0.9499"),
        (Decimal(".95"), "0.95"),
        (Decimal(".9"), "0.90"),
        (Decimal(1), "1.00"),
        (Decimal(0), "0.00"),
        (Decimal(".9185"), "0.9185"),
        (Decimal("-.00001"), "-0.0001"),
        (0.95, "0.95"),
        (Decimal("1E-9"), "0.00"),
        (None, "not measured"),
    ],
)
def test_a_share_is_cut_to_four_decimals_and_never_rounded_up(value, shown):
    assert amounts.cut4(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal(".94999"), "94.99%"),
        (Decimal(".999999"), "99.99%"),
        (Decimal(".95"), "95%"),
        (Decimal(1), "100%"),
        (Decimal(0), "0%"),
        (None, "not measured"),
    ],
)
def test_a_share_in_percent_is_cut_and_never_rounded_up(value, shown):
    assert amounts.percent(value) == shown


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(), "less than a second"),
        (timedelta(seconds=0.999), "less than a second"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=59.9), "59 seconds"),
        (timedelta(seconds=60), "1 minute"),
        (timedelta(seconds=90), "1 minute 30 seconds"),
        (timedelta(minutes=3, seconds=59), "3 minutes 59 seconds"),
        (timedelta(minutes=4, seconds=59), "4 minutes"),
        (timedelta(hours=47), "1 day 23 hours"),
        (timedelta(hours=1, seconds=59), "1 hour"),
        (timedelta(days=29), "29 days"),
        (timedelta(days=365), "1 year"),
        (timedelta(days=-2), "2 days"),
        (None, "not measured"),
    ],
)
def test_a_span_is_told_in_words_of_one_unit_or_two_while_the_first_is_small(span, words):
    assert amounts.in_words(span) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(hours=-5), "5 hours ago"),
        (timedelta(days=3, hours=4), "in 3 days 4 hours"),
        (timedelta(seconds=2), "just now"),
        (timedelta(seconds=-2), "just now"),
        (timedelta(seconds=-3), "3 seconds ago"),
    ],
)
def test_a_moment_is_told_from_now(span, words):
    assert amounts.relative(NOW + span, now=NOW) == words


def test_exact_times_are_utc_whatever_zone_they_come_in():
    at = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert amounts.exact_utc(at) == "2026-03-14 09:26:53 UTC"
    assert amounts.rfc3339(at) == "2026-03-14T09:26:53Z"


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("INC-00001", None),
        ("x" * 20, None),
        ("0123456789" * 3, ("01234567", "23456789")),
        ("sha256:" + "a" * 60 + "beef", ("sha256:aaaaaaaa", "aaaabeef")),
    ],
)
def test_a_long_digest_keeps_its_two_ends_and_the_name_of_its_algorithm(text, ends):
    assert amounts.cut_middle(text) == ends
