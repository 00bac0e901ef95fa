"""What the gate writes into a model package's metadata for the release to read.

Keys and values are text of letters, digits, spaces and `_.:/=+-@`:
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html
"""

from collections.abc import Mapping

from lambdas.common.release_state import Quality

METRIC, TOTAL = "quality_metric", "quality_total"


def quality_properties(quality: Quality | None) -> dict[str, str]:
    return {} if quality is None else {METRIC: quality.metric, TOTAL: repr(quality.total)}


def quality_of(properties: Mapping[str, str]) -> Quality | None:
    """None for a package that was registered without the gate, or compared with nothing."""
    if METRIC not in properties or TOTAL not in properties:
        return None
    return Quality(metric=properties[METRIC], total=float(properties[TOTAL]))
