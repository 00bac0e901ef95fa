"""Which domains a demo runs, and what it says of the others."""

from pathlib import Path

import pytest

from sandbox.demo.__main__ import ALL, main, others, parse


def test_without_more_one_domain_runs() -> None:
    assert parse([]).domains == ["cats"]


def test_all_runs_all_and_names_none_as_left() -> None:
    assert parse(["--domain", "all"]).domains == list(ALL)
    assert others(list(ALL)) == ""


def test_the_others_are_named_with_their_commands() -> None:
    assert others(["cats"]) == (
        "there is more: make demo DOMAIN=ads, or make demo DOMAIN=battery, or make demo DOMAIN=deer, "
        "or make demo DOMAIN=fire, or make demo DOMAIN=all"
    )


def test_an_unknown_domain_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parse(["--domain", "dogs"])
    assert "no domain dogs; there is cats, ads, battery, deer, fire, and all" in capsys.readouterr().err


def test_own_data_belongs_to_one_domain(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parse(["--domain", "all", "--data", "somewhere"])
    assert "--data is one domain's raw data" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "said"), [("nowhere", "is no folder"), ("log.csv", "but a file: give the folder")])
def test_data_that_are_no_folder_are_refused_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.csv").touch()
    assert main(["--domain", "battery", "--data", str(tmp_path / name)]) == 2
    assert said in capsys.readouterr().out


def test_the_home_folder_may_be_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/somebody")
    assert parse(["--data", "~/my cats"]).data == Path("/somebody/my cats")
