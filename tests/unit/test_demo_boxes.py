"""A folder of pictures with boxes: what goes up, what is asked, and what is refused in a sentence."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from rich.progress import Progress

from inference.contracts.boxes import LabelledBox
from lambdas.data_prep.boxes.spec import Boxes
from sandbox.demo.boxes import BoxedQuestion
from sandbox.demo.domain import DemoError
from sandbox.demo.domains.deer import DEMO, REVIEWS, SPLIT_RATIO
from sandbox.demo.report import DomainReport
from sandbox.simulators.deer.dataset import Options, write

BOX = {"x": 10.0, "y": 12.0, "width": 30.0, "height": 20.0}


def coco(folder: Path, *, bbox: Any = (10.0, 12.0, 30.0, 20.0), animal: str = "deer") -> Path:
    """A folder of one picture with one box, and one without."""
    (folder / "images").mkdir(parents=True)
    for name in ("one.jpg", "two.jpg"):
        Image.new("RGB", (80, 60), "green").save(folder / "images" / name)
    images = [
        {"id": n, "file_name": name, "width": 80, "height": 60, "group": "g"}
        for n, name in enumerate(["one.jpg", "two.jpg"])
    ]
    annotations = [{"id": 1, "image_id": 0, "category_id": 1, "bbox": list(bbox), "iscrowd": 0}]
    content = {"images": images, "annotations": annotations, "categories": [{"id": 1, "name": animal}]}
    (folder / "annotations.json").write_text(json.dumps(content))
    return folder


def test_annotations_of_coco_become_rows_of_the_labels_table(tmp_path: Path) -> None:
    folder = coco(tmp_path / "own")
    DEMO.check(folder)

    one, two = DEMO.rows(folder)
    assert set(one) <= set(Boxes(prefix="deer/", classes=("deer",)).label_columns)
    assert (one["imageName"], json.loads(one["boxes"])) == ("one.jpg", [BOX | {"label": "deer"}])
    assert (two["boxes"], two["event"]) == ("[]", "g")
    assert DEMO.context(folder) == {"deer:splitRatio": SPLIT_RATIO}


def test_animals_of_own_pictures_become_the_classes(tmp_path: Path) -> None:
    folder = coco(tmp_path / "own", animal="boar")
    assert DEMO.context(folder)["deer:classes"] == "boar"


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda folder: (folder / "annotations.json").unlink(), "needs images/.*jpg and annotations.json"),
        (lambda folder: (folder / "annotations.json").write_text("{"), "annotations.json: .*no JSON"),
        (
            lambda folder: shutil.rmtree(folder / "images"),
            "none of the 2 pictures that .* is in .*/images, such as one.jpg",
        ),
        (lambda folder: shutil.rmtree(folder), "is no folder"),
        (
            lambda folder: (folder / "labels.json").write_text('[{"imageName": "one.jpg", "label": "deer"}]'),
            "and boxes",
        ),
    ],
)
def test_a_folder_in_another_form_is_refused(tmp_path: Path, spoil: Any, why: str) -> None:
    folder = coco(tmp_path / "own")
    spoil(folder)
    with pytest.raises(DemoError, match=why):
        DEMO.check(folder)


def test_a_folder_without_a_box_that_can_be_used_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match="has no box that can be used"):
        DEMO.check(coco(tmp_path / "own", bbox=(70.0, 10.0, 30.0, 20.0)))


def question(*boxes: LabelledBox) -> BoxedQuestion:
    return BoxedQuestion(name="q", body=b"", content_type="image/jpeg", entity_id="c", boxes=boxes)


@pytest.mark.parametrize(
    ("boxes", "found", "right"),
    [((), [], True), ((BOX,), [BOX], True), ((BOX,), [], False), ((), [BOX], False), ((BOX,), [BOX, BOX], False)],
)
def test_an_answer_is_right_when_every_box_is_found_and_nothing_else(
    boxes: tuple[dict[str, float], ...], found: list[dict[str, float]], right: bool
) -> None:
    asked = question(*(LabelledBox(**box, label="deer") for box in boxes))
    answer = {"boxes": [box | {"label": "deer", "score": 0.7} for box in found]}
    assert DEMO.is_right(asked, answer) is right
    assert DEMO.label(answer) == ("deer" if found else "empty")


def test_test_items_become_questions_with_their_boxes_and_a_picture(tmp_path: Path) -> None:
    folder = coco(tmp_path / "own")
    items = [
        {"path": "one.jpg", "label": "deer", "boxes": [BOX | {"label": "deer"}]},
        {"path": "two.jpg", "label": "empty", "boxes": []},
    ]
    questions = DEMO.questions(folder, items, lambda _: b"")

    assert [one.truth for one in questions] == ["deer", "empty"]
    answers = [{"boxes": []}, {"boxes": [BOX | {"label": "deer", "score": 0.5}]}]
    DEMO.picture(questions, answers, tmp_path / "deer.png")
    with Image.open(tmp_path / "deer.png") as drawn:
        colours = {colour for _, colour in drawn.getcolors(1 << 20)}
    assert {(255, 255, 0), (255, 0, 0)} <= colours  # missed, and found where nothing is


def test_pictures_that_follow_are_of_the_same_cameras_and_have_look_alikes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def few(folder: Path, options: Options, **more: Any) -> Path:
        return write(folder, Options(**{**vars(options), "pictures": min(options.pictures, 40)}), **more)

    monkeypatch.setattr("sandbox.demo.domains.deer.simulator.write", few)
    raw = DEMO.generate(tmp_path, Progress(disable=True))
    DEMO.check(raw)

    reviews = DEMO.reviews(raw, False, None, DomainReport())  # type: ignore[arg-type]
    assert reviews is not None
    assert reviews.count == REVIEWS
    first = {row["camera"] for row in DEMO.rows(raw)}
    for part in (reviews.new, reviews.control):
        assert len({one.entity_id for one in part} & first) > len(first) / 2
        alike = [one for one in part if one.lookalikes and not one.boxes]
        assert len(alike) > len(part) / 2
    assert not {one.body for one in reviews.new} & {one.body for one in reviews.control}


def test_nobody_reviews_a_persons_own_pictures(tmp_path: Path) -> None:
    assert DEMO.reviews(tmp_path, True, None, DomainReport()) is None  # type: ignore[arg-type]
    assert len(DEMO.trainings(tmp_path, own=True)) == 1
