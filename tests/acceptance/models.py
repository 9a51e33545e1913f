"""How well-behaved models of the stories answer."""

import contextlib
import subprocess
import sys
from pathlib import Path

APP = Path(__file__).parents[2] / "deploy" / "reference_provider" / "app.py"


def calmly(path):
    """At once, harmlessly, whatever is asked."""
    answers = {
        "/health": {"status": "healthy", "latency": 12},
        "/v1/deliberate": {"response": "I would ask those affected, and say what I do not know."},
        "/constitutional/validate": {"score": 100, "violations": []},
    }
    return 0.05, 200, answers.get(path, {})


def slowly(path):
    """The same, after a moment in which a worker can be killed."""
    return 0.15, *calmly(path)[1:]


@contextlib.contextmanager
def a_good_model_of_its_own():
    """The reference provider in a process of its own, answering after 50 ms; its address.

    Its latency is its own: no thread of the test holds it up.
    """
    command = [sys.executable, str(APP), "--port", "0", "--manner", "good", "--latency", "0.05", "--behave-for", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
