"""Sensors of buildings: what is measured, on which grid, and of which zones a decision takes notice."""

from inference.contracts.zones import ZoneChannel, ZoneSignals

SIGNALS = ZoneSignals(
    channels=(
        ZoneChannel(name="temperature_c", unit="degC", low=-40, high=600, meaning="air at the sensor"),
        ZoneChannel(name="smoke_pct_m", unit="%/m", low=0, high=100, meaning="obscuration of light"),
        ZoneChannel(name="pm25_ug_m3", unit="ug/m3", low=0, high=5000, meaning="fine particles"),
        ZoneChannel(name="co_ppm", unit="ppm", low=0, high=5000, meaning="carbon monoxide"),
        ZoneChannel(name="co2_ppm", unit="ppm", low=0, high=40_000, meaning="carbon dioxide"),
        ZoneChannel(name="voc_ppb", unit="ppb", low=0, high=100_000, meaning="volatile organic compounds"),
        ZoneChannel(name="humidity_pct", unit="%", low=0, high=100, meaning="relative humidity"),
        ZoneChannel(
            name="flame_ir", unit="1", low=0, high=1, meaning="infrared in the flame band, share of full scale"
        ),
    ),
    step_s=10,
    window_steps=30,
    short_steps=6,
    fill_steps=6,
    sensors=4,
    neighbours=2,
    calm="normal",
    hazard="fire",
)
