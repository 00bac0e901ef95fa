"""What devices ran in each step of a release: told by name, drawn, and wrong where the hash or a device says so."""

import io
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from inference.contracts.traffic import percentile
from lambdas.common.release_state import ReleaseState
from sandbox.demo import fleet
from sandbox.demo.fleet_picture import draw
from sandbox.demo.fleet_steps import FleetWatch, Moment, Step, faults, step_of, summary
from sandbox.demo.report import DomainReport
from sandbox.demo.report_table import show
from sandbox.simulators.devices import Visit

DEVICES = [f"tv-{number:03}" for number in range(1, 101)]
TENTH = [name for name in DEVICES if percentile(name) < 10]
AT_TEN = Moment("r1", "r2", 10)


def step(moment: Moment = AT_TEN, refusing: tuple[str, ...] = (), **serving: str | None) -> Step:
    """A step in which devices run what the hash says, unless said otherwise."""
    runs = {name: moment.challenger if percentile(name) < moment.percentage else moment.champion for name in DEVICES}
    runs |= {name.replace("_", "-"): release for name, release in serving.items()}
    listed = [
        {"device_id": name, "serving": release, "refused": {"r2": "slow"} if name in refusing else {}}
        for name, release in runs.items()
    ]
    return step_of(moment, listed)


def visits(**serving: str | None) -> dict[str, Visit]:
    return {name: Visit(name, serving.get(name.replace("-", "_"), "r2")) for name in DEVICES}


def test_a_step_tells_which_devices_the_hash_names_and_which_run_it() -> None:
    late = TENTH[0]
    told = summary([step(refusing=(late,), **{late: "r1"})], visits(), "r2")

    (found,) = told["steps"]
    assert (found["release"], found["percentage"], found["named"]) == ("r2", 10, TENTH)
    assert found["running"] == TENTH[1:]
    assert found["refusing"] == [late]
    assert found["serving"] == {"r2": len(TENTH) - 1, "r1": 100 - len(TENTH) + 1}
    assert told["serving"] == {"r2": 100}


def test_a_fleet_that_does_as_the_hash_says_has_no_fault() -> None:
    steps = [step(), step(Moment("r1", "r2", 50))]
    assert faults(steps, summary(steps, visits(), "r2"), len(DEVICES)) == []


def test_a_device_that_the_hash_does_not_name_is_a_fault() -> None:
    stranger = next(name for name in DEVICES if percentile(name) >= 10)
    steps = [step(**{stranger: "r2"})]
    (fault,) = faults(steps, summary(steps, visits(), "r2"), len(DEVICES))
    assert fault == f"r2 at 10 %: {stranger} run it, which the hash does not name"


def test_a_device_that_loses_its_model_is_a_fault_and_one_that_never_had_one_only_at_the_end() -> None:
    steps = [step(**{TENTH[1]: None}), step(Moment("r1", "r2", 50), **{TENTH[0]: None, TENTH[1]: None})]
    told = summary(steps, visits(tv_004=None), "r2")
    found = faults(steps, told, len(DEVICES))
    assert found[0] == f"r2 at 50 %: {TENTH[0]} run nothing any more"
    assert found[1] == "at the end tv-004 run nothing"
    assert len(found) == 3


def test_a_device_that_stays_with_another_release_or_is_not_seen_is_a_fault() -> None:
    for seen in (visits(tv_004="r3"), dict(list(visits().items())[1:])):
        (fault,) = faults([], summary([], seen, "r2"), len(DEVICES))
        assert "all 100 should run r2" in fault


def test_a_fleet_that_was_offered_nothing_runs_nothing_and_that_is_no_fault() -> None:
    seen = {name: Visit(name, None) for name in DEVICES}
    assert faults([], summary([], {}, None), len(DEVICES)) == []
    assert faults([], summary([], seen, None), len(DEVICES)) == []
    (fault,) = faults([], summary([], visits(), None), len(DEVICES))
    assert fault == "at the end devices run {'r2': 100}, and nothing was released"


class Cloud:
    """Releases and devices; each answer about devices moves the release on."""

    def __init__(self, watch_of: list[Moment]) -> None:
        self.moments = watch_of
        self.releases = SimpleNamespace(read=lambda _: self._state(self.moments[0]))

    def predict_client(self) -> SimpleNamespace:
        return SimpleNamespace(send=self._send)

    def _send(self, method: str, path: str) -> tuple[int, bytes]:
        first = "after" not in path
        if not first and len(self.moments) > 1:
            self.moments.pop(0)
        name, after = ("tv-001", '"tv-001"') if first else ("tv-002", "null")
        listed = f'[{{"device_id": "{name}", "serving": "r1", "refused": {{}}}}]'
        return 200, f'{{"devices": {listed}, "next": {after}}}'.encode()

    @staticmethod
    def _state(moment: Moment) -> ReleaseState:
        def release(name: str | None) -> SimpleNamespace | None:
            return None if name is None else SimpleNamespace(release=name)

        state = ReleaseState(domain="ads", percentage=moment.percentage)
        return state.model_copy(update={"champion": release(moment.champion), "challenger": release(moment.challenger)})


def test_what_was_listed_while_the_share_changed_is_of_no_step(monkeypatch: pytest.MonkeyPatch) -> None:
    fifty = Moment("r1", "r2", 50)
    watch = FleetWatch(Cloud([AT_TEN, fifty]), "ads")  # type: ignore[arg-type]
    turns = iter([False, False, True])
    monkeypatch.setattr(watch, "_stopped", SimpleNamespace(wait=lambda _: next(turns)))
    watch.run()
    assert [one.moment for one in watch.steps()] == [fifty]
    assert list(watch.steps()[0].serving) == ["tv-001", "tv-002"]
    assert watch.broken == []


def test_a_slower_device_takes_its_times_longer_and_answers_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    work, clock = iter([1.0, 1.005]), iter([7.0, 7.006])
    monkeypatch.setattr(fleet, "open_tflite", lambda _: lambda pixels: pixels + 1)
    monkeypatch.setattr(fleet.time, "thread_time", lambda: next(work))
    monkeypatch.setattr(fleet.time, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(fleet.time, "sleep", slept.append)
    answer = fleet.open_slower(Path("model.tflite"))(np.zeros((1, 2)))
    assert answer.tolist() == [[1, 1]]
    assert slept == [pytest.approx(2 * 0.005 - 0.006)]


def test_the_picture_shows_each_device_in_each_step(tmp_path: Path) -> None:
    draw([step(), step(refusing=tuple(TENTH))], tmp_path / "devices.png")
    with Image.open(tmp_path / "devices.png") as picture:
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 16) or []}
    assert {(0x44, 0x77, 0xAA), (0x66, 0xAA, 0x55), (0xCC, 0x33, 0x11)} <= colours


def test_the_report_says_it_to_a_person() -> None:
    told = summary([step(refusing=(TENTH[0],), **{TENTH[0]: "r1"})], visits(), "r2")
    console = Console(file=io.StringIO(), width=200, color_system=None)
    shown = DomainReport(status="released", devices=told | {"why": "slow on this device", "picture": "x.png"})
    show({"ads": shown}, console)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert f"r2 at 10 %: {len(TENTH)} named by the hash ({', '.join(TENTH[:4])}, ...)" in text
    assert f"{len(TENTH) - 1} run it, 1 refuse it" in text
    assert "slow on this device" in text
    assert "at the end 100 run r2, 0 run nothing; x.png" in text
