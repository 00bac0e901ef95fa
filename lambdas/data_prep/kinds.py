"""Which preparation a kind of data has."""

from collections.abc import Callable
from typing import Protocol

from lambdas.data_prep.clients import Bucket, LabelTable
from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.data_prep.models import BatchResult, DataPrepEnvironment, DataPrepResult, ListResult


class Preparation(Protocol):
    def prepare(self) -> DataPrepResult: ...

    def list_batches(self, run: str) -> ListResult: ...

    def inspect_batch(self, run: str, number: int) -> BatchResult: ...

    def merge(self, run: str) -> DataPrepResult: ...


def preparation(env: DataPrepEnvironment, remaining_ms: Callable[[], int]) -> Preparation:
    """Imported when needed: a function's layer has Pillow or pandas, never both."""
    raw, artifacts = Bucket(env.raw_bucket), Bucket(env.artifacts_bucket)
    if isinstance(env.data, LabelledImages):
        from lambdas.data_prep.labelled_images.prepare import LabelledImagesPrep

        assert env.labels_table is not None  # DataPrepEnvironment asks for it
        labels = LabelTable(env.labels_table)
        return LabelledImagesPrep(env.domain, env.data, raw, labels, artifacts, remaining_ms)
    from lambdas.data_prep.telemetry.prepare import TelemetryPrep

    return TelemetryPrep(env.domain, env.data, raw, artifacts)
