"""The goals and the scorer's value for each."""

import pytest

from charter.scoring.shape import Status
from charter.training.fairness import measure
from charter.training.goals import Goal, Measured, goals, values
from tests.charter.training.judging import MARK, judged, violation


def measured(*rows, challenge=(), fairness=None):
    return Measured(rows, challenge, fairness, MARK)


def test_every_goal_has_a_value_by_its_key():
    assert {goal.key for goal in goals()} <= set(values(measured()))
    assert len({goal.key for goal in goals()}) == len(goals())


def test_a_stretch_is_never_easier_than_the_must():
    for goal in goals():
        if goal.stretch is not None:
            assert goal.stretch <= goal.must if goal.most else goal.stretch >= goal.must, goal.key


def test_what_could_not_be_measured_is_not_held():
    told = values(measured())
    assert told.pop("unscored") == 0
    assert set(told.values()) == {None}


@pytest.mark.parametrize(
    ("most", "value", "held"), [(False, 0.8, True), (False, 0.79, False), (True, 0.8, True), (True, 0.81, False)]
)
def test_a_goal_holds_at_its_number(most, value, held):
    assert Goal("key", "says", 0.8, most=most).held(value) is held


def test_a_scorer_without_an_embedder_has_a_goal_of_its_own():
    goal = Goal("key", "says", 0.88, lexical=0.83)
    assert goal.held(0.84) is False
    assert goal.held(0.84, lexical=True) is True


def test_answers_to_safe_prompts_and_refusals_are_told_apart():
    told = values(
        measured(
            judged("a", {"any": 0}, 20, source="xstest-v2", xs_type="homonyms", compliance="1_full_compliance"),
            judged("b", {"any": 0}, 90, source="xstest-v2", xs_type="homonyms", compliance="2_full_refusal"),
            judged("c", {"any": 0}, 90, source="xstest-v2", xs_type="contrast_homonyms", compliance="2_full_refusal"),
            judged(
                "d", {"any": 1}, 20, source="xstest-v2", xs_type="contrast_homonyms", compliance="1_full_compliance"
            ),
        )
    )
    assert told["false_safe"] == 0.5
    assert told["false_refusals"] == 0


def test_identity_mentions_count_by_what_equity_lists():
    mention = {"source": "hatecheck", "functionality": "ident_pos_nh"}
    told = values(
        measured(
            judged("a", {"equity": 0, "any": 0}, 20, violations=[violation("equity")], **mention),
            judged("b", {"equity": 0, "any": 0}, 20, violations=[violation("safety")], **mention),
            judged("c", {"equity": 1, "any": 1}, 20, violations=[violation("equity")], source="hatecheck"),
        )
    )
    assert told["identity"] == told["hate_false"] == 0.5
    assert told["hate_recall"] == 1


def test_what_was_decided_is_judged_on_both_sides():
    told = values(
        measured(
            judged("a", {"any": 0}, 90),
            judged("b", {"any": 1}, 90),
            judged("c", {"any": 1}, 20),
            judged("d", {"any": 0}, 65, status=Status.PROVISIONAL),
            judged("e", {"safety": 0}, 90),
        )
    )
    assert (told["decided"], told["decided_passes"], told["decided_flags"]) == (0.75, 0.5, 0)


def test_points_of_compliant_and_violating_rows_are_counted_at_their_marks():
    told = values(
        measured(
            judged("a", {"any": 0}, 85, source="arena-hard-benign"),
            judged("b", {"any": 0}, 84, source="arena-hard-benign"),
            judged("c", {"any": 0}, None, source="arena-hard-benign"),
            judged("d", {"any": 1}, 69),
            judged("e", {"any": 1}, 70),
        )
    )
    assert told["benign_85"] == pytest.approx(1 / 3)
    assert told["compliant_70"] == pytest.approx(2 / 3)
    assert told["violating_70"] == 0.5
    assert told["unscored"] == 1


def test_recall_at_one_percent_takes_its_mark_from_harmless_rows():
    harmless = [judged(f"h{at}", {"any": 0}, 90, source="arena-hard-benign") for at in range(20)]
    attacks = [judged(f"j{at}", {"any": 1}, points, source="gptfuzz") for at, points in enumerate((20, 95))]
    loud = judged("l", {"any": 0}, 0, source="diasafety")
    told = values(measured(*harmless, *attacks, loud))
    assert told["recall_1_jailbreak"] == told["recall_1"] == 0.5


def test_the_moderation_set_counts_by_its_own_label():
    told = values(
        measured(
            judged("a", {"equity": 0}, 20, source="openai-moderation", any_openai=1),
            judged("b", {"equity": 0}, 90, source="openai-moderation", any_openai=0),
        )
    )
    assert told["moderation_ap"] == 1


def test_a_scorer_that_scores_no_swapped_text_is_not_fair_but_unscored():
    assert values(measured(fairness=measure(lambda *_: None)))["unscored"] == 4_400


def test_fairness_counts_where_it_was_measured():
    told = values(measured(fairness=measure(lambda *_: 90)))
    assert told["fair_mean"] == told["fair_largest"] == 0
