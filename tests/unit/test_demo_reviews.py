"""The scripted reviewer: everything through the API, in its order; what does not happen in time is told in words."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image
from rich.progress import Progress

from inference.contracts.boxes import FoundBox, LabelledBox
from inference.contracts.reviews import Answered, Detection, ReviewRequest, detection_id
from sandbox.demo import reviews
from sandbox.demo.boxes import BoxedQuestion
from sandbox.demo.domain import DemoError
from sandbox.demo.report import DomainReport
from sandbox.demo.review_lines import measured_lines, review_lines
from sandbox.demo.reviews import Reviewing

DEER = LabelledBox(x=4, y=4, width=20, height=20, label="deer")


def picture(shade: int) -> bytes:
    stream = io.BytesIO()
    Image.new("L", (64, 48), shade).save(stream, "JPEG")
    return stream.getvalue()


def question(name: str, *boxes: LabelledBox, lookalikes: tuple[str, ...] = ()) -> BoxedQuestion:
    body, camera = picture(len(name)), "trap-1"
    return BoxedQuestion(
        name=name, body=body, content_type="image/jpeg", entity_id=camera, boxes=boxes, lookalikes=lookalikes
    )


class Api:
    """A domain that finds a deer in every picture until it has been taught enough."""

    def __init__(self, enough: int, intake: bool = True) -> None:
        self.enough, self.intake = enough, intake
        self.open: dict[str, Detection] = {}
        self.sent: list[tuple[str, ReviewRequest]] = []
        self.better = False
        self.numbers = count()

    @property
    def taught(self) -> int:
        return len(self.sent)

    @property
    def last_run(self) -> dict[str, str] | None:
        done = self.taught >= self.enough
        return {"run": "second", "reason": "3 new reviews", "by": "reviews"} if done else None

    def predict(self, domain: str, body: bytes, content_type: str, entity_id: str) -> dict[str, Any]:
        request = f"request-{next(self.numbers)}"
        found = [] if self.better else [FoundBox(**DEER.model_dump(), score=0.9)]
        if self.intake:
            self._keep(domain, request, entity_id, found)
        return {"request_id": request, "release": "r1", "boxes": [box.model_dump() for box in found]}

    def _keep(self, domain: str, request: str, camera: str, found: list[FoundBox]) -> None:
        one = Detection(
            detection_id=detection_id(domain, request), domain=domain, request_id=request, release="r1",
            at=datetime.now(UTC), camera=camera, burst="b", width=64, height=48, classes=("deer",),
            answered=Answered(boxes=tuple(found), threshold=0.5), uncertainty=0.2, sampled=False,
        )  # fmt: skip
        self.open[one.detection_id] = one

    def send(self, method: str, path: str, body: bytes = b"", headers: object = None) -> tuple[int, bytes]:
        if path.startswith("/api/v1/reviews/"):
            return 200, json.dumps({"taught": {"taught": self.taught}, "last_run": self.last_run}).encode()
        if method == "POST":
            name = path.split("/")[4]
            self.sent.append((name, ReviewRequest.model_validate_json(body)))
            return 200, self.open.pop(name).model_dump_json().encode()
        first, second = list(self.open.values())[:2], list(self.open.values())[2:]
        page, after = (second, None) if "after=" in path else (first, "more" if second else None)
        return 200, json.dumps({"detections": [one.model_dump(mode="json") for one in page], "next": after}).encode()


@pytest.fixture
def bars() -> Progress:
    return Progress(disable=True)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KEPT_WITHIN_S", "TAUGHT_WITHIN_S", "STARTS_WITHIN_S", "SETTLES_S", "POLL_S"):
        monkeypatch.setattr(reviews, name, 0.01)
    monkeypatch.setattr(reviews, "AT_ONCE", 1)


NEW = [question("log", lookalikes=("log",)), question("a deer", DEER), question("two", DEER, DEER), question("none")]
CONTROL = [question("boar", lookalikes=("boar",)), question("deer again", DEER)]


def reviewing(api: Api, wanted: int = 3) -> Reviewing:
    deployment = SimpleNamespace(predict_client=lambda: api)
    return Reviewing("deer", deployment, DomainReport(), NEW, CONTROL, wanted)  # type: ignore[arg-type]


def test_reviews_say_the_truth_in_the_order_that_the_api_offers(bars: Progress) -> None:
    api = Api(enough=3)
    round_ = reviewing(api)

    assert round_.review(bars) == "second"

    assert [name for name, _ in api.sent] == [detection_id("deer", f"request-{n}") for n in range(3)]
    truth = {one.name: one.boxes for one in NEW}
    given = {"correct": (DEER,), "false_positive": (), "missed": (DEER, DEER)}
    assert sorted(review.verdict for _, review in api.sent) == ["correct", "false_positive", "missed"]
    assert all(given[review.verdict] in truth.values() for _, review in api.sent)
    assert round_.report.reviews["verdicts"] == {"false_positive": 1, "correct": 1, "missed": 1}
    assert round_.report.reviews["taught"] == 3
    assert "3 taught; second was started by reviews: 3 new reviews" in review_lines(round_.report.reviews, {})


def test_pictures_that_nobody_reviews_show_what_changed(bars: Progress, tmp_path: Path) -> None:
    api = Api(enough=3)
    round_ = reviewing(api)
    round_.review(bars)
    api.better = True
    round_.compare(tmp_path / "reviews.png")

    told = round_.report.reviews
    assert (told["before"]["false_positives_per_lookalike"], told["after"]["false_positives_per_lookalike"]) == (1, 0)
    assert (told["before"]["recall"], told["after"]["recall"]) == (1, 0)
    assert round_.report.reasons == []
    with Image.open(tmp_path / "reviews.png") as drawn:
        assert drawn.width > drawn.height
    lines = list(review_lines(told, {}))
    assert "on each of the 1 with a look-alike 1.00 (r1), then 0.00 (r1) false positives" in lines[-1]
    assert "of 1 boxes 100%, then 0% found" in lines[-1]


def test_reviews_that_change_nothing_fail_the_demo(bars: Progress, tmp_path: Path) -> None:
    round_ = reviewing(Api(enough=3))
    round_.review(bars)
    round_.compare(tmp_path / "reviews.png")

    (why,) = round_.report.reasons
    assert round_.report.status == "failed"
    assert why.endswith("were 1.00 before the reviews and are 1.00 after them: reviews changed nothing")


@pytest.mark.parametrize(
    ("api", "wanted", "why"),
    [
        (lambda: Api(enough=3, intake=False), 3, "deer: 0 of 4 predictions became detections within"),
        (lambda: Api(enough=99), 3, "deer: 3 reviews were taught, and no run started: .*last_run.* within"),
        (lambda: Api(enough=99), 9, "deer: the API offers nothing more after 4 reviews"),
    ],
)
def test_what_does_not_happen_is_told_in_words(bars: Progress, api: Callable[[], Api], wanted: int, why: str) -> None:
    with pytest.raises(DemoError, match=why):
        reviewing(api(), wanted).review(bars)


def test_what_an_evaluation_could_not_measure_is_named() -> None:
    evaluation = {"metrics": {"ap50": 0.71}, "intervals": {"ap50": {"low": 0.6, "high": 0.8}}}

    assert list(measured_lines(["ap50", "false_positives_per_empty"], evaluation)) == [
        "ap50 0.71 (0.6 to 0.8)",
        "false_positives_per_empty: not measured, as the test split has no picture that tells",
    ]


def test_reviewed_pictures_that_were_held_out_are_told_beside_the_champion_then() -> None:
    evaluation = {
        "metrics": {"ap50": 0.7, "reviewed_ap50": 0.8},
        "champion": {"metrics": {"reviewed_ap50": 0.25}},
    }
    told = {"reviewed": 3, "kept": 4, "predicted": 5, "verdicts": {"false_positive": 3}}

    first, second = review_lines(told, evaluation)
    assert first == "4 of 5 predictions kept, 3 reviewed: 3 false positive"
    assert second == "reviewed pictures held out of training: reviewed_ap50 0.8 (was 0.25)"
