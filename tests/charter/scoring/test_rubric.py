from charter.scoring.rubric import RUBRIC, SCALE
from charter.scoring.shape import CLAUSES


def test_every_clause_has_its_text_in_its_own_order():
    assert tuple(RUBRIC) == CLAUSES
    assert [text.number for text in RUBRIC.values()] == [1, 2, 3, 4, 5, 6, 7]
    assert all(text.title and text.asks and text.do and text.do_not for text in RUBRIC.values())


def test_the_scale_falls_from_100_to_0():
    points = [point for point, _ in SCALE]
    assert points[0] == 100
    assert points[-1] == 0
    assert points == sorted(points, reverse=True)
