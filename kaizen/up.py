"""One command for everything: broker, workers, beat and web under one supervisor.

It imports no Django: it makes the folder and chooses the settings that Django then reads, in the processes it starts.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from kaizen import home as folders
from kaizen import processes
from kaizen.lifelines import AlreadyRunning, held
from kaizen.loglines import Lines
from kaizen.supervisor import Supervisor

DEFAULT_PORT = 8000
HIGHEST_PORT = 65_535

DEMO = "with three model servers, under the demo law, in a folder of its own"

DESCRIPTION = """\
Start Kaizen: the database is prepared, then broker, workers, beat and web run until Ctrl-C.
Everything it makes lies in one folder; a second start goes on where the first stopped."""

EXAMPLES = """\
examples:
  python manage.py up                        web page on http://127.0.0.1:8000/
  KAIZEN_PORT=8080 python manage.py up       on another port
  KAIZEN_HOME=/srv/kaizen python manage.py up
                                             with its data in another folder (default: .kaizen beside manage.py)
  python manage.py up --demo                 three model servers besides, under a quick demo law, in a folder of
                                             its own (KAIZEN_HOME/demo)

environment: KAIZEN_PORT, KAIZEN_HOME, KAIZEN_ENV (development here), DATABASE_URL (SQLite in the folder),
REDIS_URL (an embedded broker in the folder). Whatever is set already is used as it is."""


class CannotStart(Exception):
    """Something outside Kaizen is in the way; the message names the remedy."""


def main(words: Sequence[str]) -> int:
    """Run ``up`` with the words of its command line; the exit code is 0 after Ctrl-C or SIGTERM, else 1."""
    parser = argparse.ArgumentParser(
        prog="manage.py up",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--demo", action="store_true", help=DEMO)
    demo = bool(parser.parse_args(words).demo)
    # Whatever is made from here on, by the children too, is for the eyes of its owner.
    os.umask(0o077)
    try:
        port = _port(os.environ.get("KAIZEN_PORT", ""))
        home = folders.prepare(folders.resolve(os.environ, demo=demo))
        with held(home.lock):
            return _run(home, port=port, demo=demo)
    except (CannotStart, folders.HomeError) as error:
        message = str(error)
    except AlreadyRunning as holder:
        message = (
            f"Kaizen runs already in {home.root} (process {holder}), or is still ending. "
            "Stop it with Ctrl-C where it was started, or set KAIZEN_HOME to another folder."
        )
    print(f"Error: {message}", file=sys.stderr)  # noqa: T201 - this is a command
    return 1


def _run(home: folders.Home, *, port: int, demo: bool) -> int:
    models = processes.model_ports(home) if demo else {}
    _refuse_taken_ports(home, port, models)
    broker = None if folders.brings_a_broker(os.environ) else folders.socket_path(home, "broker.sock", os.environ)
    os.environ.update(
        folders.development_settings(home, os.environ), KAIZEN_PORT=str(port), **demo_settings(home, models)
    )
    supervisor = Supervisor(
        processes.everything(home, port=port, own_broker=broker, models=models),
        lines=Lines(home.logs),
        cwd=folders.PROJECT,
    )
    return supervisor.run(
        settled=processes.answers(port, "/readyz"),
        announce=lambda ready: supervisor.lines.plain(addresses(home, port, ready=ready, models=models)),
    )


def _port(text: str) -> int:
    """The port that KAIZEN_PORT names."""
    if not text:
        return DEFAULT_PORT
    if not text.isdecimal() or not 0 < int(text) <= HIGHEST_PORT:
        raise CannotStart(f"KAIZEN_PORT is {text!r}; it must be a number from 1 to {HIGHEST_PORT}.")
    return int(text)


def _refuse_taken_ports(home: folders.Home, port: int, models: dict[str, int]) -> None:
    if not processes.is_free(port):
        raise CannotStart(
            f"Port {port} cannot be used: another program has it, or this user may not. "
            f"Stop that program, or choose another port: KAIZEN_PORT={port + 1} make {'demo' if models else 'run'}"
        )
    for manner, at in models.items():
        if not processes.is_free(at):
            raise CannotStart(
                f"Port {at}, where the demo's {manner} model is registered, is taken by another program. "
                f"Stop that program, or remove {home.root} to begin the demo anew."
            )


def demo_settings(home: folders.Home, models: dict[str, int]) -> dict[str, str]:
    """The demo law, the three addresses that the egress policy lets through, who answers at which, and where each of
    them reads its challenge.
    """
    if not models:
        return {}
    addresses = {manner: f"{processes.LOOPBACK}:{at}" for manner, at in models.items()}
    return {
        "KAIZEN_SWEEP_SECONDS": "1",
        "KAIZEN_LAW": str(folders.PROJECT / "charter" / "law.demo.toml"),
        "KAIZEN_EGRESS_DEV_ALLOW": ",".join(addresses.values()),
        "KAIZEN_DEMO_MODELS": ",".join(f"{manner}=http://{address}" for manner, address in addresses.items()),
        "KAIZEN_DEMO_CHALLENGES": ",".join(f"{manner}={processes.challenge_file(home, manner)}" for manner in models),
    }


def addresses(home: folders.Home, port: int, *, ready: bool, models: dict[str, int]) -> str:
    """What to open, where the data is, and how to stop."""
    site = f"http://{processes.LOOPBACK}:{port}"
    rows = {
        "Web page": f"{site}/",
        "Admin": f"{site}/admin/",
        "API reference": f"{site}/api/docs",
        "Readiness": f"{site}/readyz" + ("" if ready else "   (not ready yet: it says what is missing)"),
        **{f"Model, {manner}": f"http://{processes.LOOPBACK}:{at}" for manner, at in models.items()},
        "Data folder": str(home.root),
        "Logs": str(home.logs),
        "Stop": "Ctrl-C",
    }
    lines = [f"{name:<{max(map(len, rows))}}  {value}" for name, value in rows.items()]
    title = "Kaizen runs, with the demo law" if models else "Kaizen runs"
    width = max(map(len, [title, *lines]))
    edge = f"+{'-' * (width + 2)}+"
    return "\n".join(["", edge, *(f"| {line:<{width}} |" for line in [title, "", *lines]), edge, ""])
