"""The program that runs for months: what one picture or one look meets does not end it."""

import errno
import json
import os
import threading
import time

import pytest

from clients.device.service import answer_folder, keep_up, serve
from clients.device.updater import Look
from tests.device.toys import bundle, picture


@pytest.fixture
def device(enrolled, cloud):
    cloud.repository.release("r1", bundle())
    with enrolled.open() as opened:
        opened.updater.look()
        yield opened


@pytest.fixture
def pictures(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    return folder


def test_a_look_that_fails_unexpectedly_is_not_the_last(device, enrolled, monkeypatch):
    stop, looks = threading.Event(), []

    def look() -> None:
        looks.append(1)
        if len(looks) == 3:
            stop.set()
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(device.updater, "look", look)
    monkeypatch.setattr("clients.device.service.FIRST_RETRY_S", 0.01)
    keep_up(device, enrolled.config, stop)

    assert len(looks) == 3


def test_a_picture_that_cannot_be_read_is_told_and_the_next_is_answered(device, pictures, capsys, monkeypatch):
    for name in ("1.png", "2.png", "3.png"):
        (pictures / name).write_bytes(picture())
    (pictures / "folder.png").mkdir()
    read = type(pictures).read_bytes

    def read_bytes(path):
        if path.name == "1.png":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        if path.name == "2.png":
            path.unlink()
        return read(path)

    monkeypatch.setattr(type(pictures), "read_bytes", read_bytes)
    answer_folder(device, pictures)

    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["picture"], "Input/output error" in first["error"]) == ("1.png", True)
    assert (second["picture"], second["release"]) == ("3.png", "r1")
    assert [path.name for path in pictures.iterdir()] == ["folder.png"]


WITHIN_S = 60
"""Far more than a write takes, on a busy machine too."""


def test_an_orderly_end_is_on_the_disk_before_a_slow_network_is_waited_for(device, enrolled, cloud, monkeypatch):
    """systemd kills after 90 s; that must not count as a start without order during a trial."""
    cloud.repository.release("r2", bundle())
    device.updater.look()
    device.store.point(device.store.pointer().model_copy(update={"starts": 2}))
    stop, starts = threading.Event(), []

    def slow_look():
        stop.set()
        until = time.monotonic() + WITHIN_S
        while device.store.pointer().starts and time.monotonic() < until:
            time.sleep(0.01)
        starts.append(device.store.pointer().starts)
        return Look("up to date")

    monkeypatch.setattr(device.updater, "look", slow_look)
    serve(device, enrolled.config, None, stop)

    assert starts == [0]


def test_a_refusal_is_told_at_once_and_once(device, enrolled, monkeypatch):
    """A release is judged by what devices report; a remembered refusal is nothing new."""
    stop, states, told = threading.Event(), iter(["up to date", "refused", "refused", "refused"]), []

    def look() -> Look:
        state = next(states, None)
        if state is None:
            stop.set()
        return Look(state or "refused")

    monkeypatch.setattr(device.updater, "look", look)
    monkeypatch.setattr("clients.device.service.report", lambda _: told.append(1))
    keep_up(device, enrolled.config.model_copy(update={"poll_s": 0.01}), stop)

    assert len(told) == 2  # the refusal, and the end
