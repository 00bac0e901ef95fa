"""Drawn camera traps: the same seed draws the same, boxes hold what they say, and no simple rule finds the deer."""

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from sandbox.simulators.deer import draw_sheet, write
from sandbox.simulators.deer.camera import HEIGHT, WIDTH, draw_place
from sandbox.simulators.deer.dataset import Options
from sandbox.simulators.deer.exposure import LIGHTS
from sandbox.simulators.deer.lookalikes import KINDS
from sandbox.simulators.deer.scene import Event

PICTURES = 110
BEST_RULE = 0.8
"""The best threshold of hundreds, chosen on the pictures that it is judged on, is right on no more of them."""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, str]], dict[str, Any]]:
    folder = write(tmp_path_factory.mktemp("deer"), Options(pictures=PICTURES, lookalikes=0.6))
    return folder, json.loads((folder / "labels.json").read_text()), json.loads((folder / "truth.json").read_text())


def stump(features: np.ndarray, is_deer: np.ndarray) -> float:
    """The best accuracy that one threshold on one feature reaches, chosen on the very pictures it is judged on."""
    cuts = np.quantile(features, np.linspace(0.02, 0.98, 33), axis=0)
    right = [((features > cut) == is_deer[:, None]).mean(axis=0) for cut in cuts]
    return float(np.maximum(right, 1 - np.array(right)).max())


def test_no_pixel_and_no_colour_tells_deer_from_none(drawn: Any) -> None:
    folder, rows, _ = drawn
    small = []
    for row in rows:
        with Image.open(folder / "images" / row["imageName"]) as picture:
            small.append(np.asarray(picture.reduce(16), np.float32))
    pixels = np.stack(small)
    is_deer = np.array([row["boxes"] != "[]" for row in rows])
    spread = np.stack([pixels.std(axis=(1, 2, 3)), np.ptp(pixels, axis=3).mean(axis=(1, 2))], axis=1)
    assert 0.4 < is_deer.mean() < 0.7
    assert stump(pixels.reshape(len(rows), -1), is_deer) < BEST_RULE
    assert stump(np.concatenate([pixels.mean(axis=(1, 2)), spread], axis=1), is_deer) < BEST_RULE


@pytest.mark.parametrize("light", LIGHTS)
def test_a_box_holds_a_deer_and_all_of_it(light: Any) -> None:
    found = 0
    for seed in range(6):
        place = draw_place(3, 7)
        with_deer, without = (Event(place, light, np.random.default_rng(seed)) for _ in range(2))
        with_deer.add()
        without.rng.bit_generator.state = with_deer.rng.bit_generator.state
        shot, empty = with_deer.shoot(), without.shoot()
        changed = np.abs(np.asarray(shot.image, float) - np.asarray(empty.image, float)).max(axis=2) > 24
        for box in shot.boxes:
            inside = np.zeros_like(changed)
            inside[int(box.y) : int(box.y + box.height), int(box.x) : int(box.x + box.width)] = True
            assert (changed & inside).sum() > 5 * (changed & ~inside).sum()
            found += 1
        assert not empty.boxes
    assert found >= 4


def test_boxes_lie_in_their_pictures(drawn: Any) -> None:
    boxes = [box for row in drawn[1] for box in json.loads(row["boxes"])]
    assert len(boxes) > PICTURES / 2
    for box in boxes:
        assert box["label"] == "deer"
        assert min(box["x"], box["y"]) >= 0
        assert box["x"] + box["width"] <= WIDTH
        assert box["y"] + box["height"] <= HEIGHT
    heights = np.quantile([box["height"] for box in boxes], [0.05, 0.95])
    assert heights[1] > 2.5 * heights[0]


def test_look_alikes_come_in_the_share_that_is_asked_for(drawn: Any, tmp_path: Path) -> None:
    _, rows, truth = drawn
    empty = [truth["pictures"][row["imageName"]]["lookalikes"] for row in rows if row["boxes"] == "[]"]
    assert 0.35 < np.mean([bool(found) for found in empty]) < 0.8
    assert len({kind for found in empty for kind in found}) >= len(KINDS) - 2
    write(tmp_path, Options(pictures=30, lookalikes=0.0))
    none = json.loads((tmp_path / "truth.json").read_text())["pictures"]
    assert len(none) == 30
    assert not any(one["lookalikes"] for one in none.values())


def test_pictures_of_an_event_are_of_one_camera_and_light(drawn: Any) -> None:
    _, rows, truth = drawn
    events: dict[str, set[tuple[str, str]]] = {}
    for row in rows:
        assert row["imageName"].startswith(f"{row['camera']}/{row['event']}/")
        events.setdefault(row["event"], set()).add((row["camera"], truth["pictures"][row["imageName"]]["light"]))
    assert len(events) < 0.75 * len(rows)
    assert all(len(found) == 1 for found in events.values())
    assert len({row["camera"] for row in rows}) == 12


def test_the_same_seed_draws_the_same_and_another_one_another_week_at_the_same_places(
    drawn: Any, tmp_path: Path
) -> None:
    folder, rows, _ = drawn
    write(tmp_path, Options(pictures=12, lookalikes=0.6))
    for row in rows[:12]:
        name = f"images/{row['imageName']}"
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
    other = write(tmp_path / "other", Options(pictures=12, lookalikes=0.6, seed=8))
    assert not {row["imageName"] for row in json.loads((other / "labels.json").read_text())} & {
        row["imageName"] for row in rows
    }
    assert (draw_place(2, 7).back == draw_place(2, 7).back).all()
    assert (draw_place(2, 7).back != draw_place(2, 8).back).any()


def test_coco_says_the_same_as_the_rows(drawn: Any) -> None:
    folder, rows, _ = drawn
    coco = json.loads((folder / "annotations.json").read_text())
    boxes: dict[str, list[list[float]]] = {image["file_name"]: [] for image in coco["images"]}
    names = {image["id"]: image["file_name"] for image in coco["images"]}
    for one in coco["annotations"]:
        boxes[names[one["image_id"]]].append(one["bbox"])
    for row in rows:
        told = [[box["x"], box["y"], box["width"], box["height"]] for box in json.loads(row["boxes"])]
        assert boxes[row["imageName"]] == told
    assert [category["name"] for category in coco["categories"]] == ["deer"]


def test_blemishes_are_added_beside_what_is_drawn(tmp_path: Path) -> None:
    folder = write(tmp_path, Options(pictures=6), blemishes=True)
    rows = [row for row in json.loads((folder / "labels.json").read_text()) if row["event"] == "spoiled"]
    sizes = {file.name: file.stat().st_size for file in (folder / "images/trap-spoiled/spoiled").iterdir()}
    assert [Path(row["imageName"]).name for row in rows] == [
        "copy.jpg",
        "cut.jpg",
        "empty.jpg",
        "outside.jpg",
        "gone.jpg",
    ]
    assert sizes["empty.jpg"] == 0 < sizes["cut.jpg"] < sizes["copy.jpg"]
    assert "unlabelled.jpg" in sizes
    assert "gone.jpg" not in sizes


def test_a_sheet_shows_pictures(drawn: Any, tmp_path: Path) -> None:
    with Image.open(draw_sheet(drawn[0], tmp_path / "sheet.png", count=12)) as sheet:
        assert sheet.size == (328 * 6, 262 * 2)


def test_five_hundred_pictures_take_no_minutes_of_one_core(tmp_path: Path) -> None:
    started = time.process_time()
    write(tmp_path, Options(pictures=25))
    assert (time.process_time() - started) * 500 / 25 < 160  # 15 s; a machine may be slower
