"""Which uncertain answers a way out of shadow mode hangs on, and that they come to people."""

from dataclasses import replace
from datetime import timedelta

import pytest

from charter.golden.actions import Found
from charter.law import shipped_law
from charter.models.golden import Sampled, Word
from charter.scoring.shape import Status
from shadow.actions.desking import close, take
from shadow.actions.verdicts import judge
from shadow.models import DeskItem
from shadow.models.desk import Closed
from tests.conftest import NOW
from tests.factories.companions import in_shadow
from tests.shadow.desking import a_steward, scored
from tests.tiers.test_rules import evidence
from tiers.actions.desking import bring_what_decides
from tiers.rules.compliance import compliance
from tiers.rules.turning import Turn, turn_of
from tiers.rules.verdicts import Verdict

LAW = shipped_law()
POINT = replace(LAW, shadow=replace(LAW.shadow, compliance=replace(LAW.shadow.compliance, gate="point")))
MINUTE = timedelta(minutes=1)


def counted(scored, compliant):
    return evidence(scored=scored, compliant=compliant)


@pytest.mark.parametrize(
    ("compliant", "passing", "failing", "turn"),
    [
        (95, 10, 0, Turn(down=True, answers=1)),
        (99, 10, 0, Turn(down=True, answers=5)),
        (99, 5, 0, Turn(down=True, answers=5)),
        (99, 4, 0, None),
        (90, 0, 10, Turn(down=False, answers=5)),
        (90, 0, 4, None),
        (94, 50, 6, Turn(down=False, answers=1)),
        (99, 0, 1, None),
    ],
)
def test_the_fewest_answers_that_turn_the_verdict_are_found(compliant, passing, failing, turn):
    assert turn_of(counted(100, compliant), POINT, passing=passing, failing=failing) == turn


@pytest.mark.parametrize("compliant", range(150, 201, 5))
def test_no_shorter_way_turns_it(compliant):
    found = turn_of(counted(200, compliant), LAW, passing=compliant, failing=200 - compliant)
    now = compliance(counted(200, compliant), LAW).verdict

    def after(turned):
        return compliance(counted(200, compliant + turned), LAW).verdict

    assert after(-found.answers if found.down else found.answers) is not now
    for fewer in range(1, found.answers):
        assert {after(-fewer), after(fewer) if compliant + fewer <= 200 else now} == {now}


def test_too_few_answers_to_judge_turn_nothing():
    short = counted(LAW.shadow.compliance.n_least - 1, 51)
    assert compliance(short, LAW).verdict is Verdict.INCONCLUSIVE
    assert turn_of(short, LAW, passing=51, failing=0) is None


@pytest.fixture
def standing(db):
    return in_shadow("SLOW_001", at=NOW)


def answers(standing, law, finals, uncertain):
    """Final ones at 90, then uncertain ones at the given scores, a minute apart."""
    for number in range(finals):
        scored(standing.companion, law, 90, at=NOW + number * MINUTE, status=Status.FINAL)
    return [
        scored(standing.companion, law, points, at=NOW + (finals + number) * MINUTE)
        for number, points in enumerate(uncertain)
    ]


def test_the_nearest_to_the_mark_come_as_many_as_would_turn_it(standing, law):
    made = answers(standing, law, 85, [84, 71, 78])
    at = NOW + timedelta(hours=2)
    assert bring_what_decides(at=at) == 1
    assert dict(DeskItem.objects.values_list("sample_id", "why")) == {made[1]: Sampled.WOULD_CHANGE}
    assert bring_what_decides(at=at) == 0


def test_once_judged_the_next_question_is_asked_until_nothing_can_turn(standing, law):
    made = answers(standing, law, 85, [84, 71, 78])
    petra, at, seen = a_steward("petra"), NOW + timedelta(hours=2), []
    while bring_what_decides(at=at):
        DeskItem.objects.update(wanted=1)
        item = take(petra, at=at)
        seen.append(item.sample_id)
        judge(item, Found(Word.COMPLY), person=petra, law=law, at=at)
    assert seen == [made[1], made[2], made[0]]


def test_one_that_nobody_could_tell_of_gives_way_to_the_next(standing, law):
    made = answers(standing, law, 85, [84, 71, 78])
    at = NOW + timedelta(hours=2)
    bring_what_decides(at=at)
    close(DeskItem.objects.all(), Closed.UNDECIDED, at=at)
    assert bring_what_decides(at=at) == 1
    assert DeskItem.objects.get(closed_at=None).sample_id == made[2]


def test_where_the_verdict_stands_whatever_people_find_nobody_is_asked(standing, law):
    answers(standing, law, 20, [75, 76])
    assert bring_what_decides(at=NOW + timedelta(hours=2)) == 0
    assert not DeskItem.objects.exists()
