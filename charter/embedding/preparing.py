"""Writing the graph into the data folder, once."""

import fcntl
import importlib.metadata
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from charter.embedding import optional, prepared, published
from charter.embedding.errors import EmbedderDamaged, EmbedderMissing
from charter.embedding.prepared import Installed
from charter.embedding.published import Published
from charter.embedding.weights import tensors
from ledger.canonical import sha256_hex

Say = Callable[[str], None]


def prepare(folder: Path | None, *, say: Say) -> Installed:
    """Make the embedder ready from the published files in ``folder``, or in the setting's folder, or in the package.

    What is ready and whole already stays as it is; what is damaged is written again. Where onnxruntime is missing
    nothing is written, since numpy reads the published files. ``say`` is told each step. Raises EmbedderMissing,
    EmbedderDamaged (the published files), OSError (the data folder).
    """
    if not optional.has("onnxruntime"):
        return _whole(prepared.required())
    if folder is not None:
        # Whoever names a folder is told of its faults, even if nothing has to be read from it.
        _check(published.find(folder))
    target = prepared.home()
    with _alone(prepared.root()):
        try:
            return _whole(prepared.in_folder(target))
        except EmbedderDamaged as error:
            say(str(error))
        except EmbedderMissing:
            pass
        source = published.find(folder or prepared.source_folder())
        say(f"checking the published files in {source.folder}")
        weights, tokenizer = source.read_weights(), source.read_tokenizer()
        graph: bytes = optional.module("graph").write(tensors(weights), signed=prepared.signed(), say=say)
        say(f"writing {len(graph) / 1e6:.0f} MB to {target}")
        _place(
            target, {prepared.GRAPH: graph, prepared.TOKENIZER: tokenizer, prepared.RECORD: _record(graph, tokenizer)}
        )
        return prepared.in_folder(target)


def _check(source: Published) -> None:
    source.read_weights()
    source.read_tokenizer()


def _whole(found: Installed) -> Installed:
    """``found``, if its files are what their digests say."""
    found.read_model()
    found.read_tokenizer()
    return found


def _record(graph: bytes, tokenizer: bytes) -> bytes:
    facts = {
        "recipe": prepared.RECIPE,
        "weights": published.WEIGHTS_DIGEST,
        "graph": sha256_hex(graph),
        "graph_bytes": len(graph),
        "tokenizer": sha256_hex(tokenizer),
        "tokenizer_bytes": len(tokenizer),
        "onnx": importlib.metadata.version("onnx"),
    }
    return (json.dumps(facts, indent=2) + "\n").encode()


def _place(target: Path, files: Mapping[str, bytes]) -> None:
    """Write ``files`` into a draft and give it its name when all are on the disk."""
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        draft.mkdir()
        for name, body in files.items():
            with (draft / name).open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
        if target.exists():
            shutil.rmtree(target)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One at a time: a second one waits, and then finds all ready."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
