"""The embedder speaks to nobody, keeps no thread, and leaves no file outside the data folder."""

import subprocess
import sys

import pytest

from charter.embedding import load
from charter.embedding.preparing import prepare
from tests.architecture.source import ROOT

ALONE = """
import os, django
django.setup()
from charter.embedding import load
embedder = load()
embedder.windows("Where do I vote? " * 100)
print(len(os.listdir("/proc/self/task")))
"""


@pytest.mark.usefixtures("socket_disabled", "with_embedder")
def test_embedding_needs_no_socket():
    assert load().opening("Where do I vote?").any()


@pytest.mark.usefixtures("socket_disabled")
def test_preparing_needs_no_socket(settings, tmp_path):
    settings.KAIZEN_HOME = tmp_path
    assert prepare(None, say=lambda _step: None).model.exists()


def test_no_thread_is_kept_and_no_identity_is_left_on_the_machine(embedder_home, tmp_path):
    """onnxruntime reports to its maker by a thread of its own, past Python's sockets, and marks the machine by files.

    It refrains where ``CI`` is set, so the environment here is bare.
    """
    done = subprocess.run(
        [sys.executable, "-c", ALONE],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={
            "HOME": str(tmp_path),
            "TMPDIR": str(tmp_path),
            "XDG_CACHE_HOME": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "kaizen.settings",
            "KAIZEN_ENV": "development",
            "KAIZEN_HOME": str(embedder_home),
        },
    )
    assert done.stdout.split() == ["1"]
    assert list(tmp_path.iterdir()) == []
    assert done.stderr == ""
