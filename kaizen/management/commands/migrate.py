"""``manage.py migrate``: Django's own, as the owner of the database, and with the ledger's fence up before it looks."""

from typing import Any

from django.core.management import call_command
from django.core.management.commands import migrate

from kaizen.owner import as_owner, grant
from ledger import fence


class Command(migrate.Command):
    help = (
        f"{migrate.Command.help} Where MIGRATE_DATABASE_URL names the owner of the database, it migrates as that one, "
        "and grants the role of DATABASE_URL what it needs."
    )

    def execute(self, *args: Any, **options: Any) -> None:
        with as_owner(options["database"]) as connection:
            # A fence of an older release, or a broken one, would fail the check with which Django begins.
            fence.install(options["database"])
            super().execute(*args, **options)
            if connection.vendor == "postgresql" and grant(connection):
                # The application's role may make no tables.
                call_command("createcachetable", database=options["database"], verbosity=0)
                grant(connection)
