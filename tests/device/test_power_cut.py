"""kill -9 of a real process before every single step that an update takes in the file system, and at random times."""

import os
import random
import signal
import time

from tests.device.conftest import Enrolled, restore, serves_a_whole_model
from tests.device.steps import end_at, listed, lose_unsynced, run


def update(enrolled: Enrolled) -> int:
    with enrolled.open() as device:
        return 0 if device.updater.look().state == "updated" else 1


def test_a_power_cut_before_any_step_of_an_update_leaves_a_whole_model(halfway):
    folder = halfway.config.folder
    paths = listed(folder, lambda: update(halfway))
    # The Update Framework's own files come first; what they lack is fetched again.
    steps = [step for step, path in enumerate(paths, start=1) if "/tuf/" not in path or step % 6 == 0]
    found = []
    for step in steps:
        before = restore(halfway)
        assert run(folder, lambda: update(halfway), end_at(step), folder.with_name("synced")) == -signal.SIGKILL
        lose_unsynced(folder, before, folder.with_name("synced"))
        found.append(serves_a_whole_model(halfway))
        if step % 10 == 0:
            with halfway.open() as device:
                assert device.updater.look().release == "r3", paths[step - 1]
                assert device.runner.serving == "r3"

    switch = found.index("r3")
    assert len(found) >= 30
    assert found == ["r2"] * switch + ["r3"] * (len(found) - switch)


def test_a_power_cut_at_any_time_leaves_a_whole_model(halfway):
    began = time.monotonic()
    assert run(halfway.config.folder, lambda: update(halfway), end_at(0)) == 0
    takes_s = time.monotonic() - began

    for _ in range(10):
        restore(halfway)
        child = os.fork()
        if child == 0:
            os._exit(update(halfway))
        time.sleep(random.uniform(0, takes_s))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert serves_a_whole_model(halfway) in ("r2", "r3")


def test_a_power_cut_during_a_rollback_leaves_a_whole_model(halfway):
    def fails() -> int:
        with halfway.open() as device:
            for _ in range(3):
                device.runner._judge(device.runner._live, None)
        return 0

    found, step, status = [], 0, -signal.SIGKILL
    while status == -signal.SIGKILL:
        step += 1
        restore(halfway)
        status = run(halfway.config.folder, fails, end_at(step))
        found.append(serves_a_whole_model(halfway))

    assert found[-1] == "r1"
    assert set(found) == {"r1", "r2"}
