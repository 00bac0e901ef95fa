"""Labels by time on the page: a bar a time block, as SVG."""

from collections import defaultdict
from html import escape

from lambdas.data_prep.sensor_zones.inspection import Inspection

WIDTH, HEIGHT = 960, 120
_COLOURS = {"train": "#4477aa", "validation": "#ccbb44", "test": "#ee6677", "left out": "#bbbbbb"}


def bars(seen: Inspection) -> str:
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
    drawn = "".join(
        f'<rect x="{number * wide:.2f}" y="{HEIGHT - HEIGHT * share / top:.2f}" width="{max(wide - 1, 0.5):.2f}" '
        f'height="{HEIGHT * share / top:.2f}" fill="{_COLOURS[splits[block]]}">'
        f"<title>{escape(block)}: {share:.2%}</title></rect>"
        for number, (block, share) in enumerate(shares.items())
    )
    legend = ", ".join(f'<span style="color:{colour}">&#9632;</span> {name}' for name, colour in _COLOURS.items())
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="share of burning rows by time block">{drawn}</svg>'
        f"<p><small>Share of rows with the hazard, {escape(min(shares))} to {escape(max(shares))}; the highest bar is "
        f"{top:.2%}. {legend} (a block of several sites is coloured as its tested, or else its last, site)</small></p>"
    )
