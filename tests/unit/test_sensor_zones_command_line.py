"""Data prep of sensors in zones on one's own machine."""

from pathlib import Path

import pytest

from lambdas.data_prep.sensor_zones import __main__ as command_line
from tests.unit.zone_readings import SPEC, as_files, readings


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of raw data that the command line names."""
    raw = tmp_path / "bucket"
    (raw / SPEC.prefix).mkdir(parents=True)
    (tmp_path / "spec.json").write_text(SPEC.model_dump_json())
    files = [str(one) for one in (tmp_path / "spec.json", raw, tmp_path / "out")]
    monkeypatch.setattr("sys.argv", ["sensor_zones", *files, "--diagnose"])
    return raw


def test_what_cannot_be_used_is_said_without_a_stack(given: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main() == 2
    assert "There are no readings below" in capsys.readouterr().err


def test_a_diagnosis_names_its_page(given: Path, capsys: pytest.CaptureFixture[str]) -> None:
    as_files(readings(), given)

    assert command_line.main() == 0
    assert Path(capsys.readouterr().out.split()[-1]).name == "inspection.html"
