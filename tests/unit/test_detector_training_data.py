"""What a detector learns from: manifests it refuses, pictures it changes, features it computes once."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from inference.contracts import DatasetSummary, Split
from inference.contracts.boxes import LabelledBox
from inference.contracts.boxes_item import EMPTY, BoxedItem
from inference.image_classification.input import ImageInput
from training_containers.contract import DataFault
from training_containers.object_detection.architectures import build
from training_containers.object_detection.augment import augment
from training_containers.object_detection.config import AUGMENTATION
from training_containers.object_detection.data import load_pictures, read_dataset, targets_of
from training_containers.object_detection.evaluation import dummy_answers
from training_containers.object_detection.matching import Targets
from training_containers.object_detection.samples import FrozenFeatures

BOX = LabelledBox(label="deer", x=10, y=20, width=40, height=30)
STILL = torch.zeros(1, 7)
"""Draws that change nothing but the mirror's: its draw of 0 is no flip."""
ONE = Targets(torch.tensor([[0.1, 0.2, 0.3, 0.6]]), torch.tensor([0]))


def item(split: Split, *boxes: LabelledBox, name: str = "a.jpg") -> BoxedItem:
    label = boxes[0].label if boxes else EMPTY
    where = {"path": name, "group": name, "camera": "c"}
    return BoxedItem(label=label, split=split, width=100, height=80, boxes=boxes, **where)


def channel(folder: Path, *items: BoxedItem) -> Path:
    summary = DatasetSummary(domain="deer", version="v1", classes=("deer",), counts={}, duplicates=0)
    (folder / "dataset.json").write_text(summary.model_dump_json())
    (folder / "manifest.jsonl").write_text("\n".join(one.model_dump_json() for one in items))
    return folder


WHOLE = tuple(item(split, BOX) for split in (Split.TRAIN, Split.VALIDATION, Split.TEST))


@pytest.mark.parametrize(
    ("items", "says"),
    [
        ((item(Split.TRAIN), *WHOLE[1:]), "no box to learn from for the class.es. deer"),
        ((*WHOLE[:2], item(Split.TEST)), "test split has no picture with a box"),
        (WHOLE[:2], "test split has no items"),
        ((*WHOLE, item(Split.TRAIN, BOX.model_copy(update={"label": "boar"}))), "labelled boar"),
    ],
)
def test_a_dataset_that_cannot_teach_is_refused(items: tuple[BoxedItem, ...], says: str, tmp_path: Path) -> None:
    with pytest.raises(DataFault, match=says):
        read_dataset(channel(tmp_path, *items), tmp_path)


def test_a_manifest_without_boxes_is_refused(tmp_path: Path) -> None:
    channel(tmp_path)
    (tmp_path / "manifest.jsonl").write_text(json.dumps({"path": "a", "label": "b", "split": "train", "group": "g"}))
    with pytest.raises(DataFault, match="boxes"):
        read_dataset(tmp_path, tmp_path)


def test_a_picture_that_cannot_be_read_is_skipped_with_its_reason(tmp_path: Path) -> None:
    Image.new("RGB", (100, 80)).save(tmp_path / "a.jpg")
    dataset = read_dataset(channel(tmp_path, *WHOLE, item(Split.TRAIN, name="gone.jpg")), tmp_path)
    pictures = load_pictures(dataset, Split.TRAIN, ImageInput(size=64))
    assert (pictures.pixels.shape, len(pictures.targets)) == ((1, 64, 64, 3), 1)
    assert pictures.skipped == ("gone.jpg: the file is missing in the channel 'images'",)


def test_boxes_are_in_parts_of_the_picture() -> None:
    assert targets_of(WHOLE[0], ("deer",)).boxes.tolist()[0] == pytest.approx([0.1, 0.25, 0.5, 0.625])


def test_draws_of_nothing_change_nothing() -> None:
    pictures = torch.rand(1, 3, 16, 16)
    changed, (kept,) = augment(pictures, [ONE], STILL, AUGMENTATION)
    assert torch.allclose(changed, pictures, atol=1e-5)
    assert torch.allclose(kept.boxes, ONE.boxes, atol=1e-6)


@pytest.mark.parametrize("draws", [(-1, 0, 0, 0), (1, 0.8, 0.3, -0.4), (-0.5, -0.9, -0.2, 0.3)])
def test_boxes_move_with_what_is_in_them(draws: tuple[float, ...]) -> None:
    picture = torch.zeros(1, 3, 100, 100)
    picture[..., 40:60, 30:60] = 1  # rows, columns
    box = Targets(torch.tensor([[0.3, 0.4, 0.6, 0.6]]), torch.tensor([0]))
    changed, (kept,) = augment(picture, [box], torch.tensor([[*draws, 0, 0, 0]]), AUGMENTATION)
    rows, columns = torch.where(changed[0, 0] > 0.75)
    found = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    assert kept.boxes[0].tolist() == pytest.approx([float(one) / 100 for one in found], abs=0.02)


def test_a_box_that_hardly_shows_any_more_is_none() -> None:
    edge = Targets(torch.tensor([[0.0, 0.4, 0.15, 0.6], [0.5, 0.4, 0.6, 0.6]]), torch.tensor([0, 1]))
    _, (kept,) = augment(torch.rand(1, 3, 32, 32), [edge], torch.tensor([[1, 0, 0.8, 0, 0, 0, 0]]), AUGMENTATION)
    assert kept.labels.tolist() == [1]  # moved left by 0.12


def test_frozen_features_have_every_view_of_every_picture(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    Image.fromarray(rng.integers(0, 256, (80, 100, 3), dtype=np.uint8)).save(tmp_path / "a.jpg")
    dataset = read_dataset(channel(tmp_path, *WHOLE), tmp_path)
    pictures = load_pictures(dataset, Split.TRAIN, ImageInput(size=64))
    features = FrozenFeatures(build("ssdlite_efficientnet_lite0", 1).backbone.eval(), pictures, views=3, seed=0)
    assert len(features) == 1
    views = torch.tensor([[-1.0], [0.0], [0.99]])  # the first of three, the second and the last
    batch = features.batch(torch.zeros(3, dtype=torch.int64), torch.device("cpu"), views)
    assert [tuple(level.shape) for level in batch.inputs] == [(3, 40, 8, 8), (3, 112, 4, 4), (3, 320, 2, 2)]
    assert torch.equal(batch.targets[0].boxes, pictures.targets[0].boxes)
    plain = features.batch(torch.zeros(1, dtype=torch.int64), torch.device("cpu")).inputs[0][0]
    assert [torch.equal(one, plain) for one in batch.inputs[0]] == [True, False, False]


def test_the_dummy_answers_the_mean_box_everywhere(tmp_path: Path) -> None:
    other = LabelledBox(label="deer", x=30, y=20, width=20, height=30)
    items = (*WHOLE, item(Split.TRAIN, other, name="b.jpg"), item(Split.TEST, name="empty.jpg"))
    dataset = read_dataset(channel(tmp_path, *items), tmp_path)
    answers = dummy_answers(dataset, dataset.of(Split.TEST))
    assert len(answers) == 2
    for one in answers:
        (box,) = one.answer.told
        assert (box.label, box.score) == ("deer", 1)
        assert (box.x, box.y, box.width, box.height) == pytest.approx((20, 20, 30, 30))
