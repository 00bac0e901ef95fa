"""Where one step of data prep works: its inputs, an engine, and a folder that goes when the step ends."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import duckdb

from lambdas.common.artifacts import batches_folder
from lambdas.common.errors import VigilError
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.inputs import Inputs
from lambdas.data_prep.sensor_zones.engine import connect
from lambdas.data_prep.sensor_zones.spec import SensorZones

RESERVE_MS = 45_000
"""Left for what follows: handing over, putting the version together."""


class TimeBudgetError(VigilError):
    """The readings cannot be prepared within one invocation."""


class Workplace(NamedTuple):
    inputs: Inputs
    con: duckdb.DuckDBPyConnection
    scratch: Path

    @property
    def spec(self) -> SensorZones:
        return self.inputs.spec

    def fetch(self, name: str) -> Path:
        """A raw file; raises DataError: it has gone."""
        path = self.inputs.raw.fetch(f"{self.spec.prefix}{name}", self.scratch / "raw")
        if path is None:
            raise DataError(f"{name} was removed while it was being prepared; run again.")
        return path

    def release(self, path: Path) -> None:
        """A file that was copied here is no longer needed."""
        if path.is_relative_to(self.scratch):
            path.unlink()

    @property
    def folder(self) -> str:
        """In the artifacts bucket, for what the steps hand over."""
        return batches_folder(self.inputs.domain, self.inputs.run)

    def write(self, name: str, body: bytes) -> None:
        self.inputs.artifacts.write(f"{self.folder}{name}", body)

    def read(self, name: str) -> bytes:
        body = self.inputs.artifacts.read(f"{self.folder}{name}")
        if body is None:
            raise DataError(f"Run {self.inputs.run} has no {name}: that step of data prep did not end; run it again.")
        return body

    def require_time(self, done: int, of: int, what: str) -> None:
        """Raises TimeBudgetError rather than being cut off without a word."""
        if self.inputs.remaining_ms() < RESERVE_MS:
            raise TimeBudgetError(
                f"{done} of {of} {what} were done before the time ran out. Give the function more time, or set "
                "large_data in the domain's definition: batches are prepared side by side then."
            )


@contextmanager
def workplace(inputs: Inputs) -> Iterator[Workplace]:
    scratch = Path(tempfile.mkdtemp(prefix="zones-"))
    con = connect(scratch)
    try:
        yield Workplace(inputs, con, scratch)
    finally:
        con.close()
        shutil.rmtree(scratch, ignore_errors=True)
