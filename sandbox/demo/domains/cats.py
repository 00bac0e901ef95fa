"""The demo's side of the `cats` domain: drawn pictures, or a person's own photographs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.progress import Progress

from lambdas.data_prep.labelled_images.spec import LabelledImages
from sandbox.demo.domain import DemoError
from sandbox.demo.labelled_images import LabelledImagesDemo, labelled_in
from sandbox.simulators import cats as simulator

PICTURES = 1260  # some 23 test pictures a cat: the gate reads the ends of intervals
SEED = 7


class CatsDemo(LabelledImagesDemo):
    name = "cats"
    prefix = "catcam-training/"

    def generate(self, folder: Path, bars: Progress) -> Path:
        return simulator.write(folder, PICTURES, SEED, blemishes=True, bars=bars)

    def check(self, raw: Path) -> None:
        classes = self._classes(raw)
        if len(classes) < 2:
            raise DemoError(f"{raw}: all pictures are labelled {classes[0]!r}; there have to be two classes at least")
        if unfit := [name for name in classes if "," in name]:
            raise DemoError(f"{raw}: a class is named {unfit[0]!r}; take the comma out of its name")

    def data(self, raw: Path) -> LabelledImages:
        from stacks.domains.cats.definition import cats  # with it comes the CDK, in seconds

        data = cats(self._classes(raw)).data
        assert isinstance(data, LabelledImages)
        return data

    def context(self, raw: Path) -> dict[str, str]:
        classes = self._classes(raw)
        return {} if set(classes) == set(simulator.CLASSES) else {"cats:classes": ",".join(classes)}

    @staticmethod
    def _classes(raw: Path) -> list[str]:
        return sorted({row.reviewedLabel or row.label for row in labelled_in(raw).rows})

    def trainings(self, raw: Path, own: bool) -> Sequence[dict[str, Any]]:
        # Both start from the image's own ImageNet weights; the challenger sees more pixels than the champion did.
        # Drawn pictures have 192 x 144 of them, photographs more.
        return ({"imageSize": 96}, {"imageSize": 224 if own else 160, "skipDataPrep": True})


DEMO = CatsDemo()
