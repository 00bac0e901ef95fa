"""From readable tables to a dataset version of telemetry: checked tables, items, splits, findings. Pure."""

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from io import BytesIO

import pandas as pd

from inference.contracts import SPLITS, Finding
from inference.contracts.telemetry import TIMESTAMP, Signals
from inference.contracts.telemetry_item import TelemetryItem
from lambdas.data_prep.dataset_files import Dataset
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.quarantine import Rejection
from lambdas.data_prep.telemetry.check import check
from lambdas.data_prep.telemetry.items import items_of
from lambdas.data_prep.telemetry.reading import WRITTEN, Unusable, read_table
from lambdas.data_prep.telemetry.schema import TelemetrySchema
from lambdas.data_prep.telemetry.spec import Telemetry

LEAST_ENTITIES = 1
"""Of each class that each split needs."""


def assemble(spec: Telemetry, files: Iterable[tuple[str, bytes]], schema: TelemetrySchema) -> Dataset:
    """Check every file and split what is usable.

    Raises DataError when no file is usable, or a split would lack one of the classes.
    """
    usable, findings, rejections = [], [], []
    for name, body in files:
        try:
            checked = check(name, read_table(name, body), schema)
        except Unusable as fault:
            rejections.append(Rejection(name, fault.reason, fault.detail))
            continue
        usable.append(checked.table)
        findings += checked.findings
    if not usable:
        raise DataError(f"None of the {len(rejections)} files is usable telemetry. {_reasons(rejections)}")
    signals = spec.signals
    tables = _by_site(usable, signals, findings)
    contents = {f"tables/{_file_name(site)}.parquet": table for site, table in tables.items()}
    bodies = {path: _parquet(table, signals) for path, table in contents.items()}
    items = items_of(contents, spec)
    _require_both_classes(items, signals, rejections)
    return Dataset(
        classes=signals.classes,
        items=items,
        rejections=rejections,
        duplicates=sum(finding.count for finding in findings if finding.kind == "copies"),
        contents=signals,
        findings=findings,
        files=bodies,
    )


def _by_site(checked: list[pd.DataFrame], signals: Signals, findings: list[Finding]) -> dict[str, pd.DataFrame]:
    """One table a site, sorted by entity and time; an entity and time that two files have counts once."""
    key = [signals.entity_id, TIMESTAMP]
    tables = {}
    by_site: dict[str, list[pd.DataFrame]] = {}
    for file in checked:
        for site, rows in file.groupby(signals.site_id, sort=True, observed=True):
            by_site.setdefault(str(site), []).append(rows)
    for site, rows in sorted(by_site.items()):
        table = pd.concat(rows, ignore_index=True).sort_values(key, kind="stable")
        again = table.duplicated(key, keep="last")
        if again.any():
            detail = f"two files have rows of the same {signals.entity} and time; the later file's are kept."
            findings.append(Finding(item=site, kind="overlap", count=int(again.sum()), detail=detail, repaired=True))
        tables[site] = table[~again].reset_index(drop=True)
    return tables


def _require_both_classes(items: list[TelemetryItem], signals: Signals, rejections: list[Rejection]) -> None:
    found = Counter((item.split, item.label) for item in items)
    poor = [
        f"{split}: {found[split, label]} {label}"
        for split in SPLITS
        for label in signals.classes
        if found[split, label] < LEAST_ENTITIES
    ]
    if poor:
        raise DataError(
            f"Each split needs at least {LEAST_ENTITIES} {signals.entity} of each class, and has too few "
            f"({'; '.join(poor)}). Give more recordings of {signals.entity}s with their {signals.event} "
            f"(column `{signals.event}`). {_reasons(rejections)}".strip()
        )


def _reasons(rejections: list[Rejection]) -> str:
    return " ".join(f"{rejection.item}: {rejection.detail}" for rejection in rejections[:10])


def _parquet(table: pd.DataFrame, signals: Signals) -> bytes:
    names = dict.fromkeys((signals.entity_id, signals.site_id), "category")
    narrow = table.astype(dict.fromkeys(signals.channel_names, "float32") | names)
    stream = BytesIO()
    narrow.to_parquet(stream, index=False, compression=WRITTEN)
    return stream.getvalue()


def _file_name(site: str) -> str:
    """A site's name as a file name: what could leave the folder or hide is replaced, and a hash keeps names apart."""
    safe = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in site)[:80]
    return safe if safe == site else f"{safe}-{sha256(site.encode()).hexdigest()[:8]}"
