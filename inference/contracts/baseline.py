"""`baseline.json`: how scores and inputs were distributed when the package was made; drift is measured against it."""

from typing import Self

from pydantic import Field, model_validator

from inference.contracts.base import Contract


class Bins(Contract):
    """Quantile bins between inner edges; an edge belongs to the bin above it, the outermost two bins are open."""

    edges: tuple[float, ...] = Field(description="inner edges, strictly increasing; n edges make n + 1 bins")
    fractions: tuple[float, ...] = Field(min_length=1, description="share of the items in each bin; they sum to one")

    @model_validator(mode="after")
    def _one_more_bin_than_edges(self) -> Self:
        if len(self.fractions) != len(self.edges) + 1:
            raise ValueError(
                f"{len(self.edges)} inner edges make {len(self.edges) + 1} bins, not {len(self.fractions)}"
            )
        return self


class Baseline(Contract):
    """Over `items` held-out items (validation and test splits), through the serving code."""

    items: int = Field(ge=1)
    labels: dict[str, float] = Field(description="answered label -> share of the items")
    scores: dict[str, Bins] = Field(description="score name, as in a capture's `scores`")
    features: dict[str, Bins] = Field(default={}, description="input feature, as in a capture's `features`")
