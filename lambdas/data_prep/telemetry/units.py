"""Units that the values themselves contradict. Pure."""

import pandas as pd

from inference.contracts.telemetry import CHANNELS

# channel -> (median above which the unit is doubted, the unit it then probably is)
DOUBTS = {
    "voltage_v": (1500.0, "mV"),
    "current_a": (2000.0, "mA"),
    "temperature_mean_c": (200.0, "K"),
    "temperature_max_c": (200.0, "K"),
    "ambient_c": (200.0, "K"),
}
WARMEST_AMBIENT_C = 60.0  # median; above it an "ambient" in Celsius is a Fahrenheit


def suspect_unit(name: str, values: pd.Series) -> str | None:
    """A sentence where the median (of magnitudes) cannot be in the documented unit, else None."""
    median = float(values.abs().median())
    unit = next(channel.unit for channel in CHANNELS if channel.name == name)
    likely = None
    if name in DOUBTS and median > DOUBTS[name][0]:
        likely = DOUBTS[name][1]
    elif name == "ambient_c" and median > WARMEST_AMBIENT_C:
        likely = "degF"
    if likely is None:
        return None
    return (
        f"{name} has a median of {median:g}, which cannot be {unit}; it looks like {likely}. "
        f'Name the unit in schema.json: {{"columns": {{"{name}": {{"column": "{name}", "unit": "{likely}"}}}}}}.'
    )
