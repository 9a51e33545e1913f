"""``manage.py amend``: a draft of an amendment from a TOML file."""

import argparse
import sys
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from charter.amending.actions import draft
from charter.amending.comparing import Change
from charter.amending.constitution import constitutional, refusal_of
from charter.amending.drafting import read_file
from charter.amending.queries import changes_of, remarks_on
from charter.models import Amendment
from charter.queries import NoLaw, law_at
from charter.typed import LawMalformed
from ledger.actors import Actor, Forbidden

EXAMPLES = """\
examples:
  cat > draft.toml <<'END'
  [rising.critical]
  compliance = "0.985"
  END
  manage.py simulate --law draft.toml --since 90d
  manage.py amend draft.toml --title "Ask more of critical" --rationale "Why …" --by ines@example.org

The file holds the lines that are to differ; they are laid over the version of the law that was enacted last. A line is
taken out of the law by its path, as in: removes = ["tiers.standard.vote_weight_most"]. A file with every table of the
law, or one that `extends` another beside it, stands by itself. The number of the new version is chosen unless the file
names one.

It makes a draft, AMD-00001, and enacts nothing: on its page at /admin/ it is tried on history and proposed, and a
second person approves it. Exit 0: drafted. Exit 1: the lint finds an error, or it touches what only a vote may change;
it is drafted and cannot be proposed so. Exit 2: the file is no law, changes nothing, or the person may not draft.
"""


class Command(BaseCommand):
    help = (
        "Draft an amendment of the law from a TOML file: shows what it changes, in words, and what stands against it."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Django's parser, with examples whose lines stay as they are."""
        parser = super().create_parser(prog_name, subcommand, epilog=EXAMPLES, **kwargs)
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The file, what it is called, why, and who drafts."""
        parser.add_argument("file", type=Path, help="TOML of the lines that are to differ")
        parser.add_argument("--title", required=True, help="what it is about, in a few words")
        parser.add_argument("--rationale", default="", help="why; everybody will read it. It can be written later")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="address of the steward who drafts it")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Draft it, and say what it would change."""
        at = timezone.now()
        try:
            amendment = draft(
                read_file(options["file"]),
                title=options["title"],
                rationale=options["rationale"],
                by=_person(options["by"]),
                at=at,
            )
            law = law_at(at)
        except (LawMalformed, Forbidden, NoLaw) as error:
            raise CommandError(str(error), returncode=2) from error
        changes = changes_of(amendment)
        against = [refusal_of(change) for change in constitutional(law, changes)]
        remarks = remarks_on(amendment.law)
        against += [f"{it.where}: {it.says}" for it in remarks if it.severity == "error"]
        self.stdout.write(_told(amendment, changes))
        notes = sum(it.severity != "error" for it in remarks)
        self.stdout.write(f"\nThe lint has {len(remarks) - notes} errors and {notes} notes.")
        for sentence in against:
            self.stderr.write(f"It cannot be proposed so. {sentence}")
        if against:
            sys.exit(1)
        self.stdout.write(f"Next: try it on history. manage.py simulate --amendment {amendment.subject_ref}")


def _told(amendment: Amendment, changes: list[Change]) -> str:
    lines = [
        f"{amendment.subject_ref}  {amendment.title}",
        f"law {amendment.base.version} -> {amendment.document['version']}, {amendment.law.digest[:12]}",
    ]
    for change in changes:
        lines += ["", f"{change.path}  ({change.kind})"]
        lines += [f"  before  {change.said}"] * bool(change.said)
        lines += [f"  after   {change.would_say}"] * bool(change.would_say)
    return "\n".join(lines)


def _person(email: str) -> Actor:
    person = get_user_model().objects.filter(email__iexact=email, is_active=True).first()
    if person is None:
        raise Forbidden("Nobody here has that address.")
    return Actor.person(person)
