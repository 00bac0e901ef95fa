"""Puts together what the batches made: the inspection and its page, and a dataset unless it has to be refused."""

import json
from collections.abc import Sequence

from inference.contracts import Split
from inference.contracts.zones import ZoneItem, ZoneLayout
from lambdas.common.artifacts import MANIFEST, SUMMARY, inspection_page
from lambdas.data_prep.dataset_files import Dataset, StoredFile
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.sensor_zones import page, prints
from lambdas.data_prep.sensor_zones.inspection import Inspection, inspect
from lambdas.data_prep.sensor_zones.plan import Plan
from lambdas.data_prep.sensor_zones.profile import TableSeen
from lambdas.data_prep.sensor_zones.spec import DATASET_LIST, TRAIN_LIST
from lambdas.data_prep.sensor_zones.workplace import Workplace

LAYOUT, PAGE = "zones.json", "inspection.html"


def inspected(at: Workplace, plan: Plan, seen: Sequence[TableSeen]) -> tuple[Inspection, bytes]:
    """With its page, which is written to the run's folder."""
    folder = at.scratch / "prints"
    paths = [at.inputs.artifacts.fetch(f"{at.folder}{prints.path_of(number)}", folder) for number in range(len(seen))]
    missing = [prints.path_of(number) for number, path in enumerate(paths) if path is None]
    if missing:
        raise DataError(f"Run {at.inputs.run} has no {missing[0]}: that step of data prep did not end; run it again.")
    repeats = prints.repeats(at.con, [path for path in paths if path is not None], plan.one_in)
    found = inspect(plan, seen, repeats, at.spec)
    html = page.render(at.inputs.domain, at.inputs.run, found)
    at.inputs.artifacts.write(inspection_page(at.inputs.domain, at.inputs.run), html)
    return found, html


def assemble(at: Workplace, plan: Plan, seen: Sequence[TableSeen]) -> Dataset:
    """Raises DataError: a split has too little of a class to learn from, or to measure on."""
    found, html = inspected(at, plan, seen)
    if found.refusal:
        raise DataError(f"{found.refusal} What was found: {page_uri(at)}.")
    signals = plan.zone_schema.signals
    items = [
        ZoneItem(
            path=table.path,
            label=signals.hazard if one.hazards else signals.calm,
            split=table.split,
            group=table.site,
            block=table.block,
        )
        for table, one in found.made
    ]
    layout = ZoneLayout(signals=signals, adjacent=plan.zone_schema.adjacent)
    return Dataset(
        classes=(signals.calm, signals.hazard),
        items=items,
        rejections=plan.rejected,
        duplicates=sum(one.duplicates for one in seen),
        findings=found.findings,
        files={LAYOUT: layout.model_dump_json(indent=1).encode()},
        stored={table.path: StoredFile(f"{at.folder}{table.path}", one.digest) for table, one in found.made},
        listings={PAGE: html},
        lists={
            DATASET_LIST: [MANIFEST, SUMMARY, LAYOUT, *(one.path for one in items if one.split is not Split.TRAIN)],
            TRAIN_LIST: [one.path for one in items if one.split is Split.TRAIN],
        },
        raw_bytes=sum(file.size for file in plan.files),
    )


def page_uri(at: Workplace) -> str:
    return f"s3://{at.inputs.artifacts.name}/{inspection_page(at.inputs.domain, at.inputs.run)}"


def dump(seen: Sequence[TableSeen]) -> bytes:
    return json.dumps([one.model_dump() for one in seen]).encode()


def load(body: bytes) -> list[TableSeen]:
    return [TableSeen.model_validate(one) for one in json.loads(body)]
