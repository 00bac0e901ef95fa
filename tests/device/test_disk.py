"""A disk that is full at any step, or that has damaged what it kept."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from tests.device.conftest import restore, serves_a_whole_model
from tests.device.steps import full_from, listed, run
from tests.device.toys import bundle, picture

KEPT, TAKEN, NO_ANSWER = 0, 1, 2


def looked(enrolled) -> int:
    with enrolled.open() as device:
        look = device.updater.look()
        answer = device.runner.predict(picture())["release"]
        if (look.state, answer) == ("updated", "r3"):
            return TAKEN
        return KEPT if (look.state, answer) == ("fault", "r2") and "No space left" in look.why else NO_ANSWER


def test_a_disk_that_is_full_from_any_step_on_stops_no_answer(halfway):
    folder = halfway.config.folder
    paths = listed(folder, lambda: looked(halfway) - TAKEN)
    found = []
    for step in range(1, len(paths) + 1, 4):
        restore(halfway)
        found.append(run(folder, lambda: looked(halfway), full_from(step)))  # noqa: B023
        assert found[-1] in (KEPT, TAKEN), paths[step - 1]
        assert serves_a_whole_model(halfway) == ("r2" if found[-1] == KEPT else "r3")

    assert found.count(KEPT) > 20
    assert found[-1] == TAKEN


def test_a_download_larger_than_the_disk_is_not_begun(enrolled, cloud, monkeypatch):
    cloud.repository.release("r1", bundle(padding=100_000))
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**6, 8 * 10**5, 2 * 10**5))

    with enrolled.open() as device:
        look = device.updater.look()

    assert look.why == "the disk has 0.2 MB left; r1.tar needs 0.3"
    assert not [path for path in cloud.asked if path.endswith("r1.tar")]


@pytest.mark.parametrize("file", ["model.tflite", "edge.json", "golden.jsonl"])
def test_the_release_before_answers_where_the_disk_damaged_one_and_that_is_mended(enrolled, cloud, file: str):
    for release in ("r1", "r2"):
        cloud.repository.release(release, bundle())
        with enrolled.open() as device:
            device.updater.look()
    damaged = enrolled.config.folder / "releases" / "r2" / file
    damaged.write_bytes(damaged.read_bytes()[:-10])

    with enrolled.open() as device:
        assert device.runner.serving == "r1"
        assert device.updater.look().state == "updated"
        assert device.runner.serving == "r2"


def test_the_release_before_answers_where_the_disk_does_not_give_one_out(enrolled, cloud, monkeypatch):
    for release in ("r1", "r2"):
        cloud.repository.release(release, bundle())
        with enrolled.open() as device:
            device.updater.look()
    read = Path.read_bytes

    def read_bytes(path: Path) -> bytes:
        if path.match("r2/model.tflite") or path.name == "refused.json":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)

    assert enrolled.serving == "r1"


def test_a_bundle_that_a_power_cut_left_is_removed(enrolled, cloud):
    cloud.repository.release("r1", bundle())
    with enrolled.open() as device:
        device.updater.look()
    left = enrolled.config.folder / "downloads" / "r0.tar"
    left.write_bytes(bundle())

    with enrolled.open():
        assert not left.exists()


@pytest.mark.parametrize(
    "name", ["pointer.json", "refused.json", "sequence.json", "tuf/timestamp.json", "tuf/root.json"]
)
def test_a_damaged_file_of_its_own_stops_neither_answers_nor_updates(enrolled, cloud, name: str):
    cloud.repository.release("r1", bundle())
    with enrolled.open() as device:
        device.updater.look()
        device.write_report()
    path = enrolled.config.folder / name
    path.unlink(missing_ok=True)
    path.write_bytes(b"\0" * 40)
    cloud.repository.release("r2", bundle())

    with enrolled.open() as device:
        assert device.runner.predict(picture())["release"] == "r1"
        assert device.updater.look().release == "r2"
        device.write_report()
        assert device.deliver_reports() >= 1


def test_two_processes_do_not_work_in_one_folder(enrolled):
    with enrolled.open(), pytest.raises(Exception, match="another process works in"), enrolled.open():
        pass
