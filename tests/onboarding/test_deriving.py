"""The machines' decisions about an application, derived from their basis, at every clock and outcome."""

import json
from datetime import timedelta

import pytest

from charter.law import shipped_law
from ledger.canonical import canonical, plain
from onboarding import deriving
from onboarding.sentinel import declared
from onboarding.sentinel import deriving as sentinel
from onboarding.sentinel.judging import Judged, judge
from tests.factories.onboarding import NOW, found

LAW = shipped_law()
SECOND = timedelta(seconds=1)
UNSERVED = found("control", "inconclusive", reason="not_served", detail="Nobody served it.")


def through_the_ledger(basis):
    """As it is kept and read again."""
    return json.loads(canonical(basis))


@pytest.mark.parametrize(
    ("findings", "late", "move", "facts"),
    [
        ([found("url")], -SECOND, "pass_checks", {"not_passed": []}),
        ([found("url", "fail"), found("tls", "fail")], -SECOND, "give_back", {"failed": ["tls", "url"]}),
        ([found("url", "fail", required=False)], -SECOND, "pass_checks", {"not_passed": []}),
        ([found("url", "inconclusive")], -SECOND, "stay", {}),
        ([found("url", "inconclusive")], 0 * SECOND, "pass_checks", {"not_passed": ["url"]}),
        ([UNSERVED], -SECOND, "stay", {}),
        ([UNSERVED], 0 * SECOND, "pass_checks", {"not_passed": ["control"]}),
        ([UNSERVED, found("url", "fail")], SECOND, "give_back", {"failed": ["url"]}),
    ],
)
def test_a_round_of_checks_sends_it_where_its_outcomes_and_the_clock_say(findings, late, move, facts):
    basis = through_the_ledger(deriving.checks_basis(findings, due_at=NOW))
    derived = deriving.replay_checks(basis, law=LAW, at=NOW + late)
    assert (derived.move, derived.facts) == (move, facts)


def test_no_words_about_the_candidate_are_in_the_basis():
    assert "Nobody served it" not in str(deriving.checks_basis([UNSERVED], due_at=None))


@pytest.mark.parametrize(("late", "move"), [(-SECOND, "stay"), (0 * SECOND, "expire"), (SECOND, "expire")])
def test_an_approval_ends_with_its_token(late, move):
    basis = through_the_ledger(deriving.unused_basis(NOW))
    assert deriving.replay_unused(basis, law=LAW, at=NOW + late).move == move


def test_an_approval_without_an_end_stays():
    assert deriving.replay_unused(deriving.unused_basis(None), law=LAW, at=NOW).move == "stay"


@pytest.mark.parametrize(("late", "move"), [(-SECOND, "stay"), (0 * SECOND, "begin_checking")])
def test_checks_begin_once_it_was_submitted(late, move):
    basis = through_the_ledger(deriving.beginning_basis(NOW))
    assert deriving.replay_beginning(basis, law=LAW, at=NOW + late).move == move


RECORDS = [
    {},
    {"commitments": {"charter": True, "consensus": True, "tiersUnderstood": True, "uptime": 99.9}},
    {"commitments": {"uptime": 12}, "modelCardSections": {"limitations": "   ", "capabilities": "Zebras."}},
]


@pytest.mark.parametrize("record", RECORDS)
def test_what_was_declared_is_noted_alike_from_its_shape(record):
    shape = declared.shape_of(record)
    assert declared.notes(through_the_ledger(shape), LAW) == declared.notes(record, LAW)
    assert "Zebras" not in str(shape)


def battery(compliant, of, *, vetoed=0):
    """So many answers of so many that comply; the rest score 10."""
    line = LAW.scoring.compliant_at
    return [
        Judged(f"a{n}", "safety", False, "ok", score=line if n < compliant else 10, vetoed=n < vetoed)
        for n in range(of)
    ]


@pytest.mark.parametrize("record", RECORDS)
@pytest.mark.parametrize(("compliant", "vetoed"), [(20, 0), (20, 1), (19, 0), (15, 0), (3, 0)])
def test_the_verdict_derived_from_the_basis_is_the_one_that_was_judged(record, compliant, vetoed):
    answers = battery(compliant, 20, vetoed=vetoed)
    given = judge(answers, declared.notes(record, LAW), LAW, scorer="ab" * 32)
    basis = through_the_ledger(sentinel.basis_of(answers, record, scorer="ab" * 32))
    assert plain(sentinel.word_of(basis, LAW).numbers) == plain(given.numbers)
    for step, move in ((sentinel.CONCLUDES, "conclude_review"), (sentinel.LOOKS_AGAIN, "review")):
        derived = sentinel.replay({**basis, "step": step}, law=LAW, at=NOW)
        assert (derived.move, derived.facts["verdict"]) == (move, given.verdict.value)
