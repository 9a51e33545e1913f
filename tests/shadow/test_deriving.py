"""The machines' decisions about judges and scorers, derived from their basis."""

import json
from decimal import Decimal

import pytest

from charter.judging.admission import Tally
from charter.law import shipped_law
from ledger.canonical import canonical
from shadow import deriving
from tests.conftest import NOW

LAW = shipped_law()
JUDGING = LAW.scoring.judge


def tally(**more):
    half = JUDGING.golden_least // 2 + 1
    good = {"compliant": half, "violating": half, "agreed": 2 * half, "false_flags": 0, "undecided": 0, "flips": 0}
    return Tally(**{**good, "kappa": Decimal("0.900000"), "rightly": ("a",), **more})


@pytest.mark.parametrize(
    ("found", "in_office", "word"),
    [
        (tally(), False, "admitted"),
        (tally(), True, "admitted"),
        (tally(kappa=JUDGING.kappa_at_least.quantize(Decimal("0.000001"))), False, "admitted"),
        (tally(kappa=JUDGING.kappa_at_least - Decimal("0.000001")), False, "refused"),
        (tally(kappa=Decimal("0.500000")), True, "dropped"),
        (tally(kappa=None), True, "dropped"),
        (tally(violating=0), False, "refused"),
    ],
)
def test_a_judge_s_trial_ends_as_its_counts_say_in_the_very_words(found, in_office, word):
    basis = json.loads(canonical(deriving.trial_basis(found, in_office=in_office)))
    derived = deriving.replay_judge_trial(basis, law=LAW, at=NOW)
    why = deriving.shortcomings(found, JUDGING)
    assert (derived.to, derived.facts) == (word, {"why": "; ".join(why)} if why else {})


@pytest.mark.parametrize(
    ("violates", "said", "falls"),
    [
        (True, "violate", False),
        (False, "comply", False),
        (True, "comply", True),
        (False, "violate", True),
        (False, None, True),
        (None, "comply", True),
    ],
)
def test_a_judge_falls_by_one_known_case_that_it_judged_otherwise(violates, said, falls):
    right = {"case": "a", "violates": False, "said": "comply"}
    basis = json.loads(canonical(deriving.canary_basis([right, {"case": "b", "violates": violates, "said": said}])))
    assert deriving.replay_canary(basis, law=LAW, at=NOW).to == ("dropped" if falls else "admitted")
