"""A model package's `edge/` folder: the model that devices run, and what was measured of it.

    edge/edge.json      `EdgeModel`
    edge/model.tflite   the file that ships, of one input: pixels 0 to 255, float32 (1, size, size, 3)
    edge/golden.jsonl   golden requests, answered by that file

What the file answers is its task's, float32, named as in its signature:

    image_classification    output_0    (1, classes): scores that sum to one
    object_detection        output_0    (1, n, 4): boxes, left, top, right, bottom in parts of the picture
                            output_1    (1, n, classes): their scores, 0 to 1; overlapping boxes are not left out yet

A device gets the three files as one tar, `bundle_name(release)`.
"""

from typing import Literal

from pydantic import Field

from inference.contracts.base import Contract

EDGE = "edge/"
EDGE_MODEL, EDGE_FILE, EDGE_GOLDEN = "edge.json", "model.tflite", "golden.jsonl"
BUNDLE_FILES = (EDGE_MODEL, EDGE_FILE, EDGE_GOLDEN)
_TAR = ".tar"

EdgeFormat = Literal["float32", "int8"]


class EdgeCandidate(Contract):
    """One format, measured through the TFLite interpreter with one thread on the test split."""

    format: EdgeFormat
    size_mb: float = Field(gt=0, description="of the file, in 10^6 bytes")
    metrics: dict[str, float] = Field(
        description="accuracy, ap50, ... of its task; p50_ms, p95_ms, p99_ms of a picture"
    )


class EdgeModel(Contract):
    """`edge/edge.json`. `candidates` has the one that ships and those that do not."""

    domain: str
    task: str
    classes: tuple[str, ...]
    input: dict[str, object] = Field(description="the task's input contract, as in the package's manifest")
    thresholds: dict[str, float] = Field(
        default_factory=dict, description="as in a manifest, but chosen by this file's answers; none: the task has none"
    )
    format: EdgeFormat
    sha256: str = Field(description="of the TFLite file")
    golden_sha256: str
    candidates: tuple[EdgeCandidate, ...] = Field(min_length=1)
    why: str = Field(description="one sentence: why this format ships")
    slow_ms: float = Field(gt=0, description="a device on which the 95th percentile is above refuses the model")


def bundle_name(release: str) -> str:
    """The name of a release's tar, as The Update Framework lists it."""
    return f"{release}{_TAR}"


def release_of(bundle: str) -> str:
    """Of a name that `bundle_name` made."""
    return bundle.removesuffix(_TAR)
