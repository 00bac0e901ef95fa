"""`evaluation.json`: what was measured, through the serving code, on the packaged artifact and the test split."""

from typing import Self

from pydantic import Field, model_validator

from inference.contracts.base import Contract


class ClassMetrics(Contract):
    precision: float = Field(ge=0, le=1)
    recall: float = Field(ge=0, le=1)
    f1: float = Field(ge=0, le=1)
    support: int = Field(ge=0)


class Interval(Contract):
    """Where a measured number may lie: the ends of its two-sided 95 % interval."""

    low: float
    high: float

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.high:
            raise ValueError(f"the interval's low end {self.low} is not below its high end {self.high}")
        return self


class ChampionEvaluation(Contract):
    """The champion's package on the same test split; where classes have changed, on the items of shared classes."""

    model_data_url: str
    metrics: dict[str, float]
    challenger: dict[str, float] = Field(
        default={}, description="the challenger's metrics where the champion was not measured on the whole test split"
    )
    differences: dict[str, Interval] = Field(
        default={}, description="metric -> challenger less champion, paired, by bootstrap over the test split's groups"
    )
    shared_classes: tuple[str, ...] = Field(default=(), description="what both packages can answer; empty: no classes")


class Searched(Contract):
    """What a search chose for one part of a model, judged on training data that the tried models had not seen."""

    chosen: dict[str, float]
    metric: str
    before: float = Field(description="the metric with the values that the run was given")
    after: float = Field(description="and with those chosen")
    trials: int = Field(ge=1, description="finished, those that were pruned included")
    pruned: int = Field(ge=0)
    seconds: float = Field(ge=0)


class Compressed(Contract):
    """What it cost to make a package smaller, measured on the test split through the serving code."""

    left_out: tuple[str, ...] = Field(description="members without which the ensemble was no worse on validation")
    before: dict[str, float] = Field(description="metrics and `graph_mb` of the whole")
    after: dict[str, float]
    differences: dict[str, Interval] = Field(description="metric -> after less before, paired")


class Evaluation(Contract):
    """Metrics by name; the gate's requirements refer to these names.

    Every container reports `p50_ms`, `p95_ms`, `p99_ms` (one request, one thread, through the serving code) and
    `size_mb`, and adds what models of its task are judged by.
    """

    task: str
    dataset_version: str
    test_items: int = Field(ge=0)
    metrics: dict[str, float]
    intervals: dict[str, Interval] = Field(default={}, description="of the metrics that are rates or bootstrapped")
    per_class: dict[str, ClassMetrics] = {}
    confusion: tuple[tuple[int, ...], ...] = Field(default=(), description="rows: truth, columns: answer; class order")
    dummy: dict[str, float] = Field(description="the same metrics for an answer that has learned nothing")
    references: dict[str, dict[str, float]] = Field(default={}, description="of other methods, e.g. a threshold rule")
    leads: dict[str, dict[str, Interval]] = Field(
        default={}, description="`dummy` or a reference's name -> metric -> the model less that one, paired"
    )
    components: dict[str, dict[str, float]] = Field(
        default={},
        description="of an ensemble: a member's or a tier's name -> the same metrics; for people, not for gates",
    )
    searched: dict[str, Searched] = Field(default={}, description="by member, where hyperparameters were searched for")
    compressed: Compressed | None = Field(default=None, description="where the package was made smaller")
    champion: ChampionEvaluation | None = None
    skipped: tuple[str, ...] = Field(default=(), description="what could not be read, of any split: path and reason")
