"""The champion's package, opened through the serving code to be measured on the same test split."""

import os
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from inference.contracts import PackageManifest
from inference.errors import PackageError
from inference.package import load_manifest
from inference.predictor import Predictor, open_predictor
from training_containers.contract import ConfigurationFault, OptMl

CHANNEL = "champion"
URL_VARIABLE = "CHAMPION_MODEL_DATA_URL"
MANIFEST_VARIABLE = "CHAMPION_MANIFEST_SHA256"
"""As the champion was registered; unset: nobody knows it."""
P = TypeVar("P", bound=Predictor)


@dataclass(frozen=True)
class Champion(Generic[P]):
    """The package to beat, and the classes that it answers."""

    predictor: P
    model_data_url: str
    classes: tuple[str, ...]


def champion_of(opt_ml: OptMl, kind: type[P]) -> Champion[P] | None:
    """From the job's channel; None where there is none. Call it before training: a broken one then costs no time.

    Raises:
        ConfigurationFault: the channel holds no package that this code can serve, or one of another task than `kind`'s.
    """
    channel = opt_ml.optional_channel(CHANNEL)
    if channel is None:
        return None
    with tempfile.TemporaryDirectory(prefix="champion-") as scratch:  # a loaded predictor needs its files no more
        predictor, manifest, url = open_champion(channel, Path(scratch))
    if not isinstance(predictor, kind):
        raise ConfigurationFault(
            f"the champion's task is '{manifest.task}', which this program does not train; "
            f"point the channel '{CHANNEL}' at a package of its own task, or leave it out."
        )
    return Champion(predictor, url, manifest.classes)


def open_champion(channel: Path, scratch: Path) -> tuple[Predictor, PackageManifest, str]:
    """Unpack `model.tar.gz` of the channel into `scratch` and load it.

    Returns:
        The predictor, its manifest, and where the package came from (`CHAMPION_MODEL_DATA_URL`).

    Raises:
        ConfigurationFault: the channel holds no package that this code can serve.
    """
    archive = channel / "model.tar.gz"
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(scratch, filter="data")
        manifest = load_manifest(scratch, os.environ.get(MANIFEST_VARIABLE))
        predictor = open_predictor(scratch, manifest)
    except (OSError, tarfile.TarError, PackageError) as error:
        raise ConfigurationFault(
            f"the channel '{CHANNEL}' holds no model package to compare with: {error} "
            "Point it at the folder of the champion's model.tar.gz, or leave the channel out."
        ) from error
    return predictor, manifest, os.environ.get(URL_VARIABLE, f"channel:{CHANNEL}")
