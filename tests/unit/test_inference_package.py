"""A package that is not exactly what its manifest says is refused, with every reason."""

import json
from pathlib import Path

import pytest

from inference.contracts import PackageManifest
from inference.contracts.package import MANIFEST, REQUIRED_FILES
from inference.errors import PackageError
from inference.package import load_manifest, sha256
from inference.predictor import open_predictor


def write_manifest(directory: Path, **changes: object) -> None:
    files = {name: sha256(directory / name) for name in REQUIRED_FILES if (directory / name).is_file()}
    manifest = PackageManifest(
        domain="cats",
        task="image_classification",
        classes=("Cat", "NoCat"),
        input={"size": 64},
        dataset_version="v1",
        code_version="src-0",
        libraries={},
        files=files,
    )
    (directory / MANIFEST).write_text(json.dumps({**manifest.model_dump(mode="json"), **changes}))


@pytest.fixture
def package(tmp_path: Path) -> Path:
    directory = tmp_path / "model"
    directory.mkdir()
    for name in REQUIRED_FILES:
        (directory / name).write_text(name)
    write_manifest(directory)
    return directory


def test_a_whole_package_is_accepted(package: Path) -> None:
    assert set(load_manifest(package).files) == REQUIRED_FILES


def test_a_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"holds no manifest\.json"):
        load_manifest(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"domain": "cats"}'])
def test_a_manifest_that_is_none_is_refused(content: str, package: Path) -> None:
    (package / MANIFEST).write_text(content)
    with pytest.raises(PackageError, match="not a package manifest"):
        load_manifest(package)


def test_one_changed_byte_is_noticed(package: Path) -> None:
    (package / "model.onnx").write_text("model.onny")
    with pytest.raises(PackageError, match=r"'model\.onnx' has another sha256"):
        load_manifest(package)


def test_all_faults_are_told_together(package: Path) -> None:
    (package / "golden.jsonl").unlink()
    (package / "edge").mkdir()
    (package / "edge" / "model.pkl").write_text("x")
    with pytest.raises(PackageError, match=r"'edge/model\.pkl' is not in the manifest; 'golden\.jsonl' is missing"):
        load_manifest(package)


def test_a_required_file_cannot_be_left_out_of_the_manifest(package: Path) -> None:
    (package / "evaluation.json").unlink()
    write_manifest(package)
    with pytest.raises(PackageError, match=r"'evaluation\.json' is required"):
        load_manifest(package)


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "edge/../../secret"])
def test_a_path_out_of_the_package_is_refused(name: str, package: Path) -> None:
    (package.parent / "secret").write_text("x")
    files = json.loads((package / MANIFEST).read_text())["files"]
    write_manifest(package, files={**files, name: "0" * 64})
    with pytest.raises(PackageError, match="points outside the package"):
        load_manifest(package)


def test_a_link_out_of_the_package_is_refused(package: Path) -> None:
    secret = package.parent / "secret"
    secret.write_text("model.onnx")
    (package / "model.onnx").unlink()
    (package / "model.onnx").symlink_to(secret)
    with pytest.raises(PackageError, match=r"'model\.onnx' points outside the package"):
        load_manifest(package)


def test_a_task_of_another_image_is_refused(package: Path) -> None:
    write_manifest(package, task="os.system")
    manifest = load_manifest(package)
    with pytest.raises(
        PackageError,
        match="'os.system'; this image serves image_classification, object_detection, sensor_zones, tabular",
    ):
        open_predictor(package, manifest)


def test_a_graph_that_is_none_is_refused(package: Path) -> None:
    with pytest.raises(PackageError, match=r"model\.onnx cannot be loaded"):
        open_predictor(package, load_manifest(package))
