"""What the registry, the operations API and the review API answer about deer, as documents."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, get_args

from inference.contracts.reviews import Detection, Verdict
from lambdas.common.review_progress import Progress, RetrainingRule

SERVING = {"release": "r3-aa11bb", "version": 3, "since": "2026-11-20T09:00:00Z"}
CHALLENGER = {"release": "r4-cc22dd", "version": 4, "since": "2026-11-21T08:00:00Z"}
PREVIOUS = {"release": "r2-ee33ff", "version": 2, "since": "2026-11-10T09:00:00Z"}


def model(name: str) -> dict[str, Any]:
    """A model whose challenger meets a tenth of callers."""
    history = [
        ("2026-11-20T09:00:00Z", "r3-aa11bb", "promoted", ""),
        ("2026-11-21T08:00:00Z", "r4-cc22dd", "prepared", ""),
        ("2026-11-21T08:05:00Z", "r4-cc22dd", "shifted", "10 %"),
    ]
    versions = [(5, "pending"), (4, "approved"), (3, "approved"), (2, "approved"), (1, "rejected")]
    return {
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


def summary(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "revision": 7,
        "status": "rolling_out",
        "champion": SERVING,
        "challenger": CHALLENGER,
        "percentage": 10,
    }


def version(name: str, number: int) -> dict[str, Any]:
    return {
        "version": number,
        "approval": "approved",
        "registered": "2026-11-14T07:00:00Z",
        "name": name,
        "serves": "challenger",
        "percentage": 10,
        "reasons": "ap50 0.71 is at least 0.60; no worse than the champion",
        "evidence": {"ap50": "0.71", "ap50.interval": "0.66 to 0.75", "run": "run-4"},
        "history": [],
    }


def run(number: int, status: str, verdict: str | None, reason: str) -> dict[str, Any]:
    measured = {"ap50": 0.61 + 0.03 * number, "recall": 0.7 + 0.02 * number, "false_positives_per_empty": 0.09}
    ended = None if status == "running" else f"2026-11-{10 + number}T06:24:00Z"
    found = {"status": verdict, "version": number, "reasons": [f"ap50 {measured['ap50']:.2f} of at least 0.60"]}
    return {
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


RUNS = [
    run(6, "running", None, "52 new reviews"),
    run(5, "succeeded", "pending", "started by ann: new camera in the north"),
    run(4, "failed", None, "schedule"),
    run(3, "succeeded", "approved", "schedule"),
    run(1, "succeeded", "rejected", "first one"),
]


def report(number: int) -> dict[str, Any]:
    """The newer, the further from the baseline: the brightness of pictures has moved."""
    names = [("deer", "score", 0.02), ("brightness", "feature", 0.015 * number), ("contrast", "feature", 0.03)]
    edges = (0.2, 0.4, 0.6, 0.8)
    shifts = [
        {
            "name": name,
            "kind": kind,
            "values": 640,
            "psi": psi,
            "limit": 0.2,
            "drifted": psi > 0.2,
            "edges": edges,
            "expected": (0.2, 0.2, 0.2, 0.2, 0.2),
            "actual": (0.2 - psi / 4, 0.2 - psi / 4, 0.2, 0.2, 0.2 + psi / 2),
        }
        for name, kind, psi in names
    ]
    shifts.sort(key=lambda one: -one["psi"])
    drifted = any(one["drifted"] for one in shifts)
    return {
        "domain": "deer",
        "at": f"2026-11-20T{number:02}:00:00Z",
        "since": f"2026-11-19T{number:02}:00:00Z",
        "release": "r3-aa11bb",
        "status": "drifted" if drifted else "stable",
        "why": "brightness has moved beyond its bound" if drifted else "nothing is beyond its bound",
        "captures": 640,
        "needed": 500,
        "unread": 0,
        "complete": True,
        "baseline_items": 1200,
        "labels": {"deer": (0.4, 0.44), "empty": (0.6, 0.56)},
        "shifts": shifts,
    }


REPORTS = [report(number) for number in range(18, 0, -1)]


def alarm(name: str, state: str) -> dict[str, Any]:
    meaning = "captures are lost: drift and reviews see less"
    since = "2026-11-21T05:00:00Z"
    return {"name": name, "state": state, "since": since, "meaning": meaning, "reason": "Threshold Crossed"}


def health(names: tuple[str, ...]) -> dict[str, Any]:
    domains = [
        {
            **{key: value for key, value in summary(name).items() if key != "revision"},
            "step": 0,
            "rolled_back": [],
            "alarms": [
                alarm(f"vigil-{name}-CapturesLost", "ALARM" if at == 0 else "OK"),
                alarm(f"vigil-{name}-Errors", "OK"),
            ],
        }
        for at, name in enumerate(names)
    ]
    return {"domains": domains, "alarms": [alarm("vigil-ApiErrors", "INSUFFICIENT_DATA")]}


def progress(domain: str, detections: Sequence[Detection]) -> dict[str, Any]:
    """Every review is taught at once."""
    status = Counter(one.status for one in detections)
    standing = [review for one in detections for review in one.standing]
    verdicts, names = Counter(one.verdict for one in standing), Counter(one.reviewer for one in standing)
    taught, rule = Progress(taught=status["reviewed"]), RetrainingRule(false_positive_share=0.3)
    return {
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


DATASETS = {
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
