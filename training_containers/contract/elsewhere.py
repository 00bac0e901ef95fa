"""Training on any machine: a folder of channels in, model.tar.gz out, in the layout that SageMaker would have made.

`python -m clients.operator export` makes such a folder: `dataset/`, `images/`, and `champion/` where one serves.
"""

import json
import os
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

from training_containers.contract.failure import ConfigurationFault
from training_containers.contract.opt_ml import OptMl

JOB, PACKAGE, ENVIRONMENT = "job", "model.tar.gz", "job.json"
NEEDED = "dataset"
"""The channel that every program reads."""


def train_elsewhere(data: Path, out: Path, hyperparameters: Mapping[str, str], program: Callable[[OptMl], int]) -> int:
    """The program's exit status; 0: `out/model.tar.gz` is the package. Run again, it goes on from the checkpoints.

    Raises:
        ConfigurationFault: `data` is no such folder.
    """
    opt_ml = lay_out(data, out / JOB, hyperparameters)
    os.environ["SAGEMAKER_BASE_DIR"] = str(opt_ml.base)
    os.environ.update(environment_of(data))
    status = program(opt_ml)
    if status == 0:
        print(f"package: {pack(opt_ml.model, out / PACKAGE)}")
    return status


def lay_out(data: Path, base: Path, hyperparameters: Mapping[str, str]) -> OptMl:
    """Each folder of `data` becomes a channel of its name; nothing is copied."""
    if not (data / NEEDED).is_dir():
        raise ConfigurationFault(
            f"{data} has no folder {NEEDED}/; `python -m clients.operator export <domain> --out {data}` makes one."
        )
    channels = base / "input" / "data"
    for folder in (channels, base / "input" / "config"):
        folder.mkdir(parents=True, exist_ok=True)
    for old in channels.iterdir():
        old.unlink()
    for folder in data.iterdir():
        if folder.is_dir() and not folder.name.startswith("."):
            (channels / folder.name).symlink_to(folder.resolve(), target_is_directory=True)
    (base / "input" / "config" / "hyperparameters.json").write_text(json.dumps(dict(hyperparameters)))
    return OptMl(base.resolve())


def environment_of(data: Path) -> dict[str, str]:
    """Variables that a job of this data has, besides those of the machine: which release the champion is."""
    file = data / ENVIRONMENT
    if not file.is_file():
        return {}
    try:
        return {str(name): str(value) for name, value in json.loads(file.read_bytes())["environment"].items()}
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise ConfigurationFault(f"{file} is not what the export wrote: {error!r}; export again.") from error


def pack(model: Path, archive: Path) -> Path:
    """As SageMaker packs what a job leaves in its model folder."""
    partly = archive.with_name(f".{archive.name}.part")
    with tarfile.open(partly, "w:gz") as tar:
        for file in sorted(model.rglob("*")):
            if file.is_file():
                tar.add(file, file.relative_to(model).as_posix())
    partly.replace(archive)
    return archive
