"""From a first look at every file to a plan: which tables there will be, of which split, made of which files."""

import json

from inference.contracts import Split
from inference.contracts.zones import ZoneItem
from lambdas.common.artifacts import MANIFEST, dataset_folder, latest_dataset
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.inputs import Inputs
from lambdas.data_prep.sensor_zones.plan import (
    LeftOut,
    Plan,
    Table,
    block_name,
    block_number,
    in_batches,
    joined_parts,
    table_path,
)
from lambdas.data_prep.sensor_zones.schema import ZoneSchema
from lambdas.data_prep.sensor_zones.splits import Amount, assign, margins
from lambdas.data_prep.sensor_zones.survey import survey
from lambdas.data_prep.sensor_zones.workplace import Workplace

SCHEMA = "schema.json"


def make_plan(at: Workplace) -> Plan:
    """Raises DataError: there is nothing, or nothing usable."""
    spec, raw = at.spec, at.inputs.raw
    sizes = raw.sizes(spec.prefix)
    files = sorted((name, size) for name, size in sizes.items() if name != SCHEMA)
    if not files:
        raise DataError(f"There are no readings below s3://{raw.name}/{spec.prefix}; upload .csv or .parquet.")
    schema = ZoneSchema.parse(raw.read(f"{spec.prefix}{SCHEMA}") if SCHEMA in sizes else None, spec.signals)
    seen, rejections = survey(files, at, schema)
    if not seen:
        told = " ".join(f"{one.item}: {one.detail}" for one in rejections[:10])
        raise DataError(f"None of the {len(files)} files can be used. {told}")
    parts = joined_parts(seen)
    window_us = spec.signals.window_steps * spec.signals.step_s * 1_000_000
    whole = {key: one for key, one in parts.items() if one.last_us - one.first_us >= window_us}
    splits = assign({key: Amount(one.rows, one.hazards) for key, one in whole.items()}, spec, _tested(at.inputs))
    beside = margins(splits)
    tables = [
        Table(
            site=site,
            block=block_name(block, spec.block_us),
            path=table_path(site, block_name(block, spec.block_us)),
            split=splits[site, block],
            starts_us=block * spec.block_us + window_us * beside[site, block].start,
            ends_us=(block + 1) * spec.block_us - window_us * beside[site, block].end,
            part=part,
        )
        for (site, block), part in whole.items()
    ]
    return Plan(
        zone_schema=schema,
        files=tuple(seen),
        rejections=tuple(LeftOut(item=one.item, reason=one.reason, detail=one.detail) for one in rejections),
        too_short=len(parts) - len(whole),
        tables=tuple(tables),
        batches=in_batches(tables),
    )


def _tested(inputs: Inputs) -> set[int]:
    """Time blocks in the test split of the domain's latest version."""
    pointer = inputs.artifacts.read(latest_dataset(inputs.domain))
    if pointer is None:
        return set()
    manifest = inputs.artifacts.read(f"{dataset_folder(inputs.domain, json.loads(pointer)['version'])}{MANIFEST}")
    items = [ZoneItem.model_validate_json(line) for line in (manifest or b"").splitlines()]
    return {block_number(item.block, inputs.spec.block_us) for item in items if item.split is Split.TEST}
