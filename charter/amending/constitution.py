"""Which lines of the law no second person alone may change. Pure."""

from collections.abc import Iterable

from charter.amending.comparing import Change
from charter.law import Law

WITHOUT_VOTES = "it needs a vote, and votes do not exist yet in this release"


def constitutional(law: Law, changes: Iterable[Change]) -> list[Change]:
    """Those of ``changes`` that touch what ``law``, the one in force, names as constitutional: a line, or a table."""
    return [change for change in changes if is_constitutional(law, change.path)]


def is_constitutional(law: Law, path: str) -> bool:
    """Whether the line at ``path`` is one of them, or lies below one."""
    return any(path == named or path.startswith(f"{named}.") for named in law.amendments.constitutional)


def refusal_of(change: Change) -> str:
    """Why this line cannot be amended, as a sentence."""
    return f"{change.path} is constitutional: {WITHOUT_VOTES}."
