"""People review what the first release answered, and the domain trains again by itself: nobody starts the run.

A scripted reviewer knows what is in each picture, and says so through the API, in the order that the API offers.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from rich.progress import Progress

from inference.contracts.reviews import Detection
from sandbox.demo.boxes import BoxedQuestion, told
from sandbox.demo.boxes_picture import draw_boxes
from sandbox.demo.domain import DemoError
from sandbox.demo.report import DomainReport
from sandbox.demo.review_api import ReviewApi
from sandbox.demo.verdicts import match, verdict
from sandbox.deployment import Deployment

KEPT_WITHIN_S = 180
SETTLES_S = 5
TAUGHT_WITHIN_S = 120
STARTS_WITHIN_S = 120
POLL_S = 0.5
PAGE = 25
AT_ONCE = 4


@dataclass
class Reviewing:
    """One round: predictions, reviews of them, and the run that these start."""

    domain: str
    deployment: Deployment
    report: DomainReport
    new: Sequence[BoxedQuestion]
    """Pictures that the release is asked about; some of them are reviewed."""
    control: Sequence[BoxedQuestion]
    """Pictures that nobody reviews and no model trains on: what the reviews changed is measured on them."""
    count: int
    """Of reviews."""
    _before: list[dict[str, Any]] = field(default_factory=list)

    def review(self, bars: Progress) -> str:
        """Predict and review; the name of the run that started. Raises DemoError where something does not happen."""
        earlier = self._api.last_run()
        asked = self._predict(bars)
        kept = self._kept(asked, bars)
        verdicts = self._review(asked, bars)
        self.report.reviews = {
            "predicted": len(asked),
            "kept": kept,
            "reviewed": self.count,
            "verdicts": dict(verdicts),
        }
        self._await(
            lambda: self._api.taught() >= self.count,
            TAUGHT_WITHIN_S,
            lambda: f"of {self.count} reviews {self._api.taught()} were taught",
        )
        self._await(
            lambda: self._api.last_run() not in (None, earlier),
            STARTS_WITHIN_S,
            lambda: f"{self._api.taught()} reviews were taught, and no run started: {self._api.progress()}",
        )
        last = self._api.progress()["last_run"]
        run = str(last["run"])
        self.report.reviews |= {"taught": self._api.taught(), "run": run, "why": last["reason"], "by": last["by"]}
        self._before = self._ask(self.control)
        return run

    def compare(self, file: Path) -> None:
        """Ask the release that serves now about the control pictures, which the one before was asked about too."""
        after = self._ask(self.control)
        before_told, after_told = _measured(self.control, self._before), _measured(self.control, after)
        self.report.reviews |= {"before": before_told, "after": after_told, "picture": str(file)}
        shown = sorted(
            zip(self.control, self._before, after, strict=True),
            key=lambda one: -len(match(told(one[1]), one[0].boxes).false),
        )
        titles = [", ".join(one.lookalikes) or ("deer" if one.boxes else "empty") for one, _, _ in shown]
        draw_boxes(
            [
                (title, one.body, one.boxes, (told(before), told(after)))
                for title, (one, before, after) in zip(titles, shown, strict=True)
            ],
            file,
            models=("before", "after"),
        )
        rate = "false_positives_per_lookalike"
        if after_told[rate] >= before_told[rate]:
            self.report.fail(
                f"false positives on a picture with a look-alike were {before_told[rate]:.2f} before the reviews and "
                f"are {after_told[rate]:.2f} after them: reviews changed nothing"
            )

    def _ask(self, questions: Sequence[BoxedQuestion]) -> list[dict[str, Any]]:
        client = self.deployment.predict_client()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(
                pool.map(lambda one: client.predict(self.domain, one.body, one.content_type, one.entity_id), questions)
            )

    def _predict(self, bars: Progress) -> dict[str, BoxedQuestion]:
        """Request id -> what was asked."""
        bar = bars.add_task(f"{self.domain}: predicting on new pictures", total=len(self.new))
        asked: dict[str, BoxedQuestion] = {}
        for start in range(0, len(self.new), PAGE):
            part = self.new[start : start + PAGE]
            answers = self._ask(part)
            asked |= {answer["request_id"]: one for answer, one in zip(answers, part, strict=True)}
            bars.advance(bar, len(part))
        return asked

    def _kept(self, asked: dict[str, BoxedQuestion], bars: Progress) -> int:
        """Wait until every prediction is a detection, or enough are and no more come: a router may lose one."""
        bar = bars.add_task(f"{self.domain}: predictions become detections", total=len(asked))
        kept, since = 0, time.monotonic()

        def enough_kept() -> bool:
            nonlocal kept, since
            found = sum(one.request_id in asked for one in self._api.detections())
            since = time.monotonic() if found > kept else since
            kept = found
            bars.update(bar, completed=kept)
            return kept == len(asked) or (kept >= self.count and time.monotonic() - since > SETTLES_S)

        self._await(enough_kept, KEPT_WITHIN_S, lambda: f"{kept} of {len(asked)} predictions became detections")
        return kept

    def _review(self, asked: dict[str, BoxedQuestion], bars: Progress) -> Counter[str]:
        bar = bars.add_task(f"{self.domain}: reviewing", total=self.count)
        verdicts: Counter[str] = Counter()
        while verdicts.total() < self.count:
            offered = [one for one in self._api.detections() if one.request_id in asked]
            if not offered:
                raise DemoError(f"{self.domain}: the API offers nothing more after {verdicts.total()} reviews")
            for detection in offered[: min(PAGE, self.count - verdicts.total())]:
                verdicts[self._judge(detection, asked[detection.request_id])] += 1
                bars.update(bar, completed=verdicts.total())
        return verdicts

    def _judge(self, detection: Detection, asked: BoxedQuestion) -> str:
        said, boxes = verdict(detection.answered.told, asked.boxes)
        self._api.review(detection, said, boxes)
        return said

    @cached_property
    def _api(self) -> ReviewApi:
        return ReviewApi(self.deployment.predict_client(), self.domain)

    def _await(self, happened: Callable[[], bool], within_s: float, otherwise: Callable[[], str]) -> None:
        deadline = time.monotonic() + within_s
        while not happened():
            if time.monotonic() > deadline:
                raise DemoError(f"{self.domain}: {otherwise()} within {within_s} s")
            time.sleep(POLL_S)


def _measured(questions: Sequence[BoxedQuestion], answers: Sequence[dict[str, Any]]) -> dict[str, Any]:
    held = [(one, match(told(answer), one.boxes)) for one, answer in zip(questions, answers, strict=True)]
    alike = [found for one, found in held if one.lookalikes]
    boxes = sum(len(one.boxes) for one, _ in held)
    return {
        "release": answers[0]["release"],
        "pictures": len(held),
        "with_lookalikes": len(alike),
        "false_positives_per_lookalike": sum(len(one.false) for one in alike) / len(alike),
        "boxes": boxes,
        "recall": sum(len(one.found) for _, one in held) / boxes,
    }
