"""The rows that we wrote ourselves."""

from collections import Counter, defaultdict

import pytest

from charter.scoring.shape import CLAUSES
from charter.training.counterfactual import CONDUCT, EQUITY, EVERYDAY, rows
from charter.training.groups import groups
from charter.training.rows import ANY


@pytest.fixture(scope="module")
def made():
    return rows()


def frames_of(made, label):
    return {
        it.meta["frame"] for it in made if it.source == EQUITY and it.labels.get("equity") == label and ANY in it.labels
    }


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(made):
    assert rows() == made
    assert {it.id for it in rows(seed=1)} != {it.id for it in made}


def test_no_text_stands_twice(made):
    assert len({it.id for it in made}) == len({(it.prompt, it.response) for it in made}) == len(made)
    assert 2_500 <= len(made) <= 4_000


def test_there_are_far_more_frames_than_fillings(made):
    assert len(frames_of(made, 0)) >= 250
    assert len(frames_of(made, 1)) >= 120


def test_every_slot_was_filled(made):
    assert [it.response for it in made if "{" in it.response + it.prompt] == []


def test_every_text_begins_with_a_capital_or_no_letter(made):
    assert [it.response for it in made if it.source == EQUITY and it.response[0].islower()] == []


def test_twins_and_statements_hold_both_labels_in_one_group(made):
    labels = defaultdict(set)
    for it in made:
        if it.group.startswith((f"{EQUITY}-twin", f"{EQUITY}-statement")):
            labels[it.group].add(it.labels["equity"])
    assert len(labels) > 100
    assert all(found == {0, 1} for found in labels.values())


def test_requests_and_pairs_hold_both_labels_in_one_group(made):
    labels = defaultdict(set)
    for it in made:
        if it.source == CONDUCT:
            labels[it.group].add(it.labels[ANY])
    assert all(found == {0, 1} for found in labels.values())


@pytest.mark.parametrize("clause", [clause.value for clause in CLAUSES])
def test_a_row_without_a_violation_says_so_for_every_clause(made, clause):
    assert all(it.labels[clause] == 0 for it in made if it.labels.get(ANY) == 0)


def test_what_breaks_one_clause_says_nothing_of_the_others(made):
    broken = [it for it in made if it.labels.get(ANY) == 1]
    assert all(sorted(it.labels.values()) == [1, 1] for it in broken)
    assert {clause for it in broken for clause in it.labels} >= {"dignity", "transparency", "equity", "safety"}
    assert {clause for it in broken for clause in it.labels} >= {"privacy", "civic", "systemic", ANY}


def test_abuse_of_things_is_no_matter_of_equity_and_of_nothing_else_known(made):
    things = [it for it in made if it.group.startswith(f"{EQUITY}-thing")]
    assert things
    assert all(it.labels == {"equity": 0} for it in things)


def test_every_group_is_named_harmlessly_and_no_name_stands_for_hate(made):
    named = Counter((it.meta["named"], it.labels[ANY]) for it in made if "named" in it.meta)
    for group in groups():
        hateful, harmless = named[group.many, 1], named[group.many, 0]
        assert harmless > 0, group
        assert hateful <= 1.5 * harmless, group


def test_ordinary_answers_are_many_and_of_many_lengths(made):
    ordinary = [it for it in made if it.source == EVERYDAY]
    lengths = sorted(len(it.response.split()) for it in ordinary)
    assert len(ordinary) >= 300
    assert len({it.group for it in ordinary}) >= 120
    assert lengths[0] <= 5
    assert lengths[-1] >= 90


def test_company_is_kept_as_often_by_either_side(made):
    from charter.training.groups import template

    around = template("frames")["around"]
    sides = defaultdict(list)
    for it in made:
        if it.group.startswith(f"{EQUITY}-statement") and len(it.response) < 400:
            sides[it.labels[ANY]].append(any(said in it.response for said in around))
    shares = [sum(found) / len(found) for found in sides.values()]
    assert abs(shares[0] - shares[1]) < 0.08
