"""Parts that rest on packages which may be missing."""

import functools
import importlib
import importlib.metadata
import importlib.util
from typing import Any

import numpy as np

from charter.embedding.errors import EmbedderMissing

REMEDY = "Install what make run installs: pip install --require-hashes -r requirements/run.txt"


def module(name: str) -> Any:
    """The module ``charter.embedding.<name>``, imported now; raises EmbedderMissing if its package is not there."""
    try:
        return importlib.import_module(f"charter.embedding.{name}")
    except ImportError as error:
        raise EmbedderMissing(f"{error.name} cannot be imported ({error.msg}). {REMEDY}") from error


@functools.cache
def has(package: str) -> bool:
    """Whether ``package`` is installed; it is not imported."""
    return importlib.util.find_spec(package) is not None


@functools.cache
def runtime() -> str:
    """What would run the model here, with its version: onnxruntime, or numpy where that is missing."""
    if has("onnxruntime"):
        return f"onnxruntime {importlib.metadata.version('onnxruntime')}"
    return f"numpy {np.__version__}"
