"""How an application is judged, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from charter.law import shipped_law
from onboarding.rules import Course, Found, at_the_deadline, companion_name, course_of, deadlines, waived_rightly

RESERVED = frozenset({"ATLAS", "EVE"})


def found(outcome, *, required=True, check="tls"):
    return Found(check=check, required=required, outcome=outcome)


@pytest.mark.parametrize(
    ("findings", "overdue", "course"),
    [
        ([found("pass")], False, Course.GO_ON),
        ([found("fail")], False, Course.GIVE_BACK),
        ([found("fail"), found("inconclusive")], False, Course.GIVE_BACK),
        ([found("inconclusive")], False, Course.TRY_AGAIN),
        ([found("inconclusive")], True, Course.GO_ON),
        ([found("waiver_asked")], False, Course.GO_ON),
        ([found("pass"), found("fail", required=False)], False, Course.GO_ON),
        ([found("pass"), found("inconclusive", required=False)], False, Course.GO_ON),
    ],
)
def test_findings_send_an_application_on_back_or_to_another_try(findings, overdue, course):
    assert course_of(findings, overdue=overdue) is course


def test_a_token_that_was_never_served_ends_as_a_waiver_asked():
    assert at_the_deadline(found("inconclusive", check="control")).outcome == "waiver_asked"


def test_any_other_inconclusive_check_stays_inconclusive_at_the_deadline():
    assert at_the_deadline(found("inconclusive", check="host")).outcome == "inconclusive"


def test_waivers_name_exactly_what_did_not_pass():
    assert waived_rightly(["control"], ["control"]) == []
    assert waived_rightly(["control", "auth"], ["auth"]) == ["To approve means to waive these checks by name: control."]
    assert waived_rightly([], ["auth"]) == ["These checks need no waiver: auth."]


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("YourModel", "YOURMODEL"),
        ("gpt-4.1 (mini)", "GPT_4_1_MINI"),
        ("模型", "MODEL"),
        ("straße", "STRASSE"),
        ("é1", "1"),
        ("a" * 64, "A" * 32),
        ("a" * 31 + "-b", "A" * 31),
        ("Atlas", "YOUR_ORG_ATLAS"),
        ("atlas-001", "YOUR_ORG_ATLAS_001"),
        ("Atlas of the World", "ATLAS_OF_THE_WORLD"),
    ],
)
def test_a_companions_name_is_made_of_the_models(model, name):
    assert companion_name(model, provider="your-org", reserved=RESERVED) == name


def test_a_reserved_name_behind_a_long_provider_stays_whole_and_within_32_characters():
    name = companion_name("Atlas", provider="a" * 63, reserved=RESERVED)
    assert name == "A" * 26 + "_ATLAS"
    assert len(name) == 32


def test_deadlines_count_from_the_submission():
    at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    due = deadlines(shipped_law(), since=at)
    assert due.compatibility == at + timedelta(minutes=5)
    assert due.constitutional == at + timedelta(hours=24)
    assert due.steward == at + timedelta(hours=48)
