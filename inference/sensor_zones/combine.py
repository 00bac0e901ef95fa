"""From the members' raw scores to one probability: each member's calibration, then the way that won to combine them."""

from functools import cached_property
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from inference.contracts.base import Contract

Array = NDArray[np.float64]
TINY = 1e-6


def logit(probability: Array) -> Array:
    clipped = np.clip(probability, TINY, 1 - TINY)
    return np.log(clipped) - np.log1p(-clipped)


class Calibration(Contract):
    """A rising line through knots, from a member's score to a probability; level beyond the ends."""

    scores: tuple[float, ...] = Field(min_length=1, description="strictly rising")
    probabilities: tuple[float, ...] = Field(description="not falling, between 0 and 1")

    @model_validator(mode="after")
    def _is_a_line(self) -> Self:
        if len(self.scores) != len(self.probabilities):
            raise ValueError(f"{len(self.scores)} scores and {len(self.probabilities)} probabilities; as many of each")
        if (np.diff(self.scores) <= 0).any() or (np.diff(self.probabilities) < 0).any():
            raise ValueError("scores must rise, and probabilities must not fall")
        return self

    @cached_property
    def knots(self) -> tuple[Array, Array]:
        """As arrays: to make them takes longer than to look one score up."""
        return np.array(self.scores, np.float64), np.array(self.probabilities, np.float64)

    def apply(self, scores: Array) -> Array:
        return np.interp(scores, *self.knots)


class Stacking(Contract):
    """A logistic regression on the members' log odds (Wolpert, 1992)."""

    kind: Literal["stacking"] = "stacking"
    weights: tuple[float, ...]
    bias: float

    def apply(self, probabilities: Array) -> Array:
        return np.asarray(1 / (1 + np.exp(-(logit(probabilities) @ np.array(self.weights) + self.bias))))


class Averaging(Contract):
    """A mean of probabilities, weighted by how likely each member is the best (pseudo-BMA+, Yao et al., 2018)."""

    kind: Literal["bayesian_averaging"] = "bayesian_averaging"
    weights: tuple[float, ...] = Field(description="they sum to one")

    def apply(self, probabilities: Array) -> Array:
        return np.asarray(probabilities @ np.array(self.weights))


class Selection(Contract):
    """In each region of what members say, a mean of those that are good there (dynamic ensemble selection)."""

    kind: Literal["dynamic_selection"] = "dynamic_selection"
    centres: tuple[tuple[float, ...], ...] = Field(description="(regions, members), log odds")
    weights: tuple[tuple[float, ...], ...] = Field(description="(regions, members); each row sums to one")

    def apply(self, probabilities: Array) -> Array:
        odds, centres = logit(probabilities), np.array(self.centres)
        # |x - c|^2 without the |x|^2 that all regions share
        region = (np.sum(centres**2, axis=1) - 2 * odds @ centres.T).argmin(axis=1)
        return np.einsum("nm,nm->n", probabilities, np.array(self.weights)[region])


class BestMember(Contract):
    """One member alone: no way to combine them was better."""

    kind: Literal["best_member"] = "best_member"
    member: int = Field(ge=0)

    def apply(self, probabilities: Array) -> Array:
        return probabilities[:, self.member]


Combiner = Annotated[Stacking | Averaging | Selection | BestMember, Field(discriminator="kind")]
