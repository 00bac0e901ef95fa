"""Write simulated battery telemetry: python -m sandbox.simulators.battery OUT"""

import argparse
import os
import time
from pathlib import Path

from sandbox.simulators.battery.fleet import FleetOptions, draw_first_event, simulate_fleet


def main() -> None:
    defaults = FleetOptions()
    parser = argparse.ArgumentParser(prog="python -m sandbox.simulators.battery", description=__doc__)
    parser.add_argument("out", type=Path, help="folder for one Parquet file a site")
    parser.add_argument("--sites", type=int, default=defaults.sites)
    parser.add_argument("--hours", type=float, default=defaults.hours, help="recorded hours a site")
    parser.add_argument("--faults-per-site", type=float, default=defaults.faults_per_site, help="mean faulty modules")
    parser.add_argument("--seed", type=int, default=defaults.seed)
    parser.add_argument("--step", type=float, default=defaults.step, help="seconds between readings")
    parser.add_argument("--dummy", action="store_true", help="no physics: noise with anomalies painted in")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--picture", type=Path, help="PNG of the fleet's first runaway")
    arguments = vars(parser.parse_args())
    out, workers, picture = (arguments.pop(name) for name in ("out", "workers", "picture"))
    try:
        options = FleetOptions(**arguments)
    except ValueError as error:
        parser.error(str(error))
    began, runaways = time.perf_counter(), 0
    for done, recording in enumerate(simulate_fleet(options, out, workers), start=1):
        runaways += recording.runaways
        rate = done * options.hours * 64 / (time.perf_counter() - began)
        print(f"\r{done}/{options.sites} sites, {runaways} runaways, {rate:,.0f} module-hours/s ", end="", flush=True)
    print(f"\n{options.module_hours:,.0f} module-hours in {time.perf_counter() - began:.1f} s: {out}")
    if picture is not None:
        draw_first_event(options, picture)


if __name__ == "__main__":
    main()
