"""The demo's side of the `ads` domain: drawn television or a person's own frames, an endpoint and 200 devices."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from rich.progress import Progress

from clients.operator.imports.places import Places
from clients.operator.imports.send import send
from inference.contracts.labels import LabelsError, read_labelled
from sandbox.demo.domain import DemoError, Question, ReadFile
from sandbox.demo.fleet import FleetBeside
from sandbox.demo.labelled_images import PREDICTIONS, LabelledImagesDemo
from sandbox.demo.report import DomainReport
from sandbox.deployment import Deployment
from sandbox.simulators import ads as simulator

FRAMES, SCENES = 1440, 3  # a frame a scene, and so few scenes a recording that there are many recordings to test on
SPLIT_RATIO = "0.6,0.1,0.3"  # enough to test on for so few: the gate reads the ends of intervals
SEED = 7
SHOWN_TO_DEVICES = 2
REFUSED = 2
"""The third training: as good as the second, but its package allows no more than `SLOW_MS` a picture, which
the gate does not judge: the devices, which are slower, find that out by themselves."""
SLOW_MS = 1


class AdsDemo(LabelledImagesDemo):
    name = "ads"
    prefix = "ads/base/"

    def generate(self, folder: Path, bars: Progress) -> Path:
        return simulator.write(folder, FRAMES, SEED, blemishes=True, bars=bars, frames_a_scene=1, scenes=SCENES)

    def simulated_context(self) -> dict[str, str]:
        return {"ads:splitRatio": SPLIT_RATIO}

    def check(self, raw: Path) -> None:
        try:
            read_labelled(raw)
        except LabelsError as error:
            raise DemoError(str(error)) from error

    def upload(self, raw: Path, deployment: Deployment) -> None:
        """As `python -m clients.operator import` does; pictures that it would name and leave out are left out."""
        labelled = read_labelled(raw)
        places = Places(
            deployment.output(self.name, "RawBucket"), self.prefix, deployment.output(self.name, "LabelsTable")
        )
        send(labelled.rows, labelled.pictures, places, deployment.s3, deployment.dynamodb, lambda: None)

    def trainings(self, raw: Path, own: bool) -> Sequence[dict[str, Any]]:
        # All start from the image's own ImageNet weights; the second sees more pixels than the first.
        return (
            {"imageSize": 96},
            {"imageSize": 128, "skipDataPrep": True},
            {"imageSize": 128, "seed": 1, "edgeSlowMs": SLOW_MS, "skipDataPrep": True},
        )

    def is_refused(self, number: int) -> bool:
        return number == REFUSED

    def beside(
        self, raw: Path, deployment: Deployment, build: Path, report: DomainReport
    ) -> AbstractContextManager[object]:
        labelled = read_labelled(raw)
        rows = labelled.rows[:: max(1, len(labelled.rows) // SHOWN_TO_DEVICES)][:SHOWN_TO_DEVICES]
        pictures = [(labelled.pictures / row.imageName).read_bytes() for row in rows]
        return FleetBeside(self.name, deployment, build, report, pictures)

    def questions(self, raw: Path, items: Sequence[dict[str, Any]], read: ReadFile) -> Sequence[Question]:
        pictures = read_labelled(raw).pictures
        return [
            Question(
                name=item["path"],
                body=(pictures / item["path"]).read_bytes(),
                content_type="image/jpeg",
                entity_id=f"player-{number}",
                truth=item["label"],
            )
            for number, item in enumerate(items[:: max(1, len(items) // PREDICTIONS)][:PREDICTIONS])
        ]


DEMO = AdsDemo()
