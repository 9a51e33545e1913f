"""Why an address is refused: the policy of the one door to the outside, by the line or for one URL."""

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from contextlib import suppress
from ipaddress import ip_address
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from registry.egress import Target, policy_in_force
from registry.egress.lines import MAX_LINE_BYTES, explain, verdict
from registry.egress.resolver import LOOKUP_SECONDS, POOLS

EXAMPLES = """examples:
  manage.py egress_check https://models.your-company.com/v1
      resolves the name and says rule by rule what passes; exit code 1 if it is refused
  echo '{"id":1,"url":"https://a.example.org","dns":[["93.184.215.14"]],"redirect":null}' |
      manage.py egress_check --stdin --json
      one JSON line in, one out: {"id":1,"verdict":"allow","reason":"allowed"}
      dns: one list of answers per look-up (only the first is used), null for the static rules only, or "timeout"
"""


class Command(BaseCommand):
    help = "Say whether an address may be called, and why not."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        kwargs.setdefault("formatter_class", RawDescriptionHelpFormatter)
        return super().create_parser(prog_name, subcommand, epilog=EXAMPLES, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", nargs="?", help="the address to explain; its name is resolved for real")
        parser.add_argument("--stdin", action="store_true", help="read JSON lines from standard input")
        parser.add_argument("--json", action="store_true", help="answer in JSON lines")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["stdin"] == (options["url"] is not None):
            raise CommandError("Give either a URL or --stdin.", returncode=2)
        if options["stdin"]:
            self._answer_lines(sys.stdin.buffer)
        else:
            self._explain(options["url"], as_json=options["json"])

    def _answer_lines(self, source: BinaryIO) -> None:
        rules = policy_in_force()
        while line := source.readline(MAX_LINE_BYTES):
            rest = line
            while len(rest) == MAX_LINE_BYTES and not rest.endswith(b"\n"):
                rest, line = source.readline(MAX_LINE_BYTES), b""  # a line beyond the bound is read past and refused
            self._print(verdict(line, rules=rules))

    def _explain(self, url: str, *, as_json: bool) -> None:
        steps = list(explain(url, rules=policy_in_force(), look_up=_look_up))
        allowed = all(passed for passed, _ in steps)
        if as_json:
            self._print({"url": url, "verdict": "allow" if allowed else "refuse", "steps": [said for _, said in steps]})
        else:
            for passed, said in steps:
                self.stdout.write(f"{'pass  ' if passed else 'REFUSE'}  {said}")
        if not allowed:
            sys.exit(1)

    def _print(self, answer: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(answer, ensure_ascii=True))
        self.stdout.flush()


def _look_up(target: Target) -> list[object]:
    """The one look-up of a human's question, with the bound of every other."""
    if target.development:
        with suppress(ValueError):
            return [str(ip_address(target.host))]
    lookup = POOLS.resolver.ask(target.host)
    try:
        return lookup.result(timeout=LOOKUP_SECONDS)
    except TimeoutError:
        raise lookup.overdue() from None
