"""Write simulated readings of buildings with fires: python -m sandbox.simulators.fire OUT"""

import argparse
import os
import time
from dataclasses import replace
from pathlib import Path

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from sandbox.simulators.fire.campaign import CampaignOptions, simulate_campaign, simulate_day
from sandbox.simulators.fire.picture import draw_fire


def main() -> None:
    defaults = CampaignOptions()
    parser = argparse.ArgumentParser(prog="python -m sandbox.simulators.fire", description=__doc__)
    parser.add_argument("out", type=Path, help="folder: one Parquet file a building and day, and schema.json")
    parser.add_argument("--rows", type=int, help="at least so many, instead of --sites and --days")
    parser.add_argument("--sites", type=int, default=defaults.sites, help="buildings (%(default)s)")
    parser.add_argument("--days", type=int, default=defaults.days, help="recorded days of each (%(default)s)")
    parser.add_argument("--hours", type=float, default=defaults.hours, help="recorded hours a day (%(default)s)")
    parser.add_argument("--fires", type=float, default=defaults.fires, help="mean, a building and day (%(default)s)")
    parser.add_argument(
        "--nuisances", type=float, default=defaults.nuisances, help="mean, a zone and day (%(default)s)"
    )
    parser.add_argument("--seed", type=int, default=defaults.seed)
    parser.add_argument("--step", type=float, default=defaults.step, help="seconds between readings (%(default)s)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--picture", type=Path, help="PNG of the first building's first day")
    given = vars(parser.parse_args())
    out, rows, workers, picture = (given.pop(name) for name in ("out", "rows", "workers", "picture"))
    try:
        options = CampaignOptions(**given)
        if rows is not None:
            sized = CampaignOptions.of_rows(rows, **{k: v for k, v in given.items() if k not in ("sites", "days")})
            options = replace(options, sites=sized.sites, days=sized.days)
    except ValueError as error:
        parser.error(str(error))
    began, written, fires = time.perf_counter(), 0, 0
    rate = TextColumn("{task.fields[rate]}")
    with Progress(TextColumn("simulating buildings"), BarColumn(), rate, TimeRemainingColumn()) as bars:
        bar = bars.add_task("", total=options.rows, rate="")
        for part in simulate_campaign(options, out, workers):
            written, fires = written + part.rows, fires + part.fires
            bars.update(bar, completed=written, rate=f"{written / (time.perf_counter() - began):,.0f} rows/s")
    seconds = time.perf_counter() - began
    print(f"{written:,} rows with {fires} fires in {seconds:.1f} s ({written / seconds:,.0f} rows/s): {out}")
    if picture is not None:
        draw_fire(simulate_day(options, 0, 0), picture)


if __name__ == "__main__":
    main()
