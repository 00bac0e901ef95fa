"""One building: its zones on a grid, what they are used for, and where their sensors hang."""

from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
from numpy.typing import NDArray

ROWS, COLUMNS = 3, 4
ZONES = ROWS * COLUMNS
SENSORS_A_ZONE = 4
SENSORS = ZONES * SENSORS_A_ZONE

Use = Literal["office", "kitchen", "workshop", "storage", "washroom", "garage"]
USES: tuple[Use, ...] = ("office", "kitchen", "workshop", "storage", "washroom", "garage")
_SHARES = (0.40, 0.12, 0.14, 0.14, 0.10, 0.10)


@dataclass(frozen=True)
class Building:
    """Arrays have one entry a zone, or a row a zone and a column a sensor."""

    use: tuple[Use, ...]
    volume: NDArray[np.float64]  # m3
    height: NDArray[np.float64]  # m, of the ceiling
    air_changes: NDArray[np.float64]  # per second, with fresh air
    exchange: NDArray[np.float64]  # (zones, zones) m3/s of air that two neighbours exchange, symmetric
    positions: NDArray[np.float64]  # (zones, sensors, 2) m, on the ceiling from the zone's corner
    sides: NDArray[np.float64]  # (zones, 2) m

    @property
    def adjacent(self) -> NDArray[np.bool_]:
        return self.exchange > 0


def draw_building(rng: np.random.Generator) -> Building:
    sides = rng.uniform(4.0, 11.0, (ZONES, 2))
    height = rng.uniform(2.5, 5.0, ZONES)
    exchange = np.zeros((ZONES, ZONES))
    for one, other in neighbours():
        exchange[one, other] = exchange[other, one] = rng.choice(
            [0.008, 0.05, 0.15], p=[0.4, 0.4, 0.2]
        )  # door shut, ajar, open
    corners = np.array(list(product((0.25, 0.75), repeat=2)))  # a sensor in each quarter of the ceiling
    positions = (corners + rng.uniform(-0.12, 0.12, (ZONES, SENSORS_A_ZONE, 2))) * sides[:, None]
    return Building(
        use=tuple(rng.choice(USES, ZONES, p=_SHARES)),
        volume=sides.prod(axis=1) * height,
        height=height,
        air_changes=rng.uniform(0.8, 4.0, ZONES) / 3600,
        exchange=exchange,
        positions=positions,
        sides=sides,
    )


def neighbours() -> list[tuple[int, int]]:
    """Pairs of zones that share a wall."""
    across = [
        (row * COLUMNS + column, row * COLUMNS + column + 1) for row in range(ROWS) for column in range(COLUMNS - 1)
    ]
    along = [
        (row * COLUMNS + column, (row + 1) * COLUMNS + column) for row in range(ROWS - 1) for column in range(COLUMNS)
    ]
    return across + along


def zone_name(site: str, zone: int) -> str:
    return f"{site}/zone-{zone:02d}"
