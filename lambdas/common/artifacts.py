"""The layout of the artifacts bucket: every key and prefix, for functions and for the permissions that stacks grant.

    datasets/<domain>/latest.json                       which version is the newest
    datasets/<domain>/<version>/                        manifest.jsonl, dataset.json, and what the kind of data adds
    quarantine/<domain>/<item>.json                     one record an item that was left out
    runs/<domain>/<run>/                                gate.json, evaluation.json
    runs/<domain>/<run>/inspection.html                 what data prep saw of raw data, where its kind has an inspector
    runs/<domain>/<run>/data_prep/                      what batches hand over, where data is prepared in batches
    runs/<domain>/<run>/checkpoints/                    of the training job
    runs/<domain>/<run>/output/                         SageMaker's model.tar.gz and output.tar.gz
    runs/<domain>/<run>/tuning/                         outputs of a search's jobs
    runs/<domain>/submitted/<name>/model.tar.gz         packages that were trained elsewhere
    runs/<domain>/test-splits/<fingerprint>/<run>       one empty object a run measured on that test split
    detections/<domain>/incoming/<detection>            predictions with pictures, until the review stage takes them
    detections/<domain>/quarantine/<detection>          those that can never be taken, with the reason as metadata
    detections/<domain>/pictures/<detection>.jpg        pictures as people are shown them
    drift/<domain>/<time>.json                          a window of captures held against the champion's baseline
    exports/<domain>/<version>.<format>.zip             annotations of dataset versions, as other tools read them

Folders end with a slash. SageMaker names the folder of a job's output after the job, which has its run's name.
"""

from datetime import UTC, datetime
from urllib.parse import quote

MANIFEST, SUMMARY = "manifest.jsonl", "dataset.json"
"""Of a dataset version, in its folder."""
TUNING = "tuning/"
"""Below a run's folder."""
EXPORTS = "exports/"
DETECTIONS = "detections/"
QUARANTINE_DAYS = 7
RETENTIONS_DAYS = (7, 30, 90, 180, 365)
"""Of detections' pictures."""


def datasets_folder(domain: str) -> str:
    return f"datasets/{domain}/"


def dataset_folder(domain: str, version: str) -> str:
    return f"{datasets_folder(domain)}{version}/"


def dataset_summary(domain: str, version: str) -> str:
    return f"{dataset_folder(domain, version)}{SUMMARY}"


def latest_dataset(domain: str) -> str:
    return f"{datasets_folder(domain)}latest.json"


def quarantine_folder(domain: str) -> str:
    return f"quarantine/{domain}/"


def quarantine_record(domain: str, item: str) -> str:
    return f"{quarantine_folder(domain)}{quote(item, safe='')}.json"


def runs_folder(domain: str) -> str:
    return f"runs/{domain}/"


def run_folder(domain: str, run: str) -> str:
    return f"{runs_folder(domain)}{run}/"


def batches_folder(domain: str, run: str) -> str:
    return f"{run_folder(domain, run)}data_prep/"


def inspection_page(domain: str, run: str) -> str:
    return f"{run_folder(domain, run)}inspection.html"


def checkpoints_folder(domain: str, run: str) -> str:
    return f"{run_folder(domain, run)}checkpoints/"


def gate_record(domain: str, run: str) -> str:
    return f"{run_folder(domain, run)}gate.json"


def run_evaluation(domain: str, run: str) -> str:
    return f"{run_folder(domain, run)}evaluation.json"


def output_archive(domain: str, run: str) -> str:
    """What training left beside its model; a job that left nothing has none."""
    return f"{run_folder(domain, run)}output/output.tar.gz"


def submissions_folder(domain: str) -> str:
    return f"{runs_folder(domain)}submitted/"


def test_split_folder(domain: str, fingerprint: str) -> str:
    return f"{runs_folder(domain)}test-splits/{fingerprint}/"


def detections_folder(domain: str) -> str:
    return f"{DETECTIONS}{domain}/"


def incoming_folder(domain: str) -> str:
    return f"{detections_folder(domain)}incoming/"


def incoming_picture(domain: str, detection: str) -> str:
    return f"{incoming_folder(domain)}{detection}"


def unusable_folder(domain: str) -> str:
    return f"{detections_folder(domain)}quarantine/"


def unusable_picture(domain: str, detection: str) -> str:
    return f"{unusable_folder(domain)}{detection}"


def pictures_folder(domain: str) -> str:
    return f"{detections_folder(domain)}pictures/"


def detection_picture(domain: str, detection: str) -> str:
    return f"{pictures_folder(domain)}{detection}.jpg"


def exported_dataset(domain: str, version: str, kind: str) -> str:
    return f"{EXPORTS}{domain}/{version}.{kind}.zip"


def drift_folder(domain: str) -> str:
    return f"drift/{domain}/"


def drift_report(domain: str, at: datetime) -> str:
    """Keys sort by time."""
    return f"{drift_folder(domain)}{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}.json"
