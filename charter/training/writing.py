"""Fitted heads as files: arrays, texts and a manifest of their digests; deterministic, and no pickles."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charter.heads.dense import Dense
from charter.heads.lexical import Lexical
from charter.heads.signals import SIGNALS
from charter.heads.targets import TARGETS
from charter.heads.views import VIEWS
from charter.heads.weights import MANIFEST, NET_FIELDS

LARGEST_FILE = 4 * 1024 * 1024
LARGEST = 15 * 1024 * 1024


class TooLarge(ValueError):
    """The weights would not fit into what a repository takes; the message says which and by how much."""


def write(
    folder: Path,
    *,
    lexical: Lexical,
    dense: Dense | None,
    joined: Mapping[str, Any],
    exemplars: tuple[NDArray[np.int8], Sequence[str]] | None,
    about: Mapping[str, Any],
) -> Mapping[str, Any]:
    """Write all files and then the manifest; raises TooLarge before anything is written."""
    files = {
        **lexical_files(lexical),
        **(_dense_files(dense) if dense else {}),
        "fusion.json": json.dumps(joined, indent=1, sort_keys=True).encode(),
    }
    if exemplars:
        files["exemplars.npy"] = _npy(exemplars[0])
        files["exemplars.txt"] = "\n".join(exemplars[1]).encode()
    _fits(files)
    manifest = {
        **about,
        "targets": list(TARGETS),
        "signals": list(SIGNALS),
        "views": VIEWS,
        "files": {name: hashlib.sha256(held).hexdigest() for name, held in sorted(files.items())},
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, held in files.items():
        (folder / name).write_bytes(held)
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return manifest


def lexical_files(lexical: Lexical) -> dict[str, bytes]:
    """The TF-IDF half, its vocabulary as text."""
    files = {f"vocabulary.{part.part}.txt": "\n".join(part.vocabulary).encode("utf-8") for part in lexical.parts}
    files["lexical.idf.npy"] = _npy(np.concatenate([part.idf for part in lexical.parts]).astype(np.float32))
    files["lexical.npy"] = _npy(lexical.weights)
    files["lexical.signals.npy"] = _npy(lexical.signal_weights)
    files["lexical.bias.npy"] = _npy(lexical.bias)
    return files


def _dense_files(dense: Dense) -> dict[str, bytes]:
    files = {}
    for number, net in enumerate(dense.nets):
        kept = {
            field: getattr(net, field).astype(np.float32 if field in {"mean", "spread"} else np.float16)
            for field in NET_FIELDS
        }
        held = io.BytesIO()
        np.savez(held, allow_pickle=False, **kept)
        files[f"dense.{number}.npz"] = held.getvalue()
    return files


def _npy(array: NDArray[Any]) -> bytes:
    held = io.BytesIO()
    np.save(held, np.ascontiguousarray(array), allow_pickle=False)
    return held.getvalue()


def _fits(files: Mapping[str, bytes]) -> None:
    for name, held in files.items():
        if len(held) > LARGEST_FILE:
            raise TooLarge(f"{name} would be {len(held):,} bytes; {LARGEST_FILE:,} is the most for one file.")
    total = sum(len(held) for held in files.values())
    if total > LARGEST:
        raise TooLarge(f"The weights would be {total:,} bytes; {LARGEST:,} is the most.")
