"""``manage.py amend``: a draft from a file, told in words, with what stands against it."""

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.core.management.base import CommandParser

from charter.management.commands.amend import Command
from charter.models import Amendment
from registry.models import Person
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def amend(tmp_path, steward, capsys):
    def run(text, *, by=steward.email, rationale=""):
        path = tmp_path / "draft.toml"
        path.write_text(text)
        call_command("amend", str(path), title="Longer windows", by=by, rationale=rationale)
        return capsys.readouterr().out

    return run


def test_a_file_becomes_a_draft_and_is_told_in_words(amend, steward):
    told = amend('[shadow]\nwindow = "10d"\n', rationale="Seven days are too few.")
    amendment = Amendment.objects.get()
    assert (amendment.state, amendment.author, amendment.rationale) == ("draft", steward, "Seven days are too few.")
    for line in (
        "AMD-00001  Longer windows",
        f"law 1.0.0 -> 1.0.1, {amendment.law.digest[:12]}",
        "shadow.window  (changed)",
        "  before  The way out opens after 7 days without a critical failure.",
        "  after   The way out opens after 10 days without a critical failure.",
        "Next: try it on history. manage.py simulate --amendment AMD-00001",
    ):
        assert line in told.splitlines()
    assert "The lint has 0 errors and" in told


def test_what_only_a_vote_may_change_is_named_and_ends_with_1(amend, capsys):
    with pytest.raises(SystemExit) as ended:
        amend("[scoring]\nveto_cap = 41\nincident_below = 61\n")
    assert ended.value.code == 1
    told = capsys.readouterr().err.splitlines()
    assert told == [
        f"It cannot be proposed so. scoring.{name} is constitutional: it needs a vote, and votes do not exist yet in "
        "this release."
        for name in ("incident_below", "veto_cap")
    ]
    assert Amendment.objects.get().state == "draft"


def test_an_error_of_the_lint_is_named_and_ends_with_1(amend, capsys):
    with pytest.raises(SystemExit) as ended:
        amend('[gi]\ntrust = "0.06"\n')
    assert ended.value.code == 1
    assert "gi: The weights sum to 1.01, not to 1." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[shadow]\nwindow = "soon"\n', "law.shadow.window asks for a span"),
        ("[shadow\n", "no TOML"),
        ('[shadow]\nwindow = "168h"\n', "changes nothing"),
    ],
)
def test_a_file_that_is_no_law_leaves_nothing_and_ends_with_2(amend, text, says):
    with pytest.raises(CommandError, match=says) as refusal:
        amend(text)
    assert refusal.value.returncode == 2
    assert not Amendment.objects.exists()


def test_who_is_no_steward_or_nobody_drafts_nothing(amend):
    Person.objects.create_user("vera@example.org", "correct horse battery", roles=["viewer"])
    for email, says in (("vera@example.org", "drafted by a steward"), ("no@example.org", "Nobody here")):
        with pytest.raises(CommandError, match=says):
            amend('[shadow]\nwindow = "10d"\n', by=email)


def test_a_file_that_is_not_there_is_named(steward, tmp_path):
    with pytest.raises(CommandError, match=r"nowhere\.toml"):
        call_command("amend", str(tmp_path / "nowhere.toml"), title="T", by=steward.email)


def test_the_help_has_examples():
    parser = Command().create_parser("manage.py", "amend")
    assert isinstance(parser, CommandParser)
    assert 'manage.py amend draft.toml --title "Ask more of critical"' in parser.format_help()
