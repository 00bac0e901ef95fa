"""The champion's package, opened through the serving code to be measured on the same test split."""

import os
import tarfile
from pathlib import Path

from inference.contracts import PackageManifest
from inference.errors import PackageError
from inference.package import load_manifest
from inference.predictor import Predictor, open_predictor
from training_containers.contract import ConfigurationFault

CHANNEL = "champion"
URL_VARIABLE = "CHAMPION_MODEL_DATA_URL"


def open_champion(channel: Path, scratch: Path) -> tuple[Predictor, PackageManifest, str]:
    """Unpack `model.tar.gz` of the channel into `scratch` and load it. Call it before training: it fails early.

    Returns:
        The predictor, its manifest, and where the package came from (`CHAMPION_MODEL_DATA_URL`).

    Raises:
        ConfigurationFault: the channel holds no package that this code can serve.
    """
    archive = channel / "model.tar.gz"
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(scratch, filter="data")
        manifest = load_manifest(scratch)
        predictor = open_predictor(scratch, manifest)
    except (OSError, tarfile.TarError, PackageError) as error:
        raise ConfigurationFault(
            f"the channel '{CHANNEL}' holds no model package to compare with: {error} "
            "Point it at the folder of the champion's model.tar.gz, or leave the channel out."
        ) from error
    return predictor, manifest, os.environ.get(URL_VARIABLE, f"channel:{CHANNEL}")
