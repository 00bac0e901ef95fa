"""Writes a network as an ONNX graph, layer by layer.

The few kinds of layers that our networks are made of take a page. `torch.onnx.export` knows all there are, and takes
seconds and a package of its own to find them.
"""

from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from training_containers.image_classification.efficientnet_lite0 import SameConvolution
from training_containers.image_classification.network import InvertedResidual, SqueezeExcite

OPSET = 18
IR_VERSION = 10  # what opset 18's time wrote; every ONNX Runtime since reads it


class GraphWriter:
    """Collects nodes and constants; every `add` names its output, so that the same network gives the same bytes."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def add(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """A node with one output; the output's name."""
        name = output or f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        return name

    def constant(self, values: NDArray[np.generic]) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def layers(self, x: str, module: nn.Module) -> str:
        """The layers of a module in evaluation, applied to `x`. Only the last convolution may have a bias of its own.

        Raises:
            TypeError: a layer of a kind that none of our networks has.
        """
        if isinstance(module, nn.Sequential):
            children = list(module)
            while children:
                first = children.pop(0)
                if isinstance(first, nn.Conv2d) and first.bias is not None and not children:
                    x = self._convolution(x, first, first.weight, first.bias)
                elif isinstance(first, nn.Conv2d):
                    x = self._normalised(x, first, children.pop(0))
                else:
                    x = self.layers(x, first)
            return x
        if isinstance(module, InvertedResidual):
            y = self.layers(x, module.layers)
            return self.add("Add", x, y) if module.adds_input else y
        if isinstance(module, nn.ReLU6):
            return self.add("Clip", x, self.constant(np.array(0, np.float32)), self.constant(np.array(6, np.float32)))
        if isinstance(module, nn.ReLU):
            return self.add("Relu", x)
        if isinstance(module, nn.Hardswish):
            return self.add("HardSwish", x)
        if isinstance(module, SqueezeExcite):
            return self._excited(x, module)
        if isinstance(module, nn.Dropout):
            return x
        if isinstance(module, nn.Linear):
            return self.add("Gemm", x, self._values(module.weight), self._values(module.bias), transB=1)
        raise TypeError(f"a layer {type(module).__name__} has no ONNX form here; add one")

    def _excited(self, x: str, module: SqueezeExcite) -> str:
        mean = self.add("GlobalAveragePool", x)
        squeezed = self.add("Relu", self._convolution(mean, module.fc1, module.fc1.weight, module.fc1.bias))
        weights = self._convolution(squeezed, module.fc2, module.fc2.weight, module.fc2.bias)
        return self.add("Mul", x, self.add("HardSigmoid", weights, alpha=1 / 6, beta=0.5))

    def _normalised(self, x: str, layer: nn.Conv2d, norm: nn.Module) -> str:
        """A convolution with the batch normalisation behind it folded in."""
        if not isinstance(norm, nn.BatchNorm2d):
            raise TypeError(f"a convolution is followed by {type(norm).__name__}; batch normalisation is expected")
        mean, variance = (values.double() for values in (norm.running_mean, norm.running_var) if values is not None)
        scale = norm.weight.detach().double() / torch.sqrt(variance + norm.eps)
        weight = layer.weight.detach().double() * scale.view(-1, 1, 1, 1)
        bias = norm.bias.detach().double() - mean * scale
        return self._convolution(x, layer, weight, bias)

    def _convolution(self, x: str, layer: nn.Conv2d, weight: torch.Tensor, bias: torch.Tensor) -> str:
        same = isinstance(layer, SameConvolution)
        padding: dict[str, Any] = {"auto_pad": "SAME_UPPER"} if same else {"pads": [int(layer.padding[0])] * 4}
        return self.add(
            "Conv",
            x,
            self._values(weight),
            self._values(bias),
            kernel_shape=list(layer.kernel_size),
            strides=list(layer.stride),
            group=layer.groups,
            **padding,
        )

    def _values(self, tensor: torch.Tensor) -> str:
        return self.constant(tensor.detach().cpu().numpy().astype(np.float32))

    def model(self, size: int, outputs: dict[str, int]) -> onnx.ModelProto:
        """The checked model from `picture`, uint8 (batch, size, size, 3), to outputs (batch, width): name -> width."""
        graph = helper.make_graph(
            self.nodes,
            "picture_classifier",
            [helper.make_tensor_value_info("picture", TensorProto.UINT8, ["batch", size, size, 3])],
            [helper.make_tensor_value_info(n, TensorProto.FLOAT, ["batch", width]) for n, width in outputs.items()],
            self.constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        onnx.checker.check_model(model, full_check=True)
        return model
