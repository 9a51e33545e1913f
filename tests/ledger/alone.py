"""A process that only seals, beside others of its kind: ``python -m tests.ledger.alone <how many>``."""

import os
import sys

import tests.environment  # noqa: F401  keys and origin as in the tests


def environment(url):
    return {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "kaizen.settings"}


def main():
    import django

    django.setup()
    from ledger.sealing import sealed_atomic
    from tests.ledger.test_sealing import seal_one

    for n in range(int(sys.argv[1])):
        with sealed_atomic():
            seal_one(f"{os.getpid()}-{n}")


if __name__ == "__main__":
    main()
