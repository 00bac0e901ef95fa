"""A package as it is written, and a champion's as it is opened: what serving accepts or refuses."""

import tarfile
import tempfile
from pathlib import Path

import numpy as np
import pytest

from inference.contracts import Evaluation
from inference.errors import PackageError
from inference.tabular.predictor import HazardDetector
from tests.unit.counting_predictor import CLASSES, Counting
from training_containers.contract import ConfigurationFault, OptMl
from training_containers.packaging import (
    PackageDraft,
    champion,
    champion_of,
    golden_request,
    make_baseline,
    open_champion,
    write_package,
)
from training_containers.packaging.code_version import code_version

DRAFT = PackageDraft(
    domain="cats",
    task="image_classification",
    classes=CLASSES,
    input={"size": 64},
    dataset_version="v1",
    libraries=("numpy",),
)
EVALUATION = Evaluation(task="image_classification", dataset_version="v1", test_items=1, metrics={}, dummy={})
BASELINE = make_baseline(["Cat"], {"Cat": [0.9], "NoCat": [0.1]})
GOLDEN = golden_request(b"picture", "image/jpeg", {"label": "Cat", "scores": {"Cat": 0.9, "NoCat": 0.1}})


def test_a_written_package_is_loaded_and_has_every_file(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"graph")
    manifest = write_package(tmp_path, DRAFT, evaluation=EVALUATION, baseline=BASELINE, golden=[GOLDEN])
    assert set(manifest.files) == {"model.onnx", "evaluation.json", "baseline.json", "golden.jsonl"}
    assert manifest.libraries == {"numpy": np.__version__}
    assert manifest.code_version == code_version()


def test_a_package_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"'model\.onnx' is required"):
        write_package(tmp_path, DRAFT, evaluation=EVALUATION, baseline=BASELINE, golden=[GOLDEN])


def test_a_package_that_could_not_be_checked_before_its_traffic_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"graph")
    with pytest.raises(ValueError, match="at least one golden request"):
        write_package(tmp_path, DRAFT, evaluation=EVALUATION, baseline=BASELINE, golden=[])


def test_an_archive_that_leads_out_of_its_folder_is_refused(tmp_path: Path) -> None:
    channel, scratch = tmp_path / "channel", tmp_path / "scratch"
    channel.mkdir()
    (tmp_path / "file").write_text("x")
    with tarfile.open(channel / "model.tar.gz", "w:gz") as tar:
        tar.add(tmp_path / "file", arcname="../escaped")
    with pytest.raises(ConfigurationFault, match="'champion' holds no model package"):
        open_champion(channel, scratch)
    assert not (tmp_path / "escaped").exists()


def test_a_champion_that_was_changed_since_it_was_registered_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel, package = tmp_path / "channel", tmp_path / "package"
    channel.mkdir()
    package.mkdir()
    (package / "model.onnx").write_bytes(b"graph")
    write_package(package, DRAFT, evaluation=EVALUATION, baseline=BASELINE, golden=[GOLDEN])
    with tarfile.open(channel / "model.tar.gz", "w:gz") as tar:
        tar.add(package, arcname=".")
    monkeypatch.setenv("CHAMPION_MANIFEST_SHA256", "0" * 64)
    with pytest.raises(ConfigurationFault, match="the package was registered with 0000"):
        open_champion(channel, tmp_path / "scratch")


def test_a_champion_of_another_task_is_refused_before_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = tmp_path / "input" / "data" / "champion"
    channel.mkdir(parents=True)
    (channel / "model.tar.gz").write_bytes(b"opened below")
    opened = (object(), DRAFT.manifest(files={}), "s3://artifacts/model.tar.gz")
    monkeypatch.setattr(champion, "open_champion", lambda channel, scratch: opened)

    with pytest.raises(ConfigurationFault, match="the champion's task is 'image_classification'"):
        champion_of(OptMl(tmp_path), HazardDetector)


def test_an_opened_champion_leaves_nothing_in_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel, temporary = tmp_path / "input" / "data" / "champion", tmp_path / "tmp"
    channel.mkdir(parents=True)
    temporary.mkdir()
    (channel / "model.tar.gz").write_bytes(b"no archive")
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with pytest.raises(ConfigurationFault, match="'champion' holds no model package"):
        champion_of(OptMl(tmp_path), Counting)
    assert list(temporary.iterdir()) == []

    def unpack(channel: Path, scratch: Path) -> tuple[object, object, str]:
        (scratch / "model.onnx").write_bytes(b"graph")
        return Counting(), DRAFT.manifest(files={}), "s3://artifacts/model.tar.gz"

    monkeypatch.setattr(champion, "open_champion", unpack)
    opened = champion_of(OptMl(tmp_path), Counting)
    assert opened is not None
    assert opened.classes == CLASSES
    assert list(temporary.iterdir()) == []


def test_without_a_channel_there_is_no_champion(tmp_path: Path) -> None:
    assert champion_of(OptMl(tmp_path), HazardDetector) is None
