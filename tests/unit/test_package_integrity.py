"""One flipped bit anywhere in a package is noticed: in its folder by the server, in its archive by gate and release."""

import io
import random
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from inference.errors import PackageError
from inference.package import load_manifest
from lambdas.common.model_archive import ArchivedPackage, ArchiveError, read_package
from lambdas.endpoint_release.package import Package, require_registered
from tests.unit.model_packages import MANIFEST, archive, manifest_of, package_files

FLIPS = 1000
EVALUATION = b'{"task": "image_classification", "metrics": {"macro_f1": 0.91}}\n' * 20
FILES = package_files(evaluation=EVALUATION, golden=EVALUATION)
MANIFEST_SHA256 = sha256(FILES[MANIFEST]).hexdigest()
GZIP_HEADER = 10
"""Bytes: magic, method, flags, time, level, system. https://www.rfc-editor.org/rfc/rfc1952#section-2.3"""


def flipped(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def read(content: bytes) -> ArchivedPackage:
    return read_package(io.BytesIO(content), {"evaluation.json"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model").mkdir()
    for name, content in FILES.items():
        (tmp_path / "model" / name).write_bytes(content)
    return tmp_path / "model"


def test_a_thousand_flipped_bits_in_the_folder_are_all_refused(folder: Path) -> None:
    load_manifest(folder, MANIFEST_SHA256)
    draw = random.Random(8)
    loaded = []
    for number in range(FLIPS):
        name = sorted(FILES)[number % len(FILES)]
        bit = draw.randrange(8 * len(FILES[name]))
        (folder / name).write_bytes(flipped(FILES[name], bit))
        try:
            load_manifest(folder, MANIFEST_SHA256)
            loaded.append((name, bit))
        except PackageError:
            pass
        (folder / name).write_bytes(FILES[name])
    assert loaded == []


def test_without_the_registered_hash_a_changed_manifest_can_load(folder: Path) -> None:
    """Why the hash is registered: nothing else verifies the manifest's own fields."""
    (folder / MANIFEST).write_bytes(FILES[MANIFEST].replace(b'"Cat": 0.5', b'"Cat": 0.1'))
    assert load_manifest(folder).thresholds == {"Cat": 0.1}
    with pytest.raises(PackageError, match=f"registered with {MANIFEST_SHA256}"):
        load_manifest(folder, MANIFEST_SHA256)


def test_a_thousand_flipped_bits_in_the_archive_are_all_refused_by_the_release() -> None:
    whole = archive(FILES)
    registered = Package(
        "arn:1", "Approved", "image", "s3://a/model.tar.gz", {"VIGIL_MANIFEST_SHA256": MANIFEST_SHA256},
        archive_sha256=sha256(whole).hexdigest(),
    )  # fmt: skip
    require_registered(read(whole), registered)
    draw = random.Random(8)
    for _ in range(FLIPS):
        with pytest.raises(ArchiveError):
            require_registered(read(flipped(whole, draw.randrange(8 * len(whole)))), registered)


def test_the_gate_which_knows_no_hash_yet_refuses_each_flip_that_changes_a_file() -> None:
    whole = archive(FILES)
    expected = read(whole)
    draw = random.Random(9)
    read_on = []
    for bit in [*range(8 * GZIP_HEADER), *(draw.randrange(8 * len(whole)) for _ in range(FLIPS))]:
        try:
            found = read(flipped(whole, bit))
        except ArchiveError:
            continue
        assert (found.members, found.manifest_sha256) == (expected.members, expected.manifest_sha256)
        read_on.append(bit // 8)
    assert set(read_on) <= set(range(3, GZIP_HEADER)), "only notes about the compression itself may differ"


@pytest.mark.parametrize("name", ["evaluation.json", "golden.jsonl", "baseline.json", "model.onnx"])
def test_a_file_that_was_exchanged_is_named(name: str) -> None:
    with pytest.raises(ArchiveError, match=f"'{name}' has another sha256 than the manifest says"):
        read(archive({**FILES, name: b"another"}))
    with pytest.raises(ArchiveError, match=f"'{name}' is missing"):
        read(archive({other: content for other, content in FILES.items() if other != name}))


def test_an_archive_of_another_package_is_refused_though_it_is_whole() -> None:
    other = {name: content for name, content in FILES.items() if name != MANIFEST} | {"model.onnx": b"a backdoor"}
    whole = archive({**other, MANIFEST: manifest_of(other)})
    for environment, archive_sha256, reason in (
        ({"VIGIL_MANIFEST_SHA256": MANIFEST_SHA256}, sha256(whole).hexdigest(), "The manifest at s3://a/model.tar.gz"),
        ({"VIGIL_MANIFEST_SHA256": MANIFEST_SHA256}, "0" * 64, "The archive at s3://a/model.tar.gz"),
        ({}, sha256(whole).hexdigest(), "it cannot be verified"),
        ({"VIGIL_MANIFEST_SHA256": MANIFEST_SHA256}, "", "it cannot be verified"),
    ):
        registered = Package(
            "arn:1", "Approved", "image", "s3://a/model.tar.gz", environment, archive_sha256=archive_sha256
        )
        with pytest.raises(ArchiveError, match=reason):
            require_registered(read(whole), registered)


def test_the_same_file_twice_is_refused() -> None:
    """Unpacked, the second one would lie there; nothing says which one was meant."""
    with pytest.raises(ArchiveError, match=r"has 'model\.onnx' twice"):
        read(archive({**FILES, "./model.onnx": FILES["model.onnx"]}))


def test_the_server_does_not_start_with_a_manifest_other_than_the_registered_one(folder: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "inference", "serve"],
        env={"SAGEMAKER_BASE_DIR": str(folder.parent), "VIGIL_MANIFEST_SHA256": "0" * 64},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ended.returncode == 1
    assert f"refused to start: manifest.json has the sha256 {MANIFEST_SHA256}" in ended.stderr
