"""What ``manage.py check`` says of the judges that an operator bound."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register  # noqa: A004  Django's own name
from django.db import connections

from registry.models import Companion
from shadow.judges.binding import Binding, CompanionBinding, Misbound, ServiceBinding, bindings

_HINT = "docs/operations.md says what the file of KAIZEN_JUDGES holds."


@register(Tags.security)
def judges_are_bound_rightly(**_kwargs: Any) -> list[CheckMessage]:
    """The file, every table in it, and every key that it names."""
    try:
        found = bindings()
        for binding in found:
            if isinstance(binding, ServiceBinding):
                binding.key()
    except Misbound as error:
        return [Error(f"KAIZEN_JUDGES: {error}.", hint=_HINT, id="shadow.E001")]
    if not found:
        return []
    names = ", ".join(binding.name for binding in found)
    return [Info(f"KAIZEN_JUDGES lets answers be read by: {names}.", hint=_HINT, id="shadow.I001")]


@register(Tags.database)
def judging_companions_exist(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """A companion that judges is one of the register's."""
    names = connections["default"].introspection.table_names() if "default" in (databases or ()) else []
    if Companion._meta.db_table not in names:
        return []
    refs = {one.companion: one.name for one in _bound() if isinstance(one, CompanionBinding)}
    known = set(Companion.objects.filter(ref__in=refs).values_list("ref", flat=True))
    return [
        Warning(f"KAIZEN_JUDGES: {refs[ref]} is bound to {ref}, which is no companion.", hint=_HINT, id="shadow.W001")
        for ref in sorted(refs.keys() - known)
    ]


def _bound() -> list[Binding]:
    """What the other check speaks of is not said twice."""
    try:
        return bindings()
    except Misbound:
        return []
