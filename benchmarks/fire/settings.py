"""What the container is told, whatever the number of rows: what a member holds in memory does not depend on it."""

from typing import Any

SETTINGS: dict[str, Any] = {
    "members": "all",
    "folds": 2,
    "batch_rows": 50_000,
    "most_rows": 150_000,
    "most_windows": 20_000,
    "epochs": 2,
    "rounds": 40,
    "trees": 40,
    "judge_every": 12,
    "seed": 0,
}
"""For two cores and an hour; more epochs and rounds are better."""
