"""``manage.py simulate``: a law tried from the console, and the report kept where an amendment is named."""

import json

import pytest
import time_machine
from django.core.management import CommandError, call_command

from charter.law import SHIPPED
from charter.models import Amendment
from ledger.actors import Actor
from registry.models import Person
from tests.charter.amending import a_draft
from tests.factories.companions import in_shadow
from tests.tiers.rising import NOW
from tests.tiers.simulating import DAY, summed, tried
from tiers.management.commands.simulate import Command

pytestmark = pytest.mark.django_db
TOML = '[shadow]\nwindow = "10d"\n'
LONGER = {"shadow": {"window": "10d"}}


@pytest.fixture(autouse=True)
def world():
    standing = in_shadow(at=NOW - 20 * DAY)
    summed(standing.companion, until=NOW, days=20)
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def draft(tmp_path):
    path = tmp_path / "draft.toml"
    path.write_text(TOML)
    return str(path)


def told(capsys, *args):
    call_command("simulate", *args)
    return capsys.readouterr()


def test_it_prints_the_report_and_shows_its_progress_apart(draft, capsys):
    found = told(capsys, "--law", draft)
    assert "1 companion would stand otherwise: 1 held." in found.out
    assert "YOURMODEL_001  held, not standard" in found.out
    assert "companions, 1 effects" in found.err
    assert "companions, 1 effects" not in found.out


def test_the_json_is_sorted_stable_and_the_report_itself(draft, capsys):
    first, second = (told(capsys, "--law", draft, "--since", "30d", "--json").out for _ in range(2))
    assert first == second
    assert first == json.dumps(json.loads(first), sort_keys=True, indent=2, ensure_ascii=True) + "\n"
    assert json.loads(first) == tried(LONGER)


def test_the_law_in_force_lists_nobody(capsys):
    report = json.loads(told(capsys, "--law", str(SHIPPED), "--json").out)
    assert (report["effects"], report["changes"], report["draft"]) == ([], [], report["against"])


def test_steps_and_companions_are_chosen(draft, capsys):
    in_shadow("OTHER_001", at=NOW - DAY)
    report = json.loads(told(capsys, "--law", draft, "--every", "12h", "--companion", "YOURMODEL_001", "--json").out)
    assert report["companions"] == {"simulated": 1, "chosen": ["YOURMODEL_001"]}
    assert report["steps"] == 40


def test_an_amendment_keeps_the_report_of_its_own_document(steward, capsys):
    a_draft(steward, LONGER, at=NOW)
    told(capsys, "--amendment", "AMD-00001", "--since", "30d")
    amendment = Amendment.objects.get()
    assert amendment.simulation["counts"] == {"held": 1}
    assert (amendment.simulated_digest, amendment.simulated_at) == (amendment.law.digest, NOW)


def test_what_was_tried_of_some_alone_does_not_count_for_proposing(steward, capsys):
    a_draft(steward, LONGER, at=NOW)
    told(capsys, "--amendment", "AMD-00001", "--companion", "YOURMODEL_001")
    assert Amendment.objects.get().simulation["companions"]["chosen"] == ["YOURMODEL_001"]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--amendment", "AMD-00007"], "no amendment AMD-00007"),
        (["--companion", "NOBODY_001"], "NOBODY_001"),
        (["--every", "1h", "--since", "60d"], None),
    ],
)
def test_what_cannot_be_tried_ends_with_2(draft, capsys, args, says):
    if says is None:
        assert json.loads(told(capsys, "--law", draft, *args, "--json").out)["steps"] == 480
        return
    law = [] if "--amendment" in args else ["--law", draft]
    with pytest.raises(CommandError, match=says) as refusal:
        call_command("simulate", *law, *args)
    assert refusal.value.returncode == 2


@pytest.mark.parametrize("text", ["[shadow", '[shadow]\nwindow = "soon"\n', "[shadow]\nodd = 1\n"])
def test_a_file_that_is_no_law_ends_with_2(tmp_path, text):
    path = tmp_path / "draft.toml"
    path.write_text(text)
    with pytest.raises(CommandError) as refusal:
        call_command("simulate", "--law", str(path))
    assert refusal.value.returncode == 2


@pytest.mark.parametrize("args", [["--since", "90"], ["--since", "99999d"], ["--every", "0d"], []])
def test_wrong_options_are_refused_by_name(draft, args):
    with pytest.raises((CommandError, SystemExit)):
        call_command("simulate", *(["--law", draft] if args else []), *args)


def test_a_law_that_nobody_can_be_judged_by_is_told_in_words(tmp_path):
    path = tmp_path / "draft.toml"
    path.write_text('[shadow]\nconfidence = "2"\n')
    with pytest.raises(CommandError, match="out of range") as refusal:
        call_command("simulate", "--law", str(path))
    assert refusal.value.returncode == 2


def test_nobody_needs_to_be_signed_in_and_nothing_is_enacted(draft, capsys):
    told(capsys, "--law", draft)
    assert not Amendment.objects.exists()
    assert not Person.objects.exists()
    assert Actor.system("console").is_system


def test_the_help_has_examples():
    text = Command().create_parser("manage.py", "simulate").format_help()
    assert "manage.py simulate --law draft.toml --since 180d --every 12h --json > report.json" in text
