"""Detections in memory, and what was said of them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from inference.contracts.reviews import Detection, Review, ReviewRequest


@dataclass
class Store:
    detections: dict[str, Detection] = field(default_factory=dict)
    models: tuple[str, ...] = ()
    down: bool = False
    signed_out: bool = False
    waits_s: float = 0.0
    """Before each answer: how far away the API is."""
    slow: dict[str, float] = field(default_factory=dict)
    """Path below /api/v1 -> seconds that its answers take more."""
    decisions: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Paths and bodies of what operators decided."""
    posts: list[dict[str, Any]] = field(default_factory=list)
    """Bodies of reviews and undos as they came, those that were refused among them."""

    def add(self, *detections: Detection) -> None:
        self.detections |= {one.detection_id: one for one in detections}
        self.models = tuple(dict.fromkeys([*self.models, *(one.domain for one in detections)]))

    def review(self, id_: str, reviewer: str, asked: ReviewRequest) -> Detection | None:
        """None where the revision is another one."""
        found = self.detections[id_]
        if any(one.review_id == asked.review_id for one in found.reviews):
            return found
        if asked.revision != found.revision:
            return None
        made = Review(**asked.model_dump(), reviewer=reviewer, at=datetime.now(UTC))
        truth = asked.truth(found.answered)
        return self._keep(found, (*found.reviews, made), "reviewed", truth)

    def undo(self, id_: str, review_id: str, revision: int) -> Detection | None:
        found = self.detections[id_]
        if revision != found.revision:
            return None
        now = datetime.now(UTC)
        reviews = tuple(
            one.model_copy(update={"undone_at": now}) if one.review_id == review_id else one for one in found.reviews
        )
        return self._keep(found, reviews, "open", None)

    def _keep(self, found: Detection, reviews: Any, status: str, truth: Any) -> Detection:
        changed = {"reviews": reviews, "status": status, "truth": truth, "revision": found.revision + 1}
        self.detections[found.detection_id] = found.model_copy(update=changed)
        return self.detections[found.detection_id]
