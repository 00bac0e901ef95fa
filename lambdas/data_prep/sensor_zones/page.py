"""The inspection as one HTML page that needs nothing else: no script, no file, no address. Pure."""

from html import escape

from lambdas.data_prep.sensor_zones.inspection import Inspection
from lambdas.data_prep.sensor_zones.page_bars import bars
from lambdas.data_prep.sensor_zones.page_sums import channels, sensors, splits
from lambdas.data_prep.sensor_zones.page_table import html_table, listed, utc, yes_or_no

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
        html_table(
            ("evaluation", "honest", "why"),
            ((escape(one.evaluation), yes_or_no(one.honest), escape(one.why)) for one in seen.verdicts),
        ),
        "<h2>Labels by time</h2>",
        bars(seen),
        "<h2>Splits</h2>",
        splits(seen),
        "<h2>Runs of the label</h2>",
        html_table(
            ("site", "from (UTC)", "minutes", "zones"),
            (
                (escape(one.site), utc(one.start_us), f"{(one.end_us - one.start_us) / 6e7:.1f}", listed(one.zones))
                for one in seen.events
            ),
        ),
        "<h2>Findings</h2>",
        html_table(
            ("item", "what", "count", "detail"),
            (
                (escape(one.item), escape(one.kind), f"{one.count:,}", escape(one.detail))
                for one in sorted(seen.findings, key=lambda one: (one.repaired, one.kind, -one.count))
            ),
        ),
        "<h2>Channels</h2>",
        channels(seen),
        "<h2>Sensors</h2>",
        sensors(seen),
        "<h2>Files</h2>",
        html_table(
            ("file", "MB", "rows", "columns"),
            ((escape(one.name), f"{one.size / 1e6:,.1f}", f"{one.rows:,}", listed(one.columns)) for one in plan.files),
        ),
        html_table(
            ("file left out", "why", "detail"),
            ((escape(one.item), escape(one.reason), escape(one.detail)) for one in plan.rejections),
        )
        if plan.rejections
        else "",
    ]
    title = f"<title>Inspection: {escape(domain)}</title><style>{_STYLE}</style>"
    head = f'<!doctype html><html lang="en"><meta charset="utf-8">{title}'
    return (head + "".join(body) + "</html>\n").encode()
