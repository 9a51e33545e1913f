"""Runs a supervisor over a list of processes given as JSON: ``python -m tests.kaizen.supervised FOLDER LIST``."""

import json
import signal
import sys
from pathlib import Path

from kaizen import lifelines, supervisor
from kaizen.loglines import Lines

# The supervisor's own patience is for real servers; these children are quick.
lifelines.LAST_GRACE = 0.5
supervisor.READY_WITHIN = 1.0
# Under nohup the tests ignore the hang-up, and so would their children.
signal.signal(signal.SIGHUP, signal.SIG_DFL)


def process(words: dict) -> supervisor.Process:
    ready = words.pop("ready", None)
    program = words.pop("program", sys.executable)
    argv = [program, "-u", "-c", words.pop("code"), str(Path(sys.argv[1]) / "marks"), sys.argv[3]]
    unsaid = [text.encode() for text in words.pop("unsaid", [])]
    return supervisor.Process(argv=argv, unsaid=unsaid, ready=Path(ready).exists if ready else None, **words)


def main() -> int:
    folder = Path(sys.argv[1])
    processes = [process(words) for words in json.loads(sys.argv[2])]
    watch = supervisor.Supervisor(processes, lines=Lines(folder), cwd=folder, pause=0.01)
    try:
        with lifelines.held(folder / "lock"):
            return watch.run(announce=lambda _calm: watch.lines.plain("ALL STARTED"))
    except lifelines.AlreadyRunning as holder:
        sys.stdout.write(f"held by {holder}\n")
        return 3


if __name__ == "__main__":
    sys.exit(main())
