"""What lies ready on this machine, told without loading any of it."""

import functools
import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from charter.embedding import optional, published
from charter.embedding.errors import EmbedderDamaged, EmbedderMissing, damaged
from charter.embedding.processor import processor_class, saturates
from charter.embedding.windows import MOST_WINDOWS, WIDTH, WINDOW
from ledger.canonical import canonical, sha256_hex

log = logging.getLogger(__name__)

# Counts up with every change of ``graph`` that changes its bytes.
RECIPE = 1
GRAPH = "graph.onnx"
TOKENIZER = "tokenizer.json"
RECORD = "embedder.json"
FACTS = {"recipe": int, "weights": str, "graph": str, "graph_bytes": int, "tokenizer": str, "tokenizer_bytes": int}
REMEDY = "Write it again: manage.py embedder prepare"


@dataclass(frozen=True)
class Installed:
    """The files of an embedder that is ready, and their SHA-256.

    ``model`` is the graph for onnxruntime, and the published weights for numpy. ``runtime`` and ``processor`` are this
    machine's.
    """

    model: Path
    model_digest: str
    tokenizer: Path
    tokenizer_digest: str
    runtime: str
    processor: str
    remedy: str

    @property
    def digest(self) -> str:
        """What a vector rests on, as SHA-256: files, runtime, class of processor, and how texts are cut."""
        facts = {
            "graph": self.model_digest,
            "tokenizer": self.tokenizer_digest,
            "runtime": self.runtime,
            "processor": self.processor,
            "window": WINDOW,
            "most_windows": MOST_WINDOWS,
            "width": WIDTH,
        }
        return sha256_hex(canonical(facts))

    def read_model(self) -> bytes:
        """The model's bytes, checked; raises EmbedderMissing or EmbedderDamaged."""
        return published.checked(self.model, self.model_digest, self.remedy)

    def read_tokenizer(self) -> bytes:
        """The tokenizer's bytes, checked; raises EmbedderMissing or EmbedderDamaged."""
        return published.checked(self.tokenizer, self.tokenizer_digest, self.remedy)


def installed() -> Installed | None:
    """What is ready here, or None. Nothing is loaded and no digest is computed over a large file."""
    try:
        return required()
    except EmbedderDamaged as error:
        _say_once(str(error))
    except EmbedderMissing:
        pass
    return None


def required() -> Installed:
    """What is ready here; raises EmbedderMissing or EmbedderDamaged, which say why not and what to do."""
    if not optional.has("tokenizers"):
        raise EmbedderMissing(f"tokenizers is not installed. {optional.REMEDY}")
    return in_folder(home()) if optional.has("onnxruntime") else _for_numpy()


def home() -> Path:
    """The folder of this recipe over these weights for this kind of processor: another never overwrites it."""
    facts = f"{RECIPE} {'signed' if signed() else 'unsigned'} {published.WEIGHTS_DIGEST} {published.TOKENIZER_DIGEST}"
    return root() / hashlib.sha256(facts.encode()).hexdigest()[:16]


def signed() -> bool:
    """Whether this machine's graph has weights of signed bytes."""
    return not saturates(processor_class())


def root() -> Path:
    """Where prepared embedders lie."""
    return Path(settings.KAIZEN_HOME) / "embedder"


def source_folder() -> Path | None:
    """The folder of published files that the settings name."""
    return Path(settings.KAIZEN_EMBEDDER_FOLDER) if settings.KAIZEN_EMBEDDER_FOLDER else None


def in_folder(folder: Path) -> Installed:
    """What ``prepare`` wrote there, by its record; raises EmbedderMissing or EmbedderDamaged."""
    facts = _record(folder / RECORD)
    for name, size in ((GRAPH, facts["graph_bytes"]), (TOKENIZER, facts["tokenizer_bytes"])):
        path = folder / name
        found = path.stat().st_size if path.is_file() else 0
        if found != size:
            raise damaged(path, f"it has {found} bytes and has to have {size}", REMEDY)
    return Installed(
        model=folder / GRAPH,
        model_digest=facts["graph"],
        tokenizer=folder / TOKENIZER,
        tokenizer_digest=facts["tokenizer"],
        runtime=optional.runtime(),
        processor=processor_class(),
        remedy=REMEDY,
    )


def _record(path: Path) -> dict[str, Any]:
    try:
        facts = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise EmbedderMissing("The embedder is not prepared. Prepare it: manage.py embedder prepare") from None
    except OSError as error:
        raise EmbedderMissing(f"{path} cannot be read ({error.strerror}). {REMEDY}") from error
    except ValueError as error:
        raise damaged(path, "it is not JSON", REMEDY) from error
    if not isinstance(facts, dict) or any(type(facts.get(name)) is not kind for name, kind in FACTS.items()):
        raise damaged(path, f"it has to say {', '.join(FACTS)}", REMEDY)
    if facts["weights"] != published.WEIGHTS_DIGEST or facts["recipe"] != RECIPE:
        raise damaged(path, "it belongs to other weights or another recipe", REMEDY)
    return facts


def _for_numpy() -> Installed:
    """Nothing has to be written for numpy: it reads the published files."""
    source = published.find(source_folder())
    return Installed(
        model=source.weights,
        model_digest=published.WEIGHTS_DIGEST,
        tokenizer=source.tokenizer,
        tokenizer_digest=published.TOKENIZER_DIGEST,
        runtime=optional.runtime(),
        processor=processor_class(),
        remedy=published.REMEDY,
    )


@functools.cache
def _say_once(message: str) -> None:
    log.warning("the embedder is left out: %s", message)
