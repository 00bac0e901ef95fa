"""What a line of a telemetry dataset's manifest says."""

from typing import ClassVar

from pydantic import AwareDatetime, Field

from inference.contracts.dataset import Item


class TelemetryItem(Item):
    """One entity's rows of a table. `path` is below the dataset version's own folder, where the checked tables are."""

    entity: str
    starts: AwareDatetime = Field(description="its first row that may be used")
    faulty: bool = Field(default=False, description="a fault of its own is known in this part, whatever came of it")
    ends: AwareDatetime = Field(description="its rows from here on may not be used: they lie in another split's time")

    correctable: ClassVar[frozenset[str]] = Item.correctable | {"faulty"}
