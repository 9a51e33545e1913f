import io
import json
import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

# What an ordinary answer gets at least, by the words alone or with vectors.
PASSES = 85
LIBRARY = "The library opens at nine."


@pytest.fixture(autouse=True)
def words_alone(settings, monkeypatch, tmp_path):
    """No embedder is made ready in the home that all tests of this process share."""
    settings.KAIZEN_HOME, settings.KAIZEN_EMBEDDER_FOLDER = tmp_path, str(tmp_path)
    monkeypatch.setenv("KAIZEN_EMBEDDER_FOLDER", str(tmp_path))


def lines_of(monkeypatch, text):
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    out = io.StringIO()
    call_command("charter_score", "--stdin", "--json", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_one_score_a_line_comes_out_in_order(monkeypatch):
    rows = [{"id": f"r{n}", "prompt": "When?", "response": LIBRARY} for n in range(3)]
    scores = lines_of(monkeypatch, "".join(json.dumps(row) + "\n" for row in rows))
    assert [score["id"] for score in scores] == ["r0", "r1", "r2"]
    assert all(score["score"] >= PASSES for score in scores)


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("{broken", "malformed"),
        ("[1]", "malformed"),
        ('{"id": "a"}', "malformed"),
        ("[" * 5000, "malformed"),
        ('{"id": "a", "response": 7}', "not_text"),
        ('{"id": "a", "response": ""}', "empty"),
        ('{"id": "a", "response": "x", "prompt": 7}', "not_text"),
    ],
)
def test_a_line_that_cannot_be_scored_says_why_and_the_next_one_is_scored(monkeypatch, line, cause):
    last = json.dumps({"id": "last", "response": LIBRARY})
    bad, good = lines_of(monkeypatch, f"{line}\n\n{last}\n")
    assert (bad["status"], bad["score"], bad["flags"]) == ("unscored", None, [cause])
    assert good["id"] == "last"
    assert good["score"] >= PASSES


def test_half_a_character_from_json_is_scored_and_printed(monkeypatch):
    [score] = lines_of(monkeypatch, '{"id": "\\ud800", "response": "\\ud800 hello"}\n')
    assert score["score"] >= PASSES


def test_a_score_comes_out_while_the_input_stays_open():
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    command = [sys.executable, "-m", "django", "charter_score", "--stdin", "--json"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=buffered) as process:
        process.stdin.write(json.dumps({"id": "first", "response": LIBRARY}) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == "first"
        process.stdin.close()
        assert process.wait(timeout=20) == 0


def test_people_read_the_number_the_clauses_and_the_words(capsys):
    call_command("charter_score", "--response", "Mail ida@harbourmail.dk.")
    shown = capsys.readouterr().out
    assert "score 60 of 100, provisional, risk 0." in shown
    assert "Privacy & Data Protection" in shown
    assert "privacy.mail (medium) at 5-23: ida@harbourmail.dk" in shown


def test_people_read_why_nothing_was_scored(capsys):
    call_command("charter_score", "--response", " ")
    assert capsys.readouterr().out.strip() == "unscored: empty"


def test_standard_input_without_json_is_refused():
    with pytest.raises(CommandError, match="--json"):
        call_command("charter_score", "--stdin")


def test_help_shows_examples(capsys):
    with pytest.raises(SystemExit):
        call_command("charter_score", "--help")
    assert "manage.py charter_score --stdin --json < answers.jsonl" in capsys.readouterr().out


def test_an_embedder_whose_weights_are_here_is_made_ready_and_used(settings, embedder_home, capsys):
    settings.KAIZEN_EMBEDDER_FOLDER, settings.KAIZEN_HOME = "", embedder_home
    out = io.StringIO()
    call_command("charter_score", "--response", LIBRARY, "--json", stdout=out)
    words = io.StringIO()
    call_command("charter_score", "--response", LIBRARY, "--json", "--without-embedder", stdout=words)
    assert json.loads(out.getvalue())["scorer"] != json.loads(words.getvalue())["scorer"]


def test_without_weights_it_scores_by_words_and_says_so():
    out, said = io.StringIO(), io.StringIO()
    call_command("charter_score", "--response", LIBRARY, "--json", stdout=out, stderr=said)
    assert json.loads(out.getvalue())["score"] >= PASSES
    assert "by rules and words alone" in said.getvalue()
