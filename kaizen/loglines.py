"""Log lines of several processes on one terminal: prefixed, coloured, and kept in files that stay small."""

import os
import sys
from pathlib import Path
from typing import TextIO

COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)
FILE_BYTES = 2_000_000
# A process that writes without ever ending its line must not fill our memory.
LONGEST_LINE = 65_536
RESERVED = 8


class LogFile:
    """One process's lines in one file; when it is full it becomes ``<name>.1`` and a new one begins."""

    def __init__(self, path: Path, *, limit: int = FILE_BYTES) -> None:
        self.path = path
        self.limit = limit
        self._open()

    def _open(self) -> None:
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.file = os.fdopen(handle, "ab", buffering=0)

    def write(self, line: bytes) -> None:
        """Append one line. A full disk loses lines, never the processes."""
        try:
            if self.file.tell() + len(line) >= self.limit:
                self.file.close()
                self.path.replace(f"{self.path}.1")
                self._open()
            self.file.write(line + b"\n")
        except OSError:
            return

    def close(self) -> None:
        self.file.close()


class Lines:
    """The terminal that all processes share, and a file for each of them in ``folder``."""

    def __init__(self, folder: Path, *, out: TextIO | None = None, width: int = RESERVED) -> None:
        self.folder = folder
        self.files: dict[str, LogFile] = {}
        self.out = out or sys.stdout
        self.width = width
        self.coloured = self.out.isatty() and "NO_COLOR" not in os.environ
        self.names: list[str] = []

    def path(self, name: str) -> Path:
        """The file that ``name``'s lines are kept in."""
        return self.folder / f"{name}.log"

    def show(self, name: str, line: bytes) -> None:
        """Keep ``line`` and print it behind the name of who wrote it; a terminal that is gone ends nothing."""
        if name not in self.files:
            self.files[name] = LogFile(self.path(name))
        self.files[name].write(line)
        label = f"{name:<{self.width}} |"
        if self.coloured:
            if name not in self.names:
                self.names.append(name)
            colour = COLOURS[self.names.index(name) % len(COLOURS)]
            label = f"\x1b[{colour}m{label}\x1b[0m"
        try:
            self.out.write(f"{label} {line.decode(errors='replace')}\n")
            self.out.flush()
        except (OSError, ValueError):
            return

    def plain(self, text: str) -> None:
        """Print ``text`` as it stands and keep it nowhere: what a person should read, and copy from."""
        try:
            self.out.write(f"{text}\n")
            self.out.flush()
        except (OSError, ValueError):
            return

    def close(self) -> None:
        for file in self.files.values():
            file.close()


class Splitter:
    """Bytes in, whole lines out."""

    def __init__(self) -> None:
        self.rest = b""

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that ``chunk`` completes."""
        *lines, self.rest = (self.rest + chunk).split(b"\n")
        if len(self.rest) > LONGEST_LINE:
            lines.append(self.rest)
            self.rest = b""
        return [line.rstrip(b"\r") for line in lines]

    def end(self) -> list[bytes]:
        """What was begun and never ended."""
        rest, self.rest = self.rest, b""
        return [rest] if rest else []
