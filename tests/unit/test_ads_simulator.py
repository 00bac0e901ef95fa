"""Drawn television: the same seed draws the same, and no simple rule tells spots from programmes."""

import json
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from sandbox.simulators.ads import VARIANTS, draw_sheet, write, write_recordings
from sandbox.simulators.ads.recordings import draw_recording

FRAMES = 360
BEST_RULE = 0.8
"""A model on frozen ImageNet features is right more often on recordings that it has not seen (0.94 and more)."""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, str]], dict[str, Any]]:
    folder = write(tmp_path_factory.mktemp("ads"), FRAMES, seed=7)
    return folder, json.loads((folder / "labels.json").read_text()), json.loads((folder / "truth.json").read_text())


def stump(features: np.ndarray, is_ad: np.ndarray) -> float:
    """The best accuracy that one threshold on one feature reaches, chosen on the very frames that it is judged on."""
    cuts = np.quantile(features, np.linspace(0.02, 0.98, 33), axis=0)
    right = [((features > cut) == is_ad[:, None]).mean(axis=0) for cut in cuts]
    return float(np.maximum(right, 1 - np.array(right)).max())


def test_no_pixel_colour_or_logo_tells_spots_from_programmes(drawn: Any) -> None:
    folder, rows, truth = drawn
    small = []
    for row in rows:
        with Image.open(folder / "frames" / row["imageName"]) as frame:
            small.append(np.asarray(frame.reduce(8), np.float32))
    pixels = np.stack(small)
    is_ad = np.array([row["label"] == "ad" for row in rows])
    colours = pixels.mean(axis=(1, 2))
    spread = np.stack([pixels.std(axis=(1, 2, 3)), np.ptp(pixels, axis=3).mean(axis=(1, 2))], axis=1)
    logo = np.array([truth[row["imageName"]]["logo"] for row in rows])
    assert 0.4 < is_ad.mean() < 0.6
    assert stump(pixels.reshape(len(rows), -1), is_ad) < BEST_RULE
    assert stump(np.concatenate([colours, spread], axis=1), is_ad) < BEST_RULE
    assert 0.6 < (logo != is_ad).mean() < BEST_RULE
    assert logo[is_ad].any()
    assert not logo[~is_ad].all()


def test_a_recording_is_of_a_channel_of_its_own_and_has_both_classes(drawn: Any) -> None:
    _, rows, truth = drawn
    channels, labels, scenes = defaultdict(set), defaultdict(set), defaultdict(set)
    for row in rows:
        channels[row["recording"]].add(truth[row["imageName"]]["channel"])
        labels[row["recording"]].add(row["label"])
        scenes[row["recording"], row["scene"]].add(row["label"])
        assert row["imageName"].startswith(f"{row['recording']}/{row['scene']}-")
    assert len(channels) == FRAMES // 36
    assert all(len(found) == 1 for found in (*channels.values(), *scenes.values()))
    assert all(found == {"ad", "content"} for found in labels.values())


def test_the_same_seed_draws_the_same(drawn: Any, tmp_path: Path) -> None:
    folder, rows, _ = drawn
    again = write(tmp_path, 36, seed=7)
    other = draw_recording(0, 3, seed=8)
    for row in rows[:36]:
        assert (again / "frames" / row["imageName"]).read_bytes() == (folder / "frames" / row["imageName"]).read_bytes()
    assert not rows[0]["recording"].startswith(other.name)


def test_variants_show_other_programmes() -> None:
    kinds = {}
    for variant in VARIANTS:
        scenes = [scene for n in range(4) for scene in draw_recording(n, 12, 7, variant).scenes]
        shown = [scene.kind for scene in scenes if scene.label == "content"]
        kinds[variant] = {kind: shown.count(kind) / len(shown) for kind in shown}
    assert kinds["sports"]["pitch"] > 1.4 * kinds["base"]["pitch"]
    talk = {variant: kinds[variant].get("studio", 0) + kinds[variant].get("reporter", 0) for variant in VARIANTS}
    assert talk["news"] > 0.6 > max(talk["base"], talk["sports"])
    with pytest.raises(ValueError, match="'films'; known are base, sports, news"):
        draw_recording(0, 3, 7, "films")


def test_blemishes_are_added_beside_what_is_drawn(tmp_path: Path) -> None:
    folder = write(tmp_path, 36, seed=7, blemishes=True)
    rows = [row for row in json.loads((folder / "labels.json").read_text()) if row["recording"] == "spoiled"]
    sizes = {file.name: file.stat().st_size for file in (folder / "frames" / "spoiled").iterdir()}
    assert [row["imageName"] for row in rows] == [f"spoiled/{name}-0.jpg" for name in ("copy", "cut", "empty", "gone")]
    assert sizes["empty-0.jpg"] == 0 < sizes["cut-0.jpg"] < sizes["copy-0.jpg"]
    assert "unlabelled-0.jpg" in sizes


@pytest.mark.parametrize("codec", ["h264", "mpeg4"])
def test_a_recording_is_a_video_with_its_cuts_told(tmp_path: Path, codec: str) -> None:
    (file,) = write_recordings(tmp_path, recordings=1, scenes=3, codec=codec)
    scenes = json.loads((tmp_path / "truth.json").read_text())[file.name]
    with av.open(str(file)) as container:
        times = [float(frame.time) for frame in container.decode(video=0) if frame.time is not None]
    assert [scene["starts_s"] for scene in scenes[1:]] == [scene["ends_s"] for scene in scenes[:-1]]
    assert times[-1] == pytest.approx(scenes[-1]["ends_s"], abs=0.1)
    assert len(times) == pytest.approx(12 * scenes[-1]["ends_s"], abs=1)
    assert {scene["label"] for scene in scenes} <= {"ad", "content"}


def test_a_sheet_shows_frames(drawn: Any, tmp_path: Path) -> None:
    with Image.open(draw_sheet(drawn[0], tmp_path / "sheet.png", count=12)) as sheet:
        assert sheet.size == (264 * 6, 168 * 2)


def test_two_thousand_frames_take_no_minutes_of_one_core(tmp_path: Path) -> None:
    started = time.process_time()
    write(tmp_path, 36)
    assert (time.process_time() - started) * 2000 / 36 < 200  # 12 s; a machine may be slower
