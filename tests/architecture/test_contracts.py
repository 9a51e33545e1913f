"""The import contracts of pyproject.toml hold, and notice when one is broken."""

import os
import subprocess
import sys
from pathlib import Path

from tests.architecture.source import ROOT

LINTER = Path(sys.executable).with_name("lint-imports")


def lint(root):
    command = [LINTER, "--no-cache", "--config", ROOT / "pyproject.toml"]
    return subprocess.run(
        command, check=False, cwd=root, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(root)}
    )


def test_the_contracts_hold():
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout
    assert "4 kept, 0 broken" in done.stdout
