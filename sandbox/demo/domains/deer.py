"""The demo's side of the `deer` domain: drawn camera traps whose answers are reviewed, or a person's own pictures."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.progress import Progress

from inference.contracts.boxes import LabelledBox
from sandbox.demo.boxes import BoxedQuestion, BoxesDemo
from sandbox.demo.domain import RoundOfReviews
from sandbox.demo.report import DomainReport
from sandbox.demo.reviews import Reviewing
from sandbox.deployment import Deployment
from sandbox.simulators import deer as simulator
from sandbox.simulators.deer.dataset import Options
from sandbox.simulators.deer.scene import CLASS

FIRST = Options(pictures=560, lookalikes=0.0)
"""What the first model learns from: it has met no boar."""
NEWCOMERS = ("sheep", "boar", "log")
NEW = Options(pictures=180, empties=0.65, lookalikes=1.0, kinds=NEWCOMERS, seed=8)
"""The weeks after, at the same cameras: sheep have come, boars follow them, and a storm has felled trees."""
CONTROL = Options(pictures=80, empties=0.65, lookalikes=1.0, kinds=NEWCOMERS, seed=9)
"""As `NEW`: nobody reviews them, and no model trains on them."""
REVIEWS = 150
SPLIT_RATIO = "0.48,0.12,0.4"  # enough to test on for so few: the gate reads the ends of intervals
FEW = 600
"""Of a person's own pictures."""
TRAINING = {"imageSize": 192, "frozenEpochs": 20, "frozenViews": 4, "epochs": 0}
"""Sizes that two cores train in a minute."""
AGAIN = TRAINING | {"frozenEpochs": 40}
"""Of the run that reviews start: longer, as there is more to learn. Two trainings as short as the first differ by
chance, and by more than the gate lets a challenger stay behind its champion."""
OWN = {"imageSize": 320, "frozenEpochs": 60, "frozenViews": 8, "epochs": 0}


class DeerDemo(BoxesDemo):
    name = "deer"
    prefix = "deer/"
    measures = ("ap50", "recall", "precision", "false_positives_per_empty")

    def generate(self, folder: Path, bars: Progress) -> Path:
        for part, options in ((folder, FIRST), (folder / "new", NEW), (folder / "control", CONTROL)):
            simulator.write(part, options, blemishes=part == folder, bars=bars)
        return folder

    def simulated_context(self) -> dict[str, str]:
        rule = {"new_reviews": REVIEWS, "least_reviews": REVIEWS, "options": AGAIN}
        return {"deer:splitRatio": SPLIT_RATIO, "deer:retraining": json.dumps(rule)}

    def context(self, raw: Path) -> dict[str, str]:
        rows = self.rows(raw)
        classes = sorted({box["label"] for row in rows for box in json.loads(row["boxes"])})
        told = {} if classes == [CLASS] else {"deer:classes": ",".join(classes)}
        return told | ({"deer:splitRatio": SPLIT_RATIO} if len(rows) < FEW else {})

    def trainings(self, raw: Path, own: bool) -> Sequence[dict[str, Any]]:
        # The challenger is the run that reviews start; nobody reviews a person's own pictures here.
        return (OWN,) if own else (TRAINING,)

    def reviews(self, raw: Path, own: bool, deployment: Deployment, report: DomainReport) -> RoundOfReviews | None:
        if own:
            return None
        return Reviewing(self.name, deployment, report, _drawn(raw / "new"), _drawn(raw / "control"), REVIEWS)


def _drawn(folder: Path) -> list[BoxedQuestion]:
    truth = json.loads((folder / "truth.json").read_text())["pictures"]
    return [
        BoxedQuestion(
            name=row["imageName"],
            body=(folder / "images" / row["imageName"]).read_bytes(),
            content_type="image/jpeg",
            entity_id=row["camera"],
            boxes=tuple(LabelledBox.model_validate(box) for box in json.loads(row["boxes"])),
            lookalikes=tuple(truth[row["imageName"]]["lookalikes"]),
        )
        for row in json.loads((folder / "labels.json").read_text())
    ]


DEMO = DeerDemo()
