"""The demo's side of the `ads` domain: drawn television or a person's own frames, an endpoint and 200 devices."""

from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path
from typing import Any

from rich.progress import Progress

from clients.operator.imports.pictures import fault
from lambdas.data_prep.labelled_images.spec import LabelledImages
from sandbox.demo.domain import DemoError
from sandbox.demo.fleet import FleetBeside
from sandbox.demo.labelled_images import LabelledImagesDemo, labelled_in
from sandbox.demo.report import DomainReport
from sandbox.demo.request_body import request_body
from sandbox.deployment import Deployment
from sandbox.simulators import ads as simulator

FRAMES, SCENES = 1440, 3  # a frame a scene, and so few scenes a recording that there are many recordings to test on
SPLIT_RATIO = "0.6,0.1,0.3"  # enough to test on for so few: the gate reads the ends of intervals
SEED = 7
FEW = 1000
"""Of a person's own frames."""
SHOWN_TO_DEVICES = 2
SHOWN = 5
"""Labels that an error names."""
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
        found = Counter(row.reviewedLabel or row.label for row in labelled_in(raw).rows)
        if lacking := [name for name in simulator.CLASSES if not found[name]]:
            told = ", ".join(f"{name} ({count})" for name, count in found.most_common(SHOWN))
            raise DemoError(
                f"{raw} has no frames of {' and none of '.join(lacking)}: its labels are {told}; "
                f"{' and '.join(simulator.CLASSES)} are needed, each a folder, or in labels.json"
            )

    def data(self, raw: Path) -> LabelledImages:
        from stacks.domains.ads.definition import ads  # with it comes the CDK, in seconds

        told = self.context(raw)
        data = (ads(split_ratio=told["ads:splitRatio"]) if told else ads()).data
        assert isinstance(data, LabelledImages)
        return data

    def context(self, raw: Path) -> dict[str, str]:
        return {"ads:splitRatio": SPLIT_RATIO} if len(labelled_in(raw).rows) < FEW else {}

    def trainings(self, raw: Path, own: bool) -> Sequence[dict[str, Any]]:
        # All start from the image's own ImageNet weights; the second sees more pixels than the first.
        if own:
            return {"imageSize": 96}, {"imageSize": 224, "skipDataPrep": True}
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
        folder, rows = labelled_in(raw)
        files = [folder / row.imageName for row in rows]
        spread = [*files[:: max(1, len(files) // SHOWN_TO_DEVICES)], *files]  # all, lest those are broken
        whole = islice((file for file in spread if fault(file) is None), SHOWN_TO_DEVICES)
        return FleetBeside(self.name, deployment, build, report, [request_body(file) for file in whole])


DEMO = AdsDemo()
