"""Puts together what the batches made: items, splits with enough of each class, and what a person should know."""

import json
from collections.abc import Sequence

from inference.contracts import Split
from inference.contracts.zones import ZoneItem, ZoneLayout
from lambdas.data_prep.dataset_files import Dataset, StoredFile
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.sensor_zones.plan import Plan, Table
from lambdas.data_prep.sensor_zones.profile import TableSeen
from lambdas.data_prep.sensor_zones.spec import SensorZones
from lambdas.data_prep.sensor_zones.workplace import Workplace

LAYOUT = "zones.json"


def assemble(at: Workplace, plan: Plan, seen: Sequence[TableSeen]) -> Dataset:
    """Raises DataError: a split has too little of a class to learn from, or to measure on."""
    signals = plan.zone_schema.signals
    made = [(table, one) for table, one in zip(plan.tables, seen, strict=True) if one.digest]
    require_enough(made, at.spec)
    items = [
        ZoneItem(
            path=table.path,
            label=signals.hazard if one.hazards else signals.calm,
            split=table.split,
            group=table.site,
            block=table.block,
        )
        for table, one in made
    ]
    layout = ZoneLayout(signals=signals, adjacent=plan.zone_schema.adjacent)
    return Dataset(
        classes=(signals.calm, signals.hazard),
        items=items,
        rejections=plan.rejected,
        duplicates=sum(one.duplicates for one in seen),
        files={LAYOUT: layout.model_dump_json(indent=1).encode()},
        stored={table.path: StoredFile(f"{at.folder}{table.path}", one.digest) for table, one in made},
    )


def require_enough(made: Sequence[tuple[Table, TableSeen]], spec: SensorZones) -> None:
    """Raises DataError that says what each split lacks."""
    lacking = []
    for split in Split:
        ours = [one for table, one in made if table.split is split]
        burning, calm = sum(one.hazards > 0 for one in ours), sum(one.calm > 0 for one in ours)
        runs = sum(len(one.runs) for one in ours)
        for count, least, what in (
            (burning, spec.least_blocks, f"time blocks with '{spec.signals.hazard}'"),
            (calm, spec.least_blocks, f"time blocks with '{spec.signals.calm}'"),
            (runs, spec.least_runs, f"separate runs of '{spec.signals.hazard}'"),
        ):
            if count < least:
                lacking.append(f"{split} has {count} {what} and needs {least}")
    if lacking:
        sites, blocks = {table.site for table, _ in made}, {table.block for table, _ in made}
        raise DataError(
            f"The readings of {len(sites)} sites in {len(blocks)} time blocks of {spec.block_hours:g} h are too few to "
            f"train on and to test: {'; '.join(lacking)}. Give recordings of more sites and more time in which it "
            f"burns, or make blocks shorter (block_hours in the domain's definition)."
        )


def dump(seen: Sequence[TableSeen]) -> bytes:
    return json.dumps([one.model_dump() for one in seen]).encode()


def load(body: bytes) -> list[TableSeen]:
    return [TableSeen.model_validate(one) for one in json.loads(body)]
