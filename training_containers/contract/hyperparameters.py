"""Hyperparameters declared with types and ranges; SageMaker hands every value over as a string."""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from training_containers.contract.failure import ConfigurationFault

# A tuning job adds `_tuning_objective_metric`; the SageMaker SDK adds `sagemaker_program` and the like.
PLATFORM_PREFIXES = ("_", "sagemaker_")


class Hyperparameters(BaseModel):
    """Base of a program's hyperparameters. Fields carry their type, range, default and description."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def parse(cls, raw: Mapping[str, str]) -> Self:
        """Parse the strings of `hyperparameters.json`; the names that the platform adds are left out.

        Raises:
            ConfigurationFault: one sentence a mistake, all mistakes together.
        """
        own = {name: _unquoted(value) for name, value in raw.items() if not name.startswith(PLATFORM_PREFIXES)}
        try:
            return cls.model_validate(own)
        except ValidationError as error:
            raise ConfigurationFault(_sentences(error, sorted(cls.model_fields))) from error


def _unquoted(value: str) -> str:
    """The SageMaker SDK writes a string as JSON, quotes included."""
    quoted = isinstance(value, str) and len(value) > 1 and value[0] == value[-1] == '"'
    return value[1:-1] if quoted else value


def _sentences(error: ValidationError, known: list[str]) -> str:
    parts = []
    for mistake in error.errors():
        name = ".".join(str(part) for part in mistake["loc"]) or "hyperparameters"
        if mistake["type"] == "extra_forbidden":
            parts.append(f"hyperparameter '{name}' is unknown; known are {', '.join(known)}")
        else:
            parts.append(f"hyperparameter '{name}' is {mistake['input']!r}: {mistake['msg']}")
    return "; ".join(parts) + "."
