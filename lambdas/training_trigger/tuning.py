"""Plans the CreateHyperParameterTuningJob request of a run that searches first. Pure.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html
"""

from typing import Any

from lambdas.common.artifacts import TUNING
from lambdas.training_trigger.spec import TrainingSpec, TunedRange, TuningSpec

AS_IN_TRAINING = ("RoleArn", "AlgorithmSpecification", "ResourceConfig", "EnableNetworkIsolation")
"""Neither checkpoints, for the jobs of a search would share one folder, nor spot, which needs them; jobs are short.
No environment either: Step Functions' integration is older than a search's, and its jobs meet no champion."""


def tuning_job(request: dict[str, Any], spec: TuningSpec, jobs: int) -> dict[str, Any]:
    """A search with the same image, data and instance as the training job `request`; its channels come later too."""
    name, output = request["TrainingJobName"], request["OutputDataConfig"]
    varied = {one.name for one in spec.ranges}
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": spec.objective},
            "ResourceLimits": {
                "MaxNumberOfTrainingJobs": jobs,
                "MaxParallelTrainingJobs": min(jobs, spec.parallel_jobs),
            },
            "ParameterRanges": {
                "IntegerParameterRanges": [_range(one) for one in spec.ranges if one.kind == "int"],
                "ContinuousParameterRanges": [_range(one) for one in spec.ranges if one.kind == "float"],
            },
        },
        "TrainingJobDefinition": {
            "StaticHyperParameters": {
                key: value for key, value in request["HyperParameters"].items() if key not in varied
            }
            | spec.fixed,
            "OutputDataConfig": output | {"S3OutputPath": f"{output['S3OutputPath']}{name}/{TUNING}"},
            "StoppingCondition": {"MaxRuntimeInSeconds": spec.max_runtime_s},
            **{member: request[member] for member in AS_IN_TRAINING},
        },
        "Tags": request["Tags"],
    }


def longest_runtime_s(spec: TrainingSpec, tuning_jobs: int) -> int:
    """Of an instance: the search's jobs one after another, then the run's own."""
    return spec.max_runtime_s + (tuning_jobs * spec.tuning.max_runtime_s if spec.tuning is not None else 0)


def _range(one: TunedRange) -> dict[str, str]:
    """SageMaker wants limits as text."""
    low, high = (str(int(value)) if one.kind == "int" else repr(value) for value in (one.minimum, one.maximum))
    scaling = "Logarithmic" if one.logarithmic else "Linear"
    return {"Name": one.name, "MinValue": low, "MaxValue": high, "ScalingType": scaling}
