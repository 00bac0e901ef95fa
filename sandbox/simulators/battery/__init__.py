"""Battery telemetry from physics: 64 modules of 12 cells in racks, faults, decomposition, propagation, sensors.

`simulate_fleet` writes one Parquet file a site, in the columns that `lambdas/data_prep/telemetry/schema.py` documents.
"""

from sandbox.simulators.battery.fleet import FleetOptions, Recording, draw_first_event, simulate_fleet

__all__ = ["FleetOptions", "Recording", "draw_first_event", "simulate_fleet"]
