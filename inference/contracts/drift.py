"""A drift report: what a domain answered in a window of time, held against its champion's `baseline.json`."""

from typing import Literal

from pydantic import AwareDatetime, Field

from inference.contracts.base import Contract


class Shift(Contract):
    """How one score or feature was distributed in the window, and how in the baseline."""

    name: str
    kind: Literal["score", "feature"]
    values: int = Field(ge=0, description="finite ones that were captured; 0: there is no psi")
    psi: float | None = Field(description="population stability index; None: fewer values than a verdict needs")
    limit: float | None = Field(description="above it there is drift: the domain's bound, and what chance can make")
    drifted: bool
    edges: tuple[float, ...] = Field(description="inner edges of the bins")
    expected: tuple[float, ...] = Field(description="share of the baseline in each bin")
    actual: tuple[float, ...] = Field(description="share of the window in each bin; empty without values")


class DriftReport(Contract):
    """`drift/<domain>/<time>.json` in the artifacts bucket."""

    domain: str
    at: AwareDatetime
    since: AwareDatetime = Field(description="the window's start; it ends at `at`")
    release: str = Field(description="the champion whose baseline and whose answers these are")
    status: Literal["stable", "drifted", "too_few"]
    why: str = Field(description="a sentence for people")
    captures: int = Field(ge=0, description="of the champion in the window, as far as they were read")
    needed: int = Field(ge=1, description="captures without which nothing is said")
    unread: int = Field(default=0, ge=0, description="lines that are no capture")
    complete: bool = Field(default=True, description="false: there were more captures than are read at most")
    baseline_items: int = Field(ge=1)
    labels: dict[str, tuple[float, float]] = Field(
        default={}, description="answered label -> share of the baseline, share of the window"
    )
    shifts: tuple[Shift, ...] = Field(default=(), description="the most shifted first")
