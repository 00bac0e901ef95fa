"""A model package's `edge/` folder: the model that devices run, and what was measured of it.

    edge/edge.json      `EdgeModel`
    edge/model.tflite   the file that ships: float32 (1, size, size, 3) of pixels 0 to 255 in, scores (1, classes) out
    edge/golden.jsonl   golden requests, answered by that file

A device gets the three as one tar, `bundle_name(release)`.
"""

from typing import Literal

from pydantic import Field

from inference.contracts.base import Contract

EDGE = "edge/"
EDGE_MODEL, EDGE_FILE, EDGE_GOLDEN = "edge.json", "model.tflite", "golden.jsonl"
BUNDLE_FILES = (EDGE_MODEL, EDGE_FILE, EDGE_GOLDEN)

EdgeFormat = Literal["float32", "int8"]


class EdgeCandidate(Contract):
    """One format, measured through the TFLite interpreter with one thread on the test split."""

    format: EdgeFormat
    size_mb: float = Field(gt=0, description="of the file, in 10^6 bytes")
    metrics: dict[str, float] = Field(description="accuracy, f1, roc_auc, ...; p50_ms, p95_ms, p99_ms of one picture")


class EdgeModel(Contract):
    """`edge/edge.json`. `candidates` has the one that ships and those that do not."""

    domain: str
    task: str
    classes: tuple[str, ...]
    input: dict[str, object] = Field(description="the task's input contract, as in the package's manifest")
    format: EdgeFormat
    sha256: str = Field(description="of the TFLite file")
    golden_sha256: str
    candidates: tuple[EdgeCandidate, ...] = Field(min_length=1)
    why: str = Field(description="one sentence: why this format ships")
    slow_ms: float = Field(gt=0, description="a device on which the 95th percentile is above refuses the model")


def bundle_name(release: str) -> str:
    """The name of a release's tar, as The Update Framework lists it."""
    return f"{release}.tar"
