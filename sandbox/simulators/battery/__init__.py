"""Battery telemetry from physics: 64 modules of 12 cells in racks, faults, decomposition, propagation, sensors.

`simulate_fleet` writes one Parquet file a site, in the columns of `stacks/domains/battery/signals.py`.
"""

from sandbox.simulators.battery.fleet import FleetOptions, Recording, draw_first_event, simulate_fleet
from sandbox.simulators.battery.telemetry import CHANNELS

__all__ = ["CHANNELS", "FleetOptions", "Recording", "draw_first_event", "simulate_fleet"]
