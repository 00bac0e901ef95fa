"""Is this battery module about to run away? Telemetry of modules in racks."""

from stacks.domains.battery.construct import BatterySafety
from stacks.domains.battery.definition import BATTERY

DOMAIN = BatterySafety

__all__ = ["BATTERY", "DOMAIN", "BatterySafety"]
