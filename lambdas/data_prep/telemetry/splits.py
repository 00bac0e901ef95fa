"""Splits by time and entity: the test split is the latest time and entities of its own. Pure.

Where recordings follow one another (new sites come online), the groups that begin last are the test split. Where they
overlap, hashes choose the test groups, and only their rows after the cut and the others' rows before it are used.
"""

from typing import NamedTuple

import pandas as pd

from inference.contracts import Split
from lambdas.data_prep.splits import position

TOLERANCE = 0.1
"""How far the test split's share may lie from the wanted one for the cut to fall between recordings."""


MOST_STRADDLING = 0.6
"""Share of the groups on both sides of the cut that may be test groups: the others are all there is to train on."""


class Span(NamedTuple):
    """When a group was recorded, and how much of it there is."""

    starts: pd.Timestamp
    ends: pd.Timestamp
    rows: int


class Assignment(NamedTuple):
    split: Split
    starts: pd.Timestamp
    ends: pd.Timestamp


def choose_cut(spans: dict[str, Span], test: float) -> pd.Timestamp:
    """The time from which on data is held out: a recording's start where one fits, else a quantile of the rows."""
    total = sum(span.rows for span in spans.values())
    shares = {
        start: sum(span.rows for span in spans.values() if span.starts >= start) / total
        for start in {span.starts for span in spans.values()}
        if not any(span.starts < start < span.ends for span in spans.values())
    }
    fitting = {start: abs(share - test) for start, share in shares.items() if abs(share - test) <= TOLERANCE}
    if fitting:
        return min(fitting, key=lambda start: (fitting[start], start))
    first, last = min(span.starts for span in spans.values()), max(span.ends for span in spans.values())
    return (first + (last - first) * (1 - test)).floor("ms")


def assign(
    spans: dict[str, Span], validation: float, test: float, hazardous: set[str], purge: pd.Timedelta
) -> dict[str, Assignment]:
    """Split and usable time of each group; a group with nothing usable is left out.

    No row as close before the cut as `purge` (the longest horizon) is trained on: its label would look into the test
    period.
    """
    cut = choose_cut(spans, test)
    result = {}
    for group, span in spans.items():
        straddles = span.starts < cut < span.ends
        if span.starts >= cut or (straddles and position("test", group) < min(2 * test, MOST_STRADDLING)):
            result[group] = Assignment(Split.TEST, max(span.starts, cut), span.ends)
        elif span.starts < cut - purge:
            result[group] = Assignment(
                Split.TRAIN, span.starts, min(span.ends, cut - purge) if straddles else span.ends
            )
    for kind in (hazardous, set(result) - hazardous):  # stratified: both kinds reach validation
        pool = sorted(
            (g for g in kind & set(result) if result[g].split is Split.TRAIN), key=lambda g: position("split", g)
        )
        for group in pool[: round(len(pool) * validation)]:
            result[group] = result[group]._replace(split=Split.VALIDATION)
    return result
