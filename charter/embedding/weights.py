"""Tensors by name out of a safetensors file."""

import json
import struct
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_LENGTH = struct.Struct("<Q")


def tensors(body: bytes) -> Mapping[str, Floats]:
    """The 32-bit tensors of a safetensors file, as views on its bytes; others (numbers of positions) are left out.

    The format: eight bytes of length, little-endian; that many bytes of JSON, name to dtype, shape and offsets; the
    data (github.com/huggingface/safetensors). The bytes must have been checked against their digest before.
    """
    (length,) = _LENGTH.unpack_from(body)
    start = _LENGTH.size + length
    header = json.loads(body[_LENGTH.size : start])
    found = {}
    for name, facts in header.items():
        if name == "__metadata__" or facts["dtype"] != "F32":
            continue
        begin, end = facts["data_offsets"]
        data = np.frombuffer(body, dtype="<f4", offset=start + begin, count=(end - begin) // 4)
        found[name] = data.reshape(facts["shape"])
    return found
