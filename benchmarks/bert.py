"""A rival of the size that others use: BERT-base with random weights, its matrices in eight bits, on one thread.

What a network of this shape costs does not depend on what it has learnt. The graph is that of the original (12 layers, 768 wide,
12 heads, GELU); `quantize_dynamic` of onnxruntime turns its matrices into eight bits, as is usual on processors without a
graphics card. Needs the extra `bench`.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt

_NEEDED = ("onnx", "onnxruntime", "onnxruntime.quantization")


@dataclass(frozen=True)
class Shape:
    """What a forward pass costs by; the default is BERT-base over a comment of 64 tokens."""

    layers: int = 12
    width: int = 768
    heads: int = 12
    vocabulary: int = 30_000
    tokens: int = 64


def missing() -> str | None:
    """Say what keeps the rival from running here, None when nothing does."""
    try:
        for name in _NEEDED:
            importlib.import_module(name)
    except ImportError as error:
        return f"{error}: install the extra 'bench'"
    return None


class Graph:
    """An ONNX graph that is written node by node."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.onnx: Any = importlib.import_module("onnx")
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._random = np.random.default_rng(0)

    def node(self, kind: str, *inputs: str, **attributes: object) -> str:
        """Add a node and return the name of its output."""
        name = f"{kind}_{len(self.nodes)}"
        self.nodes.append(self.onnx.helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def constant(self, values: npt.ArrayLike) -> str:
        """Add an array and return its name."""
        name = f"constant_{len(self.constants)}"
        self.constants.append(self.onnx.numpy_helper.from_array(np.asarray(values), name))
        return name

    def weights(self, *size: int) -> str:
        """Add an array of random weights, as BERT is initialised."""
        return self.constant(self._random.normal(0, 0.02, size).astype(np.float32))

    def dense(self, inputs: str, width: int, *, of: int) -> str:
        """Add a matrix and a bias."""
        return self.node("Add", self.node("MatMul", inputs, self.weights(of, width)), self.weights(width))

    def normed(self, *inputs: str) -> str:
        """Add the sum of two inputs, normalised."""
        width = self.shape.width
        scale, bias = self.constant(np.ones(width, np.float32)), self.constant(np.zeros(width, np.float32))
        return self.node("LayerNormalization", self.node("Add", *inputs), scale, bias, axis=-1, epsilon=1e-12)

    def gelu(self, inputs: str) -> str:
        """Add x · (1 + erf(x / √2)) / 2."""
        root, one, half = (self.constant(np.float32(value)) for value in (np.sqrt(2), 1, 0.5))
        grown = self.node("Add", self.node("Erf", self.node("Div", inputs, root)), one)
        return self.node("Mul", self.node("Mul", inputs, grown), half)

    def attention(self, inputs: str) -> str:
        """Add self-attention."""
        width, heads = self.shape.width, self.shape.heads
        parted = self.constant(np.array([0, 0, heads, width // heads], np.int64))

        def part(order: list[int]) -> str:
            return self.node("Transpose", self.node("Reshape", self.dense(inputs, width, of=width), parted), perm=order)

        query, key, value = part([0, 2, 1, 3]), part([0, 2, 3, 1]), part([0, 2, 1, 3])
        scores = self.node("Div", self.node("MatMul", query, key), self.constant(np.float32(np.sqrt(width // heads))))
        read = self.node("MatMul", self.node("Softmax", scores, axis=-1), value)
        joined = self.node("Transpose", read, perm=[0, 2, 1, 3])
        return self.dense(
            self.node("Reshape", joined, self.constant(np.array([0, 0, width], np.int64))), width, of=width
        )

    def layer(self, inputs: str) -> str:
        """Add one layer of the encoder."""
        width = self.shape.width
        inputs = self.normed(inputs, self.attention(inputs))
        grown = self.gelu(self.dense(inputs, 4 * width, of=width))
        return self.normed(inputs, self.dense(grown, width, of=4 * width))

    def model(self) -> Any:
        """Return the whole network: token numbers in, one score out."""
        shape, helper, types = self.shape, self.onnx.helper, self.onnx.TensorProto
        inside = self.node("Gather", self.weights(shape.vocabulary, shape.width), "tokens")
        inside = self.normed(inside, self.weights(1, shape.tokens, shape.width))
        for _ in range(shape.layers):
            inside = self.layer(inside)
        first = self.node("Gather", inside, self.constant(np.int64(0)), axis=1)
        pooled = self.node("Tanh", self.dense(first, shape.width, of=shape.width))
        score = self.dense(pooled, 1, of=shape.width)
        graph = helper.make_graph(
            self.nodes,
            "bert",
            [helper.make_tensor_value_info("tokens", types.INT64, [1, shape.tokens])],
            [helper.make_tensor_value_info(score, types.FLOAT, [1, 1])],
            self.constants,
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def rival(shape: Shape = Shape()) -> Callable[[], float]:
    """Return a forward pass over other tokens at each call. Raises AssertionError when a layer is not in the graph."""
    onnx, onnxruntime = importlib.import_module("onnx"), importlib.import_module("onnxruntime")
    quantization = importlib.import_module("onnxruntime.quantization")
    with TemporaryDirectory() as raw:
        plain, small = Path(raw) / "plain.onnx", Path(raw) / "small.onnx"
        onnx.save(Graph(shape).model(), plain)
        logging.disable(logging.WARNING)  # it advises a step that is for graphs written by other programs
        quantization.quantize_dynamic(plain, small, weight_type=quantization.QuantType.QInt8)
        logging.disable(logging.NOTSET)
        kinds = [node.op_type for node in onnx.load(small).graph.node]
        assert kinds.count("Softmax") == shape.layers, "a layer is missing"
        assert kinds.count("MatMulInteger") >= 6 * shape.layers, "a matrix has not become eight bits"
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(str(small), options, providers=["CPUExecutionProvider"])
    random = np.random.default_rng(0)

    def pass_forward() -> float:
        tokens = random.integers(0, shape.vocabulary, (1, shape.tokens))
        return float(session.run(None, {"tokens": tokens})[0][0, 0])

    assert pass_forward() != pass_forward(), "what comes out does not depend on what goes in"
    return pass_forward
