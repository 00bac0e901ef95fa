"""Labelled pictures of a folder, prepared on this machine: arguments, statistics, warnings and exit codes."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lambdas.data_prep.labelled_images.__main__ import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Nine recordings, each with two ads and four pictures of content; one more file is broken."""
    for recording in range(9):
        for number in range(6):
            file = tmp_path / "in" / ("ad" if number < 2 else "content") / f"r{recording}" / f"{number}.jpg"
            file.parent.mkdir(parents=True, exist_ok=True)
            noise = np.random.default_rng([recording, number]).integers(0, 256, (24, 24, 3), dtype=np.uint8)
            Image.fromarray(noise).save(file)
    (tmp_path / "in" / "ad" / "r0" / "broken.jpg").write_bytes(b"\xff\xd8")
    return tmp_path / "in"


def prepare(monkeypatch: pytest.MonkeyPatch, folder: Path, *arguments: str) -> int:
    out = str(folder.parent / "out")
    monkeypatch.setattr(sys, "argv", ["prepare", "--folder", str(folder), "--out", out, *arguments])
    return main()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--split-ratio", "0.7"), "split_ratio is '0.7'"),
        (("--max-frames", "2"), "max_frames"),
        (("--calibration", "0.9"), "calibration"),
        (("--group-by", "channel"), "invalid choice"),
    ],
)
def test_an_argument_that_cannot_work_is_named(monkeypatch, folder, capsys, arguments, said) -> None:
    with pytest.raises(SystemExit) as ended:
        prepare(monkeypatch, folder, *arguments)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_a_folder_without_labels_and_one_with_too_few_pictures(monkeypatch, tmp_path, capsys) -> None:
    (tmp_path / "empty").mkdir()
    assert prepare(monkeypatch, tmp_path / "empty") == 1
    assert "a folder a class (ad/, content/)" in capsys.readouterr().err
    rows = [{"imageName": f"{label}.jpg", "label": label} for label in ("ad", "content")]
    (tmp_path / "empty" / "labels.json").write_text(json.dumps(rows))
    Image.new("RGB", (8, 8)).save(tmp_path / "empty" / "ad.jpg")
    assert prepare(monkeypatch, tmp_path / "empty") == 1
    assert "Every class needs at least 3" in capsys.readouterr().err


def test_statistics_and_warnings_are_printed(monkeypatch, folder, capsys) -> None:
    assert prepare(monkeypatch, folder, "--split-ratio", "0.5,0.25,0.25") == 0
    said = capsys.readouterr().out
    lines = {line.split()[0]: line.split()[1:] for line in said.splitlines() if line}
    assert lines["split"] == ["ad", "content", "all", "groups"]
    for split in ("train", "validation", "test"):
        ad, content, together, groups = map(int, lines[split])
        assert (ad, content, together) == (2 * groups, 4 * groups, 6 * groups)
    assert lines["r3"][:3] == ["2", "4", "6"]
    assert lines["r3"][3] in {"train", "validation", "test"}
    assert "left out: 1 undecodable" in said
    assert "warning: 54 few_pictures" in said
    assert "warning: 18 imbalance: 'ad' is 33%" in said
    assert "54 pictures of version" in said


def test_a_limit_and_a_calibration_split(monkeypatch, folder, capsys) -> None:
    assert prepare(monkeypatch, folder, "--max-frames", "27", "--calibration", "0.2", "--enough", "10") == 0
    said = capsys.readouterr().out
    assert "\ncalibration " in said
    assert "by the limits" in said
    assert "few_pictures" not in said
    (manifest,) = (folder.parent / "out" / "datasets" / "ads").glob("*/manifest.jsonl")
    assert len(manifest.read_text().splitlines()) == 27
