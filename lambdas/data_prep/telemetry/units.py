"""Units that the values themselves contradict. Pure."""

import pandas as pd

from inference.contracts.channels import Channel


def suspect_unit(channel: Channel, values: pd.Series) -> str | None:
    """A sentence where the median (of magnitudes) cannot be in the documented unit, else None."""
    median = float(values.abs().median())
    likely = next((doubt.unit for doubt in channel.doubts if median > doubt.above), None)
    if likely is None:
        return None
    name = channel.name
    return (
        f"{name} has a median of {median:g}, which cannot be {channel.unit}; it looks like {likely}. "
        f'Name the unit in schema.json: {{"columns": {{"{name}": {{"column": "{name}", "unit": "{likely}"}}}}}}.'
    )
