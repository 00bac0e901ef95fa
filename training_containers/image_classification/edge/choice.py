"""Which format ships. int8 is smaller; whether it answers as well and as fast depends on network and machine. Pure."""

from typing import NamedTuple

from inference.contracts import Interval
from inference.contracts.edge import EdgeCandidate

AS_FAST = 1.1
"""Times float32's median: within it int8 counts as no slower, and ships for its size."""


class Choice(NamedTuple):
    ships: EdgeCandidate
    why: str


def choose(plain: EdgeCandidate, small: EdgeCandidate, difference: Interval, metric: str, margin: float) -> Choice:
    """int8 if it is surely no worse by `margin` and takes at most `AS_FAST` times as long; float32 otherwise.

    Args:
        difference: `metric` of int8 less float32's, paired over the test split's groups.
    """
    values = f"{metric} {small.metrics[metric]:.3f} against {plain.metrics[metric]:.3f}"
    interval = f"paired difference {difference.low:+.3f} to {difference.high:+.3f}"
    medians = f"{small.metrics['p50_ms']:.2f} ms against {plain.metrics['p50_ms']:.2f} ms (p50)"
    sizes = f"{small.size_mb:.2f} MB against {plain.size_mb:.2f} MB"
    if difference.low < -margin:
        return Choice(plain, f"float32 ships, for int8 may answer worse by more than {margin}: {values}, {interval}.")
    if small.metrics["p50_ms"] > AS_FAST * plain.metrics["p50_ms"]:
        return Choice(plain, f"float32 ships, for int8 answers as well ({values}) but is slower: {medians}.")
    return Choice(small, f"int8 ships: it answers as well ({values}, {interval}) in {medians} and {sizes}.")
