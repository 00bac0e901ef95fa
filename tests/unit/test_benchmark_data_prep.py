"""The benchmark of data prep, on few pictures: what it generates is data that data prep takes."""

import json
from pathlib import Path

import pytest

from benchmarks import data_prep


def test_its_pictures_are_no_burst_and_all_of_them_are_prepared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = {"PICTURES": 60, "SAMPLE": 5, "SIZE": (64, 48), "FIRST_BYTE_S": 0.0, "RESULT": tmp_path / "result.json"}
    for name, value in small.items():
        monkeypatch.setattr(data_prep, name, value)
    data_prep.main()
    assert json.loads((tmp_path / "result.json").read_text())["items"] == 60
