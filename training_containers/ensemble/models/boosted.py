"""What the three boosting libraries are told alike."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Boosting:
    learning_rate: float = 0.1
    rows: float = 0.7
    """Share of the rows that a tree is grown on."""
    columns: float = 0.6
    least_weight: float = 5.0
    """Of a leaf."""
    bins: int = 128


BOOSTING = Boosting()
