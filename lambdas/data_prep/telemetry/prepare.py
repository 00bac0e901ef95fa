"""Data prep of telemetry: every table below the prefix, in one call."""

from collections.abc import Iterator

from lambdas.data_prep.dataset_files import Dataset
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.inputs import Inputs
from lambdas.data_prep.telemetry.dataset import assemble
from lambdas.data_prep.telemetry.schema import TelemetrySchema
from lambdas.data_prep.telemetry.spec import Telemetry

SCHEMA = "schema.json"


def prepare(inputs: Inputs) -> Dataset:
    spec: Telemetry = inputs.spec
    names = sorted(inputs.raw.sizes(spec.prefix))
    tables = [name for name in names if name != SCHEMA]
    if not tables:
        raise DataError(f"There is no telemetry below s3://{inputs.raw.name}/{spec.prefix}; upload .csv or .parquet.")
    signals = spec.signals
    schema = TelemetrySchema.parse(_read(inputs, SCHEMA), signals) if SCHEMA in names else TelemetrySchema(signals)
    return assemble(spec, _files(inputs, tables), schema)


def _files(inputs: Inputs, names: list[str]) -> Iterator[tuple[str, bytes]]:
    for name in names:
        yield name, _read(inputs, name)


def _read(inputs: Inputs, name: str) -> bytes:
    body = inputs.raw.read(f"{inputs.spec.prefix}{name}")
    if body is None:
        raise DataError(f"{name} was removed while it was being prepared; run again.")
    return body
