"""What a stage of training is told: its plan, and the hyperparameters that all stages share."""

from typing import Any, Protocol

from torch import nn


class Plan(Protocol):
    """What learns, how fast and how long."""

    @property
    def name(self) -> str: ...

    @property
    def module(self) -> nn.Module: ...

    @property
    def epochs(self) -> int: ...

    @property
    def learning_rate(self) -> float: ...

    @property
    def share_before(self) -> float:
        """Of the run's planned epochs, those in earlier stages."""
        ...

    @property
    def share(self) -> float: ...


class Settings(Protocol):
    def model_dump(self) -> dict[str, Any]:
        """All hyperparameters, those of the container too."""
        ...

    @property
    def batch_size(self) -> int: ...

    @property
    def seed(self) -> int: ...

    @property
    def weight_decay(self) -> float: ...

    @property
    def early_stopping_patience(self) -> int: ...

    @property
    def early_stopping_min_delta(self) -> float: ...
