"""``manage.py simulate``: try a law on history, and see who would stand otherwise."""

import argparse
import json
import re
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from charter.amending.actions import keep_simulation
from charter.amending.comparing import changes_between
from charter.amending.drafting import as_it_would_be, read_file
from charter.amending.queries import amendment_called
from charter.law import parse
from charter.models import Amendment
from charter.queries import NoLaw, version_at
from charter.typed import LawMalformed
from tiers.simulating.planning import CannotBeTried, plan_of, population
from tiers.simulating.reporting import in_words, report_of
from tiers.simulating.running import simulated

_SPAN = re.compile(r"([1-9][0-9]{0,6})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
LONGEST = timedelta(days=3650)

EXAMPLES = """\
examples:
  manage.py simulate --law draft.toml
  manage.py simulate --law draft.toml --since 180d --every 12h --json > report.json
  manage.py simulate --law draft.toml --companion YOURMODEL_001 --companion OTHER_002
  manage.py simulate --amendment AMD-00001 --since 90d

Two runs begin with every companion as it stood at --since: one by the law in force, one by the draft, laid over it. At
each step both are judged by the sums of before, by the rules that decide in earnest; what differs is listed, with each
criterion as both laws answer it. So the law in force, tried against itself, lists nobody. Nothing is written: the
database itself refuses. With --amendment, which is tried against the version that it was drafted over, the report is
kept with it afterwards.

Progress goes to standard error, the report to standard output; --json prints it with sorted keys, the same for the same
history. The cost is that of assessing every companion once a step, about 10 ms on one core: 1,000 companions over 90
days take a quarter of an hour. Exit 2: the file is no law, or what is asked cannot be tried.
"""


class Command(BaseCommand):
    help = "Try a law on history: who would have been promoted, held, demoted, suspended or frozen. Writes nothing."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Django's parser, with examples whose lines stay as they are."""
        parser = super().create_parser(prog_name, subcommand, epilog=EXAMPLES, **kwargs)
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Which law, over what time, in which steps, on whom."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument(
            "--law", type=Path, metavar="FILE", help="TOML of the lines that are to differ, or a whole law"
        )
        what.add_argument("--amendment", metavar="AMD-00001", help="a drafted amendment; it keeps the report")
        parser.add_argument("--since", type=_span, help="how far back, as 90d; by default what the law asks for")
        parser.add_argument("--every", type=_span, default=timedelta(days=1), help="a step, as 1d (default) or 6h")
        parser.add_argument("--companion", action="append", metavar="REF", help="only this one; may be given again")
        parser.add_argument("--json", action="store_true", help="print the whole report as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Simulate, print the report, and keep it with the amendment if one was named."""
        at = timezone.now()
        try:
            amendment = amendment_called(options["amendment"]) if options["amendment"] else None
            report = _tried(options, amendment, at=at)
        except Amendment.DoesNotExist as error:
            raise CommandError(f"There is no amendment {options['amendment']}.", returncode=2) from error
        except (LawMalformed, NoLaw, CannotBeTried) as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(report, sort_keys=True, indent=2, ensure_ascii=True))
        else:
            self.stdout.write(in_words(report))
        if amendment is not None and not keep_simulation(amendment, report, at=timezone.now()):
            raise CommandError(f"{amendment.subject_ref} was changed or settled meanwhile: it keeps no report of this.")


def _tried(options: Mapping[str, Any], amendment: Amendment | None, *, at: Any) -> dict[str, Any]:
    base = version_at(at) if amendment is None else amendment.base
    document = _document(options["law"], base.document) if amendment is None else amendment.document
    against, draft = base.law, parse(document)
    over = options["since"] or against.amendments.simulated_since
    plan = plan_of(against, draft, over=over, at=at, every=options["every"])
    refs = population(plan, options["companion"])
    effects: list[dict[str, Any]] = []
    done = 0
    for n, more in simulated(plan, refs):
        done, effects = done + n, [*effects, *more]
        sys.stderr.write(f"\r{done} of {len(refs)} companions, {len(effects)} effects")
        sys.stderr.flush()
    sys.stderr.write("\n")
    changes = changes_between(base.document, document)
    return report_of(plan, effects, simulated=len(refs), changes=changes, chosen=options["companion"])


def _document(path: Path, base: dict[str, Any]) -> dict[str, Any]:
    """The law as it would be, under whatever number; one that changes nothing may be tried, and lists nobody."""
    return as_it_would_be(read_file(path), base, taken=(), may_be_same=True)


def _span(text: str) -> timedelta:
    match = _SPAN.fullmatch(text)
    span = timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else None
    if span is None or span > LONGEST:
        raise argparse.ArgumentTypeError("a span such as 90d, 12h or 30m (s, m, h, d), of ten years at most")
    return span
