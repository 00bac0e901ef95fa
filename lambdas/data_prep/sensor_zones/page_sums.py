"""Tables of the page that sum over all items: splits, channels, sensors."""

from collections import defaultdict
from html import escape

from lambdas.data_prep.sensor_zones.inspection import Inspection
from lambdas.data_prep.sensor_zones.page_table import html_table


def splits(seen: Inspection) -> str:
    signals = seen.plan.zone_schema.signals
    found = []
    for split in ("train", "validation", "test"):
        ours = [one for table, one in seen.made if table.split == split]
        rows, hazards = sum(one.rows for one in ours), sum(one.hazards for one in ours)
        sites = {table.site for table, _ in seen.made if table.split == split}
        burning = sum(one.hazards > 0 for one in ours)
        counts = (len(ours), len(sites), rows, hazards, burning, sum(one.calm > 0 for one in ours))
        found.append((split, *(f"{count:,}" for count in counts)))
    hazard, calm = escape(signals.hazard), escape(signals.calm)
    return html_table(
        ("split", "tables", "sites", "rows", f"rows with {hazard}", f"tables with {hazard}", f"tables with {calm}"),
        found,
    )


def channels(seen: Inspection) -> str:
    rows = sum(one.rows for _, one in seen.made)
    found = []
    for channel in seen.plan.zone_schema.signals.channels:
        of = [one.channels[channel.name] for _, one in seen.made]
        values = sum(one.values for one in of)
        lows, highs = [one.low for one in of if one.low is not None], [one.high for one in of if one.high is not None]
        total = sum(one.mean * one.values for one in of if one.mean is not None)
        found.append(
            (
                escape(channel.name),
                escape(channel.unit),
                f"{min(lows):.6g}" if lows else "",
                f"{total / values:.6g}" if values else "",
                f"{max(highs):.6g}" if highs else "",
                f"{1 - values / max(rows, 1):.2%}",
                f"{sum(one.outside for one in of):,}",
            )
        )
    return html_table(("channel", "unit", "lowest", "mean", "highest", "missing", "outside"), found)


def sensors(seen: Inspection) -> str:
    """Those with most rows of the hazard first."""
    rows: dict[tuple[str, str, str], int] = defaultdict(int)
    hazards: dict[tuple[str, str, str], int] = defaultdict(int)
    for table, one in seen.made:
        for sensor in one.sensors:
            key = (table.site, sensor.zone, sensor.name)
            rows[key] += sensor.rows
            hazards[key] += sensor.hazards
    found = sorted(rows, key=lambda key: (-hazards[key], key))
    return html_table(
        ("site", "zone", "sensor", "rows", "rows with the hazard"),
        ((*map(escape, key), f"{rows[key]:,}", f"{hazards[key]:,} ({hazards[key] / rows[key]:.2%})") for key in found),
    )
