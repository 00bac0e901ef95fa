"""What a domain's reviews have come to, and which run they last started.

Two items of the detections table. `#progress` has the fields of `Progress` as numbers, so that the review function adds
to them in the transaction that teaches a detection. `#retraining` has `revision` and, as JSON, `document`: a
`Retraining`, which the retraining trigger alone writes, on condition of `revision`.
"""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import AwareDatetime, Field

from inference.contracts.base import Contract

DOCUMENT, REVISION = "document", "revision"


class Progress(Contract):
    """Counts of detections that stand in the training data now, by the verdict that settled them.

    A detection that is taught again counts once; one that is taken away counts no longer.
    """

    taught: int = 0
    correct: int = 0
    false_positives: int = 0
    missed: int = 0
    corrected: int = 0
    labelled: int = 0

    @property
    def judged(self) -> int:
        """Those that a model had answered."""
        return self.taught - self.labelled

    @classmethod
    def of(cls, item: Mapping[str, Any] | None) -> Self:
        """Of the item `#progress`; zeros where there is none."""
        return cls(**{name: int((item or {}).get(name, 0)) for name in cls.model_fields})

    def since(self, earlier: "Progress") -> "Progress":
        """What was added since; what was taken away counts as nothing added."""
        return Progress(**{name: max(0, count - getattr(earlier, name)) for name, count in self})


class RetrainingRule(Contract):
    """When reviews start a run."""

    new_reviews: int = Field(default=50, ge=1, description="taught since the last run: so many start one")
    false_positive_share: float | None = Field(
        default=None, gt=0, le=1, description="such a share of them being false positives starts one sooner; None: none"
    )
    least_reviews: int = Field(default=20, ge=1, description="new ones before their share counts")
    quiet_s: int = Field(default=3600, ge=0, description="at least so long between two runs, unless a person asks")


class Wanted(Contract):
    """A run that was asked for and could not start yet."""

    reason: str
    by: str
    at: AwareDatetime


class Retraining(Contract):
    """The run that was last started here."""

    revision: int = Field(default=0, ge=0)
    token: str = Field(default="", description="`runToken` of its payload; empty: none was started")
    reason: str = ""
    by: str = Field(default="", description="`reviews`, `drift`, or who asked")
    at: AwareDatetime | None = None
    run: str | None = Field(default=None, description="None: it was decided, and the training trigger has not answered")
    seen: Progress = Field(default=Progress(), description="as it was when the run was decided")
    wanted: Wanted | None = Field(default=None, description="waits for the run under way, or for the quiet time to end")
    rule: RetrainingRule | None = Field(default=None, description="what starts the next one; None: nothing was decided")

    @classmethod
    def of(cls, item: Mapping[str, Any] | None) -> Self:
        """Of the item `#retraining`."""
        return cls() if item is None else cls.model_validate_json(item[DOCUMENT])
