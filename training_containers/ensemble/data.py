"""The channel `dataset`: a version's manifest, its layout of zones, and the tables that the manifest names."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa
from pydantic import ValidationError

from inference.contracts import SPLITS, DatasetSummary, Split
from inference.contracts.zones import ZoneItem, ZoneLayout, ZoneSignals
from training_containers.contract import DataFault
from training_containers.contract.metric_definitions import print_metrics
from training_containers.ensemble.panels import Panel, read_panel
from training_containers.ensemble.source import ShardSource
from training_containers.ensemble.store import Shard, write_shard

LAYOUT = "zones.json"


@dataclass(frozen=True)
class Dataset:
    summary: DatasetSummary
    layout: ZoneLayout
    items: tuple[ZoneItem, ...]
    channel: Path

    def of(self, split: Split) -> list[ZoneItem]:
        return [item for item in self.items if item.split == split]


def read_dataset(channel: Path) -> Dataset:
    """Raises DataFault: a file is missing or malformed."""
    try:
        summary = DatasetSummary.model_validate_json((channel / "dataset.json").read_bytes())
        layout = ZoneLayout.model_validate_json((channel / LAYOUT).read_bytes())
        lines = (channel / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
        items = tuple(ZoneItem.model_validate_json(line) for line in lines if line.strip())
    except (OSError, ValidationError) as error:
        raise DataFault(f"the channel 'dataset' holds no readings of zones: {error}. Run data preparation.") from error
    return Dataset(summary, layout, items, channel)


def sources(dataset: Dataset, scratch: Path, every: int) -> dict[Split, ShardSource]:
    """Compute every table's features into `scratch`, those of an earlier try excepted.

    Members learn from every step; what they learned is judged on every `every`-th, as it is when it serves.

    Raises:
        DataFault: a split has no decision of either class, so nothing could be learned or measured on it.
    """
    shards: dict[Split, list[Shard]] = {split: [] for split in SPLITS}
    signals, adjacent = dataset.layout.signals, dataset.layout.adjacent
    for number, item in enumerate(dataset.items, start=1):
        folder = scratch / item.path.replace("/", "_")
        read = partial(_panel, dataset.channel / item.path, signals)
        steps = 1 if item.split is Split.TRAIN else every
        shards[item.split].append(write_shard(folder, read, item.group, item.block, adjacent, signals, steps))
        print_metrics({"tables": number, "of": len(dataset.items)})
    found = {split: ShardSource(tuple(of_split), signals) for split, of_split in shards.items()}
    for split, source in found.items():
        if not 0 < source.hazards < source.decisions:
            raise DataFault(
                f"the split '{split}' has {source.decisions} decisions, {source.hazards} of them with "
                f"'{signals.hazard}'; each class needs some. Give recordings of more sites and days."
            )
    return found


def _panel(path: Path, signals: ZoneSignals) -> Panel:
    try:
        return read_panel(path, signals)
    except (OSError, KeyError, pa.ArrowInvalid) as error:
        raise DataFault(f"the table {path.name} cannot be read: {error}. Prepare the data again.") from error
