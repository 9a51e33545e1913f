"""From a posted form to the document that the API takes, and from its faults back to the fields.

Nothing is judged here: what the intake says about a document is what the form says about its fields.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms

from faces.schema import Fault

_WHOLE = re.compile(r"-?[0-9]{1,15}")
_PLAIN = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


class DocumentForm(forms.Form):
    """A form whose ``pointers`` say where in the document each field belongs (RFC 6901, without escapes)."""

    pointers: Mapping[str, str] = {}
    use_required_attribute = False

    def document(self) -> dict[str, Any]:
        """The document of all fields that were filled in; an empty field is an absent member."""
        found: dict[str, Any] = {}
        for name, pointer in self.pointers.items():
            value = self.as_json(name, self.cleaned_data.get(name))
            if value not in (None, "", []):
                _put(found, pointer.split("/")[1:], value)
        return found

    def as_json(self, name: str, value: Any) -> Any:  # noqa: ARG002  a form may read a field otherwise
        """The value as the document holds it."""
        return value

    def add_faults(self, faults: Iterable[Fault]) -> None:
        """Tell each fault at its field; what has no field of its own is told on top."""
        by_pointer = {pointer: name for name, pointer in self.pointers.items()}
        for fault in faults:
            name = _nearest(by_pointer, fault.pointer)
            if name is None:
                self.add_error(None, f"{fault.pointer.strip('/')}: {fault.detail}" if fault.pointer else fault.detail)
            elif name not in self.errors:
                self.add_error(name, fault.detail)

    @classmethod
    def initial_of(cls, document: Mapping[str, Any]) -> dict[str, Any]:
        """The fields as a document that was given earlier fills them."""
        found = {}
        for name, pointer in cls.pointers.items():
            value: Any = document
            for step in pointer.split("/")[1:]:
                value = value.get(step) if isinstance(value, Mapping) else None
            if value is not None:
                found[name] = value
        return found


def one_line(text: str) -> str:
    """A text area's words on one line: a browser's line breaks are layout, and the record holds none."""
    return " ".join(text.split())


def whole(text: str) -> int | str:
    """The number that a text spells, or the text, which the intake then refuses in its own words."""
    return int(text) if _WHOLE.fullmatch(text) else text


def plain_number(text: str) -> Decimal | str:
    return Decimal(text) if _PLAIN.fullmatch(text) else text


def _put(found: dict[str, Any], steps: list[str], value: Any) -> None:
    for step in steps[:-1]:
        found = found.setdefault(step, {})
    found[steps[-1]] = value


def _nearest(by_pointer: Mapping[str, str], pointer: str) -> str | None:
    """The field at the pointer, or at the nearest place above it: a fault of one item is told at the list.

    What is missing as a whole is told at the first field of it.
    """
    within = next((name for place, name in by_pointer.items() if pointer and place.startswith(f"{pointer}/")), None)
    while pointer:
        if pointer in by_pointer:
            return by_pointer[pointer]
        pointer = pointer.rpartition("/")[0]
    return within
