"""The labelling page in a real browser, with real key presses, against the real program."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.aws.processes import free_port
from tests.e2e.browser import new_page

ROOT = Path(__file__).parents[2]
SCENES = 3
FRAMES_A_SCENE = 2


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two recordings of three scenes of two seconds, with hard cuts."""
    folder = tmp_path_factory.mktemp("videos")
    numbers = np.random.default_rng(0)
    for name in ("monday", "tuesday"):
        with av.open(str(folder / f"{name}.mp4"), "w") as file:
            stream = file.add_stream("mpeg4", rate=10)
            stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
            for _ in range(SCENES):
                still = numbers.integers(0, 255, (12, 20, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
                for _ in range(20):
                    file.mux(stream.encode(av.VideoFrame.from_ndarray(still, format="rgb24")))
            file.mux(stream.encode())
    return folder


@pytest.fixture
def project(videos: Path, tmp_path: Path) -> Path:
    command = [sys.executable, "-m", "clients.operator", "label", "--video-dir", str(videos), "--out", str(tmp_path)]
    subprocess.run([*command, "--every", "1", "--frames-only"], cwd=ROOT, check=True, capture_output=True, timeout=300)
    assert len(list(tmp_path.rglob("*.jpg"))) == 2 * SCENES * FRAMES_A_SCENE
    return tmp_path


@contextmanager
def server(project: Path, port: int = 0) -> Iterator[tuple[subprocess.Popen, str]]:
    command = [sys.executable, "-m", "clients.operator", "label", "--out", str(project), "--no-browser"]
    process = subprocess.Popen([*command, "--port", str(port)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        found = re.search(r"http://127.0.0.1:(\d+)/", process.stdout.readline())
        assert found
        yield process, found[0]
    finally:
        process.kill()
        process.wait()


def opened(browser: Browser, url: str, labeller: str) -> Page:
    page = new_page(browser)
    page.on("pageerror", lambda error: pytest.fail(f"the page's script failed: {error}"))
    page.goto(f"{url}?labeller={labeller}")
    expect(page.locator("#count")).to_contain_text("labelled")
    return page


def press(page: Page, keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def labels(project: Path) -> dict[str, str]:
    return {row["imageName"]: row["label"] for row in json.loads((project / "labels.json").read_text())}


def test_keys_label_undo_and_save(browser, project):
    with server(project) as (_, url):
        page = opened(browser, url, "ann")
        press(page, "acauc")
        expect(page.locator("#count")).to_have_text("3 of 12 labelled")
        press(page, "s")
        expect(page.locator("#saved")).to_contain_text("Saved: 3 frames labelled, 0 disputed")

    assert list(labels(project).items()) == [
        ("monday/0000-0.jpg", "ad"),
        ("monday/0000-1.jpg", "content"),
        ("monday/0001-0.jpg", "content"),
    ]
    row = json.loads((project / "labels.json").read_text())[2]
    assert (row["recording"], row["scene"]) == ("monday", "0001")


def test_a_reload_goes_on_where_the_labeller_was_and_undoes_what_came_before(browser, project):
    with server(project) as (_, url):
        page = opened(browser, url, "ann")
        press(page, "aca")
        expect(page.locator("#saved")).to_contain_text("3 labels saved")
        page.reload()
        expect(page.locator("#where")).to_have_text("monday/0001-1.jpg (4 of 12)")
        press(page, "u")
        expect(page.locator("#where")).to_have_text("monday/0001-0.jpg (3 of 12)")
        expect(page.locator("#saved")).to_contain_text("2 labels saved")

    assert list(labels(project)) == ["monday/0000-0.jpg", "monday/0000-1.jpg"]


def test_nothing_is_lost_when_the_server_is_killed_and_comes_back(browser, project):
    port = free_port()
    with server(project, port) as (process, url):
        page = opened(browser, url, "ann")
        press(page, "aa")
        expect(page.locator("#saved")).to_contain_text("2 labels saved")
        process.kill()
        process.wait()
        press(page, "ccc")
        expect(page.locator("#saved")).to_contain_text("3 labels wait in this browser")
    with server(project, port):
        expect(page.locator("#saved")).to_contain_text("5 labels saved")
        page.reload()
        expect(page.locator("#count")).to_have_text("5 of 12 labelled")

    assert list(labels(project).values()) == ["ad", "ad", "content", "content", "content"]


def test_two_labellers_agree_or_their_frames_are_disputed(browser, project):
    with server(project) as (_, url):
        page = opened(browser, url, "ann")
        press(page, "acac")
        expect(page.locator("#saved")).to_contain_text("4 labels saved")
        page = opened(browser, url, "bob")
        press(page, "accc")
        press(page, "s")
        expect(page.locator("#saved")).to_contain_text("ann and bob agree on 3 of 4")

    assert len(labels(project)) == 3
    assert json.loads((project / "disputed.json").read_text()) == ["monday/0001-0.jpg"]


def test_a_person_who_comes_by_link_is_asked_for_a_name_and_finds_the_keys(browser, project):
    with server(project) as (_, url):
        page = new_page(browser)
        page.goto(url)
        page.get_by_label("Your name").fill("eve")
        page.keyboard.press("Enter")
        expect(page.locator("#who")).to_have_text("labeller: eve")
        page.keyboard.press("?")
        expect(page.get_by_role("heading", name="Keys")).to_be_visible()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="content").click()
        expect(page.locator("#count")).to_have_text("1 of 12 labelled")
        (ROOT / "build").mkdir(exist_ok=True)
        page.screenshot(path=ROOT / "build" / "labelling.png")
