"""``manage.py embedder``: whether sentences can be embedded here, and making it so."""

import argparse
import json
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from charter.embedding import EmbedderMissing, Installed
from charter.embedding.prepared import required
from charter.embedding.preparing import prepare

EXAMPLES = """\
examples:
  manage.py embedder status
      which files are ready, under which digest; exit code 1 and the remedy if there is none
  manage.py embedder status --json
  manage.py embedder prepare
      check the published weights (the package of requirements/minilm.txt, or KAIZEN_EMBEDDER_FOLDER) and write the
      graph into KAIZEN_HOME/embedder; a second run checks what is there and changes nothing
  manage.py embedder prepare --folder /srv/all-MiniLM-L6-v2
      the same from a folder that holds model.safetensors and tokenizer.json
"""


class Command(BaseCommand):
    help = "Say whether the sentence embedder is ready, or make it ready. No network is used."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Django's parser, with examples whose lines stay as they are."""
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        return super().create_parser(prog_name, subcommand, epilog=EXAMPLES, **kwargs)

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """What to do, and from where."""
        parser.add_argument("do", choices=["status", "prepare"])
        parser.add_argument("--folder", type=Path, help="where the published files lie (with prepare)")
        parser.add_argument("--optional", action="store_true", help="without weights, say so and end well (prepare)")
        parser.add_argument("--json", action="store_true", help="answer in JSON (with status)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Exit code 1, with the cause and the remedy, if there is no embedder."""
        try:
            if options["do"] == "status":
                self._tell(required(), as_json=options["json"])
            else:
                self._prepare(options["folder"])
        except (EmbedderMissing, OSError) as error:
            if not options["optional"]:
                raise CommandError(str(error)) from error
            self.stdout.write(f"Answers are scored without sentence embeddings. {error}")

    def _prepare(self, folder: Path | None) -> None:
        began = time.monotonic()
        steps: list[str] = []

        def say(step: str) -> None:
            steps.append(step)
            self.stdout.write(step)
            self.stdout.flush()

        found = prepare(folder, say=say)
        done = f"written in {time.monotonic() - began:.1f} s" if steps else "ready already"
        self.stdout.write(f"embedder {found.digest[:12]} {done} ({found.runtime})")

    def _tell(self, found: Installed, *, as_json: bool) -> None:
        rows = {
            "digest": found.digest,
            "model": str(found.model),
            "model_digest": found.model_digest,
            "tokenizer": str(found.tokenizer),
            "tokenizer_digest": found.tokenizer_digest,
            "runtime": found.runtime,
            "processor": found.processor,
        }
        if as_json:
            self.stdout.write(json.dumps(rows))
            return
        for name, value in rows.items():
            self.stdout.write(f"{name.replace('_', ' '):<17} {value}")
