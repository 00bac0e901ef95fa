"""Chooses the release that answers an entity: a stable hash splits traffic. Pure."""

from typing import NamedTuple

from inference.contracts.traffic import percentile
from lambdas.common.release_state import Release, ReleaseState


class Route(NamedTuple):
    """`first` answers; `other`, when there is one, is asked beside a challenger or after a failing champion."""

    first: Release
    other: Release | None
    challenged: bool
    """`first` is a challenger, `other` the champion."""


def choose(state: ReleaseState, entity_id: str) -> Route | None:
    """None: nothing is released yet."""
    champion = state.champion
    challenger = state.challenger if state.percentage > 0 else None
    if champion is None:
        return None if challenger is None else Route(challenger, None, challenged=False)
    if challenger is not None and percentile(entity_id) < state.percentage:
        return Route(challenger, champion, challenged=True)
    return Route(champion, challenger, challenged=False)
