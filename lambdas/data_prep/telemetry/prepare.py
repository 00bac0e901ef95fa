"""Data prep of telemetry: every table below the prefix, in one call."""

from collections.abc import Iterator
from typing import NamedTuple

from lambdas.common.errors import PayloadError
from lambdas.data_prep.clients import Bucket
from lambdas.data_prep.dataset_files import DatasetFiles
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.models import BatchResult, DataPrepResult, ListResult
from lambdas.data_prep.publish import publish_dataset, publish_quarantine
from lambdas.data_prep.telemetry.dataset import prepare
from lambdas.data_prep.telemetry.schema import TelemetrySchema
from lambdas.data_prep.telemetry.spec import Telemetry

SCHEMA = "schema.json"


class TelemetryPrep(NamedTuple):
    domain: str
    spec: Telemetry
    raw: Bucket
    artifacts: Bucket

    def prepare(self) -> DataPrepResult:
        names = sorted(self.raw.sizes(self.spec.prefix))
        tables = [name for name in names if name != SCHEMA]
        if not tables:
            raise DataError(
                f"There is no telemetry below s3://{self.raw.name}/{self.spec.prefix}; upload .csv or .parquet."
            )
        signals = self.spec.signals
        schema = TelemetrySchema.parse(self._read(SCHEMA), signals) if SCHEMA in names else TelemetrySchema(signals)
        prepared = prepare(self.domain, self.spec, self._files(tables), schema)
        publish_quarantine(self.domain, prepared.rejections, self.artifacts)
        files = DatasetFiles(prepared.version, prepared.files, prepared.summary)
        return publish_dataset(self.domain, files, self.artifacts)

    def list_batches(self, run: str) -> ListResult:
        raise _whole(run)

    def inspect_batch(self, run: str, number: int) -> BatchResult:
        raise _whole(f"{run}, batch {number}")

    def merge(self, run: str) -> DataPrepResult:
        raise _whole(run)

    def _files(self, names: list[str]) -> Iterator[tuple[str, bytes]]:
        for name in names:
            yield name, self._read(name)

    def _read(self, name: str) -> bytes:
        body = self.raw.read(f"{self.spec.prefix}{name}")
        if body is None:
            raise DataError(f"{name} was removed while it was being prepared; run again.")
        return body


def _whole(what: str) -> PayloadError:
    return PayloadError(f"Telemetry is prepared in one call, not in batches ({what}); use the action `prepare`.")
