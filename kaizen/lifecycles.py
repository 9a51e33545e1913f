"""``docs/lifecycles.md``, drawn from the transitions of every model, so that it cannot differ from what holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Field
from django_fsm import GET_STATE, Transition

from ledger.lifecycle import Lifecycle

HEAD = """# Lifecycles

Drawn from the models by `manage.py lifecycles`; CI refuses an old drawing (`manage.py lifecycles --check`).
Every move goes through `ledger.decisions.decide`: it is refused when its state, its actor or a condition does not
allow it, and it leaves one sealed entry of the type named here. The system makes only the moves that name it.
"""
SYSTEM = "the system"
NO_STATE = "(none)"
STAYS = "as it was"


@dataclass(frozen=True)
class Move:
    """One transition of one lifecycle, in words."""

    name: str
    meaning: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    may: tuple[str, ...]
    conditions: tuple[str, ...]
    entries: tuple[str, ...]


@dataclass(frozen=True)
class Drawing:
    """One state field of one model: a model may have several, such as state and tier."""

    title: str
    meaning: str
    initial: str
    moves: tuple[Move, ...]


def document() -> str:
    """The whole page as Markdown."""
    return "\n".join([HEAD, *(_section(drawing) for drawing in drawings())])


def drawings() -> list[Drawing]:
    """Every lifecycle, by room and model in the order of the installed rooms."""
    return [
        _drawing(model, field)
        for model in apps.get_models()
        if issubclass(model, Lifecycle)
        for field in model._meta.concrete_fields
        if hasattr(field, "get_all_transitions")
    ]


def _drawing(model: type[Lifecycle], field: Any) -> Drawing:
    by_name: dict[str, list[Transition]] = {}
    for transition in field.get_all_transitions(model):
        by_name.setdefault(transition.name, []).append(transition)
    # ``get_all_transitions`` sorts by name; the class's own order tells the story.
    told = [name for name in vars(model) if name in by_name]
    return Drawing(
        title=f"{model._meta.app_label}: {model._meta.verbose_name}, {field.name}",
        meaning=_first_line(model),
        initial=_state(_default(field)),
        moves=tuple(_move(model, name, by_name[name]) for name in told),
    )


def _default(field: "Field[Any, Any]") -> str:
    return str(field.get_default() or "")


def _move(model: type[Lifecycle], name: str, transitions: list[Transition]) -> Move:
    one = transitions[0]
    targets = tuple(_targets(one))
    may = [_first_line(one.permission)] if one.permission else []
    return Move(
        name=name,
        meaning=_first_line(getattr(model, name)),
        sources=tuple(_state(transition.source) for transition in transitions),
        targets=targets,
        may=(*may, *([SYSTEM] if one.custom.get("automatic") else [])),
        conditions=tuple(f"{_first_line(condition)}." for condition in one.conditions),
        entries=tuple(dict.fromkeys(one.custom.get("entry") or f"{model.subject_kind}.{target}" for target in targets)),
    )


def _targets(transition: Transition) -> Iterator[str]:
    if transition.target is None:
        yield STAYS
    elif isinstance(transition.target, GET_STATE):
        yield from (_state(state) for state in transition.target.allowed_states)
    else:
        yield _state(transition.target)


def _state(value: Any) -> str:
    return str(getattr(value, "value", value)) or NO_STATE


def _first_line(thing: Any) -> str:
    """The first line of its docstring; its name where it has none, which an architecture test refuses."""
    lines = (thing.__doc__ or thing.__name__).strip().splitlines()
    return lines[0].strip().rstrip(".")


def _section(drawing: Drawing) -> str:
    table = ["| move | from | to | who may | conditions | entry |", "|---|---|---|---|---|---|"]
    table += [_row(move) for move in drawing.moves]
    return "\n".join(
        [f"## {drawing.title}", "", f"{drawing.meaning}.", "", "```mermaid", *_diagram(drawing), "```", "", *table, ""]
    )


def _diagram(drawing: Drawing) -> Iterator[str]:
    yield "stateDiagram-v2"
    yield f"    [*] --> {_node(drawing.initial)}"
    for move in drawing.moves:
        for source in move.sources:
            for target in move.targets:
                yield f"    {_node(source)} --> {_node(source if target == STAYS else target)}: {move.name}"


def _node(state: str) -> str:
    return "none" if state == NO_STATE else state


def _row(move: Move) -> str:
    cells = (
        f"`{move.name}`: {move.meaning}.",
        ", ".join(move.sources),
        ", ".join(move.targets),
        "; ".join(move.may),
        " ".join(move.conditions),
        ", ".join(f"`{entry}`" for entry in move.entries),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
