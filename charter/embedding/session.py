"""The graph, run by onnxruntime on one thread."""

import os
from collections.abc import Sequence

import numpy as np

from charter.embedding.weights import Floats

# Since 1.29 the published onnxruntime begins, when it is imported, a thread that reports to its maker, past every wall
# of ours: no socket of Python's is used. Only this variable keeps it from beginning; a call comes too late.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime as ort

ONLY_ERRORS = 3


class Session:
    """One loaded graph; calls from several threads at once are allowed."""

    def __init__(self, graph: bytes) -> None:
        options = ort.SessionOptions()
        # One thread each: no pool, and sums are taken in one order.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = ONLY_ERRORS
        self._session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name

    def run(self, pieces: Sequence[int]) -> Floats:
        """The pools (WIDTH) of one window of word pieces, [CLS] and [SEP] among them."""
        pools: Floats = self._session.run(None, {self._input: np.array(pieces, dtype=np.int64)})[0]
        return pools
