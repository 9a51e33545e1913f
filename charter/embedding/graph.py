"""The model as an ONNX graph whose large matrices are 8-bit integers.

Every column of a weight has a scale of its own, and every input is quantised when it comes: one row at a time, so that
a text's vectors depend on nothing but the text. Words are 8-bit integers too, with one scale a word. The same weights
give the same bytes. Weights are signed bytes, or the same shifted to unsigned ones: that gives the same sums at half
the speed, and is for processors that would cut sums of signed ones off.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, checker, helper, numpy_helper

from charter.embedding.shape import EPSILON, HEAD, HEADS, LAYERS, POOLED
from charter.embedding.weights import Floats
from charter.embedding.windows import HIDDEN, WIDTH

OPSET = 20
IR_VERSION = 10
LARGEST_BYTE = 127
SHIFT = 128
INPUT = "pieces"
OUTPUT = "pools"


class Builder:
    """Nodes and constants, in the order in which they were added."""

    def __init__(self, tensors: Mapping[str, Floats], *, signed: bool) -> None:
        self.tensors = tensors
        self.signed = signed
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def constant(self, name: str, values: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def whole(self, name: str, *values: int) -> str:
        """A constant of whole numbers: an axis, or a shape."""
        return self.constant(name, np.array(values, dtype=np.int64))

    def many(self, kind: str, inputs: list[str], outputs: int, **attributes: Any) -> list[str]:
        names = [f"{kind}_{len(self.nodes)}_{at}" for at in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, **attributes))
        return names

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        return self.many(kind, list(inputs), 1, **attributes)[0]

    def words(self, pieces: str) -> str:
        """The vectors of the word pieces: 8-bit integers times the scale of each."""
        matrix = self.tensors["embeddings.word_embeddings.weight"]
        scale = (np.abs(matrix).max(axis=1, keepdims=True) / LARGEST_BYTE).astype(np.float32)
        quantised = np.round(matrix / scale).astype(np.int8)
        row = self.op("Cast", self.op("Gather", self.constant("words", quantised), pieces), to=TensorProto.FLOAT)
        return self.op("Mul", row, self.op("Gather", self.constant("words.scale", scale), pieces))

    def places(self, pieces: str) -> str:
        """The vectors of as many places as there are pieces; all of them belong to the first sentence."""
        place = self.tensors["embeddings.position_embeddings.weight"]
        first = self.tensors["embeddings.token_type_embeddings.weight"][0]
        table = self.constant("places", place + first)
        return self.op("Slice", table, self.whole("first", 0), self.op("Shape", pieces), self.whole("rows", 0))

    def dense(self, value: str, name: str) -> str:
        """``value`` times a weight of 8-bit integers, one scale a column, and the bias."""
        matrix = self.tensors[f"{name}.weight"].T
        scale = (np.abs(matrix).max(axis=0) / LARGEST_BYTE).astype(np.float32)
        whole = np.round(matrix / scale).clip(-LARGEST_BYTE, LARGEST_BYTE)
        quantised = whole.astype(np.int8) if self.signed else (whole + SHIFT).astype(np.uint8)
        small, its_scale, zero = self.many("DynamicQuantizeLinear", [value], 3)
        shifted = [] if self.signed else ["shift"]
        summed = self.op("MatMulInteger", small, self.constant(f"{name}.weight", quantised), zero, *shifted)
        both = self.op("Mul", its_scale, self.constant(f"{name}.scale", scale))
        product = self.op("Mul", self.op("Cast", summed, to=TensorProto.FLOAT), both)
        return self.op("Add", product, self.constant(f"{name}.bias", self.tensors[f"{name}.bias"]))

    def normalised(self, value: str, name: str) -> str:
        gain = self.constant(f"{name}.weight", self.tensors[f"{name}.weight"])
        bias = self.constant(f"{name}.bias", self.tensors[f"{name}.bias"])
        return self.op("LayerNormalization", value, gain, bias, axis=-1, epsilon=EPSILON)

    def attended(self, value: str, name: str) -> str:
        """Self-attention by twelve heads, before its output matrix."""
        heads = {
            part: self.op("Reshape", self.dense(value, f"{name}.self.{part}"), "heads")
            for part in ("query", "key", "value")
        }
        query = self.op("Transpose", heads["query"], perm=[1, 0, 2])
        key = self.op("Transpose", heads["key"], perm=[1, 2, 0])
        held = self.op("Transpose", heads["value"], perm=[1, 0, 2])
        likeness = self.op("Softmax", self.op("Mul", self.op("MatMul", query, key), "likeness.scale"), axis=-1)
        return self.op("Reshape", self.op("Transpose", self.op("MatMul", likeness, held), perm=[1, 0, 2]), "joined")

    def layer(self, value: str, name: str) -> str:
        """One layer of the encoder."""
        seen = self.dense(self.attended(value, f"{name}.attention"), f"{name}.attention.output.dense")
        value = self.normalised(self.op("Add", value, seen), f"{name}.attention.output.LayerNorm")
        wide = self.op("Gelu", self.dense(value, f"{name}.intermediate.dense"))
        return self.normalised(
            self.op("Add", value, self.dense(wide, f"{name}.output.dense")), f"{name}.output.LayerNorm"
        )


def write(tensors: Mapping[str, Floats], *, signed: bool, say: Callable[[str], None]) -> bytes:
    """The graph of ``tensors``, serialised: input the word pieces with [CLS] and [SEP] (int64, n), output ``WIDTH``
    float32. ``say`` is told of each step.
    """
    build = Builder(tensors, signed=signed)
    if not signed:
        build.constant("shift", np.array(SHIFT, dtype=np.uint8))
    build.whole("heads", -1, HEADS, HEAD)
    build.whole("joined", -1, HIDDEN)
    build.constant("likeness.scale", np.array(1 / np.sqrt(HEAD), dtype=np.float32))
    value = build.normalised(build.op("Add", build.words(INPUT), build.places(INPUT)), "embeddings.LayerNorm")
    pools = []
    for layer in range(LAYERS):
        say(f"layer {layer + 1} of {LAYERS}")
        value = build.layer(value, f"encoder.layer.{layer}")
        if layer in POOLED:
            pools.append(build.op("ReduceMean", value, build.whole(f"mean.{layer}", 0), keepdims=0))
    pools.append(build.op("ReduceMax", value, build.whole("most", 0), keepdims=0))
    build.nodes.append(helper.make_node("Concat", pools, [OUTPUT], axis=0))
    return _serialised(build)


def _serialised(build: Builder) -> bytes:
    graph = helper.make_graph(
        build.nodes,
        "minilm",
        [helper.make_tensor_value_info(INPUT, TensorProto.INT64, ["n"])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [WIDTH])],
        build.constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))
