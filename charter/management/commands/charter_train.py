"""Fit the heads of the charter scorer on labelled rows."""

from __future__ import annotations

import argparse
import hashlib
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from charter.embedding import EmbedderMissing, load
from charter.law import shipped_law
from charter.training import preparing, recipe, rows, writing
from charter.training.counterfactual import rows as own

try:
    from charter.training import judging, report, speech, train
except ModuleNotFoundError as error:
    MISSING = f"Fitting needs {error.name}: pip install -e '.[train]'"
else:
    MISSING = ""

EXAMPLES = """\
examples:
  manage.py charter_train /data/charter --out charter/weights/2
  manage.py charter_train /data/charter --out /tmp/heads --cache /tmp/vectors.db
  manage.py charter_train /data/charter --out /tmp/heads --without-embedder

The folder holds train.jsonl, whose rows fit the heads, and dev.jsonl, whose rows join, calibrate and anchor them: one
JSON object a line with "id", "source", "prompt", "response", "labels" (clause or "any": 0 or 1) and "group". A clause
that a row does not name is unknown. What is written is then fitted once more on both. Needed: the packages of the extra
"train". It takes some minutes for each ten thousand rows; with --cache a second training need not embed them again.

With --report a folder gets charter-scorer.md, its figures and its pictures. They are of heads that never saw dev.jsonl,
nor challenge_dev.jsonl and dev_eval_only_nc.jsonl, which are measured too where they are there. With --speech a file
gets the weights by which speech to the judge is heard; they are fitted on our own sentences beside the rows' own.
"""

CAUTIONS = (
    "The heads never saw these rows, but some numbers (calibration, anchors, thresholds) were set by them too.",
    "The heads that ship are fitted on these rows too, by the same recipe; that cannot be measured by them.",
)


class Command(BaseCommand):
    help = "Fit the heads of the charter scorer on labelled rows, and write them with their digests."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Django's parser, with examples whose lines stay as they are."""
        parser = super().create_parser(prog_name, subcommand, epilog=EXAMPLES, **kwargs)
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Where rows are, and where the weights go."""
        parser.add_argument("data", type=Path, help="folder with train.jsonl and dev.jsonl")
        parser.add_argument("--out", type=Path, required=True, help="folder for the weights; made if missing")
        parser.add_argument("--report", type=Path, help="folder for a report on heads fitted without dev.jsonl")
        parser.add_argument("--speech", type=Path, help="file for the weights by which speech to the judge is heard")
        parser.add_argument("--cache", type=Path, help="file that keeps vectors between trainings")
        parser.add_argument("--without-embedder", action="store_true", help="fit the word heads alone")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, fit, write; nothing is written before all is fitted."""
        if MISSING:
            raise CommandError(MISSING)
        self._began = time.monotonic()
        files = [options["data"] / name for name in ("train.jsonl", "dev.jsonl")]
        try:
            fitting, checking = (rows.read(file) for file in files)
        except (OSError, rows.BadRow) as error:
            raise CommandError(f"These rows cannot be read: {error}") from error
        used = recipe.shipped()
        vectors = None if options["without_embedder"] else self._vectors(options["cache"])
        rows_read, ours, checks = (
            preparing.prepare(some, tell=self._every("rows read")) for some in (fitting, own(used.seed), checking)
        )
        trained = train.train(rows_read, ours, checks, used, vectors=vectors, tell=self._tell)
        fitted = trained.shipped
        about = {
            "code": used.code,
            "recipe": hashlib.sha256(recipe.SHIPPED.read_bytes()).hexdigest(),
            "rows": {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files},
        }
        try:
            written = writing.write(
                options["out"],
                lexical=fitted.lexical,
                dense=fitted.dense,
                joined=fitted.joined,
                exemplars=fitted.exemplars,
                about=about,
            )
        except writing.TooLarge as error:
            raise CommandError(f"{error} Fewer terms in recipe.toml would help.") from error
        self._tell(f"{len(written['files'])} files in {options['out']}")
        if options["speech"]:
            speech.write(
                speech.fit(one for row in fitting for one in speech.candidates(row.response)), options["speech"]
            )
            self._tell(f"speech to the judge in {options['speech']}")
        if options["report"]:
            self._report(trained.held, checking, options, vectors)

    def _report(self, held: train.Fitted, checking: list[rows.Row], options: dict[str, Any], vectors: Any) -> None:
        scoring = shipped_law().scoring
        by = judging.scorer(judging.FittedHeads(held, vectors.embedder if vectors else None), veto_cap=scoring.veto_cap)
        ordinary, apart = judging.parted(_further(options["data"] / "dev_eval_only_nc.jsonl"))
        tell = self._every("rows judged")
        challenge = _further(options["data"] / "challenge_dev.jsonl")
        measured = judging.measured(by, [*checking, *ordinary], challenge, mark=scoring.compliant_at, tell=tell)
        cautions = [*CAUTIONS, *judging.told_apart(judging.judged(by, apart, tell))]
        about = {
            "scorer": "charter, heads fitted without the rows that are measured here",
            "rows": hashlib.sha256((options["data"] / "dev.jsonl").read_bytes()).hexdigest(),
            "embedder": vectors.embedder.digest if vectors else "none: word heads alone",
        }
        report.write(options["report"], measured, about=about, cautions=cautions, lexical=vectors is None)
        self._tell(f"report in {options['report']}")

    def _vectors(self, cache: Path | None) -> train.Vectors:
        try:
            embedder = load()
        except EmbedderMissing as error:
            raise CommandError(f"{error} Or fit the word heads alone: --without-embedder") from error
        return train.Vectors(embedder, preparing.VectorCache(cache, embedder.digest))

    def _every(self, what: str) -> preparing.Progress:
        return train.every(self._tell, what)

    def _tell(self, what: str) -> None:
        self.stdout.write(f"{time.monotonic() - self._began:7.1f} s  {what}")
        self.stdout.flush()


def _further(file: Path) -> list[rows.Row]:
    """The rows of a file that may be missing."""
    return rows.read(file) if file.exists() else []
