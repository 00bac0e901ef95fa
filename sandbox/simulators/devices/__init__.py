"""A fleet of simulated devices: each runs the real `clients.device` with a folder, a key and an id of its own."""

from sandbox.simulators.devices.fleet import Fleet
from sandbox.simulators.devices.visit import Visit

__all__ = ["Fleet", "Visit"]
