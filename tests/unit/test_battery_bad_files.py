"""Ten bad files, each with its own clear message; and what is repaired, with a finding that says how."""

from io import BytesIO

import numpy as np
import pandas as pd
import pytest

from lambdas.data_prep.telemetry.check import check
from lambdas.data_prep.telemetry.reading import Unusable, read_table
from lambdas.data_prep.telemetry.reasons import Reason
from lambdas.data_prep.telemetry.schema import TelemetrySchema
from stacks.domains.battery.signals import SIGNALS
from tests.unit.module_tables import Change, checked, table


def test_a_good_file_has_no_findings() -> None:
    result = checked(table())
    assert result.findings == []
    assert len(result.table) == 60


@pytest.mark.parametrize(
    ("name", "body", "reason", "says"),
    [
        ("1-empty.csv", b"", Reason.EMPTY, "0 bytes"),
        ("2-picture.csv", b"\x89PNG\r\n\x1a\n\x00\xff\xfe", Reason.NOT_A_TABLE, "no readable csv"),
        ("3-cut.parquet", b"PAR1 and then nothing", Reason.NOT_A_TABLE, "no readable parquet"),
        ("notes.txt", b"hello", Reason.UNSUPPORTED_FILE, "neither .csv nor .parquet"),
        (
            "spreadsheet.csv",
            b"timestamp;voltage_v\n2026-01-05T06:00:00Z;46,1\n",
            Reason.NOT_A_TABLE,
            "semicolons stand",
        ),
        ("tabs.csv", b"timestamp\tvoltage_v\n2026-01-05T06:00:00Z\t46.1\n", Reason.NOT_A_TABLE, "tabs stand between"),
        ("header.csv", b"timestamp,module_id\n", Reason.EMPTY, "no rows"),
    ],
)
def test_files_that_are_no_tables(name: str, body: bytes, reason: Reason, says: str) -> None:
    with pytest.raises(Unusable, match=says) as refused:
        read_table(name, body)
    assert refused.value.reason is reason


@pytest.mark.parametrize("codec", ["zstd", "lz4", "brotli"])
def test_a_codec_that_the_layer_lacks_is_named_with_those_it_has(codec: str) -> None:
    stream = BytesIO()
    table().to_parquet(stream, compression=codec)
    with pytest.raises(Unusable, match=rf"compressed with {codec.upper()}; data prep reads SNAPPY, GZIP, UNCOMPRESSED"):
        read_table("codec.parquet", stream.getvalue())


@pytest.mark.parametrize("codec", ["snappy", "gzip", None])
def test_codecs_that_the_layer_has_are_read(codec: str | None) -> None:
    stream = BytesIO()
    table().to_parquet(stream, compression=codec)
    assert len(read_table("codec.parquet", stream.getvalue())) == 60


@pytest.mark.parametrize(
    ("change", "reason", "says"),
    [
        pytest.param(
            lambda t: t.drop(columns=["gas_ppm", "strain_ue"]),
            Reason.MISSING_COLUMNS,
            r"strain_ue, gas_ppm are missing.*map them in schema\.json",
            id="4-columns-missing",
        ),
        pytest.param(
            lambda t: t.assign(temperature_max_c=t.temperature_max_c + 273.15),
            Reason.WRONG_UNIT,
            r"temperature_max_c has a median of 301\.15.*looks like K",
            id="5-kelvin",
        ),
        pytest.param(
            lambda t: t.assign(ambient_c=t.ambient_c * 1.8 + 32),
            Reason.WRONG_UNIT,
            r"ambient_c has a median of 71\.6.*looks like degF",
            id="6-fahrenheit",
        ),
        pytest.param(
            lambda t: t.assign(voltage_v=t.voltage_v * 1000),
            Reason.WRONG_UNIT,
            r"voltage_v has a median of 46000.*looks like mV",
            id="7-millivolts",
        ),
        pytest.param(
            lambda t: t.assign(timestamp=["yesterday", *t.timestamp[1:]]),
            Reason.BAD_TIMESTAMPS,
            r"1 values of 'timestamp'.*'yesterday'.*2026-01-05T06:00:00Z",
            id="8-times-that-are-none",
        ),
        pytest.param(
            lambda t: t.assign(
                timestamp=pd.date_range("2026-01-05", periods=len(t), freq="5min", tz="UTC").astype(str)
            ),
            Reason.TOO_COARSE,
            "every 300 s",
            id="9-every-five-minutes",
        ),
        pytest.param(
            lambda t: t.assign(gas_ppm=["n/a?", *t.gas_ppm[1:]]),
            Reason.BAD_VALUES,
            r"'gas_ppm' has 1 values that are no numbers, the first is 'n/a\?'",
            id="10-text-for-a-number",
        ),
        pytest.param(
            lambda t: t.assign(runaway=[2, *t.runaway[1:]]),
            Reason.BAD_VALUES,
            "'runaway' has the value 2",
            id="runaway-2",
        ),
        pytest.param(
            lambda t: t.assign(timestamp=range(len(t))),
            Reason.BAD_TIMESTAMPS,
            "holds numbers .* without a unit",
            id="numbers-for-times",
        ),
    ],
)
def test_tables_that_cannot_be_used(change: Change, reason: Reason, says: str) -> None:
    with pytest.raises(Unusable, match=says) as refused:
        checked(change(table()))
    assert refused.value.reason is reason


@pytest.mark.parametrize(
    ("change", "kind", "count", "repaired"),
    [
        pytest.param(lambda t: t.iloc[::-1], "unsorted", 59, True, id="backward"),
        pytest.param(lambda t: pd.concat([t, t.iloc[:5]]), "copies", 5, True, id="copies"),
        pytest.param(
            lambda t: pd.concat([t, t.iloc[:3].assign(gas_ppm=9.0)]), "duplicate_timestamps", 3, True, id="duplicates"
        ),
        pytest.param(lambda t: t.drop(index=range(20, 40)), "gaps", 1, False, id="gap"),
        pytest.param(lambda t: t.assign(gas_ppm=[-5.0, *t.gas_ppm[1:]]), "out_of_range", 1, True, id="impossible"),
        pytest.param(lambda t: t.assign(gas_ppm=np.nan), "silent_channel", 60, False, id="silent"),
        pytest.param(lambda t: t.assign(module_id=[None, *t.module_id[1:]]), "no_module", 1, True, id="nameless"),
        pytest.param(
            lambda t: t.assign(timestamp=t.timestamp.str.removesuffix("Z")), "no_time_zone", 60, True, id="no-zone"
        ),
    ],
)
def test_findings_say_what_was_done(change: Change, kind: str, count: int, repaired: bool) -> None:
    result = checked(change(table()))
    found = {finding.kind: finding for finding in result.findings}
    assert found[kind].count == count
    assert found[kind].repaired is repaired
    assert result.table.timestamp.is_monotonic_increasing
    assert not result.table.duplicated(["module_id", "timestamp"]).any()


def test_of_rows_with_one_time_the_last_counts() -> None:
    result = checked(pd.concat([table(), table().iloc[:1].assign(gas_ppm=9.0)]))
    assert result.table.gas_ppm.iloc[0] == 9.0


def test_parquet_reads_like_csv() -> None:
    stream = BytesIO()
    table().assign(timestamp=pd.to_datetime(table().timestamp)).to_parquet(stream)
    result = check("a.parquet", read_table("a.parquet", stream.getvalue()), TelemetrySchema(SIGNALS))
    pd.testing.assert_frame_equal(result.table, checked(table()).table, check_dtype=False)
