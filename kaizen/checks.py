"""What ``manage.py check`` says of an installation; ``--deploy`` adds what matters in production."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Info, Tags, register
from django.db import connections

from kaizen.settings.databases import from_url
from tiers.models import Standing
from tiers.models.standing import PROBED

COMPANIONS_ON_SQLITE = 200


@register(Tags.security, deploy=True)
def the_application_does_not_own_the_ledger(**_kwargs: Any) -> list[CheckMessage]:
    """Rule L1: whoever can change the tables' triggers can change what is sealed."""
    database = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"]:
        return [
            checks.Warning(
                "The database is SQLite: whoever can write its file can change it, and one machine carries all.",
                hint="Name a PostgreSQL in DATABASE_URL. docs/deploy.md says how.",
                id="kaizen.W002",
            )
        ]
    owner = settings.MIGRATE_DATABASE_URL
    if owner and from_url(owner)["USER"] != database["USER"]:
        return []
    return [
        checks.Warning(
            "DATABASE_URL and MIGRATE_DATABASE_URL are one role: the application owns the ledger that it only adds to.",
            hint="Make a second role that owns the database, and name it in MIGRATE_DATABASE_URL (docs/deploy.md).",
            id="kaizen.W001",
        )
    ]


@register(Tags.database)
def sqlite_carries_so_many(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Rule R10."""
    if "default" not in (databases or ()) or connections["default"].vendor != "sqlite":
        return []
    if Standing._meta.db_table not in connections["default"].introspection.table_names():
        return []
    count = Standing.objects.filter(state__in=PROBED).count()
    if count <= COMPANIONS_ON_SQLITE:
        return []
    return [
        Info(
            f"{count} companions are probed on SQLite; it was measured with {COMPANIONS_ON_SQLITE}.",
            hint="PostgreSQL carries more: name one in DATABASE_URL (docs/deploy.md).",
            id="kaizen.I001",
        )
    ]


@register(Tags.security)
def own_networks_are_open(**_kwargs: Any) -> list[CheckMessage]:
    """Rule E13: an opening in the wall is shown whenever somebody looks."""
    if not settings.KAIZEN_EGRESS_ALLOW:
        return []
    return [
        Info(
            f"KAIZEN_EGRESS_ALLOW lets requests into your own network: {', '.join(settings.KAIZEN_EGRESS_ALLOW)}.",
            id="kaizen.I002",
        )
    ]
