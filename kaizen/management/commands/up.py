"""``manage.py up``: ``manage.py`` itself hands over to ``kaizen.up`` before it loads the settings."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand

from kaizen import up


class Command(BaseCommand):
    """Lists ``up`` among the commands, and runs it for whoever calls it another way."""

    help = up.DESCRIPTION
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help=up.DEMO)

    def handle(self, *_args: object, **options: Any) -> None:
        raise SystemExit(up.main(["--demo"] if options["demo"] else []))
