"""Release state: the one item a domain has in the releases table (key: `domain`)."""

from typing import Literal

from pydantic import AwareDatetime, Field

from inference.contracts.base import Contract

HISTORY_LENGTH = 50
"""Entries kept, of the history, of promoted and rolled back packages: an item has 400 KB at most."""


class Quality(Contract):
    """Where a release stands on the metric that challengers and champions are compared on.

    Test splits grow, so scores of two runs cannot be compared. What is added up is each challenger's difference to its
    champion, both measured on one split.
    """

    metric: str
    total: float = Field(default=0.0, description="the differences from champion to champion; the first stands at 0")
    best: float = Field(default=0.0, description="the highest total that any champion has had")

    def as_champion_after(self, earlier: "Quality | None") -> "Quality":
        """With the best of those before it; a comparison on another metric starts at 0."""
        best = earlier.best if earlier is not None and earlier.metric == self.metric else 0.0
        return self.model_copy(update={"best": max(best, self.total)})


class Release(Contract):
    """A model package that receives traffic, or is about to."""

    release: str = Field(description="short id, e.g. r7-3f2a1c: package version and hash of its ARN")
    address: str = Field(description="where its target has it: of a serverless endpoint, its name")
    model_package_arn: str
    model_data_url: str
    manifest_sha256: str = Field(default="", description="as it was registered; empty: nobody knows it")
    since: AwareDatetime
    execution: str = Field(default="", description="the release state machine's execution that drives it")
    quality: Quality | None = Field(default=None, description="as the gate measured it; None: it did not")


class HistoryEntry(Contract):
    at: AwareDatetime
    release: str
    event: str = Field(description="one word, e.g. prepared, shifted, checked, promoted, rolled_back")
    detail: str = ""


class Approval(Contract):
    """An approved package that waits for the release under way to end."""

    model_package_arn: str
    approved_at: AwareDatetime


class ReleaseState(Contract):
    """Changed by conditional writes on `revision` only."""

    domain: str
    revision: int = Field(default=0, ge=0)
    champion: Release | None = None
    challenger: Release | None = None
    previous: Release | None = Field(default=None, description="the last champion, kept up for instant rollback")
    percentage: int = Field(default=0, ge=0, le=100, description="of entities that meet the challenger")
    step: int = Field(default=0, ge=0, description="index in the rollout's steps")
    step_since: AwareDatetime | None = None
    status: Literal["idle", "preparing", "rolling_out"] = "idle"
    updated_at: AwareDatetime | None = None
    waiting: tuple[Approval, ...] = ()
    promoted: dict[str, AwareDatetime] = Field(default={}, description="package ARN -> when it became the champion")
    rolled_back: dict[str, AwareDatetime] = Field(default={}, description="package ARN -> when it was rolled back")
    retired: tuple[str, ...] = Field(default=(), description="releases to take away as soon as the target lets us")
    alarms: tuple[str, ...] = Field(default=(), description="why the last release was rolled back, if it was")
    history: tuple[HistoryEntry, ...] = Field(default=(), max_length=HISTORY_LENGTH)
