"""``manage.py conformance`` and ``kaizen conformance``: the checks of an application, before applying."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from charter.law import load
from faces.schema import Rejected
from onboarding.conformance import Exit, Wanted, conform, line
from onboarding.intake.addresses import PROTOCOLS
from onboarding.intake.names import header_name
from onboarding.rules import Found
from registry.egress import Refused, check_url, policy_in_force

DESCRIPTION = "Check a model's endpoint as an application would be checked, before applying. No database is needed."
EXAMPLES = """\
examples:
  MODEL_KEY=… kaizen conformance https://models.your-company.com/v1/deliberate --api-key-env MODEL_KEY
  kaizen conformance https://models.your-company.com/v1/chat/completions --model your-model --api-key-file key.txt
  kaizen conformance https://models.your-company.com --protocol masl --challenge TOKEN --json
  KAIZEN_ENV=development KAIZEN_EGRESS_DEV_ALLOW=127.0.0.1:9001 \\
      kaizen conformance http://127.0.0.1:9001 --api-key-env MODEL_KEY

exit codes: 0 pass, 1 fail, 2 usage, 3 inconclusive, 4 unreachable
Some ten short questions are asked of the model, two at a time, which it may charge for."""
LONGEST_KEY = 4096
_NOT_OURS = ("--version", "--settings", "--pythonpath", "--traceback", "--no-color", "--force-color", "-v")


class Command(BaseCommand):
    """Runs the conformance kit."""

    help = DESCRIPTION
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """A parser whose help ends in examples and leaves out what is Django's."""
        kwargs |= {"epilog": EXAMPLES, "formatter_class": argparse.RawDescriptionHelpFormatter}
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        for action in parser._actions:  # noqa: SLF001  argparse has no other way to hide an option
            if set(action.option_strings) & set(_NOT_OURS):
                action.help = argparse.SUPPRESS
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", help="the endpoint, with or without its known tail such as /v1/deliberate")
        parser.add_argument("--protocol", choices=PROTOCOLS, default="", help="default: by the tail, else masl")
        parser.add_argument("--model", default="", help="what the endpoint calls the model (upstreamModel)")
        parser.add_argument("--auth-header", default="", metavar="NAME", help="header that holds the key bare")
        keys = parser.add_mutually_exclusive_group()
        keys.add_argument("--api-key-env", metavar="NAME", help="environment variable that holds the key")
        keys.add_argument("--api-key-file", type=Path, metavar="FILE", help="file that holds the key")
        parser.add_argument("--challenge", default="", metavar="TOKEN", help="token that the endpoint serves")
        parser.add_argument("--model-card", default="", metavar="URL", help="address of the model card")
        parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")

    def handle(self, *_args: object, **options: Any) -> None:
        wanted = self._wanted(options)
        quiet = options["json"]

        def progress(found: Found) -> None:
            if not quiet:
                self.stdout.write(line(found))
                self.stdout.flush()

        law = load(settings.KAIZEN_LAW)
        report = conform(wanted, law, cycle=settings.KAIZEN_CYCLE, at=timezone.now(), progress=progress)
        self.stdout.write(report.as_json() if quiet else report.as_text())
        sys.exit(report.exit_code.value)

    def _wanted(self, options: dict[str, Any]) -> Wanted:
        key = self._key(options)
        if options["auth_header"] and not key:
            self._usage("--auth-header names where a key goes: give --api-key-env or --api-key-file too.")
        try:
            header = header_name.check(options["auth_header"]) if options["auth_header"] else ""
        except Rejected as rejected:
            self._usage(f"--auth-header: {rejected.detail}")
        if options["model_card"]:
            try:
                check_url(options["model_card"], rules=policy_in_force())
            except Refused as refusal:
                self._usage(f"--model-card: {refusal.sentence}")
        return Wanted(
            url=options["url"],
            protocol=options["protocol"],
            model=options["model"],
            header=header,
            api_key=key,
            challenge=options["challenge"],
            model_card=options["model_card"],
        )

    def _key(self, options: dict[str, Any]) -> str:
        if name := options["api_key_env"]:
            if not os.environ.get(name):
                self._usage(f"The environment variable {name} is empty or not set.")
            return self._fit(os.environ[name])
        if path := options["api_key_file"]:
            try:
                return self._fit(path.read_text(encoding="ascii").strip())
            except (OSError, UnicodeDecodeError) as error:
                self._usage(f"The key cannot be read from {path}: {getattr(error, 'strerror', None) or 'not ASCII'}.")
        return ""

    def _fit(self, key: str) -> str:
        if not 0 < len(key) <= LONGEST_KEY or not all("!" <= letter <= "~" for letter in key):
            self._usage("The key must be visible ASCII without spaces, of at most 4096 characters.")
        return key

    def _usage(self, message: str) -> NoReturn:
        self.stderr.write(message)
        sys.exit(Exit.USAGE.value)
