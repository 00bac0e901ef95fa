"""A network's weights to a float32 TensorFlow Lite file, by litert-torch."""

from pathlib import Path
from types import ModuleType

import litert_torch
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from training_containers.edge_export.request import WEIGHTS, EdgeRequest


def convert(request: EdgeRequest, module: ModuleType, folder: Path, target: Path) -> None:
    """Rebuild the network, give it the folder's weights, and write it.

    TensorFlow Lite's operators read channels last; a wrapper at the input spares a transposition before each.

    Args:
        module: the request's `served`.
    """
    network = module.network(request)
    network.load_state_dict(torch.load(folder / WEIGHTS, map_location="cpu", weights_only=True))
    served = module.served(folded(network.eval()), request).eval()
    size = request.image_size
    with torch.no_grad():
        last = litert_torch.to_channel_last_io(served, args=[0]).eval()
        litert_torch.convert(last, (torch.zeros(1, size, size, 3),)).export(str(target))


def folded(module: nn.Module) -> nn.Module:
    """With each batch normalisation in the convolution before it: a third of the operators to trace and to convert."""
    for child in module.children():
        folded(child)
    if isinstance(module, nn.Sequential):
        for number in range(len(module) - 1):
            layer, norm = module[number], module[number + 1]
            if isinstance(layer, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                module[number], module[number + 1] = fuse_conv_bn_eval(layer, norm), nn.Identity()
    return module
