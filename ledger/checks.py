"""System checks of the log, run by ``manage.py check --database default`` and by migrate."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from ledger.fence import missing


@register(Tags.database)
def the_fence_stands(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    messages: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if "ledger_leaf" not in connection.introspection.table_names():
            continue
        messages += [
            Error(
                f"The trigger {name} is missing on {alias}.",
                hint="Run manage.py migrate: it puts it back.",
                id="ledger.E001",
            )
            for name in missing(connection)
        ]
    return messages
