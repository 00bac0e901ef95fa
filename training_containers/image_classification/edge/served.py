"""What a classifier's TensorFlow Lite files do. The edge export's environment imports it, too."""

from torch import Tensor, nn

from training_containers.edge_export.request import EdgeRequest
from training_containers.image_classification.architectures import build
from training_containers.image_classification.network import PictureNetwork

QUANTISED = ".*"


def network(request: EdgeRequest) -> PictureNetwork:
    return build(request.architecture, request.classes, request.width_multiplier)


def served(network: PictureNetwork, request: EdgeRequest) -> nn.Module:
    return ServedClassifier(network)


class ServedClassifier(nn.Module):
    """Pixels 0 to 255, float32 (1, 3, size, size), to scores that sum to one: normalisation and softmax are inside."""

    def __init__(self, network: PictureNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> Tensor:
        return self.network(pixels / 255).softmax(dim=1)
