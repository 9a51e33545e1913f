"""``manage.py rescore``: let another scorer read the latest answers again, and see what would change."""

import argparse
import json
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from charter.queries import law_at
from charter.scoring.registry import scorer_of
from ledger.actors import Actor, Forbidden
from ledger.decisions import Refused
from registry.models import Person
from shadow.actions.rescoring import digest_of_candidate, read_slice, scorers_here, start_trial
from shadow.models import ScorerTrial
from shadow.models.trial import LIVE, TrialState

CONSOLE = Actor.system("console")
PAUSE_SECONDS = 1.0
SHOWN = 10

EXAMPLES = """\
examples:
  manage.py rescore --scorer charter --version 1 --by ines@example.org
  manage.py rescore --scorer charter --version 1 --last 500 --json

A live trial of the same scorer is gone on with, so the command can be stopped and repeated. Progress goes to standard
error, the report to standard output. A trial that is to be promoted is started by a person (--by), and promoted by
another one on its page.
"""


class Command(BaseCommand):
    help = "Let another scorer read the latest answers in shadow, and show what would change and for whom."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Django's parser, with examples whose lines stay as they are, and ``--version`` for the scorer's."""
        parser = super().create_parser(prog_name, subcommand, epilog=EXAMPLES, conflict_handler="resolve", **kwargs)
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Which scorer, how many answers, who asks."""
        here = ", ".join(scorers_here())
        parser.add_argument("--scorer", required=True, help=f"the scorer's name; here are: {here}")
        parser.add_argument("--version", required=True, help="the scorer's version")
        parser.add_argument("--last", type=_count, help="the latest answers to read; by default what the law asks for")
        parser.add_argument("--by", help="e-mail address of the steward who starts the trial")
        parser.add_argument("--json", action="store_true", help="print the whole report as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Start or go on with a trial, read to its end, print the report."""
        try:
            trial = self._trial(options)
        except (Refused, Forbidden) as error:
            raise CommandError(str(error)) from error
        while trial.state == TrialState.OPEN:
            read = read_slice(trial, at=timezone.now())
            trial.refresh_from_db()
            sys.stderr.write(f"\r{trial.done} of {trial.total} answers read")
            sys.stderr.flush()
            if read is None and trial.state == TrialState.OPEN:
                time.sleep(PAUSE_SECONDS)  # a worker holds it, and goes on meanwhile
        sys.stderr.write("\n")
        if trial.state == TrialState.DROPPED:
            raise CommandError("The trial was dropped meanwhile.")
        facts = {
            "trial": trial.public_id,
            "state": trial.state,
            "scorer": trial.scorer,
            "version": trial.scorer_version,
        }
        told = {**facts, "candidate": trial.candidate, "incumbent": trial.incumbent, **trial.results}
        self.stdout.write(json.dumps(told) if options["json"] else readable(trial))

    def _trial(self, options: dict[str, Any]) -> ScorerTrial:
        """The live trial of this scorer, or a new one."""
        at = timezone.now()
        law = law_at(at)
        digest = digest_of_candidate(law, options["scorer"], options["version"])
        live = ScorerTrial.objects.filter(candidate=digest, incumbent=scorer_of(law).digest, state__in=LIVE).first()
        if live:
            sys.stderr.write(f"going on with {live.public_id}\n")
            return live
        by = _person(options["by"]) if options["by"] else CONSOLE
        return start_trial(options["scorer"], options["version"], by=by, at=at, last=options["last"])


def readable(trial: ScorerTrial) -> str:
    """The report for people: the lines of the law, the companions that moved, some answers that cross the line."""
    report = trial.results
    before, after = report["before"], report["after"]
    lines = [
        f"{trial.scorer} {trial.scorer_version}: {report['answers']} answers, {len(report['companions'])} companions",
        f"compliant  {before['compliant']} of {before['scored']} -> {after['compliant']} of {after['scored']}",
        f"           {report['compliant']['yes_no']} lose it, {report['compliant']['no_yes']} gain it",
        f"critical   {before['critical']} -> {after['critical']}",
        f"unscored   {before['unscored']} -> {after['unscored']}",
        f"mean       {before['mean']} -> {after['mean']}",
        f"moved beyond their interval: {', '.join(report['moved']) or 'none'}",
    ]
    crossing = report["crossing"]
    lines.append(f"answers that cross the incident line: {crossing['all']}")
    lines += [
        f"  {each['answer']}  {each['companion']}  {each['before']} -> {each['after']}"
        for each in crossing["shown"][:SHOWN]
    ]
    return "\n".join([*lines, f"trial {trial.public_id}, {trial.state}"])


def _person(email: str) -> Actor:
    person = Person.objects.filter(email__iexact=email, is_active=True).first()
    if person is None:
        raise Forbidden("Nobody here has that address.")
    return Actor.person(person)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) < 10_000_000:  # noqa: PLR2004  a sane number
        raise argparse.ArgumentTypeError("a number of answers")
    return int(text)
