"""Splits by time and module, and the dataset version that comes of it."""

import json
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from pyarrow.parquet import ParquetFile

from inference.contracts import SPLITS, Split
from inference.contracts.telemetry import Signals
from inference.contracts.telemetry_item import TelemetryItem
from lambdas.data_prep.dataset_files import Dataset, DatasetFiles, render
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.telemetry.check import check
from lambdas.data_prep.telemetry.dataset import assemble
from lambdas.data_prep.telemetry.items import items_of
from lambdas.data_prep.telemetry.schema import TelemetrySchema
from lambdas.data_prep.telemetry.spec import Telemetry
from lambdas.data_prep.telemetry.splits import Span, assign, choose_cut
from stacks.domains.battery.definition import BATTERY
from stacks.domains.battery.signals import SIGNALS

DAY = pd.Timestamp("2026-01-05", tz="UTC")
HOUR = pd.Timedelta(hours=1)
LONGEST_HORIZON = pd.Timedelta(minutes=30)


def recording(start: pd.Timestamp, modules: list[str], rows: int = 400, failing: int = 1, **more: str) -> bytes:
    frames = []
    for number, module in enumerate(modules):
        frame = pd.DataFrame({"timestamp": pd.date_range(start, periods=rows, freq="10s"), "module_id": module, **more})
        frame[list(SIGNALS.channel_names)] = 20.0
        frame["runaway"] = (np.arange(rows) >= rows - 10) & (number < failing)
        frames.append(frame)
    return pd.concat(frames).to_csv(index=False).encode()


def dataset(files: list[tuple[str, bytes]]) -> DatasetFiles:
    return render("battery", assemble(Telemetry(prefix="", signals=SIGNALS), files, TelemetrySchema(SIGNALS)))


def items(prepared: DatasetFiles) -> list[TelemetryItem]:
    return [TelemetryItem.model_validate_json(line) for line in prepared.files["manifest.jsonl"].splitlines()]


@pytest.fixture(scope="module")
def sites() -> DatasetFiles:
    """Twelve sites, one after another."""
    names = [f"s{number:02}" for number in range(12)]
    return dataset(
        [
            (f"{name}.csv", recording(DAY + 2 * n * HOUR, [f"{name}/m{m}" for m in range(3)], site_id=name))
            for n, name in enumerate(names)
        ]
    )


def test_sites_that_follow_one_another_split_at_a_start(sites: DatasetFiles) -> None:
    found = items(sites)
    assert len(found) == 36
    test = [item for item in found if item.split is Split.TEST]
    assert len({item.group for item in test}) == 4
    assert min(item.starts for item in test) >= max(item.ends for item in found if item.split is not Split.TEST)


def test_no_group_straddles_a_split(sites: DatasetFiles) -> None:
    splits: dict[str, set[Split]] = {}
    for item in items(sites):
        splits.setdefault(item.group, set()).add(item.split)
    assert all(len(of_group) == 1 for of_group in splits.values())


def test_every_split_has_both_classes(sites: DatasetFiles) -> None:
    for counts in sites.summary.counts.values():
        assert counts[SIGNALS.clear] > 0
        assert counts[SIGNALS.hazard] > 0


@pytest.mark.parametrize("test", [0.3, BATTERY.data.test])
def test_modules_recorded_together_split_by_time_and_module(test: float) -> None:
    """A month of one site: no test module before the cut, no other module after it, and both kinds there are."""
    modules = [f"m{number}" for number in range(40)]
    spans = {module: Span(DAY, DAY + 100 * HOUR, 36_000) for module in modules}
    assigned = assign(spans, 0.2, test, set(modules[::3]), LONGEST_HORIZON)
    cut = choose_cut(spans, test)
    assert abs(cut - (DAY + 100 * (1 - test) * HOUR)) < HOUR
    assert {one.split for one in assigned.values()} == set(SPLITS)
    assert sum(one.split is Split.TRAIN for one in assigned.values()) >= 8
    for one in assigned.values():
        if one.split is Split.TEST:
            assert one.starts >= cut
        else:
            assert one.ends <= cut - LONGEST_HORIZON


def test_a_module_stays_on_its_side_when_others_are_added() -> None:
    few = {f"m{number}": Span(DAY, DAY + 100 * HOUR, 36_000) for number in range(20)}
    many = {f"m{number}": Span(DAY, DAY + 100 * HOUR, 36_000) for number in range(40)}
    before, after = (assign(spans, 0.2, 0.3, set(), LONGEST_HORIZON) for spans in (few, many))
    assert {m for m in few if before[m].split is Split.TEST} == {m for m in few if after[m].split is Split.TEST}


