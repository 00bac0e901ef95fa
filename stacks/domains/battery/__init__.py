"""Warns of thermal runaway of battery modules, from their telemetry."""

from stacks.domains.battery.construct import BatterySafety
from stacks.domains.battery.definition import BATTERY

DOMAIN = BatterySafety

__all__ = ["BATTERY", "DOMAIN", "BatterySafety"]
