"""What a person should know of raw readings: what was repaired and how, and what was left as it is. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from inference.contracts import Finding
from lambdas.data_prep.sensor_zones.plan import Plan, Table
from lambdas.data_prep.sensor_zones.prints import Repeat
from lambdas.data_prep.sensor_zones.profile import FAR, TableSeen

SHOWN = 50
"""Findings of one sort, each of an item of its own; the last says how many more there are."""
MOST_HOLES = 0.5
"""Share of the grid without a reading, above which the grid is finer than the readings."""
TABLES = "all tables"


def findings(
    plan: Plan, made: Sequence[tuple[Table, TableSeen]], repeats: Sequence[Repeat], left_out: Sequence[Table]
) -> list[Finding]:
    found = [*_of_files(plan), *_of_values(plan, made), *_of_sensors(made), *_of_repeats(plan, repeats, left_out)]
    return list(_shortened(found))


def _of_files(plan: Plan) -> Iterable[Finding | None]:
    usual = Counter(tuple(sorted(file.columns.items())) for file in plan.files).most_common(1)[0][0]
    for file in plan.files:
        differs = sorted(set(file.columns.items()) ^ set(usual))
        if differs:
            names = ", ".join(sorted({f"{name} ({kind})" for name, kind in differs}))
            detail = f"its columns are not those of most files; they differ in {names}. Read by their names."
            yield _finding(file.name, "schema_drift", len({name for name, _ in differs}), detail, repaired=True)
        detail = "rows without a time, a sensor, a zone or a site are left out."
        yield _finding(file.name, "nameless", file.nameless, detail, repaired=True)
        detail = "rows without a label that can be read are left out."
        yield _finding(file.name, "unlabelled", file.unlabelled, detail, repaired=True)
        detail = "rows are earlier than the row before them; sorted by time and sensor."
        yield _finding(file.name, "unsorted", file.unsorted, detail, repaired=True)
    detail = "sites' time blocks are shorter than one window, and left out."
    yield _finding(TABLES, "too_short", plan.too_short, detail, repaired=True)


def _of_values(plan: Plan, made: Sequence[tuple[Table, TableSeen]]) -> Iterable[Finding | None]:
    seen = [one for _, one in made]
    rows, holes = sum(one.rows for one in seen), sum(one.holes for one in seen)
    detail = "values are no numbers; they count as missing."
    yield _finding(TABLES, "unread", sum(one.unread for one in seen), detail, repaired=True)
    detail = "rows have a sensor and time that another row has; they count once."
    yield _finding(TABLES, "duplicates", sum(one.duplicates for one in seen), detail, repaired=True)
    step_s = plan.zone_schema.signals.step_s
    detail = f"readings are followed by another of the same {step_s} s, which counts."
    yield _finding(TABLES, "replaced", sum(one.replaced for one in seen), detail, repaired=True)
    for channel in plan.zone_schema.signals.channels:
        of = [one.channels[channel.name] for one in seen]
        missing, outside = rows - sum(one.values for one in of), sum(one.outside for one in of)
        detail = f"values are missing, {missing / max(rows, 1):.1%} of {rows:,}."
        if missing == rows:
            detail = "there is not one value: the model learns nothing of it."
        yield _finding(channel.name, "missing", missing, detail, repaired=False)
        detail = f"values lie beyond {channel.low:g} to {channel.high:g} {channel.unit}; they count as missing."
        yield _finding(channel.name, "outside", outside, detail, repaired=True)
        detail = f"values are more than {FAR} standard deviations from the mean of their table; kept."
        far = sum(one.far for one in of)
        yield _finding(channel.name, "outliers", far, detail, repaired=False)
    cells = rows + holes
    detail = f"steps of {step_s} s have no reading of a sensor, {holes / max(cells, 1):.1%}; filled for a few only."
    if holes > MOST_HOLES * cells:
        detail += " The grid is finer than the readings: make step_s of the domain's signals as long as they are apart."
    yield _finding(TABLES, "gaps", holes, detail, repaired=False)


def _of_sensors(made: Sequence[tuple[Table, TableSeen]]) -> Iterable[Finding | None]:
    stuck: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for table, one in made:
        for sensor in one.sensors:
            for channel in sensor.stuck:
                stuck[f"{table.site} {sensor.name}"][channel] += sensor.rows
    for name, channels in sorted(stuck.items()):
        detail = f"one value through whole time blocks: {', '.join(sorted(channels))}. It may be stuck; kept."
        yield _finding(name, "constant", max(channels.values()), detail, repaired=False)


def _of_repeats(plan: Plan, repeats: Sequence[Repeat], left_out: Sequence[Table]) -> Iterable[Finding | None]:
    for one in sorted(repeats, key=lambda repeat: -repeat.rows):
        table, other = plan.tables[one.table], plan.tables[one.other]
        when = f"{abs(one.shift_us) / 3.6e9:.1f} h later" if one.shift_us else "at the same time"
        detail = (
            f"about so many rows of {one.sensors} sensors of {other.site} in {other.block} stand here again, {when}. "
            "Remove them, or keep both in one split."
        )
        yield _finding(f"{table.site} {table.block}", "repeated_block", one.rows, detail, repaired=False)
    for table in left_out:
        detail = f"the table has rows of one in another split, and is left out of the split '{table.split}'."
        yield _finding(f"{table.site} {table.block}", "left_out", table.part.rows, detail, repaired=True)


def _finding(item: str, kind: str, count: int, detail: str, *, repaired: bool) -> Finding | None:
    if count <= 0:
        return None
    return Finding(item=item, kind=kind, count=count, detail=detail, repaired=repaired)


def _shortened(found: Iterable[Finding | None]) -> Iterable[Finding]:
    by_kind: dict[str, list[Finding]] = defaultdict(list)
    for one in found:
        if one is not None:
            by_kind[one.kind].append(one)
    for kind, ours in by_kind.items():
        yield from ours[:SHOWN]
        rest = ours[SHOWN:]
        if rest:
            detail = f"the same of {len(rest)} more, {rest[0].item} the first of them."
            count = sum(one.count for one in rest)
            yield Finding(item="others", kind=kind, count=count, detail=detail, repaired=rest[0].repaired)
