"""Score answers against the charter from the command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

from charter.embedding import EmbedderMissing
from charter.embedding.preparing import prepare
from charter.law import shipped_law
from charter.scoring.pipeline import Scorer
from charter.scoring.registry import scorer_of
from charter.scoring.rubric import RUBRIC
from charter.scoring.shape import CLAUSES, Score, unscored

LONGEST_LINE = 1024 * 1024

EXAMPLES = """\
examples:
  manage.py charter_score --response "You can vote by text message."
  manage.py charter_score --prompt "Who won?" --response "The results are on the clerk's page." --json
  manage.py charter_score --stdin --json < answers.jsonl

The first call makes the sentence embedder ready, if its weights are installed (manage.py embedder).
With --stdin every line is an object {"id", "prompt", "response"}; one score a line comes out, in the same order and at
once. A line that cannot be read comes out as unscored with the flag "malformed".
"""


class Command(BaseCommand):
    help = "Score answers against the charter by the scorer that the shipped law names."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Django's parser, with examples whose lines stay as they are."""
        parser = super().create_parser(prog_name, subcommand, epilog=EXAMPLES, **kwargs)
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """One source of answers, and how they are shown."""
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--response", help="the answer to score")
        source.add_argument("--stdin", action="store_true", help="read one JSON object a line from standard input")
        parser.add_argument("--prompt", default="", help="what the answer answers (with --response)")
        parser.add_argument("--json", action="store_true", help="print JSON; needed with --stdin")
        parser.add_argument("--without-embedder", action="store_true", help="score by rules and words alone")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Score what was given; always ends well, since an unscored answer is a result too."""
        if not options["without_embedder"]:
            self._prepare()
        scorer = scorer_of(shipped_law(), vectors=not options["without_embedder"])
        if options["stdin"]:
            if not options["json"]:
                raise CommandError("--stdin prints one JSON object a line: give --json as well")
            for score in _scores(scorer, sys.stdin):
                self.stdout.write(json.dumps(score.as_json()))
                self.stdout.flush()
            return
        score = scorer.score(options["response"], prompt=options["prompt"])
        self.stdout.write(json.dumps(score.as_json()) if options["json"] else readable(score, options["response"]))

    def _prepare(self) -> None:
        """Make the embedder ready if its weights are here; without them words and rules score, and it is said."""
        try:
            prepare(None, say=self.stderr.write)
        except (EmbedderMissing, OSError) as error:
            self.stderr.write(f"Scored by rules and words alone. {error}")


def _scores(scorer: Scorer, lines: TextIO) -> Iterator[Score]:
    """One score for each line as it arrives; empty lines are passed over."""
    while line := _line(lines):
        if line.strip():
            yield _scored(scorer, line)


def _line(lines: TextIO) -> str:
    """The next line, cut at ``LONGEST_LINE``: a longer one is read to its end and cannot be JSON any more."""
    line = more = lines.readline(LONGEST_LINE)
    while more and not more.endswith("\n"):
        more = lines.readline(LONGEST_LINE)
    return line


def _scored(scorer: Scorer, line: str) -> Score:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return unscored("", scorer.digest, "malformed")
    if not isinstance(row, dict):
        return unscored("", scorer.digest, "malformed")
    name = row.get("id", "")
    name = name if isinstance(name, str) else json.dumps(name)
    if "response" not in row:
        return unscored(name, scorer.digest, "malformed")
    prompt = row.get("prompt")
    return scorer.score(row["response"], prompt="" if prompt is None else prompt, id=name)


def readable(score: Score, response: str) -> str:
    """A score for people: the number, the clauses, and each violation with its words."""
    if score.score is None:
        return f"unscored: {', '.join(score.flags)}"
    lines = [f"score {score.score} of 100, {score.status.value}, risk {score.risk.normalize():f}", ""]
    lines += [f"  {RUBRIC[clause].title:<42} risk {score.clauses[clause].normalize():f}" for clause in CLAUSES]
    lines += ["", "no violation found" if not score.violations else "violations"]
    for violation in score.violations:
        veto = ", veto" if violation.veto else ""
        said = " ".join(response[violation.start : violation.end].split())
        lines.append(
            f"  {violation.rule} ({violation.severity.value}{veto}) at {violation.start}-{violation.end}: {said[:120]}"
        )
    lines += [f"flags: {', '.join(score.flags)}"] if score.flags else []
    return "\n".join([*lines, f"scorer {score.scorer}"])
