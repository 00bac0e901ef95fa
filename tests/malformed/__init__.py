"""Requests that are malformed by construction, from a seed: whoever answers one with a prediction has a fault.

Random damage to a good request can leave a good request, so each kind here knows why its requests are none.
"""

from tests.malformed.model_route import model_requests
from tests.malformed.pictures import picture_requests
from tests.malformed.request import REFUSALS, Maker, Malformed, draw
from tests.malformed.windows import window, window_requests
from tests.malformed.zones import zone_requests

__all__ = [
    "REFUSALS", "Maker", "Malformed", "draw", "model_requests", "picture_requests", "window", "window_requests",
    "zone_requests",
]  # fmt: skip
