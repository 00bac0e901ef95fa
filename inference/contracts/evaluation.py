"""`evaluation.json`: what was measured, through the serving code, on the packaged artifact and the test split."""

from pydantic import Field

from inference.contracts.base import Contract


class ClassMetrics(Contract):
    precision: float = Field(ge=0, le=1)
    recall: float = Field(ge=0, le=1)
    f1: float = Field(ge=0, le=1)
    support: int = Field(ge=0)


class ChampionEvaluation(Contract):
    """The champion's package on the same test split."""

    model_data_url: str
    metrics: dict[str, float]


class Evaluation(Contract):
    """Metrics by name; the gate's requirements refer to these names.

    Every task reports `p50_ms`, `p95_ms`, `p99_ms` (one request, one thread, through the serving code) and `size_mb`.
    Image classification adds `macro_f1`, `accuracy`, `min_recall` (the lowest recall of any class).
    """

    task: str
    dataset_version: str
    test_items: int = Field(ge=0)
    metrics: dict[str, float]
    per_class: dict[str, ClassMetrics] = {}
    confusion: tuple[tuple[int, ...], ...] = Field(default=(), description="rows: truth, columns: answer; class order")
    dummy: dict[str, float] = Field(description="the same metrics for a baseline that has learned nothing")
    references: dict[str, dict[str, float]] = Field(default={}, description="other named baselines: a threshold rule")
    champion: ChampionEvaluation | None = None
    skipped: tuple[str, ...] = Field(default=(), description="what could not be read, of any split: path and reason")
