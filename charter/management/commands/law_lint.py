"""``manage.py law_lint``: read a law against itself."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from charter.law import SHIPPED, parse, read_document
from charter.lint import lint
from charter.typed import LawMalformed
from ledger.canonical import plain


class Command(BaseCommand):
    help = (
        "Report, with their numbers, sums that do not add up, thresholds that never bind, gaps and overlaps. "
        "Exit 0: only notes. Exit 1: an error. Exit 2: the file is no law.  Examples: manage.py law_lint;  "
        "manage.py law_lint draft.toml --json"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, default=SHIPPED, help="a law document; the shipped one if absent"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            law = parse(read_document(options["file"]))
        except LawMalformed as error:
            raise CommandError(str(error), returncode=2) from error
        remarks = lint(law)
        for remark in remarks:
            if options["json"]:
                self.stdout.write(json.dumps(plain(vars(remark))))
            else:
                self.stdout.write(f"{remark.severity:<6} {remark.where}\n       {remark.says}")
        if not options["json"]:
            self.stdout.write(f"\n{law.title}, version {law.version}, {law.digest[:12]}: {len(remarks)} remarks.")
        if any(remark.severity == "error" for remark in remarks):
            sys.exit(1)
