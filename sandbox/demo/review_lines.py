"""What a report tells of measured metrics and of reviews, a sentence a line."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

REVIEWED = "reviewed_"
"""Metrics of an evaluation on reviewed pictures begin with it."""


def measured_lines(names: Sequence[str], evaluation: Mapping[str, Any]) -> Iterator[str]:
    """The test split's metrics of these names, with their intervals; which of them could not be measured."""
    if not names or not evaluation:
        return
    metrics, intervals = evaluation["metrics"], evaluation.get("intervals") or {}
    known = [_value(name, metrics, intervals) for name in names if metrics.get(name) is not None]
    if known:
        yield ", ".join(known)
    missing = [name for name in names if metrics.get(name) is None]
    if missing:
        yield f"{', '.join(missing)}: not measured, as the test split has no picture that tells"


def review_lines(reviews: Mapping[str, Any], evaluation: Mapping[str, Any]) -> Iterator[str]:
    if not reviews:
        return
    verdicts = ", ".join(f"{count} {verdict.replace('_', ' ')}" for verdict, count in reviews["verdicts"].items())
    yield f"{reviews['kept']} of {reviews['predicted']} predictions kept, {reviews['reviewed']} reviewed: {verdicts}"
    if "run" in reviews:
        yield f"{reviews['taught']} taught; {reviews['run']} was started by {reviews['by']}: {reviews['why']}"
    champion = (evaluation.get("champion") or {}).get("metrics", {})
    metrics, intervals = evaluation.get("metrics", {}), evaluation.get("intervals") or {}
    held = [name for name in metrics if name.startswith(REVIEWED) and metrics[name] is not None]
    if held:
        yield "reviewed pictures held out of training: " + ", ".join(
            _value(name, metrics, intervals) + (f" (was {champion[name]:.3g})" if name in champion else "")
            for name in held
        )
    if "after" in reviews:
        before, after = reviews["before"], reviews["after"]
        yield (
            f"{after['pictures']} pictures that nobody reviewed, asked before and after: on each of the "
            f"{after['with_lookalikes']} with a look-alike {_rate(before)}, then {_rate(after)} false positives; of "
            f"{after['boxes']} boxes {before['recall']:.0%}, then {after['recall']:.0%} found; {reviews['picture']}"
        )


def _rate(measured: Mapping[str, Any]) -> str:
    return f"{measured['false_positives_per_lookalike']:.2f} ({measured['release']})"


def _value(name: str, metrics: Mapping[str, float], intervals: Mapping[str, Mapping[str, float]]) -> str:
    value = f"{name} {metrics[name]:.3g}"
    if name in intervals and intervals[name] is not None:
        value += f" ({intervals[name]['low']:.3g} to {intervals[name]['high']:.3g})"
    return value
