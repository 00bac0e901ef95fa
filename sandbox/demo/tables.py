"""The demo of a domain of tables: a folder of them in, looked at before anything is deployed."""

from collections.abc import Sequence
from pathlib import Path

from rich.progress import track

from lambdas.data_prep.spec import KindSpec
from sandbox.demo.domain import Demo, DemoError
from sandbox.demo.rehearsal import rehearse_tables
from sandbox.demo.uploads import SCHEMA, described, tables_below
from sandbox.deployment import Deployment


class TablesDemo(Demo):
    """Raw data are .csv and .parquet files in any folders, and perhaps `schema.json`; a module says name and prefix."""

    prefix: str
    """Below which its definition has tables in the raw bucket."""
    contents: str
    """What is in the tables, in a word."""

    def check(self, raw: Path) -> None:
        if not tables_below(raw):
            raise DemoError(
                f"{raw} holds no {self.contents}: it needs .csv or .parquet files ({SCHEMA} describes their columns)"
            )

    def data(self) -> KindSpec | None:
        """The definition's; None: what data prep says of a person's own data is known when it is deployed."""
        return None

    def rehearse(self, raw: Path) -> Sequence[str]:
        data = self.data()
        return () if data is None else rehearse_tables(data, raw, described(raw))

    def upload(self, raw: Path, deployment: Deployment) -> None:
        bucket = deployment.output(self.name, "RawBucket")
        for file in track(described(raw), f"{self.name}: uploading {self.contents}"):
            deployment.s3.upload_file(str(file), bucket, f"{self.prefix}{file.relative_to(raw).as_posix()}")