def test_the_signals_go_with_the_version(sites: DatasetFiles) -> None:
    assert Signals.model_validate(json.loads(sites.files["dataset.json"])["contents"]) == SIGNALS
    same = Dataset(classes=SIGNALS.classes, items=[], rejections=[], duplicates=0, contents=SIGNALS)
    other = same._replace(contents=SIGNALS.model_copy(update={"off_delay_s": 2 * SIGNALS.off_delay_s}))
    assert len({render("battery", one).version for one in (same, other, same._replace(contents=None))}) == 3


def test_the_version_follows_the_content(sites: DatasetFiles) -> None:
    again = [
        (f"s{n:02}.csv", recording(DAY + 2 * n * HOUR, [f"s{n:02}/m{m}" for m in range(3)], site_id=f"s{n:02}"))
        for n in range(12)
    ]
    assert dataset(again).version == sites.version
    assert dataset([*again[:-1], (again[-1][0], again[-1][1].replace(b"20.0", b"21.0"))]).version != sites.version


def test_the_test_split_keeps_its_fingerprint_while_training_data_changes(sites: DatasetFiles) -> None:
    older = ("older.csv", recording(DAY - 9 * HOUR, ["older/m0", "older/m1"], rows=90, site_id="older"))
    files = [
        (f"s{n:02}.csv", recording(DAY + 2 * n * HOUR, [f"s{n:02}/m{m}" for m in range(3)], site_id=f"s{n:02}"))
        for n in range(12)
    ]
    grown = dataset([older, *files])
    assert grown.version != sites.version
    assert grown.summary.test_split == sites.summary.test_split
    assert json.loads(sites.files["dataset.json"])["test_split"] == sites.summary.test_split
    newer = ("newer.csv", recording(DAY + 26 * HOUR, ["newer/m0", "newer/m1"], site_id="newer"))
    assert dataset([*files, newer]).summary.test_split != sites.summary.test_split


def test_bad_files_are_named_and_do_not_stop_the_good(sites: DatasetFiles) -> None:
    files = [
        (f"s{n}.csv", recording(DAY + 2 * n * HOUR, [f"s{n}/m{m}" for m in range(3)], site_id=f"s{n}"))
        for n in range(12)
    ]
    prepared = dataset([*files, ("broken.csv", b"")])
    assert prepared.summary.quarantined == {"empty": 1}
    assert prepared.summary.examples == {"empty": ("broken.csv",)}
    assert json.loads(prepared.files["dataset.json"])["counts"]["test"][SIGNALS.hazard] > 0


def test_nothing_usable_says_why() -> None:
    with pytest.raises(DataError, match=r"None of the 1 files is usable.*a\.csv: the file has 0 bytes"):
        dataset([("a.csv", b"")])


def test_no_runaway_at_all_says_what_is_missing() -> None:
    files = [(f"s{n}.csv", recording(DAY + 2 * n * HOUR, ["m"], failing=0, site_id=f"s{n}")) for n in range(12)]
    with pytest.raises(DataError, match="train: 0 hazard.*column `runaway`"):
        dataset(files)


def test_a_sites_name_cannot_leave_the_folder() -> None:
    files = [
        (f"s{n}.csv", recording(DAY + 2 * n * HOUR, [f"{n}/{m}" for m in range(2)], site_id=f"../../s{n}"))
        for n in range(12)
    ]
    assert all(".." not in path for path in dataset(files).files)


def test_known_faults_are_told_of_the_part_of_a_recording_that_is_used() -> None:
    """One site's modules with a fault at the start, so only what is used of the time before the cut knows of it."""
    modules = [f"m{number}" for number in range(12)]
    raw = pd.read_csv(BytesIO(recording(DAY, modules, rows=3600)))
    raw["fault"] = ((raw.groupby("module_id").cumcount() < 600) & raw["module_id"].ne("m0")).astype(int)
    table = check("all.csv", raw, TelemetrySchema(SIGNALS)).table
    found = items_of({"tables/all.parquet": table}, Telemetry(prefix="", signals=SIGNALS))
    assert {item.split for item in found} >= {Split.TRAIN, Split.TEST}
    for item in found:
        assert item.faulty is (item.split is not Split.TEST and item.entity != "m0")


def test_checked_tables_are_written_as_the_layer_can(sites: DatasetFiles) -> None:
    """`building/lambda/build-lambda-layer.sh` of aws/aws-sdk-pandas: snappy and zlib ON; ZSTD, LZ4, BROTLI OFF."""
    tables = [BytesIO(body) for path, body in sites.files.items() if path.endswith(".parquet")]
    assert tables
    for table in tables:
        row_group = ParquetFile(table).metadata.row_group(0)
        assert {row_group.column(number).compression for number in range(row_group.num_columns)} == {"SNAPPY"}
