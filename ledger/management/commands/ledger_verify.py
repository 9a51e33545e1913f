"""``manage.py ledger_verify``: read the whole log again."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ledger.verification import Tampered, verify


class Command(BaseCommand):
    help = (
        "Re-hash every entry, check every signature, every decision and all evidence against them. "
        "Exit 0: whole. Exit 1: the first bad row is named.  Example: manage.py ledger_verify --quiet"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="print nothing but a bad row")

    def handle(self, *_args: Any, **options: Any) -> None:
        def progress(done: int) -> None:
            if not options["quiet"]:
                self.stderr.write(f"{done} entries read")

        try:
            report = verify(progress)
        except Tampered as bad:
            self.stdout.write(self.style.ERROR(f"tampered  {bad}"))
            sys.exit(1)
        if not options["quiet"]:
            self.stdout.write(
                f"whole  {report.size} entries, {report.decisions} decisions, {report.evidence} pieces of evidence\n"
                f"root   {report.root.hex()}"
            )
