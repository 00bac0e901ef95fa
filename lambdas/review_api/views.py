"""What the review API answers beside detections."""

from pydantic import AwareDatetime, Field

from inference.contracts.base import Contract
from inference.contracts.dataset import Split
from inference.contracts.reviews import Detection, Verdict
from lambdas.common.api_resolver import Problem
from lambdas.common.review_progress import Progress, RetrainingRule


class Detections(Contract):
    detections: tuple[Detection, ...]
    next: str | None = Field(default=None, description="`after` of the next page; None: this was the last")


class ReviewConflict(Contract):
    """What was judged is no longer so."""

    error: Problem
    request_id: str
    current: Detection | None = None


class Reviewer(Contract):
    name: str
    reviews: int = Field(description="that stand")


class Agreement(Contract):
    """Of every two people who judged the same detection."""

    pairs: int
    alike: int = Field(description="pairs that saw the same: the same label, or boxes that match")
    share: float | None = Field(description="None: nobody judged what another had judged")


class LastRun(Contract):
    """The run that reviews, drift or a person last started."""

    run: str | None = Field(description="None: it is being started")
    reason: str
    by: str
    at: AwareDatetime | None


class ReviewProgress(Contract):
    """What a domain's reviews have come to."""

    domain: str
    open: int = Field(description="detections that wait for a review")
    reviewed: int
    disputed: int
    counted_all: bool = Field(description="false: there are more of them than were counted")
    verdicts: dict[Verdict, int] = Field(description="reviews that stand")
    reviewers: tuple[Reviewer, ...] = Field(description="who has most first")
    agreement: Agreement
    false_positive_share: float | None = Field(description="of reviews that stand; None: there are none")
    taught: Progress = Field(description="detections that stand in the training data now")
    new: Progress = Field(description="of them those since the last run")
    last_run: LastRun | None = Field(description="None: none was started")
    waiting: str | None = Field(description="why another run is due that cannot start yet; None: none is")
    rule: RetrainingRule | None = Field(description="what starts the next run; None: it is not known yet")
    missing: int | None = Field(description="new reviews until their number starts it; None: it is not known yet")


class DatasetVersion(Contract):
    version: str
    made: AwareDatetime
    latest: bool = Field(description="runs that prepare no data train on it")
    items: int
    classes: tuple[str, ...]
    counts: dict[Split, dict[str, int]] = Field(description="split -> class -> items")
    test_split: str | None = Field(description="fingerprint of the test items")
    duplicates: int
    quarantined: int


class DatasetVersions(Contract):
    versions: tuple[DatasetVersion, ...] = Field(description="newest first")
    left_out: int = Field(description="older or unread ones")


class Export(Contract):
    """Annotations of a dataset version as one zip file; `python -m clients.operator export` brings pictures, too."""

    url: str
    expires_in_s: int
    file: str
    size_bytes: int
