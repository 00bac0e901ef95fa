"""Layout of the detections table: key `domain`, `detection_id`; indexes `queue` (partition `queue`, sort `rank`) and
`recent` (partition `queue`, sort `recent`), and of keys alone `untaught` (partition `untaught`, sort `detection_id`).

An item of a detection holds `document` (a `Detection` as JSON), `revision` and `taught` (for conditions), `queue`,
`rank`, `recent` and `expires`: `lambdas/common/detection_items.py` makes it. While reviews have changed what the
training data do not follow yet, `untaught` is the domain. Other items of a domain have a name with `#` as their
`detection_id`.
"""

from datetime import UTC

from inference.contracts.reviews import Detection

KEY, SORT, EXPIRES = "domain", "detection_id", "expires"
INDEX, QUEUE, RANK = "queue", "queue", "rank"
RECENT = "recent"
"""Index and its sort key: by time."""
UNTAUGHT = "untaught"
"""Index and its partition key; items without it are not in the index."""
COUNTED = "counted"
"""The verdict that `#progress` counts a detection by; none or empty: it does not."""
PROGRESS = "#progress"
"""The item that counts a domain's reviews."""
RETRAINING = "#retraining"
"""The item that says when reviews last started a run."""
REVIEWS = "#reviews"
"""The item that counts standing reviews by verdict and reviewer, and how many pairs of them are alike."""
SAMPLED = "sampled"
FOLLOWER = 0.25
"""What the uncertainty of an open detection counts for that follows another of its burst, as it tells little more."""


def queue_of(detection: Detection) -> str:
    """`<domain>#<status>`; open ones of the random tenth have a queue of their own, `<domain>#sampled`."""
    status = SAMPLED if detection.sampled and detection.status == "open" else detection.status
    return f"{detection.domain}#{status}"


def rank_of(detection: Detection) -> str:
    """Sorts a queue, smallest first: the most uncertain ones, and those of a burst behind its first; sampled ones by
    their id's hash. No two have the same.
    """
    if detection.sampled and detection.status == "open":
        return detection.detection_id[::-1]
    counts = FOLLOWER if detection.follows and detection.status == "open" else 1.0
    return f"{1 - detection.uncertainty * counts:.6f}#{detection.burst}#{recent_of(detection)}"


def recent_of(detection: Detection) -> str:
    """Sorts a queue by time; no two have the same."""
    return f"{detection.at.astimezone(UTC).isoformat(timespec='microseconds')}#{detection.detection_id}"
