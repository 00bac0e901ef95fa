"""Training without SageMaker: the folder that a program meets, the package that is left, and what is refused."""

import json
import signal
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from training_containers.contract.command_line import run_command_line

PROGRAM = """
import json, os, sys
from training_containers.contract import run_program

def main(opt_ml):
    settings = opt_ml.hyperparameters
    if "fail" in settings:
        raise SystemExit(7)
    seen = {"channels": opt_ml.channels, "settings": settings, "champion": os.environ.get("CHAMPION_MODEL_DATA_URL")}
    seen["manifest"] = (opt_ml.channel("dataset") / "manifest.jsonl").read_text()
    (opt_ml.model / "edge").mkdir(parents=True, exist_ok=True)
    (opt_ml.model / "edge" / "seen.json").write_text(json.dumps(seen))
    count = len(list(opt_ml.checkpoints.iterdir()))
    (opt_ml.checkpoints / str(count)).touch()
    (opt_ml.model / "count").write_text(str(count))

sys.exit(run_program(main))
"""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder as the export leaves it, and a program `toyprogram.train` that writes down what it meets."""
    (tmp_path / "programs" / "toyprogram").mkdir(parents=True)
    (tmp_path / "programs" / "toyprogram" / "train.py").write_text(PROGRAM)
    root = Path(__file__).parents[2]
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'programs'}:{root}")
    for name in ("SAGEMAKER_BASE_DIR", "CHAMPION_MODEL_DATA_URL"):
        monkeypatch.setenv(name, "")
    folder = tmp_path / "data"
    for name in ("dataset/manifest.jsonl", "images/c/a.jpg", "champion/model.tar.gz", ".hidden/file", "train.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (folder / "job.json").write_text(json.dumps({"environment": {"CHAMPION_MODEL_DATA_URL": "s3://champion"}}))
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield folder
    for number, handler in handlers.items():  # the launcher forwards these to its child
        signal.signal(number, handler)


def train(data: Path, *arguments: str) -> int:
    given = ["train", "--data", str(data), "--out", str(data.parent), *arguments]
    return run_command_line("toyprogram", "Toys.", given)


def test_folders_are_channels_and_what_is_left_becomes_the_package(data: Path) -> None:
    assert train(data, "--set", "epochs=3", "--set", "name=a=b") == 0
    with tarfile.open(data.parent / "model.tar.gz") as archive:
        assert archive.getnames() == ["count", "edge/seen.json"]
        seen = json.load(archive.extractfile("edge/seen.json") or pytest.fail("no such file"))
    assert seen == {
        "channels": ["champion", "dataset", "images"],
        "settings": {"epochs": "3", "name": "a=b"},
        "champion": "s3://champion",
        "manifest": "dataset/manifest.jsonl",
    }


def test_a_second_time_goes_on_from_the_checkpoints_with_the_data_as_they_are_now(data: Path) -> None:
    assert train(data) == 0
    (data / "champion/model.tar.gz").unlink()
    (data / "champion").rmdir()
    assert train(data) == 0
    with tarfile.open(data.parent / "model.tar.gz") as archive:
        assert (archive.extractfile("count") or pytest.fail("no such file")).read() == b"1"
        seen = json.load(archive.extractfile("edge/seen.json") or pytest.fail("no such file"))
    assert seen["channels"] == ["dataset", "images"]


def test_a_program_that_fails_leaves_no_package(data: Path) -> None:
    assert train(data, "--set", "fail=1") == 7
    assert not (data.parent / "model.tar.gz").exists()


def test_a_folder_without_a_dataset_is_refused_with_the_command_that_makes_one(tmp_path, capsys) -> None:
    assert train(tmp_path / "nothing") == 4
    assert "clients.operator export" in capsys.readouterr().err


def test_a_job_file_that_is_another_is_refused(data: Path, capsys) -> None:
    (data / "job.json").write_text("[]")
    assert train(data) == 4
    assert "export again" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", ["--data d", "--out o", "--set a=1", "--data d --out o --set a"])
def test_arguments_that_do_not_belong_together_are_refused(arguments: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        run_command_line("toyprogram", "Toys.", ["train", *arguments.split()])
