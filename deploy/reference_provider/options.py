"""The options of the command line, with their defaults from the environment."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

EXAMPLES = """examples:
  python app.py --port 9001 --api-key change-me
  python app.py --port 9002 --api-key change-me --manner flaky --behave-for 40
  python app.py --port 9003 --api-key change-me --manner violator --behave-for 40
  python app.py --port 9001 --challenge-file /tmp/challenge    write the application's token into the file when you
  have it

The key may come from REFERENCE_PROVIDER_API_KEY and the token from REFERENCE_PROVIDER_CHALLENGE instead, so that
neither is seen in a list of processes. Port 0 takes a free one; the address is the first line of the output."""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of the command line, with their defaults from the environment."""
    parser = argparse.ArgumentParser(
        description="A reference model server.", epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    env = os.environ.get
    parser.add_argument("--port", type=int, default=9001, help="on 127.0.0.1; 0 takes a free one (default: 9001)")
    parser.add_argument("--manner", choices=("good", "flaky", "violator"), default="good")
    parser.add_argument(
        "--behave-for", type=int, default=40, metavar="N", help="deliberations answered well first (40)"
    )
    parser.add_argument("--latency", type=float, metavar="S", help="seconds before each later answer (flaky: 1.5)")
    parser.add_argument("--fail-every", type=int, metavar="N", help="every N-th later call fails; 0: none (flaky: 4)")
    parser.add_argument("--api-key", default=env("REFERENCE_PROVIDER_API_KEY", ""), help="asked of callers as a bearer")
    parser.add_argument("--challenge", default=env("REFERENCE_PROVIDER_CHALLENGE", ""), metavar="TOKEN")
    parser.add_argument("--challenge-file", type=Path, metavar="PATH", help="tokens, read anew for each request")
    parser.add_argument("--verbose", action="store_true", help="one line per call on stderr")
    return parser.parse_args(arguments)
