"""What a detector's TensorFlow Lite files do. The edge export's environment imports it, too."""

import torch
from torch import Tensor, nn

from training_containers.edge_export.request import EdgeRequest
from training_containers.object_detection.anchors import anchors, decode
from training_containers.object_detection.architectures import build
from training_containers.object_detection.network import Detector

QUANTISED = "Backbone_backbone"
"""The heads, 6 % of the multiplications, spoil scores and places of boxes in int8."""


def network(request: EdgeRequest) -> Detector:
    return build(request.architecture, request.classes, pretrained=False)


def served(network: Detector, request: EdgeRequest) -> nn.Module:
    return ServedDetector(network, request.image_size)


class ServedDetector(nn.Module):
    """Pixels 0 to 255, float32 (1, 3, size, size), to boxes (1, anchors, 4) and their scores (1, anchors, classes).

    Boxes are left, top, right, bottom, 0 to 1. Those that overlap a better one are not left out.
    """

    anchors: Tensor

    def __init__(self, network: Detector, image_size: int) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("anchors", anchors(image_size))

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        logits, deltas = self.network(pixels / 255)
        return decode(deltas, self.anchors).clamp(0, 1), torch.sigmoid(logits)
