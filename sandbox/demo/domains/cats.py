"""The demo's side of the `cats` domain: drawn pictures, or a person's own photographs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.progress import Progress

from sandbox.demo.labelled_images import LabelledImagesDemo, labels
from sandbox.simulators import cats as simulator

PICTURES = 1260  # some 23 test pictures a cat: the gate reads the ends of intervals
SEED = 7


class CatsDemo(LabelledImagesDemo):
    name = "cats"
    prefix = "catcam-training/"

    def generate(self, folder: Path, bars: Progress) -> Path:
        return simulator.write(folder, PICTURES, SEED, blemishes=True, bars=bars)

    def context(self, raw: Path) -> dict[str, str]:
        classes = sorted({entry["label"] for entry in labels(raw)})
        return {} if set(classes) == set(simulator.CLASSES) else {"cats:classes": ",".join(classes)}

    def trainings(self, raw: Path, own: bool) -> Sequence[dict[str, Any]]:
        # Both start from the image's own ImageNet weights; the challenger sees more pixels than the champion did.
        # Drawn pictures have 192 x 144 of them, photographs more.
        return ({"imageSize": 96}, {"imageSize": 224 if own else 160, "skipDataPrep": True})


DEMO = CatsDemo()
