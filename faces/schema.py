r"""A small language for saying what a JSON body must look like, with exact types and no coercion.

A shape reads a value that ``strict_json`` produced and either returns what it stands for or notes faults. All faults of
a body are gathered, not only the first, so that one answer tells everything that is to be mended. A ``bool`` is never a
number, a number never a string, ``null`` never an absent field. Keys that no shape names are refused.

    APPEAL = Fields({"reason": required(free_text(1, 5000)), "incidentId": optional(matching(r"INC-\d+", "…"))})
    read(APPEAL, data)      # {"reason": …, "incidentId": … or None}, or raises Invalid
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

MAX_FAULTS = 100
SHOWN_NAME = 64


class _Unread:
    """Stands for a value that was refused, so that the reading can go on to the next one."""


UNREAD: Final = _Unread()


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a body: where (RFC 6901 JSON pointer), which published code, and a sentence."""

    pointer: str
    code: str
    detail: str


class Invalid(Exception):
    """A body does not have the shape asked for; ``faults`` says everything found (at most 100 are kept)."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(", ".join(sorted({fault.code for fault in faults})))
        self.faults = tuple(faults)


class Rejected(Exception):
    """Raised by a check of one value; the shape around it knows the place."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


class Shape(Protocol):
    """Anything that can read a value at a place, noting in ``faults`` what is wrong with it."""

    def read(self, value: Any, pointer: str, faults: list[Fault]) -> Any: ...


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value, read by a function that returns what it stands for or raises ``Rejected``."""

    check: Callable[[Any], Any]

    def read(self, value: Any, pointer: str, faults: list[Fault]) -> Any:
        try:
            return self.check(value)
        except Rejected as refusal:
            faults.append(Fault(pointer, refusal.code, refusal.detail))
            return UNREAD


@dataclass(frozen=True, slots=True)
class Listed:
    """An array of ``least`` to ``most`` items of one shape, read into a tuple."""

    item: Shape
    least: int
    most: int

    def read(self, value: Any, pointer: str, faults: list[Fault]) -> Any:
        if not isinstance(value, list):
            return _noted(faults, pointer, "wrong_type", "An array is expected.")
        if not self.least <= len(value) <= self.most:
            return _noted(faults, pointer, "wrong_length", f"Between {self.least} and {self.most} items are expected.")
        before = len(faults)
        items = tuple(self.item.read(one, f"{pointer}/{index}", faults) for index, one in enumerate(value))
        return items if len(faults) == before else UNREAD


@dataclass(frozen=True, slots=True)
class Field:
    """A member of an object: its shape, and whether it may be absent."""

    shape: Shape
    required: bool


def required(shape: Shape) -> Field:
    """A member that must be there."""
    return Field(shape, required=True)


def optional(shape: Shape) -> Field:
    """A member that may be absent, and is then read as None; ``null`` is not absence."""
    return Field(shape, required=False)


@dataclass(frozen=True, slots=True)
class Fields:
    """An object with exactly these members, read into a dict of every name, or into what ``into`` makes of that.

    ``more`` lets others pass unread, where the protocol of somebody else says that they must.
    """

    members: Mapping[str, Field]
    into: Callable[[dict[str, Any]], Any] = field(default=dict)
    more: bool = False

    def read(self, value: Any, pointer: str, faults: list[Fault]) -> Any:
        if not isinstance(value, dict):
            return _noted(faults, pointer, "wrong_type", "An object is expected.")
        before = len(faults)
        found = {name: self._member(name, value, pointer, faults) for name in self.members}
        others = () if self.more else value
        unknown = [shown(key) for key in others if key not in self.members][:MAX_FAULTS]
        faults.extend(Fault(f"{pointer}/{_step(key)}", "unknown_field", f"No field “{key}” here.") for key in unknown)
        return self.into(found) if len(faults) == before else UNREAD

    def _member(self, name: str, value: dict[str, Any], pointer: str, faults: list[Fault]) -> Any:
        member = self.members[name]
        place = f"{pointer}/{_step(name)}"
        if name in value:
            return member.shape.read(value[name], place, faults)
        if member.required:
            return _noted(faults, place, "required", "This field is required.")
        return None


@dataclass(frozen=True, slots=True)
class Tagged:
    """An object whose member ``tag`` names which of several shapes the whole object has."""

    tag: str
    shapes: Mapping[str, Fields]

    def read(self, value: Any, pointer: str, faults: list[Fault]) -> Any:
        place = f"{pointer}/{_step(self.tag)}"
        if not isinstance(value, dict):
            return _noted(faults, pointer, "wrong_type", "An object is expected.")
        if self.tag not in value:
            return _noted(faults, place, "required", "This field is required.")
        word = value[self.tag]
        if not isinstance(word, str):
            return _noted(faults, place, "wrong_type", "A string is expected.")
        if word not in self.shapes:
            return _noted(faults, place, "unknown_value", f"One of these is expected: {', '.join(self.shapes)}.")
        return self.shapes[word].read(value, pointer, faults)


def read(shape: Shape, data: Any) -> Any:
    """What ``data`` stands for by ``shape``; raises ``Invalid`` with every fault found."""
    faults: list[Fault] = []
    value = shape.read(data, "", faults)
    if faults:
        raise Invalid(faults[:MAX_FAULTS])
    return value


def shown(name: str) -> str:
    """A stranger's field name made fit to print: unprintable characters replaced, cut to 64 characters."""
    visible = "".join(char if char.isprintable() else "�" for char in name[: SHOWN_NAME + 1])
    return visible if len(visible) <= SHOWN_NAME else visible[: SHOWN_NAME - 1] + "…"


def _step(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _noted(faults: list[Fault], pointer: str, code: str, detail: str) -> _Unread:
    faults.append(Fault(pointer, code, detail))
    return UNREAD
