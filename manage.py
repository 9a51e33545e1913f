#!/usr/bin/env python
"""Kaizen's commands: ``python manage.py help`` lists them."""

import os
import sys

from django.core.management import execute_from_command_line

from kaizen import home, up


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaizen.settings")
    if sys.argv[1:2] == ["up"]:
        # It makes the folder and chooses the settings that all others read, so it runs before they are loaded.
        sys.exit(up.main(sys.argv[2:]))
    if home.is_bare(os.environ):
        # A shell beside `make run`: its commands mean the same installation.
        os.environ.update(home.development_settings(home.prepare(home.resolve(os.environ)), os.environ))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
