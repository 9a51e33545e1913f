"""``manage.py embedder`` says whether sentences can be embedded, and makes it so."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from charter.embedding import installed, load
from charter.management.commands.embedder import Command


def embedder(*words):
    out = StringIO()
    call_command("embedder", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def home(settings, tmp_path):
    settings.KAIZEN_HOME = tmp_path
    settings.KAIZEN_EMBEDDER_FOLDER = ""
    return tmp_path


def test_preparing_says_each_step_and_then_that_nothing_is_left_to_do(home):
    said = embedder("prepare").splitlines()
    assert said[0].startswith("checking the published files in ")
    assert "layer 6 of 6" in said
    assert installed().digest[:12] in said[-1]
    assert "written in" in said[-1]
    (again,) = embedder("prepare").splitlines()
    assert "ready already" in again


def test_the_status_names_files_and_digests(with_embedder):
    told = json.loads(embedder("status", "--json"))
    assert told["digest"] == load().digest
    assert told["model"].startswith(str(with_embedder))
    assert all(value in embedder("status") for value in told.values())


def test_without_one_the_status_is_an_error_with_a_remedy(home):
    with pytest.raises(CommandError, match=r"manage\.py embedder prepare"):
        embedder("status")


def test_a_folder_without_weights_is_an_error_unless_it_is_optional(home, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(CommandError, match=r"empty holds no model\.safetensors"):
        embedder("prepare", "--folder", str(empty))
    (said,) = embedder("prepare", "--folder", str(empty), "--optional").splitlines()
    assert "scored without sentence embeddings" in said
    assert "empty holds no model.safetensors" in said


def test_a_named_folder_is_checked_even_if_all_is_ready(with_embedder, tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"not the weights")
    with pytest.raises(CommandError, match="is damaged or another file"):
        embedder("prepare", "--folder", str(tmp_path))


def test_a_data_folder_that_cannot_be_written_is_an_error(settings, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    settings.KAIZEN_HOME = blocked
    with pytest.raises(CommandError, match="file"):
        embedder("prepare")
    assert "scored without" in embedder("prepare", "--optional")


def test_help_shows_examples():
    told = Command().create_parser("manage.py", "embedder").format_help()
    assert "manage.py embedder status --json" in told
    assert "manage.py embedder prepare --folder" in told
