"""Runs: training jobs with their status, metrics, and what AWS bills for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sagemaker.core.resources import TrainingJob

from clients.operator.sdk import Domain, given


@dataclass(frozen=True, kw_only=True)
class Run:
    """One training job. Times in UTC; None is what SageMaker does not know yet."""

    run: str
    status: str
    stage: str
    why: str
    created: datetime
    instance: str
    instances: int
    spot: bool
    training_s: int | None
    billable_s: int | None
    metrics: dict[str, float]

    @property
    def billed_hours(self) -> float | None:
        """Instance-hours at the on-demand price: a spot discount is in the billable seconds."""
        return None if self.billable_s is None else self.billable_s * self.instances / 3600

    @property
    def saved(self) -> float | None:
        """The share that spot capacity saved, as SageMaker's console has it."""
        if not self.spot or self.billable_s is None or not self.training_s:
            return None
        return 1 - self.billable_s / self.training_s


def read(domain: Domain, newest: int, trials: bool = False) -> list[Run]:
    """The newest runs; `trials`: a search's jobs too."""
    jobs = domain.newest(TrainingJob)
    return [_run(job) for job in islice((one for one in jobs if trials or not given(one, "tuning_job_arn")), newest)]


def cells(run: Run) -> dict[str, str]:
    billed = "" if run.billed_hours is None else f"{run.billed_hours:.2f} h of {run.instance}"
    saved = "" if run.saved is None else f", spot saved {run.saved:.0%}"
    return {
        "run": run.run,
        "status": _status(run),
        "created": f"{run.created:%Y-%m-%d %H:%M}",
        "trained": "" if run.training_s is None else f"{run.training_s / 60:.0f} min",
        "billed": f"{billed}{saved}",
        "metrics": "\n".join(f"{name} {value:.4g}" for name, value in run.metrics.items()),
    }


def _status(run: Run) -> str:
    if run.why:
        return f"{run.status}: {run.why}"
    return run.status if run.stage == run.status else f"{run.status}: {run.stage}"


def _run(job: TrainingJob) -> Run:
    return Run(
        run=job.training_job_name,
        status=job.training_job_status,
        stage=job.secondary_status,
        why=given(job, "failure_reason", ""),
        created=job.creation_time,
        instance=given(job, "resource_config.instance_type", ""),
        instances=given(job, "resource_config.instance_count", 1),
        spot=given(job, "enable_managed_spot_training", False),
        training_s=given(job, "training_time_in_seconds"),
        billable_s=given(job, "billable_time_in_seconds"),
        metrics=_by_name(given(job, "final_metric_data_list", ())),
    )


def _by_name(metrics: Sequence) -> dict[str, float]:
    return {metric.metric_name: metric.value for metric in sorted(metrics, key=lambda metric: metric.metric_name)}
