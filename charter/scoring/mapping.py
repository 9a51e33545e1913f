"""A text that was rewritten, with every character mapped back to where it came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mapped:
    """A text and, for each of its characters, the span of the original that it stands for."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters ``start`` to ``end`` (exclusive, not empty) stand in the original text."""
        return self.starts[start], self.ends[end - 1]


@dataclass(frozen=True, slots=True)
class Edit:
    """``text`` in the place of the characters ``start`` to ``end`` (exclusive, not empty)."""

    start: int
    end: int
    text: str
    one_to_one: bool = False


def unchanged(text: str) -> Mapped:
    """A text mapped onto itself."""
    return Mapped(text, range(len(text)), range(1, len(text) + 1))


def rewrite(mapped: Mapped, edits: Iterable[Edit]) -> Mapped:
    """Apply edits that stand in order and do not overlap; other characters keep their own place."""
    texts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0

    def copy(start: int, end: int) -> None:
        texts.append(mapped.text[start:end])
        starts.extend(mapped.starts[start:end])
        ends.extend(mapped.ends[start:end])

    for edit in edits:
        copy(done, edit.start)
        texts.append(edit.text)
        if edit.one_to_one:
            starts.extend(mapped.starts[edit.start : edit.end])
            ends.extend(mapped.ends[edit.start : edit.end])
        else:
            starts.extend([mapped.starts[edit.start]] * len(edit.text))
            ends.extend([mapped.ends[edit.end - 1]] * len(edit.text))
        done = edit.end
    if not done:
        return mapped
    copy(done, len(mapped.text))
    return Mapped("".join(texts), starts, ends)
