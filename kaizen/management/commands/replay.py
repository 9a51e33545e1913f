"""``manage.py replay``: derive decisions anew from sealed evidence."""

import argparse
import json
import sys
import time
from collections import Counter
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from charter.typed import LawMalformed, typed
from ledger.deriving import decisions_since, replay, replay_log
from ledger.models import Decision
from ledger.queries import decision_called
from ledger.replaying import Outcome, Replayed

WRONG = 1
EXAMPLES = """\
examples:
  manage.py replay dec_0193f3a000007000800000000000aa
  manage.py replay dec_0193f3a000007000800000000000aa --json
  manage.py replay --all
  manage.py replay --all --since 30d --json

Every named piece of evidence is checked against its digest and the entry against its signature; what a machine decided
is derived again by its rule, under the law of then, and compared with what was sealed. Nothing is written. Progress
goes to standard error. Exit 0: nothing differs. Exit 1: something does, and is named. Decisions of people are checked
and not derived; automatic ones that an earlier release sealed without a basis are counted as such.
"""


class Command(BaseCommand):
    help = "Derive a decision, or all of them, anew from sealed evidence: the same, or what differs, named."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Django's parser, with examples whose lines stay as they are."""
        parser = super().create_parser(prog_name, subcommand, epilog=EXAMPLES, **kwargs)
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """One decision, or all; since when; how it is printed."""
        parser.add_argument("decision", nargs="?", metavar="DECISION", help="its id, dec_… as its page shows it")
        parser.add_argument("--all", action="store_true", help="every decision of the log, oldest first")
        parser.add_argument("--since", type=_span, metavar="SPAN", help="with --all: of the last 30d, 24h, …")
        parser.add_argument("--json", action="store_true", help="print the whole report as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Replay one, or all."""
        if bool(options["decision"]) is options["all"]:
            raise CommandError("Name one decision (dec_…), or ask for --all.")
        if options["since"] and not options["all"]:
            raise CommandError("--since goes with --all.")
        differs = self._all(options) if options["all"] else self._one(options)
        if differs:
            sys.exit(WRONG)

    def _one(self, options: dict[str, Any]) -> bool:
        found = replay(_called(options["decision"]))
        self.stdout.write(json.dumps(found.as_json()) if options["json"] else told(found))
        return found.outcome is Outcome.DIFFERS

    def _all(self, options: dict[str, Any]) -> bool:
        began, counts, differing = time.monotonic(), Counter[Outcome](), []
        without: Counter[str] = Counter()

        def progress(done: int) -> None:
            sys.stderr.write(f"\r{done} decisions, {done / (time.monotonic() - began):.0f} per second")
            sys.stderr.flush()

        rows = decisions_since(timezone.now() - options["since"]) if options["since"] else None
        for found in replay_log(rows, progress=progress):
            counts[found.outcome] += 1
            if found.outcome is Outcome.DIFFERS:
                differing.append(found)
                if not options["json"]:
                    self.stdout.write(told(found))
            elif found.outcome is Outcome.NO_BASIS:
                without[found.made] += 1
        sys.stderr.write("\n")
        report = _report(counts, differing, without, seconds=time.monotonic() - began)
        self.stdout.write(json.dumps(report) if options["json"] else readable(report))
        return bool(differing)


def told(found: Replayed) -> str:
    """One decision for people: the outcome, then each finding on a line of its own."""
    by = f"  by the rule {found.rule}" if found.rule else ""
    return "\n".join([f"{found.outcome}  {found.decision}{by}", *(f"  {finding}" for finding in found.findings)])


def readable(report: dict[str, Any]) -> str:
    """The counts for people, and which automatic decisions have no basis."""
    lines = [
        f"{report['decisions']} decisions in {report['seconds']} s, {report['per_second']} per second",
        *(f"{report['counts'][outcome.value]:>9}  {outcome}" for outcome in Outcome),
    ]
    if report["without_basis"]:
        lines.append("automatic decisions without a basis, sealed by releases before:")
        lines += [f"{n:>9}  {made}" for made, n in report["without_basis"].items()]
    return "\n".join(lines)


def _report(
    counts: Counter[Outcome], differing: list[Replayed], without: Counter[str], *, seconds: float
) -> dict[str, Any]:
    return {
        "decisions": counts.total(),
        "counts": {outcome.value: counts[outcome] for outcome in Outcome},
        "seconds": round(seconds, 1),
        "per_second": round(counts.total() / seconds) if seconds else 0,
        "differing": [found.as_json() for found in differing],
        "without_basis": dict(sorted(without.items())),
    }


def _called(name: str) -> Decision:
    try:
        return decision_called(name.lower())
    except Decision.DoesNotExist:
        raise CommandError(
            f"There is no decision {name}. An id is dec_ and 32 hex digits; the page /decisions lists them."
        ) from None


def _span(text: str) -> timedelta:
    try:
        return typed(timedelta, text, at="--since")
    except LawMalformed as error:
        raise argparse.ArgumentTypeError(str(error)) from None
