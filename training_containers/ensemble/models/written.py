"""A small graph of arithmetic, written by hand where no converter is needed."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from training_containers.ensemble.models.graphs import OPSETS, write_graph

Value = str
"""The name of a tensor."""


class Tree(NamedTuple):
    """As scikit-learn holds one: a row goes left where its feature is at most the threshold. A leaf has no children."""

    left: NDArray[np.int64]  # (nodes,); negative: a leaf
    right: NDArray[np.int64]
    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    value: NDArray[np.float64]  # of leaves


class Graph:
    """Steps from filled features, (n, features), to a score; each answers the name of its result."""

    def __init__(self, typical: NDArray[np.float32]) -> None:
        self._typical = typical
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []

    def standardized(self, x: Value, mean: NDArray, scale: NDArray) -> Value:
        return self._step("Div", self._step("Sub", x, self._constant(mean)), self._constant(scale))

    def clip(self, x: Value, most: float) -> Value:
        return self._step("Clip", x, self._constant(-most), self._constant(most))

    def matmul(self, x: Value, matrix: NDArray) -> Value:
        return self._step("MatMul", x, self._constant(matrix))

    def add(self, x: Value, other: Value | NDArray | float) -> Value:
        return self._step("Add", x, other if isinstance(other, str) else self._constant(other))

    def mul(self, x: Value, factor: float) -> Value:
        return self._step("Mul", x, self._constant(factor))

    def relu(self, x: Value) -> Value:
        return self._step("Relu", x)

    def exp(self, x: Value) -> Value:
        return self._step("Exp", x)

    def sqrt(self, x: Value) -> Value:
        return self._step("Sqrt", x)

    def square_sum(self, x: Value) -> Value:
        """(n, 1)"""
        axes = self._constant(np.array([1], np.int64), np.int64)
        return self._step("ReduceSumSquare", x, axes)

    def leaves_of(self, x: Value, trees: Sequence[Tree]) -> Value:
        """Sum over the trees of the values of the leaves that a row falls into: (n, 1)."""
        number = np.repeat(np.arange(len(trees)), [len(tree.left) for tree in trees])
        node = np.concatenate([np.arange(len(tree.left)) for tree in trees])
        left, right, feature, threshold, value = (np.concatenate(of_each) for of_each in zip(*trees, strict=True))
        leaf = left < 0
        single = threshold.astype(np.float32)  # rounded down, or values between would go left too
        single = np.where(single > threshold, np.nextafter(single, np.float32(-np.inf)), single)
        return self._step(
            "TreeEnsembleRegressor",
            x,
            domain="ai.onnx.ml",
            n_targets=1,
            nodes_treeids=number.tolist(),
            nodes_nodeids=node.tolist(),
            nodes_featureids=np.where(leaf, 0, feature).tolist(),
            nodes_modes=np.where(leaf, "LEAF", "BRANCH_LEQ").tolist(),
            nodes_values=np.where(leaf, np.float32(0), single).tolist(),
            nodes_truenodeids=np.where(leaf, 0, left).tolist(),
            nodes_falsenodeids=np.where(leaf, 0, right).tolist(),
            target_treeids=number[leaf].tolist(),
            target_nodeids=node[leaf].tolist(),
            target_ids=np.zeros(leaf.sum(), int).tolist(),
            target_weights=value[leaf].tolist(),
        )

    def write(
        self, score: Value, path: Path, examples: NDArray[np.float32], native: Callable[[NDArray], NDArray]
    ) -> None:
        """Raises InternalFault: the graph does not answer what `native` does of filled examples."""
        graph = helper.make_graph(
            self._nodes,
            path.stem,
            [helper.make_tensor_value_info("filled", TensorProto.FLOAT, ["n", len(self._typical)])],
            [helper.make_tensor_value_info(score, TensorProto.FLOAT, ["n", 1])],
            self._constants,
        )
        model: ModelProto = helper.make_model(
            graph, opset_imports=[helper.make_opsetid(*one) for one in OPSETS.items()]
        )
        write_graph(model, score, None, self._typical, path, examples, native)

    def _step(self, kind: str, *inputs: Value, **attributes: Any) -> Value:
        name = f"{kind.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def _constant(self, value: NDArray | float, kind: type = np.float32) -> Value:
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.asarray(value, kind), name))
        return name
