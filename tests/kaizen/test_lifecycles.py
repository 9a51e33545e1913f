"""The page of lifecycles is drawn from the models, and an old drawing is refused."""

import pytest
from django.core.management import call_command

from kaizen.lifecycles import SYSTEM, document, drawings


@pytest.fixture
def moves():
    return {(drawing.title, move.name): move for drawing in drawings() for move in drawing.moves}


def test_a_current_page_passes(tmp_path, capsys):
    page = tmp_path / "lifecycles.md"
    call_command("lifecycles", path=page)
    assert page.read_text() == document()
    call_command("lifecycles", "--check", path=page)
    assert "drawn" in capsys.readouterr().out


@pytest.mark.parametrize("text", [None, "", "# Lifecycles of another time\n"])
def test_an_old_or_missing_page_is_refused_with_the_difference(tmp_path, capsys, text):
    page = tmp_path / "lifecycles.md"
    if text is not None:
        page.write_text(text)
    with pytest.raises(SystemExit) as ended:
        call_command("lifecycles", "--check", path=page)
    said = capsys.readouterr().out
    assert ended.value.code == 1
    assert "+## tiers: companion, state" in said
    assert "run manage.py lifecycles" in said
    assert page.exists() is (text is not None)


def test_a_move_says_who_may_and_what_is_asked(moves):
    remove = moves["tiers: companion, state", "remove"]
    assert SYSTEM not in remove.may
    assert remove.sources == ("mounted", "shadow", "active", "suspended")
    assert remove.entries == ("companion.removed",)
    opened = moves["tiers: companion, state", "open_shadow"]
    assert opened.may == (SYSTEM,)
    assert "A companion without an endpoint cannot be asked anything." in opened.conditions


def test_a_target_that_the_row_decides_is_drawn_with_all_its_ends(moves):
    end = moves["tiers: companion, state", "end_suspension"]
    assert end.targets == ("shadow", "active")
    assert end.entries == ("companion.suspension_ended",)
    assert "    suspended --> active: end_suspension" in document()
