"""The simulated buildings: reproducible part by part, physically plausible, and not separable by one threshold."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from sandbox.simulators.fire.building import SENSORS, SENSORS_A_ZONE, ZONES, draw_building
from sandbox.simulators.fire.campaign import CampaignOptions, schema, simulate_campaign, simulate_day, write_part
from sandbox.simulators.fire.fires import burning
from sandbox.simulators.fire.sensors import CHANNELS, NAMES
from sandbox.simulators.fire.transport import ceiling_jet, mixed

SMALL = CampaignOptions(sites=2, days=2, hours=6, fires=30)


@pytest.fixture(scope="module")
def days():
    return [simulate_day(SMALL, site, day) for site in range(2) for day in range(2)]


def test_any_part_can_be_made_again_alone(tmp_path):
    parts = list(simulate_campaign(SMALL, tmp_path / "all"))
    alone = write_part(SMALL, tmp_path, (1, 1))

    assert alone.path.read_bytes() == parts[-1].path.read_bytes()
    assert sum(part.rows for part in parts) == SMALL.rows
    assert (tmp_path / "all" / "schema.json").is_file()


def test_a_table_has_the_documented_columns_sorted_by_time(tmp_path):
    table = pq.read_table(write_part(SMALL, tmp_path, (0, 0)).path)

    assert table.column_names == ["timestamp", "site_id", "zone_id", "sensor_id", *NAMES, "fire"]
    assert table.num_rows == 6 * 360 * SENSORS
    times = table["timestamp"].to_numpy()
    assert (np.diff(times) >= np.timedelta64(0)).all()
    named = schema(SMALL)
    assert [channel["name"] for channel in named["channels"]] == list(NAMES)
    assert set(named["adjacent"]) >= set(table["zone_id"].unique().to_pylist())


def test_few_in_a_hundred_rows_burn_at_the_usual_rate():
    day = simulate_day(CampaignOptions(sites=1), 0, 0)

    assert 0.002 < burning(day.fires, len(day.readings)).mean() < 0.05


def test_smoke_in_closed_zones_is_conserved():
    building = draw_building(np.random.default_rng(3))
    sealed = type(building)(**{**vars(building), "air_changes": np.zeros(ZONES)})
    sources = np.zeros((100, ZONES))
    sources[:50, 4] = 2.0

    held = mixed(sealed, sources, 10.0) @ sealed.volume

    assert held[-1] == pytest.approx(2.0 * 50 * 10, rel=1e-9)


def test_a_ceiling_jet_is_alperts():
    # 1 MW under 3 m, on the axis: 16.9 (667)^(2/3) / 3^(5/3); and 2 m away: 5.38 (667 / 2)^(2/3) / 3
    rise = ceiling_jet(np.array([1000.0]), np.array([0.0, 2.0]), 3.0)

    assert rise[0] == pytest.approx([206.7, 86.2], rel=0.01)


def test_readings_stay_within_what_instruments_can_say(days):
    readings = np.concatenate([day.readings.reshape(-1, len(NAMES)) for day in days])

    for number, channel in enumerate(CHANNELS):
        assert channel.low <= np.nanmin(readings[:, number]) <= np.nanmax(readings[:, number]) <= channel.high
    assert 0.001 < np.isnan(readings[:, NAMES.index("temperature_c")]).mean() < 0.2


def test_no_single_threshold_tells_fires_at_a_low_false_positive_rate(days):
    zones = np.concatenate([np.nanmax(_by_zone(day), axis=2) for day in days])
    burns = np.concatenate([burning(day.fires, len(day.readings)) for day in days])

    recalls = {}
    for number, name in enumerate(NAMES):
        values = np.nan_to_num(zones[:, :, number], nan=-np.inf)
        recalls[name] = (values[burns] > np.quantile(values[~burns], 0.995)).mean()

    assert max(recalls.values()) < 0.85, recalls


def test_the_zone_that_burns_shows_it(days):
    rises = []
    for day in days:
        temperature = np.nanmax(_by_zone(day), axis=2)[:, :, 0]
        rises += [
            temperature[fire.ignition : fire.end, fire.zone].max() - temperature[fire.ignition - 1, fire.zone]
            for fire in day.fires
            if fire.heat_kw.max() > 300
        ]

    assert np.median(rises) > 50


@pytest.mark.parametrize(("wrong", "told"), [({"hours": 0}, "hours is 0"), ({"fires": -1}, "fires is -1")])
def test_options_out_of_range_are_named(wrong, told):
    with pytest.raises(ValueError, match=told):
        CampaignOptions(**wrong)


def test_a_number_of_rows_is_reached_with_whole_days():
    options = CampaignOptions.of_rows(50_000_000)

    assert 50_000_000 <= options.rows < 60_000_000
    assert options.days >= 3


def _by_zone(day):
    return day.readings.reshape(len(day.readings), ZONES, SENSORS_A_ZONE, len(NAMES))
