"""The ``kaizen`` command: what a provider or an operator runs by name.

kaizen conformance URL …     check a model's endpoint before applying; needs no database and no secrets
kaizen up [--demo]           start everything
kaizen COMMAND …             any other of ``manage.py``'s commands
"""

import os
import sys
from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from kaizen import home, up

USAGE = 2


def main(words: Sequence[str] | None = None) -> None:
    """Run one command; ends the process with its exit code."""
    words = list(sys.argv[1:] if words is None else words)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaizen.settings")
    if words[:1] == ["up"]:
        sys.exit(up.main(words[1:]))
    if not words or words[0] in {"-h", "--help"}:
        sys.stdout.write(__doc__ or "")
        sys.exit(0 if words else USAGE)
    if words[0] == "conformance":
        # On a provider's machine nothing is set up: no folder is made and no secret asked for.
        os.environ.setdefault("KAIZEN_ENV", "development")
    elif home.is_bare(os.environ):
        os.environ.update(home.development_settings(home.prepare(home.resolve(os.environ)), os.environ))
    try:
        # Django would call an unsafe setting an unknown command.
        settings.INSTALLED_APPS  # noqa: B018
        execute_from_command_line(["kaizen", *words])
    except ImproperlyConfigured as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(USAGE)


if __name__ == "__main__":
    main()
