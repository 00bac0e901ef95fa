"""The inspection as one HTML page that needs nothing else: no script, no file, no address. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape

from lambdas.data_prep.sensor_zones.inspection import Inspection

SHOWN = 200
"""Rows of a table on the page."""
WIDTH, HEIGHT = 960, 120
_COLOURS = {"train": "#4477aa", "validation": "#ccbb44", "test": "#ee6677", "left out": "#bbbbbb"}
_STYLE = """body{font:15px/1.45 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}td,th{border-bottom:1px solid #ddd;padding:.25rem .5rem;
text-align:left;vertical-align:top}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.no{color:#b00020;font-weight:600}.yes{color:#1b7837;font-weight:600}.box{border-left:4px solid;padding:.5rem 1rem}
svg{width:100%;height:auto}small{color:#666}"""


def render(domain: str, run: str, seen: Inspection) -> bytes:
    plan = seen.plan
    rows = sum(file.rows for file in plan.files)
    size = sum(file.size for file in plan.files)
    answer = (
        f'<p class="box no">Refused. {escape(seen.refusal)}</p>'
        if seen.refusal
        else '<p class="box yes">Models can be trained on this, and tested by time blocks.</p>'
    )
    formats = ", ".join(sorted({file.name.rsplit(".", 1)[-1].lower() for file in plan.files}))
    body = [
        f"<h1>Readings of {escape(domain)}</h1><p><small>run {escape(run)}</small></p>{answer}",
        f"<p>{len(plan.files)} files ({escape(formats)}), {size / 1e6:,.1f} MB, {rows:,} rows, "
        f"{len({table.site for table in plan.tables})} sites, "
        f"{len({table.block for table in plan.tables})} time blocks, "
        f"{len(seen.events)} separate runs of the label; {len(plan.rejections)} files left out.</p>",
        "<h2>Which evaluations would say something</h2>",
        _table(
            ("evaluation", "honest", "why"),
            ((escape(one.evaluation), _yes(one.honest), escape(one.why)) for one in seen.verdicts),
        ),
        "<h2>Labels by time</h2>",
        _bars(seen),
        "<h2>Splits</h2>",
        _splits(seen),
        "<h2>Runs of the label</h2>",
        _table(
            ("site", "from (UTC)", "minutes", "zones"),
            (
                (escape(one.site), _time(one.start_us), f"{(one.end_us - one.start_us) / 6e7:.1f}", _words(one.zones))
                for one in seen.events
            ),
        ),
        "<h2>Findings</h2>",
        _table(
            ("item", "what", "count", "detail"),
            (
                (escape(one.item), escape(one.kind), f"{one.count:,}", escape(one.detail))
                for one in sorted(seen.findings, key=lambda one: (one.repaired, one.kind, -one.count))
            ),
        ),
        "<h2>Channels</h2>",
        _channels(seen),
        "<h2>Sensors</h2>",
        _sensors(seen),
        "<h2>Files</h2>",
        _table(
            ("file", "MB", "rows", "columns"),
            ((escape(one.name), f"{one.size / 1e6:,.1f}", f"{one.rows:,}", _words(one.columns)) for one in plan.files),
        ),
        _table(
            ("file left out", "why", "detail"),
            ((escape(one.item), escape(one.reason), escape(one.detail)) for one in plan.rejections),
        )
        if plan.rejections
        else "",
    ]
    title = f"<title>Inspection: {escape(domain)}</title><style>{_STYLE}</style>"
    head = f'<!doctype html><html lang="en"><meta charset="utf-8">{title}'
    return (head + "".join(body) + "</html>\n").encode()


def _bars(seen: Inspection) -> str:
    """One bar a time block, coloured by its split: its share of rows with the hazard, of the highest."""
    kept = {(table.site, table.block) for table, _ in seen.made}
    rows: dict[str, int] = defaultdict(int)
    hazards: dict[str, int] = defaultdict(int)
    splits: dict[str, str] = {}
    for table in seen.plan.tables:
        rows[table.block] += table.part.rows
        hazards[table.block] += table.part.hazards
        split = str(table.split) if (table.site, table.block) in kept else "left out"
        if splits.get(table.block) != "test":
            splits[table.block] = split
    shares = {block: hazards[block] / rows[block] for block in sorted(rows)}
    if not shares:
        return "<p>No time block is as long as a window.</p>"
    top = max(shares.values()) or 1.0
    wide = WIDTH / len(shares)
    bars = "".join(
        f'<rect x="{number * wide:.2f}" y="{HEIGHT - HEIGHT * share / top:.2f}" width="{max(wide - 1, 0.5):.2f}" '
        f'height="{HEIGHT * share / top:.2f}" fill="{_COLOURS[splits[block]]}">'
        f"<title>{escape(block)}: {share:.2%}</title></rect>"
        for number, (block, share) in enumerate(shares.items())
    )
    legend = ", ".join(f'<span style="color:{colour}">&#9632;</span> {name}' for name, colour in _COLOURS.items())
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="share of burning rows by time block">{bars}</svg>'
        f"<p><small>Share of rows with the hazard, {escape(min(shares))} to {escape(max(shares))}; the highest bar is "
        f"{top:.2%}. {legend} (a block of several sites is coloured as its tested, or else its last, site)</small></p>"
    )


def _splits(seen: Inspection) -> str:
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
    return _table(
        ("split", "tables", "sites", "rows", f"rows with {hazard}", f"tables with {hazard}", f"tables with {calm}"),
        found,
    )


def _channels(seen: Inspection) -> str:
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
    return _table(("channel", "unit", "lowest", "mean", "highest", "missing", "outside"), found)


def _sensors(seen: Inspection) -> str:
    """Those with most rows of the hazard first."""
    rows: dict[tuple[str, str, str], int] = defaultdict(int)
    hazards: dict[tuple[str, str, str], int] = defaultdict(int)
    for table, one in seen.made:
        for sensor in one.sensors:
            key = (table.site, sensor.zone, sensor.name)
            rows[key] += sensor.rows
            hazards[key] += sensor.hazards
    found = sorted(rows, key=lambda key: (-hazards[key], key))
    return _table(
        ("site", "zone", "sensor", "rows", "rows with the hazard"),
        ((*map(escape, key), f"{rows[key]:,}", f"{hazards[key]:,} ({hazards[key] / rows[key]:.2%})") for key in found),
    )


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are HTML already."""
    found = list(rows)
    head = "".join(f"<th>{name}</th>" for name in names)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in found[:SHOWN])
    more = f"<p><small>and {len(found) - SHOWN:,} more</small></p>" if len(found) > SHOWN else ""
    return f"<table><tr>{head}</tr>{body}</table>{more}"


def _yes(honest: bool) -> str:
    return '<span class="yes">yes</span>' if honest else '<span class="no">no</span>'


def _words(words: Iterable[str]) -> str:
    return escape(", ".join(sorted(words)))


def _time(us: int) -> str:
    return f"{datetime.fromtimestamp(us / 1e6, UTC):%Y-%m-%d %H:%M:%S}"
