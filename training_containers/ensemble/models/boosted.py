"""What the three boosting libraries are told alike."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Boosting:
    rows: float = 0.7
    """Share of the rows that a tree is grown on."""
    columns: float = 0.6
    bins: int = 128


BOOSTING = Boosting()
