"""Telemetry of battery modules: what is measured, how a window is made of it, and what to warn of."""

from inference.contracts.channels import Channel, Derived, Doubt, RuleSignal
from inference.contracts.telemetry import Signals

_KELVIN = Doubt(above=200.0, unit="K")
_FAHRENHEIT = Doubt(above=60.0, unit="degF")
"""No rack's air is as warm, in the median."""

SIGNALS = Signals(
    channels=(
        Channel(
            name="voltage_v",
            unit="V",
            low=0.0,
            high=1500.0,
            meaning="module voltage",
            doubts=(Doubt(above=1500.0, unit="mV"),),
        ),
        Channel(
            name="current_a",
            unit="A",
            low=-2000.0,
            high=2000.0,
            meaning="module current, positive while charging",
            doubts=(Doubt(above=2000.0, unit="mA"),),
        ),
        Channel(
            name="temperature_mean_c",
            unit="degC",
            low=-60.0,
            high=400.0,
            meaning="mean of the module's surface temperatures",
            doubts=(_KELVIN,),
        ),
        Channel(
            name="temperature_max_c",
            unit="degC",
            low=-60.0,
            high=400.0,
            meaning="hottest of the module's surface temperatures",
            doubts=(_KELVIN,),
        ),
        Channel(
            name="ambient_c",
            unit="degC",
            low=-60.0,
            high=120.0,
            meaning="air at the rack",
            doubts=(_KELVIN, _FAHRENHEIT),
        ),
        Channel(
            name="strain_ue",
            unit="microstrain",
            low=-50_000.0,
            high=50_000.0,
            meaning="swelling, at the module's end plate",
        ),
        Channel(
            name="gas_ppm",
            unit="ppm",
            low=0.0,
            high=1_000_000.0,
            meaning="off-gas in the module's enclosure",
            logarithmic_above=10.0,
        ),
    ),
    derived=(
        Derived(name="temperature_spread_c", minuend="temperature_max_c", subtrahend="temperature_mean_c"),
        Derived(name="temperature_rise_c", minuend="temperature_mean_c", subtrahend="ambient_c"),
    ),
    rule=(  # what a battery management system limits
        RuleSignal(name="temperature_max_c", feature="temperature_max_c:mean_1m"),
        RuleSignal(name="temperature_rise_k_5min", feature="temperature_max_c:delta_5m"),
        RuleSignal(name="voltage_share", feature="voltage_v:mean_1m", of="deviation"),
        RuleSignal(name="gas_ppm", feature="gas_ppm:mean_1m"),
    ),
    classes=("healthy", "hazard"),
    entity="module",
    event="runaway",
    step_s=10,
    coarsest_step_s=30,
    fill_s=60,
    spans_s=(60, 300, 600),
    decision_s=60,
    horizon_s=600,
    horizon_range_s=(300, 1800),
    least_warning_s=60,
    off_delay_s=600,
)
