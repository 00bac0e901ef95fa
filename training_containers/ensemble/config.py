"""What can be set, and what is fixed."""

from typing import Literal

from pydantic import Field

from training_containers.contract import Hyperparameters


class EnsembleHyperparameters(Hyperparameters):
    """Defaults train in minutes on two cores; let `epochs`, `rounds` and `most_rows` grow with the data."""

    members: Literal["all", "trees", "networks"] = Field(default="all", description="which members are trained")
    folds: int = Field(default=3, ge=2, le=5, description="of sensors' groups and times, for out-of-fold scores")
    batch_rows: int = Field(default=50_000, ge=1000, description="decisions read at a time")
    most_rows: int = Field(default=400_000, ge=1000, description="of the sample for members that cannot stream")
    most_windows: int = Field(default=30_000, ge=256, description="of the sample that networks see in an epoch")
    epochs: int = Field(default=3, ge=1, le=200, description="of the networks, each on windows drawn anew")
    batch_size: int = Field(default=256, ge=8, le=65_536, description="windows a step, of all processes together")
    accumulate: int = Field(default=1, ge=1, le=64, description="batches whose gradients make one step")
    mixed_precision: bool = Field(default=False, description="bfloat16 or float16 where the GPU has it")
    learning_rate: float = Field(default=2e-3, gt=0, le=1, description="peak of the networks' one-cycle schedule")
    width: int = Field(default=32, ge=8, le=512, description="of the networks' hidden layers")
    rounds: int = Field(default=150, ge=1, le=5000, description="of boosting")
    trees: int = Field(default=100, ge=1, le=2000, description="of the forests")
    max_depth: int = Field(default=6, ge=1, le=16)
    boosting_rate: float = Field(default=0.1, gt=0, le=1, description="what each of boosting's trees counts")
    leaf_weight: float = Field(default=5.0, ge=0, description="the least of a boosted tree's leaf")
    false_positive_rate: float = Field(default=0.005, gt=0, lt=0.5, description="the threshold's bound")
    judge_every: int = Field(default=6, ge=1, le=60, description="steps between two decisions that are evaluated")
    compress: bool = Field(default=False, description="leave out members that cost no recall on validation")
    search_trials: int = Field(default=0, ge=0, le=200, description="of each member searched; 0: no search")
    search_minutes: int = Field(default=60, ge=1, le=1440, description="of all searches together")
    seed: int = Field(default=0, ge=0, lt=2**31)
