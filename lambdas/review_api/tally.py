"""What a detection adds to its domain's counts of reviews. Pure."""

from collections import Counter

from inference.contracts.reviews import Detection
from lambdas.review_api.settlement import compare

VERDICT, REVIEWER, PAIRS, ALIKE = "verdict#", "reviewer#", "pairs", "alike"
"""Attributes of the item `#reviews`; the first two go on with what is counted."""


def tally(detection: Detection) -> Counter[str]:
    """Standing reviews by verdict and reviewer, pairs of reviewers, and of these how many saw the same."""
    standing = detection.standing
    found = Counter(name for one in standing for name in (f"{VERDICT}{one.verdict}", f"{REVIEWER}{one.reviewer}"))
    compared = compare(detection.answered, standing)
    return found + Counter({PAIRS: compared.pairs, ALIKE: compared.alike})


def difference(before: Detection, after: Detection) -> dict[str, int]:
    """What to add to the counts."""
    found = tally(after)
    found.subtract(tally(before))
    return {name: count for name, count in sorted(found.items()) if count}
