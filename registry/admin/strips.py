"""The way of a lifecycle as its sealed decisions tell it, for the strip on top of a page."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from faces.figures.strip import Step, Strip
from ledger.queries import Told
from registry.pages.history import actor_shown, in_words
from registry.queries import names_of


def strip_of(
    name: str,
    *,
    way: Sequence[str],
    state: str,
    told: Sequence[Told],
    at: datetime,
    due_at: datetime | None = None,
    endings: Sequence[str] = (),
    tones: Mapping[str, str] | None = None,
) -> Strip:
    """States of ``way`` in order, each with when and by whom it was last reached; one off the way stands at its end.

    ``told`` are the decisions newest first; those to another field's state (a tier, a precaution) are ignored.
    """
    reached: dict[str, Told] = {}
    for row in told:
        reached.setdefault(row.to_state, row)
    names = names_of(row.actor[1] for row in reached.values())
    on_the_way = state in way
    gone = [each for each in way if each in reached and each != state] if not on_the_way else way[: way.index(state)]
    rest = way[way.index(state) + 1 :] if on_the_way else ()

    def step(label: str, status: str, **more: object) -> Step:
        row = reached.get(label)
        by = actor_shown(row, names) if row else ""
        return Step(in_words(label), status, at=row.at if row else None, by=by, **more)  # type: ignore[arg-type]

    here = step(
        state,
        "here",
        due_at=due_at,
        overdue=due_at is not None and due_at <= at,
        tone=(tones or {}).get(state, ""),
    )
    after = [Step(in_words(label), "next" if number == 0 else "open") for number, label in enumerate(rest)]
    before = [step(label, "gone" if label in reached else "skipped") for label in gone]
    endings_left = tuple(in_words(ending) for ending in endings if ending != state)
    return Strip(name, (*before, here, *after), endings_left if on_the_way else ())
