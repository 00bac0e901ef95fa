"""A typed view of the folder that SageMaker lays out for a training job.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from training_containers.contract.failure import ConfigurationFault

DEFAULT_BASE = "/opt/ml"


class ResourceConfig(BaseModel):
    """`resourceconfig.json`: the hosts of the job, and which of them this is. Newer fields are ignored."""

    current_host: str = "algo-1"
    hosts: tuple[str, ...] = Field(default=("algo-1",), min_length=1)

    @property
    def rank(self) -> int:
        """This host's index among the sorted hosts; 0 is the main one, the same on every host."""
        return sorted(self.hosts).index(self.current_host)

    @property
    def main_host(self) -> str:
        return min(self.hosts)


@dataclass(frozen=True)
class OptMl:
    """Paths and configuration below one base folder."""

    base: Path

    @classmethod
    def from_environment(cls) -> "OptMl":
        """`SAGEMAKER_BASE_DIR`, or `/opt/ml` where it is unset."""
        return cls(Path(os.environ.get("SAGEMAKER_BASE_DIR", DEFAULT_BASE)))

    @property
    def hyperparameters(self) -> dict[str, str]:
        """The raw strings; parse them with a `Hyperparameters` model."""
        return self._configuration("hyperparameters.json")

    @property
    def resource_config(self) -> ResourceConfig:
        try:
            return ResourceConfig.model_validate(self._configuration("resourceconfig.json"))
        except ValidationError as error:
            raise ConfigurationFault(f"input/config/resourceconfig.json is not SageMaker's: {error}") from error

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels whose data is here, sorted."""
        if not self.input_data.is_dir():
            return ()
        return tuple(sorted(child.name for child in self.input_data.iterdir() if child.is_dir()))

    def channel(self, name: str) -> Path:
        """The folder of a channel the program cannot do without.

        Raises:
            ConfigurationFault: the job has no such channel.
        """
        folder = self.optional_channel(name)
        if folder is None:
            present = ", ".join(self.channels) or "none"
            raise ConfigurationFault(
                f"the channel '{name}' is missing (present: {present}). Add it to InputDataConfig."
            )
        return folder

    def optional_channel(self, name: str) -> Path | None:
        """The folder of a channel, or None when the job has none of that name or it is empty."""
        folder = self.input_data / name
        return folder if folder.is_dir() and any(folder.iterdir()) else None

    @property
    def input_data(self) -> Path:
        return self.base / "input" / "data"

    @property
    def checkpoints(self) -> Path:
        """Synchronised with the checkpoint location in S3 while the job runs."""
        return self._folder("checkpoints")

    @property
    def model(self) -> Path:
        """Becomes `model.tar.gz`."""
        return self._folder("model")

    @property
    def output_data(self) -> Path:
        """Becomes `output.tar.gz`."""
        return self._folder("output/data")

    @property
    def tensorboard(self) -> Path:
        """Event files, below the checkpoints so that they reach S3 while the job runs; a folder a job."""
        return self._folder(f"checkpoints/tensorboard/{self.job_name}")

    @property
    def scratch(self) -> Path:
        """On the job's volume, for what can be computed again; ends with the job."""
        return self._folder("scratch")

    @property
    def failure(self) -> Path:
        return self.base / "output" / "failure"

    @property
    def job_name(self) -> str:
        """The training job's name; the platform sets the variable."""
        return os.environ.get("TRAINING_JOB_NAME", "local")

    def _folder(self, relative: str) -> Path:
        folder = self.base / relative
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _configuration(self, name: str) -> dict[str, Any]:
        path = self.base / "input" / "config" / name
        if not path.is_file():
            return {}
        try:
            content = json.loads(path.read_bytes())
        except ValueError as error:
            raise ConfigurationFault(f"input/config/{name} is not JSON: {error}") from error
        if not isinstance(content, dict):
            raise ConfigurationFault(f"input/config/{name} holds a {type(content).__name__}, not an object.")
        return content
