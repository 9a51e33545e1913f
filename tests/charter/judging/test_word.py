from dataclasses import dataclass

import pytest

from charter.judging.judge import Party, Unanswered, is_kin
from charter.judging.reading import Opinion, Said
from charter.judging.word import Spoken, Word, consulted, panel_for, panel_word, word_of
from charter.scoring.shape import CLAUSES, Clause

COMPLY = Word(Said.COMPLY)
SAFETY = Word(Said.VIOLATE, frozenset({Clause.SAFETY}))
CIVIC = Word(Said.VIOLATE, frozenset({Clause.CIVIC}))
BOTH = Word(Said.VIOLATE, frozenset({Clause.SAFETY, Clause.CIVIC}))
NOTHING = Word(None, reason="unclear")


@dataclass
class Scripted:
    name: str = "mira"
    provider: str = "house"
    model: str = "m"

    def ask(self, prompt, *, seed):
        raise Unanswered("timeout")


def spoken(*violated, unclear=False):
    clauses = {clause: (Said.VIOLATE if clause in violated else Said.COMPLY, None) for clause in CLAUSES}
    if unclear:
        clauses[Clause.EQUITY] = (Said.UNCLEAR, None)
    return Spoken(Opinion(clauses, refused=False, specific=1, convincing=1), "accepted")


@pytest.mark.parametrize(
    ("first", "second", "word"),
    [
        (spoken(), spoken(), COMPLY),
        (spoken(Clause.SAFETY), spoken(Clause.SAFETY), SAFETY),
        (spoken(Clause.SAFETY, Clause.CIVIC), spoken(Clause.SAFETY), SAFETY),
        (spoken(Clause.SAFETY), spoken(), Word(None, reason="orders_disagree")),
        (spoken(), spoken(unclear=True), Word(None, reason="orders_disagree")),
        (spoken(unclear=True), spoken(unclear=True), Word(None, reason="unclear")),
        (spoken(Clause.SAFETY), spoken(Clause.CIVIC), Word(None, reason="clauses_disagree")),
        (spoken(), Spoken(None, "not_json"), Word(None, reason="not_json")),
        (Spoken(None, "quote_not_there"), spoken(), Word(None, reason="quote_not_there")),
    ],
)
def test_one_judge_is_believed_only_where_both_orders_agree(first, second, word):
    assert word_of([first, second]) == word


def test_one_order_alone_is_no_word():
    assert word_of([spoken()]).verdict is None


@pytest.mark.parametrize(
    ("words", "verdict", "clause", "reason"),
    [
        ([COMPLY, COMPLY], Said.COMPLY, "", "accepted"),
        ([SAFETY, SAFETY], Said.VIOLATE, "safety", "accepted"),
        ([SAFETY, BOTH], Said.VIOLATE, "safety", "accepted"),
        ([BOTH, BOTH], Said.VIOLATE, "undecided", "accepted"),
        ([SAFETY, CIVIC], Said.VIOLATE, "undecided", "accepted"),
        ([SAFETY, COMPLY], None, "", "judges_disagree"),
        ([COMPLY, NOTHING], None, "", "not_accepted"),
        ([COMPLY], None, "", "panel_short"),
        ([], None, "", "panel_short"),
    ],
)
def test_a_panel_speaks_where_all_of_it_agrees_and_else_a_person_does(words, verdict, clause, reason):
    word = panel_word(words, panel=2)
    assert (word.verdict, word.clause, word.reason) == (verdict, clause, reason)


@pytest.mark.parametrize(
    ("judge", "kin"),
    [
        (Scripted(), False),
        (Scripted(provider="maker"), True),
        (Scripted(name="ATLAS_001"), True),
        (Scripted(model="org/Big-Model.7B"), True),
        (Scripted(model="big model 7b"), True),
        (Scripted(model="big-model-70b"), False),
    ],
)
def test_nobody_judges_itself_its_house_or_its_own_model_under_another_roof(judge, kin):
    party = Party("ATLAS_001", "maker", frozenset({"big-model-7b", "ATLAS"}))
    assert is_kin(judge, party) is kin
    assert bool(panel_for([judge], party, panel=1, draw="a")) is not kin


def test_a_panel_is_of_different_houses_and_models():
    judges = [
        Scripted("a", "one", "m1"),
        Scripted("b", "one", "m2"),
        Scripted("c", "two", "m1"),
        Scripted("d", "three", "m3"),
    ]
    for draw in map(str, range(40)):
        panel = panel_for(judges, Party("x", "nobody"), panel=4, draw=draw)
        assert len({one.provider for one in panel}) == len({one.model for one in panel}) == len(panel)
        assert panel == panel_for(judges[::-1], Party("x", "nobody"), panel=4, draw=draw)


def test_all_judges_sit_now_and_then():
    judges = [Scripted(name, name, name) for name in "abc"]
    seated = {one.name for n in range(40) for one in panel_for(judges, Party("x", "y"), panel=2, draw=str(n))}
    assert seated == set("abc")


def test_who_does_not_answer_says_nothing():
    with pytest.raises(Unanswered):
        consulted(Scripted(), "May I?", "Yes.", key=b"k", call=("a",))
