"""The channel `dataset`: a version's manifest, its layout of zones, and the tables that the manifest names."""

from collections.abc import Mapping
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
from training_containers.ensemble.store import Shard, shard_elsewhere, write_shard
from training_containers.torch_run.processes import Processes

LAYOUT, SHARED = "zones.json", "train"


@dataclass(frozen=True)
class Dataset:
    summary: DatasetSummary
    layout: ZoneLayout
    items: tuple[ZoneItem, ...]
    channel: Path
    shared: Path | None = None
    """The channel of which each host has a share: tables to train on."""

    def table(self, item: ZoneItem) -> Path | None:
        """None: another host has it."""
        if self.shared is None or item.split is not Split.TRAIN:
            return self.channel / item.path
        path = self.shared / item.path
        return path if path.is_file() else None

    def of(self, split: Split) -> list[ZoneItem]:
        return [item for item in self.items if item.split == split]


def read_dataset(channel: Path, shared: Path | None = None) -> Dataset:
    """`shared`: the channel with the tables to train on, where hosts have a share of them each.

    Raises:
        DataFault: a file is missing or malformed.
    """
    try:
        summary = DatasetSummary.model_validate_json((channel / "dataset.json").read_bytes())
        layout = ZoneLayout.model_validate_json((channel / LAYOUT).read_bytes())
        lines = (channel / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
        items = tuple(ZoneItem.model_validate_json(line) for line in lines if line.strip())
    except (OSError, ValidationError) as error:
        raise DataFault(f"the channel 'dataset' holds no readings of zones: {error}. Run data preparation.") from error
    return Dataset(summary, layout, items, channel, shared)


def sources(dataset: Dataset, scratch: Path, every: int, processes: Processes) -> dict[Split, ShardSource]:
    """Compute every table's features into `scratch`, those of an earlier try excepted: a host's first process does.

    Members learn from every step; what they learned is judged on every `every`-th, as it is when it serves.

    Raises:
        DataFault: a split has no decision of either class, so nothing could be learned or measured on it.
    """
    if processes.rank_on_host == 0:
        here = _shards(dataset, scratch, every)
    processes.wait()
    if processes.rank_on_host != 0:  # all is computed by now
        here = _shards(dataset, scratch, every)
    shards: dict[Split, list[Shard]] = {split: [] for split in SPLITS}
    for item, shard in zip(dataset.items, everywhere(dataset, here, processes), strict=True):
        shards[item.split].append(shard)
    found = {split: ShardSource(tuple(of_split), dataset.layout.signals) for split, of_split in shards.items()}
    for split, source in found.items():
        if not 0 < source.hazards < source.decisions:
            raise DataFault(
                f"the split '{split}' has {source.decisions} decisions, {source.hazards} of them with "
                f"'{dataset.layout.signals.hazard}'; each class needs some. Give recordings of more sites and days."
            )
    return found


def everywhere(dataset: Dataset, here: Mapping[str, Shard], processes: Processes) -> list[Shard]:
    """Of every item in order: the shard, or what the host that has it says of it.

    Raises:
        DataFault: no host has a table.
    """
    told = {path: (len(shard), shard.hazards) for path, shard in here.items()} if dataset.shared is not None else {}
    known = {path: sizes for of_one in processes.gathered(told) for path, sizes in of_one.items()}
    lacking = [item.path for item in dataset.items if item.path not in here and item.path not in known]
    if lacking:
        raise DataFault(f"no host has {len(lacking)} tables of the manifest, {lacking[0]} among them. Prepare again.")
    return [
        here[item.path] if item.path in here else shard_elsewhere(item.group, item.block, *known[item.path])
        for item in dataset.items
    ]


def _shards(dataset: Dataset, scratch: Path, every: int) -> dict[str, Shard]:
    """By path, those of tables that this host has."""
    found = {}
    signals, adjacent = dataset.layout.signals, dataset.layout.adjacent
    for number, item in enumerate(dataset.items, start=1):
        table = dataset.table(item)
        if table is None:
            continue
        folder = scratch / item.path.replace("/", "_")
        read = partial(_panel, table, signals)
        steps = 1 if item.split is Split.TRAIN else every
        found[item.path] = write_shard(folder, read, item.group, item.block, adjacent, signals, steps)
        print_metrics({"tables": number, "of": len(dataset.items)})
    return found


def _panel(path: Path, signals: ZoneSignals) -> Panel:
    try:
        return read_panel(path, signals)
    except (OSError, KeyError, pa.ArrowInvalid) as error:
        raise DataFault(f"the table {path.name} cannot be read: {error}. Prepare the data again.") from error
