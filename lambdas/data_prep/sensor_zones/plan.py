"""What is to be made of which files: one table a site and time block, and the batches they are made in."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256

from pydantic import Field

from inference.contracts import Split
from inference.contracts.base import Contract
from lambdas.data_prep.quarantine import Rejection
from lambdas.data_prep.sensor_zones.schema import ZoneSchema
from lambdas.data_prep.sensor_zones.survey import FileSeen, Part

BATCH_ROWS = 5_000_000
"""Of one Distributed Map item: some seconds of sorted Parquet, a minute of CSV."""
PICKED, LEAST_ONE_IN = 300_000, 4
DAY_US = 86_400_000_000
WHOLE_DAY, PART_OF_DAY = "%Y-%m-%d", "%Y-%m-%dT%H-%M"


class SourcePart(Contract):
    """What there is of a site in a time block, in all files."""

    files: tuple[str, ...]
    rows: int
    hazards: int
    first_us: int
    last_us: int


class Table(Contract):
    """One site's readings in one time block."""

    site: str
    block: str = Field(description="2025-01-06, or 2025-01-06T06-00 where blocks are no whole days")
    path: str = Field(description="in the dataset version's folder")
    split: Split
    starts_us: int = Field(description="rows before it lie too near another split's")
    ends_us: int = Field(description="the first instant that is not used")
    part: SourcePart


class LeftOut(Contract):
    item: str
    reason: str
    detail: str


class Plan(Contract):
    zone_schema: ZoneSchema
    files: tuple[FileSeen, ...]
    rejections: tuple[LeftOut, ...]
    too_short: int = Field(description="tables without a single window, which are left out")
    tables: tuple[Table, ...]
    batches: tuple[tuple[int, ...], ...] = Field(description="numbers of tables")

    @property
    def one_in(self) -> int:
        """One row in so many is picked to find repeated blocks by."""
        return max(LEAST_ONE_IN, sum(table.part.rows for table in self.tables) // PICKED)

    @property
    def rejected(self) -> list[Rejection]:
        return [Rejection(one.item, one.reason, one.detail) for one in self.rejections]


def block_name(block: int, block_us: int) -> str:
    start = datetime.fromtimestamp(block * block_us / 1e6, UTC)
    return start.strftime(WHOLE_DAY if block_us % DAY_US == 0 else PART_OF_DAY)


def block_number(name: str, block_us: int) -> int:
    start = datetime.strptime(name, PART_OF_DAY if "T" in name else WHOLE_DAY).replace(tzinfo=UTC)
    return round(start.timestamp() * 1e6) // block_us


def table_path(site: str, block: str) -> str:
    return f"tables/{_safe(site)}/{block}.parquet"


def in_batches(tables: Iterable[Table]) -> tuple[tuple[int, ...], ...]:
    """Neighbours in order of site and time, so that a batch reads few files."""
    batches: list[list[int]] = []
    rows = BATCH_ROWS
    for number, table in enumerate(tables):
        if rows + table.part.rows > BATCH_ROWS:
            batches.append([])
            rows = 0
        batches[-1].append(number)
        rows += table.part.rows
    return tuple(tuple(batch) for batch in batches)


def joined_parts(files: Iterable[FileSeen]) -> dict[tuple[str, int], SourcePart]:
    """(site, block) -> what all files have of it together."""
    found: dict[tuple[str, int], list[tuple[str, Part]]] = defaultdict(list)
    for file in files:
        for part in file.parts:
            found[part.site, part.block].append((file.name, part))
    return {
        key: SourcePart(
            files=tuple(name for name, _ in parts),
            rows=sum(part.rows for _, part in parts),
            hazards=sum(part.hazards for _, part in parts),
            first_us=min(part.first_us for _, part in parts),
            last_us=max(part.last_us for _, part in parts),
        )
        for key, parts in sorted(found.items())
    }


def _safe(site: str) -> str:
    """A site's name as a folder's: what could leave the folder or hide is replaced, and a hash keeps names apart."""
    safe = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in site)[:80]
    return safe if safe == site else f"{safe}-{sha256(site.encode()).hexdigest()[:8]}"
