"""Pictures of a forest, as data prep has opened them, and what becomes of them."""

from hashlib import sha256
from typing import Any

from inference.contracts import Split
from inference.contracts.boxes import LabelledBox
from inference.contracts.boxes_item import BoxedItem
from lambdas.data_prep.boxes.dataset import assemble
from lambdas.data_prep.boxes.pictures import BoxedPicture
from lambdas.data_prep.boxes.spec import Boxes
from lambdas.data_prep.dataset_files import Dataset

DEER = Boxes(prefix="deer/", classes=("deer",))
DEER_BOX = LabelledBox(label="deer", x=10, y=20, width=60, height=40)


def picture(camera: str, event: str, number: int, *boxes: LabelledBox, **changes: Any) -> BoxedPicture:
    path = f"{camera}/{event}/{number}.jpg"
    digest = sha256(path.encode()).hexdigest()
    return BoxedPicture(path, boxes, camera, event, False, digest, digest, 320, 240)._replace(**changes)


def forest(cameras: int = 4, events: int = 12) -> list[BoxedPicture]:
    """Each event has two pictures of deer and one of nothing."""
    return [
        picture(f"c{c:02}", f"e{e}", n, *([DEER_BOX] if n else []))
        for c in range(cameras)
        for e in range(events)
        for n in range(3)
    ]


def reviewed(count: int, camera: str = "c00", first: int = 0) -> list[BoxedPicture]:
    """Every second one shows nothing; two an event."""
    return [
        picture(camera, f"burst{first + n // 2}", n, *([DEER_BOX] if n % 2 else []))._replace(
            path=f"reviewed/{camera}-{first + n}.jpg", reviewed=True
        )
        for n in range(count)
    ]


def prepared(pictures: list[BoxedPicture], **changes: Any) -> Dataset:
    return assemble(pictures, [], DEER.model_copy(update=changes), "raw")


def of(dataset: Dataset, split: Split) -> list[BoxedItem]:
    return [item for item in dataset.items if isinstance(item, BoxedItem) and item.split is split]
