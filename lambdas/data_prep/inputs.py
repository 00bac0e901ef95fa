"""What a kind's preparation is given."""

from collections.abc import Callable
from typing import Any, NamedTuple

from lambdas.data_prep.clients import Bucket, LabelTable


class Inputs(NamedTuple):
    domain: str
    run: str
    spec: Any
    """The kind's own."""
    raw: Bucket
    artifacts: Bucket
    """For what batches hand over; dataset versions are published for every kind in one place."""
    labels: LabelTable | None
    """Given where the spec has a `labels_key`."""
    remaining_ms: Callable[[], int]
    """Milliseconds until the invocation is cut off."""
