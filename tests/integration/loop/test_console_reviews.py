"""A person at the console of what is deployed: predictions become pictures to review, releases are decided about.

The detector is made by hand; router, review stage, review API, registry, sign-in and the browser are the real ones.
"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from rich.progress import Progress

from clients.predict import PredictClient
from lambdas.endpoint_release.package import release_id
from sandbox import Sandbox
from sandbox.console import open_console
from sandbox.demo.follow import follow_release
from sandbox.deployment import Deployment
from tests.e2e.conftest import browser  # noqa: F401 - fixture
from tests.e2e.console.person import opened
from tests.integration.loop.detectors import detector, meadow
from tests.integration.loop.releases import approve

BUILD = Path(__file__).parents[3] / "build"
PICTURES = 24
WITHIN_S = 90
POLL_S = 0.3
PHONE = {"width": 390, "height": 844}


def await_(found: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + WITHIN_S
    while not (answer := found()):
        assert time.monotonic() < deadline, f"{what} within {WITHIN_S} s"
        time.sleep(POLL_S)
    return answer


@pytest.fixture(scope="module")
def champion(deployment: Deployment, workshop: Path) -> str:
    """The first release of deer."""
    arn = approve(deployment, "deer-first", detector(workshop / "deer-first", 0.6), "deer")
    state = follow_release(deployment, "deer", arn, Progress(disable=True))
    assert state.champion is not None
    return state.champion.release


@pytest.fixture(scope="module")
def predicted(champion: str, client: PredictClient, deployment: Deployment) -> dict[str, int]:
    """Request -> number of its picture, once all of them wait for a review."""
    asked = {
        client.predict("deer", meadow(number), "image/jpeg", f"camera-{number % 3}")["request_id"]: number
        for number in range(PICTURES)
    }
    await_(lambda: len(detections(client)) == PICTURES, "every prediction becomes a detection")
    return asked


def detections(client: PredictClient, status: str = "open") -> list[dict[str, Any]]:
    code, body = client.send("GET", f"/api/v1/detections?domain=deer&limit=100&status={status}")
    assert code == 200, body
    return json.loads(body)["detections"]


@pytest.fixture(scope="module")
def page(
    predicted: dict[str, int],
    aws: Sandbox,
    browser: Browser,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Page]:
    console = open_console(aws.client, aws.endpoint_url, tmp_path_factory.mktemp("reviews") / "console.json")
    page = opened(browser, console.url, "operator", console.passwords["operator"])
    BUILD.mkdir(exist_ok=True)
    yield page
    page.context.close()
    assert page.faults == []


def test_predictions_wait_for_a_review_at_the_console(page: Page, predicted: dict[str, int]) -> None:
    page.evaluate("location.hash = '#/review/deer'")
    expect(page.locator(".progress")).to_contain_text(f"0 of {PICTURES}")
    expect(page.locator(".frame .box")).to_have_text("deer 0.60")
    page.screenshot(path=BUILD / "console-desktop.png")
    page.set_viewport_size(PHONE)
    page.screenshot(path=BUILD / "console-phone.png")
    page.set_viewport_size({"width": 1280, "height": 800})


def test_a_challenger_is_promoted_and_taken_back(page: Page, champion: str, deployment: Deployment, workshop) -> None:
    arn = approve(deployment, "deer-second", detector(workshop / "deer-second", 0.7), "deer")
    challenger = release_id(arn)
    page.evaluate("location.hash = '#/releases/deer'")
    promote = page.get_by_role("button", name="Promote the challenger")
    await_(lambda: deployment.releases.read("deer").status == "rolling_out", "the challenger meets callers")
    expect(promote).to_be_visible()
    page.screenshot(path=BUILD / "console-releases.png", full_page=True)
    promote.click()
    page.get_by_role("dialog").get_by_role("button", name="Promote").click()
    told = page.get_by_role("status").first
    expect(told).to_have_text(f"{challenger} serves all callers of deer.")
    page.get_by_role("button", name="Return to the previous one").click()
    page.get_by_label("Reason").fill("a look at how it is done")
    page.get_by_role("button", name="Roll back").click()
    expect(told).to_have_text("Rolled back: a look at how it is done")
    now = deployment.releases.read("deer").champion
    assert now is not None
    assert now.release == champion


def test_runs_drift_health_and_data_open(page: Page) -> None:
    for name in ("runs", "drift", "data", "health"):
        page.evaluate("where => { location.hash = where; }", f"#/{name}/deer")
        expect(page.locator(f"main.{name} h1")).to_be_visible()
        expect(page.locator(".failed")).to_have_count(0)
    expect(page.get_by_role("link", name="deer")).to_be_visible()
    page.screenshot(path=BUILD / "console-health.png", full_page=True)
