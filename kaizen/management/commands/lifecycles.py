"""``manage.py lifecycles``: draw every lifecycle into ``docs/lifecycles.md``."""

import difflib
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from kaizen.lifecycles import document


class Command(BaseCommand):
    help = (
        "Draw docs/lifecycles.md from the transitions of every model. --check changes nothing, and exits 1 with the "
        "difference if the page is old.  Example: manage.py lifecycles --check"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare only; exit 1 if the page is old")
        parser.add_argument("--path", type=Path, default=settings.BASE_DIR / "docs" / "lifecycles.md")

    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = options["path"]
        drawn, stands = document(), path.read_text(encoding="utf-8") if path.exists() else ""
        if not options["check"]:
            path.write_text(drawn, encoding="utf-8")
            self.stdout.write(f"drawn  {path}")
        elif drawn != stands:
            lines = difflib.unified_diff(
                stands.splitlines(True), drawn.splitlines(True), str(path), "as the models say"
            )
            self.stdout.writelines(lines)
            self.stdout.write(f"{path} is old: run manage.py lifecycles")
            sys.exit(1)
