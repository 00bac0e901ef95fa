"""Layout of the detections table: key `domain`, `detection_id`; index `queue` (partition `queue`, sort `rank`).

An item of a detection holds `document` (a `Detection` as JSON), `revision` (for conditions), `queue`, `rank` and
`expires`. Other items of a domain have a name with `#` as their `detection_id`.
"""

from inference.contracts.reviews import Detection

KEY, SORT, EXPIRES = "domain", "detection_id", "expires"
INDEX, QUEUE, RANK = "queue", "queue", "rank"
PROGRESS = "#progress"
"""The item that counts a domain's reviews."""
RETRAINING = "#retraining"
"""The item that says when reviews last started a run."""
SAMPLED = "sampled"


def queue_of(detection: Detection) -> str:
    """`<domain>#<status>`; open ones of the random tenth have a queue of their own, `<domain>#sampled`."""
    status = SAMPLED if detection.sampled and detection.status == "open" else detection.status
    return f"{detection.domain}#{status}"


def rank_of(detection: Detection) -> str:
    """Sorts a queue, smallest first: the most uncertain ones and their bursts; sampled ones by their id's hash."""
    if detection.sampled and detection.status == "open":
        return detection.detection_id[::-1]
    return f"{1 - detection.uncertainty:.6f}#{detection.burst}#{detection.at.isoformat()}"
