"""Random search: training jobs one after another, with values drawn at random whatever the strategy."""

import copy
import logging
import math
import random

from sandbox.aws.sagemaker.training import actions as training
from sandbox.aws.sagemaker.tuning.job import TuningJob

_LONGEST_PREFIX = 55
# Members of a HyperParameterTrainingJobDefinition that CreateTrainingJob does not know.
_NOT_FOR_TRAINING = (
    "DefinitionName",
    "TuningObjective",
    "HyperParameterRanges",
    "HyperParameterTuningResourceConfig",
    "StaticHyperParameters",
)
_log = logging.getLogger(__name__)


def run(tuning: TuningJob) -> None:
    """Run a tuning job to its end, on a thread of its own."""
    try:
        config = tuning.description["HyperParameterTuningJobConfig"]
        dice = random.Random(config.get("RandomSeed", 0))
        for number in range(1, config["ResourceLimits"]["MaxNumberOfTrainingJobs"] + 1):
            if tuning.stop_requested.is_set():
                break
            _train_once(tuning, number, draw(config.get("ParameterRanges", {}), dice))
        if tuning.stop_requested.is_set():
            tuning.end("Stopped")
        elif "BestTrainingJob" not in tuning.description:
            tuning.end("Failed", FailureReason="No training job succeeded with a value for the objective metric.")
        else:
            tuning.end("Completed")
    except Exception as error:
        _log.exception("tuning job %s", tuning.description["HyperParameterTuningJobName"])
        tuning.end("Failed", FailureReason=str(error))


def _train_once(tuning: TuningJob, number: int, drawn: dict[str, str]) -> None:
    description = tuning.description
    definition = copy.deepcopy(description["TrainingJobDefinition"])
    request = {key: value for key, value in definition.items() if key not in _NOT_FOR_TRAINING} | {
        "TrainingJobName": f"{description['HyperParameterTuningJobName'][:_LONGEST_PREFIX]}-{number:03d}",
        "HyperParameters": definition.get("StaticHyperParameters", {}) | drawn,
    }
    training.create(tuning.account, request, TuningJobArn=description["HyperParameterTuningJobArn"])
    tuning.training_jobs.append(request["TrainingJobName"])
    tuning.account.training_jobs[request["TrainingJobName"]].ended.wait()
    tuning.count()


def draw(ranges: dict, dice: random.Random) -> dict[str, str]:
    """One value for each range, as text."""
    drawn = {}
    for integer in ranges.get("IntegerParameterRanges", ()):
        drawn[integer["Name"]] = str(round(_between(integer, dice)))
    for continuous in ranges.get("ContinuousParameterRanges", ()):
        drawn[continuous["Name"]] = repr(_between(continuous, dice))
    for categorical in ranges.get("CategoricalParameterRanges", ()):
        drawn[categorical["Name"]] = dice.choice(categorical["Values"])
    return drawn


def _between(bounds: dict, dice: random.Random) -> float:
    low, high = float(bounds["MinValue"]), float(bounds["MaxValue"])
    if bounds.get("ScalingType") == "Logarithmic":
        return math.exp(dice.uniform(math.log(low), math.log(high)))
    return dice.uniform(low, high)
