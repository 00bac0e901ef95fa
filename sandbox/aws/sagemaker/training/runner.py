"""Runs one training job from its start to its end, on a thread of its own."""

import logging
import shutil
import signal
import subprocess
import time
from enum import Enum

from sandbox.aws import images
from sandbox.aws.processes import kill_group
from sandbox.aws.sagemaker import container
from sandbox.aws.sagemaker.log_stream import LogStream
from sandbox.aws.sagemaker.training.artifacts import upload_archive, upload_folder
from sandbox.aws.sagemaker.training.channels import NoDataError, download
from sandbox.aws.sagemaker.training.checkpoints import CheckpointSync
from sandbox.aws.sagemaker.training.folder import JobFolder
from sandbox.aws.sagemaker.training.job import TrainingJob
from sandbox.aws.sagemaker.training.metrics import MetricReader

LOG_GROUP = "/aws/sagemaker/TrainingJobs"
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopTrainingJob.html
SECONDS_FROM_TERM_TO_KILL = 120
_SECONDS_BETWEEN_POLLS = 0.05
_SECONDS_BETWEEN_METRICS = 1.0

_log = logging.getLogger(__name__)


class End(Enum):
    """Why the container's process ended."""

    EXITED = "Completed"
    STOPPED = "Stopped"
    TOO_LONG = "MaxRuntimeExceeded"
    INTERRUPTED = "Interrupted"


def run(job: TrainingJob) -> None:
    """Run `job` until it has ended; a spot job that is interrupted starts again from its checkpoints."""
    try:
        while _attempt(job) is End.INTERRUPTED:
            job.interruption_requested.clear()
            job.enter("Starting", "Starting the training job again after an interruption")
    except (images.UnknownImageError, NoDataError) as error:
        job.fail(f"ClientError: {error}")
    except Exception as error:
        _log.exception("training job %s", job.name)
        job.fail(f"InternalServerError: {error!r}")


def _attempt(job: TrainingJob) -> End:
    aws, request = job.account.aws, job.description
    image = images.find_image(aws.settings.assembly, request["AlgorithmSpecification"]["TrainingImage"])
    base = aws.settings.state / "training" / job.name
    shutil.rmtree(base, ignore_errors=True)
    folder = JobFolder(base)
    folder.write_configuration(request)

    job.enter("Downloading", "Downloading input data", TrainingStartTime=request.get("TrainingStartTime", time.time()))
    for channel in request.get("InputDataConfig", ()):
        download(aws, channel, folder.channel(channel["ChannelName"]))
    if job.stop_requested.is_set():
        job.enter("Stopped", "Training job stopped before it was training")
        return End.STOPPED
    checkpoints = _restore_checkpoints(job, folder)

    job.enter("Training", "Training image download completed. Training in progress.")
    metrics = MetricReader(request["AlgorithmSpecification"].get("MetricDefinitions", []))
    log = LogStream(aws, LOG_GROUP, f"{job.name}/algo-1-{int(time.time())}")
    if request["ResourceConfig"].get("InstanceCount", 1) > 1:
        log.write(f"[sandbox] {request['ResourceConfig']['InstanceCount']} hosts asked for, one started")
    process = container.start(image, "train", base, _environment(job))
    copied = log.copy(process, metrics.read)
    end = _wait(job, process, metrics)
    kill_group(process)
    copied.join(timeout=10)
    log.close()
    if checkpoints is not None:
        checkpoints.finish()
    metrics.publish(aws.cloudwatch, job.name)
    _conclude(job, folder, end, process.returncode, metrics)
    return end


def _restore_checkpoints(job: TrainingJob, folder: JobFolder) -> CheckpointSync | None:
    config = job.description.get("CheckpointConfig")
    if config is None:
        return None
    local = folder.inside(config.get("LocalPath", "/opt/ml/checkpoints"))
    sync = CheckpointSync(job.account.aws, config["S3Uri"], local)
    sync.restore()
    sync.start()
    return sync


def _environment(job: TrainingJob) -> dict[str, str]:
    database = (job.account.aws.settings.state / "mlflow.db").resolve()
    return {
        "MLFLOW_TRACKING_URI": f"sqlite:///{database}",
        "TRAINING_JOB_NAME": job.name,
        "TRAINING_JOB_ARN": job.description["TrainingJobArn"],
        **job.description.get("Environment", {}),
    }


def _wait(job: TrainingJob, process: subprocess.Popen, metrics: MetricReader) -> End:
    """Wait until the process ends; returns why. A process that must stop gets SIGTERM, then SIGKILL."""
    deadline = time.monotonic() + job.description["StoppingCondition"].get("MaxRuntimeInSeconds", 86400)
    next_metrics = time.monotonic() + _SECONDS_BETWEEN_METRICS
    end, kill_at = End.EXITED, float("inf")
    while process.poll() is None:
        now = time.monotonic()
        if end is End.EXITED and (reason := _reason_to_stop(job, now > deadline)) is not None:
            end, kill_at = reason, now + SECONDS_FROM_TERM_TO_KILL
            process.send_signal(signal.SIGTERM)
        if now > kill_at:
            kill_group(process)
        if now > next_metrics:
            metrics.publish(job.account.aws.cloudwatch, job.name)
            next_metrics = now + _SECONDS_BETWEEN_METRICS
        time.sleep(_SECONDS_BETWEEN_POLLS)
    return end


def _reason_to_stop(job: TrainingJob, too_long: bool) -> End | None:
    if job.stop_requested.is_set():
        return End.STOPPED
    if too_long:
        return End.TOO_LONG
    return End.INTERRUPTED if job.interruption_requested.is_set() else None


def _conclude(job: TrainingJob, folder: JobFolder, end: End, exit_code: int, metrics: MetricReader) -> None:
    """Upload the artifacts and set the final status."""
    if end is End.INTERRUPTED:
        job.enter("Interrupted", "Training job interrupted, as managed spot training does")
        return
    # Told to stop, a job keeps what it has, whatever its exit code.
    succeeded = end is not End.EXITED or exit_code == 0
    if succeeded:
        job.enter("Uploading", "Uploading generated training model")
    fields = _upload(job, folder, with_model=succeeded) | {"FinalMetricDataList": metrics.final()}
    if succeeded:
        job.enter(end.value, f"Training job {end.value}", **fields)
        return
    said = folder.failure.read_text(errors="replace").strip() if folder.failure.exists() else ""
    # A process that a signal ended has a negative code here and 128 + signal in a container.
    code = exit_code if exit_code >= 0 else 128 - exit_code
    job.fail(f"AlgorithmError: {said[:900]}, exit code: {code}", **fields)


def _upload(job: TrainingJob, folder: JobFolder, with_model: bool) -> dict:
    s3 = job.account.aws.s3
    target = f"{job.description['OutputDataConfig']['S3OutputPath'].rstrip('/')}/{job.name}"
    if tensorboard := job.description.get("TensorBoardOutputConfig"):
        local = folder.inside(tensorboard.get("LocalPath", "/opt/ml/output/tensorboard"))
        upload_folder(s3, local, f"{tensorboard['S3OutputPath'].rstrip('/')}/{job.name}/tensorboard-output")
    if any(folder.output_data.iterdir()):
        upload_archive(s3, folder.output_data, f"{target}/output/output.tar.gz")
    if not with_model or not any(folder.model.iterdir()):
        return {}
    artifact = f"{target}/output/model.tar.gz"
    upload_archive(s3, folder.model, artifact)
    return {"ModelArtifacts": {"S3ModelArtifacts": artifact}}
