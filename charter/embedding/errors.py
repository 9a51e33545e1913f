"""Why there is no embedder."""

from pathlib import Path


class EmbedderMissing(Exception):
    """No embedder can be had here; the message says what is missing and what to do."""


class EmbedderDamaged(EmbedderMissing):
    """A file is there and is not what it has to be; the message names it and the remedy."""


def damaged(path: Path, found: str, remedy: str) -> EmbedderDamaged:
    """The error for ``path``: ``found`` ends the sentence "… is damaged or another file:"."""
    return EmbedderDamaged(f"{path} is damaged or another file: {found}. {remedy}")
