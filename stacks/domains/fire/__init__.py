"""Tells fires in buildings from what only looks like one, from readings of sensors in zones."""

from stacks.domains.fire.construct import FireDetection
from stacks.domains.fire.definition import FIRE, fire

DOMAIN = FireDetection

__all__ = ["DOMAIN", "FIRE", "FireDetection", "fire"]
