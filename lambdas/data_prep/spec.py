"""What a kind of data says of itself, whatever a domain chooses. Each kind's own `spec.py` adds the choices."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from inference.contracts.base import Contract
from lambdas.common.reviewed_rows import ReviewedRows

Layer = Literal["requirements", "pandas"]
"""Libraries that a kind's preparation needs: its folder's requirements.txt, or the pandas layer that AWS publishes."""


class KindSpec(Contract):
    layer: ClassVar[Layer]
    memory_mb: ClassVar[int] = 1769
    """Of the function: as much as brings one core."""
    scratch_mb: ClassVar[int | None] = None
    """Of its own disk, where data is worked on that memory does not hold; None: what Lambda gives (512)."""

    kind: str
    prefix: str = Field(pattern=r"^([^/].*/)?$", description="in the raw bucket; ends with a slash, or is empty")

    @property
    def label_columns(self) -> tuple[str, ...]:
        """Columns read from the label table, its key first; none where labels come with the data."""
        return ()

    @property
    def labels_key(self) -> str | None:
        """The label table's partition key; None where there is no such table."""
        return next(iter(self.label_columns), None)

    @property
    def reviewed_rows(self) -> ReviewedRows | None:
        """How a settled review becomes a row of the label table; None: it cannot."""
        return None

    def channels(self, uri: str) -> tuple[dict[str, Any], ...]:
        """InputDataConfig of CreateTrainingJob for a dataset version; `uri`: its folder, with a trailing slash."""
        return (channel("dataset", "S3Prefix", uri),)


def channel(name: str, source: Literal["S3Prefix", "ManifestFile"], uri: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html"""
    data = {"S3DataType": source, "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": name, "DataSource": {"S3DataSource": data}, "InputMode": "File"}
