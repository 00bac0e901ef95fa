"""Battery telemetry: the channels of a module, their units and plausible ranges, and what a window is."""

from typing import NamedTuple

STEP_SECONDS = 10
"""Readings are put on a grid of this step; the latest reading of a step counts."""
WINDOW_STEPS = 60
"""A window is ten minutes."""
COARSEST_STEP_SECONDS = 30
"""A module is read at least this often; data preparation, training and serving accept the same."""
LEAST_STEPS = WINDOW_STEPS * STEP_SECONDS // COARSEST_STEP_SECONDS // 2
"""Steps of a window with a reading: at least half of what the coarsest readings fill."""
FILL_STEPS = 6
"""A missing value is carried forward for at most a minute, never backward."""
SPIKE_STEPS = 3
"""A reading counts as the median of so many steps, its own the last: one that stands alone is no reading."""
HISTORY_STEPS = WINDOW_STEPS + SPIKE_STEPS - 1 + FILL_STEPS
"""Readings that one prediction can make use of: the window, and what is carried into it."""
DECISION_SECONDS = 60
"""A module is judged once a minute."""
HORIZON_SECONDS = 600
"""The hazard to warn of: a thermal runaway within this time."""

HEALTHY, HAZARD = "healthy", "hazard"
CLASSES = (HEALTHY, HAZARD)


class Channel(NamedTuple):
    """`low` and `high`: beyond them a value is no reading of a working instrument."""

    name: str
    unit: str
    low: float
    high: float
    meaning: str


CHANNELS = (
    Channel("voltage_v", "V", 0.0, 1500.0, "module voltage"),
    Channel("current_a", "A", -2000.0, 2000.0, "module current, positive while charging"),
    Channel("temperature_mean_c", "degC", -60.0, 400.0, "mean of the module's surface temperatures"),
    Channel("temperature_max_c", "degC", -60.0, 400.0, "hottest of the module's surface temperatures"),
    Channel("ambient_c", "degC", -60.0, 120.0, "air at the rack"),
    Channel("strain_ue", "microstrain", -50_000.0, 50_000.0, "swelling, at the module's end plate"),
    Channel("gas_ppm", "ppm", 0.0, 1_000_000.0, "off-gas in the module's enclosure"),
)
CHANNEL_NAMES = tuple(channel.name for channel in CHANNELS)
