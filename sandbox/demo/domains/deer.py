"""The demo's side of the `deer` domain: drawn camera traps whose answers are reviewed, or a person's own pictures."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.progress import Progress

from inference.contracts.boxes import LabelledBox
from lambdas.data_prep.boxes.spec import Boxes
from sandbox.demo.boxes import BoxedQuestion, BoxesDemo
from sandbox.demo.domain import DemoError, RoundOfReviews
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
LEAST = 3
"""Pictures of a class: one to train on, one to validate and one to test."""
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

    def check(self, raw: Path) -> None:
        super().check(raw)
        if unfit := [name for name in self._pictures(raw) if "," in name]:
            raise DemoError(f"{raw}: a class is named {unfit[0]!r}; take the comma out of its name")

    def data(self, raw: Path) -> Boxes:
        from stacks.domains.deer.definition import deer  # with it comes the CDK, in seconds

        classes, ratio = self._classes(raw), self.context(raw).get("deer:splitRatio")
        data = (deer(classes) if ratio is None else deer(classes, split_ratio=ratio)).data
        assert isinstance(data, Boxes)
        return data

    def rehearse(self, raw: Path) -> Sequence[str]:
        counts = self._pictures(raw)
        rare = ", ".join(f"{name} ({count})" for name, count in counts.items() if name not in self._classes(raw))
        classes = [f"classes, with pictures: {', '.join(f'{one} ({counts[one]})' for one in self._classes(raw))}"]
        return [*classes, *([f"classes of too few pictures: {rare}"] if rare else []), *super().rehearse(raw)]

    def context(self, raw: Path) -> dict[str, str]:
        classes = self._classes(raw)
        told = {} if classes == [CLASS] else {"deer:classes": ",".join(classes)}
        return told | ({"deer:splitRatio": SPLIT_RATIO} if len(self.rows(raw)) < FEW else {})

    def _classes(self, raw: Path) -> list[str]:
        """What its boxes are of; where that is rare, it would leave a split without, so that pictures with it go."""
        counts = self._pictures(raw)
        return [name for name, count in counts.items() if count >= LEAST] or list(counts)

    def _pictures(self, raw: Path) -> dict[str, int]:
        """Class -> pictures with a box of it."""
        found = Counter(label for row in self.rows(raw) for label in {box["label"] for box in json.loads(row["boxes"])})
        return dict(sorted(found.items()))

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
