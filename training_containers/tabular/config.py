"""What can be set, and what is fixed."""

from pydantic import Field

from inference.contracts.telemetry import Signals
from training_containers.contract import ConfigurationFault, Hyperparameters


class TabularHyperparameters(Hyperparameters):
    """By default the whole comparison; with `trials=0` one XGBoost with the values given: a trial of a tuning job.

    A tuning job's objective is `val_average_precision`; its ranges are those of `xgboost_values`.
    """

    trials: int = Field(default=5, ge=0, le=200, description="draws of the randomized search; 0: this XGBoost only")
    folds: int = Field(default=3, ge=2, le=10)
    horizon_seconds: int = Field(default=0, ge=0, description="how far ahead to warn; 0: as far as the domain does")
    negatives: int = Field(default=30_000, ge=1000, description="sound windows trained on; half of them the hardest")
    recall_floor: float = Field(default=0.95, gt=0, le=1, description="for the operating threshold")
    false_alarm_budget: float = Field(default=1.0, gt=0, description="per 1,000 hours of sound entities, for the same")
    seed: int = Field(default=0, ge=0, lt=2**31)
    learning_rate: float = Field(default=0.1, gt=0, le=1)
    max_depth: int = Field(default=4, ge=1, le=12)
    rounds: int = Field(default=120, ge=1, le=5000)
    min_child_weight: float = Field(default=5.0, ge=0, le=1000)
    subsample: float = Field(default=0.7, gt=0, le=1)
    colsample: float = Field(default=0.4, gt=0, le=1)
    reg_lambda: float = Field(default=5.0, ge=0, le=1000)
    positive_weight: float = Field(default=10.0, gt=0, le=10_000, description="weight of a hazardous window")

    def xgboost_values(self) -> dict[str, float]:
        """The part that a search varies."""
        return self.model_dump(include=set(SEARCH_SPACE))

    def horizon(self, signals: Signals) -> float:
        """In seconds.

        Raises:
            ConfigurationFault: the domain does not train for such a one.
        """
        low, high = signals.horizon_range_s
        if self.horizon_seconds and not low <= self.horizon_seconds <= high:
            raise ConfigurationFault(
                f"'horizon_seconds' is {self.horizon_seconds}; {low} to {high} are allowed, or 0 for "
                f"{signals.horizon_s}."
            )
        return float(self.horizon_seconds or signals.horizon_s)


# Randomized search draws each value from its list.
SEARCH_SPACE: dict[str, tuple[float, ...]] = {
    "learning_rate": (0.03, 0.06, 0.1, 0.15),
    "max_depth": (2, 3, 4, 5, 6),
    "rounds": (80, 120, 180, 250),
    "min_child_weight": (1.0, 5.0, 20.0),
    "subsample": (0.6, 0.8, 1.0),
    "colsample": (0.3, 0.5, 0.8),
    "reg_lambda": (1.0, 5.0, 20.0),
    "positive_weight": (1.0, 5.0, 20.0),
}
