"""What differs between two documents of the law, line by line, in words. Pure but for the wording's file."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from charter.pages.words import Line, lines_of

CHANGED, ADDED, REMOVED = "changed", "added", "removed"


@dataclass(frozen=True)
class Change:
    """One line of the law before and after, as it is written and as a sentence; empty where there is none."""

    path: str
    kind: str
    subject: str
    was: str
    becomes: str
    said: str
    would_say: str

    def as_json(self) -> dict[str, str]:
        """The same as JSON facts."""
        return asdict(self)


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every line that differs, by the subjects of the wording; the number of the version is no line of the law."""
    old, new = _lines(before), _lines(after)
    found = []
    for path in sorted(old.keys() | new.keys(), key=lambda path: (new.get(path) or old[path])[:2]):
        was, becomes = old.get(path), new.get(path)
        if path != "version" and (was is None or becomes is None or was[2].value != becomes[2].value):
            found.append(_change(path, was, becomes))
    return found


_Placed = tuple[int, str, Line, str]


def _lines(document: Mapping[str, Any]) -> dict[str, _Placed]:
    """Each line by its path, with the place of its subject: a database may hand tables back in another order."""
    return {
        line.path: (place, line.path, line, subject)
        for place, (subject, lines) in enumerate(lines_of(document).items())
        for line in lines
    }


def _change(path: str, was: _Placed | None, becomes: _Placed | None) -> Change:
    return Change(
        path=path,
        kind=ADDED if was is None else REMOVED if becomes is None else CHANGED,
        subject=(becomes or was or (0, "", None, ""))[3],
        was=was[2].value if was else "",
        becomes=becomes[2].value if becomes else "",
        said=was[2].says if was else "",
        would_say=becomes[2].says if becomes else "",
    )
