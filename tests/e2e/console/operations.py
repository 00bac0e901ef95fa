"""What the registry, the operations API and the review API answer about deer, as documents."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, get_args

from inference.contracts.base import Contract
from inference.contracts.reviews import Detection, Verdict
from lambdas.common.review_progress import Progress, RetrainingRule
from lambdas.operations_api.views import RunView
from lambdas.registry.views import ModelView, VersionView
from lambdas.review_api.views import DatasetVersions, ReviewProgress

SERVING = {"release": "r3-aa11bb", "version": 3, "since": "2026-11-20T09:00:00Z"}
CHALLENGER = {"release": "r4-cc22dd", "version": 4, "since": "2026-11-21T08:00:00Z"}
PREVIOUS = {"release": "r2-ee33ff", "version": 2, "since": "2026-11-10T09:00:00Z"}


def told(view: type[Contract], document: dict[str, Any]) -> dict[str, Any]:
    """As the function that has this view would tell it; raises where it could not."""
    return view.model_validate(document).model_dump(mode="json")


def model(name: str) -> dict[str, Any]:
    """A model whose challenger meets a tenth of callers."""
    history = [
        ("2026-11-20T09:00:00Z", "r3-aa11bb", "promoted", ""),
        ("2026-11-21T08:00:00Z", "r4-cc22dd", "prepared", ""),
        ("2026-11-21T08:05:00Z", "r4-cc22dd", "shifted", "10 %"),
    ]
    versions = [(5, "pending"), (4, "approved"), (3, "approved"), (2, "approved"), (1, "rejected")]
    found = {
        **summary(name),
        "previous": PREVIOUS,
        "waiting": [],
        "alarms": [],
        "versions": [
            {"version": number, "approval": approval, "registered": f"2026-11-{10 + number}T07:00:00Z"}
            for number, approval in versions
        ],
        "history": [
            {"at": at, "release": release, "event": event, "detail": detail} for at, release, event, detail in history
        ],
    }
    return told(ModelView, found)


def summary(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "revision": 7,
        "status": "rolling_out",
        "champion": SERVING,
        "challenger": CHALLENGER,
        "percentage": 10,
    }


def version(name: str, number: str) -> dict[str, Any]:
    found = {
        "version": int(number),
        "approval": "approved",
        "registered": "2026-11-14T07:00:00Z",
        "name": name,
        "serves": "challenger",
        "percentage": 10,
        "reasons": "ap50 0.71 is at least 0.60; no worse than the champion",
        "evidence": {"ap50": "0.71", "ap50.interval": "0.66 to 0.75", "run": "run-4"},
        "history": [],
    }
    return told(VersionView, found)


def run(number: int, status: str, verdict: str | None, reason: str) -> dict[str, Any]:
    measured = {"ap50": 0.61 + 0.03 * number, "recall": 0.7 + 0.02 * number, "false_positives_per_empty": 0.09}
    ended = None if status == "running" else f"2026-11-{10 + number}T06:24:00Z"
    found = {"status": verdict, "version": number, "reasons": [f"ap50 {measured['ap50']:.2f} of at least 0.60"]}
    view = {
        "run": f"run-{number}",
        "status": status,
        "started": f"2026-11-{10 + number}T06:00:00Z",
        "ended": ended,
        "reason": reason,
        "fault": "DataError: no label is known" if status == "failed" else "",
        "dry_run": False,
        "verdict": None if verdict is None else found,
        "dataset_version": None,
        "metrics": {} if verdict is None else measured,
        "champion": {} if verdict is None else {"ap50": 0.66, "recall": 0.74, "false_positives_per_empty": 0.1},
    }
    return told(RunView, view)


RUNS = [
    run(6, "running", None, "52 new reviews"),
    run(5, "succeeded", "pending", "started by ann: new camera in the north"),
    run(4, "failed", None, "schedule"),
    run(3, "succeeded", "approved", "schedule"),
    run(1, "succeeded", "rejected", "first one"),
]


def progress(domain: str, detections: Sequence[Detection]) -> dict[str, Any]:
    """Every review is taught at once."""
    status = Counter(one.status for one in detections)
    standing = [review for one in detections for review in one.standing]
    verdicts, names = Counter(one.verdict for one in standing), Counter(one.reviewer for one in standing)
    taught, rule = Progress(taught=status["reviewed"]), RetrainingRule(false_positive_share=0.3)
    found = {
        "domain": domain,
        "open": status["open"],
        "reviewed": status["reviewed"],
        "disputed": status["disputed"],
        "counted_all": True,
        "verdicts": {one: verdicts[one] for one in get_args(Verdict)},
        "reviewers": [{"name": name, "reviews": reviews} for name, reviews in names.most_common()],
        "agreement": {"pairs": 12, "alike": 11, "share": 11 / 12},
        "false_positive_share": None,
        "taught": taught.model_dump(),
        "new": taught.model_dump(),
        "last_run": None,
        "waiting": None,
        "rule": rule.model_dump(),
        "missing": max(0, rule.new_reviews - taught.taught),
    }
    return told(ReviewProgress, found)


_DATASETS = {
    "versions": [
        {
            "version": "0123456789abcdef",
            "made": "2026-11-20T12:00:00Z",
            "latest": True,
            "items": 1240,
            "classes": ["deer"],
            "counts": {"train": {"deer": 400, "empty": 500}, "test": {"deer": 140, "empty": 200}},
            "test_split": "ab12",
            "duplicates": 7,
            "quarantined": 2,
        }
    ],
    "left_out": 0,
}
DATASETS = told(DatasetVersions, _DATASETS)
