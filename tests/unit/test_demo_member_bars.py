"""Seventeen bars: what the demo reads in an ensemble's log lines, and how it shows it."""

import io

import pytest
from rich.console import Console
from rich.progress import Progress

from sandbox.demo.member_bars import MemberBars
from sandbox.demo.member_lines import read_progress
from training_containers.ensemble.combine import WAYS
from training_containers.ensemble.members import Board
from training_containers.ensemble.models import members

NAMES = [member.name for member in members("all")]
LOG = """\
train: 12000 decisions, 300 of them hazardous
members: xgboost, tcn; each is trained 3 times
then combined by: stacking
xgboost              fold-0    50%     1,234,567 rows/s      12 s left
xgboost              fold-0   100%     1,234,567 rows/s       0 s left
xgboost              fold-0  done in 24.6 s
progress=0.15
xgboost              fold-0  scored 800 decisions in 0.1 s
xgboost              fold-1     0%             0 rows/s     nan s left
"""


def test_what_the_container_prints_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    board = Board(NAMES, 3, speaks=True)
    board.line(NAMES[0], "fold-0")(1.0, 5000)
    board.finished(NAMES[0], "fold-0", 0.0)
    board.scored(NAMES[0], "fold-0", 800, 0.0)

    found = read_progress(capsys.readouterr().out.splitlines())

    assert list(found) == [*NAMES, *WAYS]
    assert len(found) == 17
    assert found[NAMES[0]].finished == {"fold-0"}
    assert found[NAMES[0]].done == pytest.approx(1 / 3)
    assert not any(one.begun for name, one in found.items() if name != NAMES[0])


def test_a_member_is_as_far_as_its_trainings_and_the_one_that_runs() -> None:
    lines = LOG.splitlines()
    running, between = (read_progress(lines[:last])["xgboost"] for last in (4, 6))

    assert (running.done, running.told) == (pytest.approx(0.5 / 3), "1.2M rows/s, 12 s left")
    assert (between.done, between.told) == (pytest.approx(1 / 3), "fold-0 in 25 s")
    assert read_progress(lines)["xgboost"].told == "0 rows/s"


def test_judged_members_tell_what_they_reached() -> None:
    found = read_progress([*LOG.splitlines(), "validation stacking             recall 0.712, average precision 0.9"])

    assert (found["stacking"].done, found["stacking"].told) == (1.0, "recall 0.712")
    assert found["tcn"].done == 0


def test_a_run_that_goes_on_begins_its_bars_anew() -> None:
    found = read_progress([*LOG.splitlines(), "members: xgboost, tcn; each is trained 3 times"])

    assert list(found) == ["xgboost", "tcn"]
    assert not found["xgboost"].begun


def bars_of(*, terminal: bool) -> Progress:
    return Progress(console=Console(file=io.StringIO(), force_terminal=terminal, width=120))


def test_a_terminal_gets_a_bar_a_member() -> None:
    bars = bars_of(terminal=True)
    shown = MemberBars("fire", bars)
    shown.show(LOG.splitlines()[:4])
    shown.show(LOG.splitlines())

    told = {task.description.split()[0]: task for task in bars.tasks}
    assert list(told) == ["xgboost", "tcn", "stacking"]
    assert told["xgboost"].completed == pytest.approx(1 / 3)
    assert (told["xgboost"].started, told["tcn"].started) == (True, False)


def test_without_a_terminal_each_line_is_printed_once() -> None:
    bars = bars_of(terminal=False)
    shown = MemberBars("fire", bars)
    for last in (3, 5, 9, 9):
        shown.show(LOG.splitlines()[:last])

    printed = bars.console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert bars.tasks == []
    assert len(printed) == len(set(printed)) == 5
    assert printed[3] == "fire: xgboost              fold-0  done in 24.6 s"


def test_jobs_without_members_show_nothing() -> None:
    bars = bars_of(terminal=True)
    MemberBars("cats", bars).show(["epoch=1 progress=0.5 val_loss=0.2"])

    assert bars.tasks == []
