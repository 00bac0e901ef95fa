"""A person at the console of what is deployed: predictions become pictures to review, reviews become labels.

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
from tests.e2e.console.person import caption, drag, opened, press
from tests.integration.loop.detectors import MISSED, detector, meadow
from tests.integration.loop.releases import approve

BUILD = Path(__file__).parents[3] / "build"
PICTURES = 24
REVIEWED = 20
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
    browser: Browser,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Page]:
    console = open_console(aws.client, aws.endpoint_url, tmp_path_factory.mktemp("reviews") / "console.json")
    page = opened(browser, console.url, "operator", console.passwords["operator"])
    BUILD.mkdir(exist_ok=True)
    yield page
    page.context.close()
    assert page.faults == []


@pytest.fixture(scope="module")
def reviewed(page: Page, predicted: dict[str, int], client: PredictClient) -> list[dict[str, Any]]:
    """Detections after twenty verdicts: missed deer are drawn, one verdict is taken back, the page is reloaded."""
    page.evaluate("location.hash = '#/review/deer'")
    for number in range(REVIEWED):
        if number == REVIEWED // 2:
            _change_ones_mind(page)
        expect(page.locator(".stage")).to_have_attribute("aria-busy", "false")
        shown = page.evaluate("JSON.parse(localStorage['vigil:operator:here/deer'])")
        second = _has_a_second_deer(shown, predicted, client)
        if second:
            press(page, ["m"])
            expect(page.get_by_role("button", name="Send")).to_be_enabled()
            drag(page, MISSED[:2], MISSED[2:])
            expect(page.locator(".a9s-annotation")).to_have_count(2)
            if not (BUILD / "console-drawing.png").exists():
                page.screenshot(path=BUILD / "console-drawing.png")
        press(page, ["Enter" if second else "c"])
        page.wait_for_function(
            "many => JSON.parse(localStorage['vigil:operator:trail/deer']).length === many", arg=number + 1
        )
    page.screenshot(path=BUILD / "console-desktop.png")
    page.set_viewport_size(PHONE)
    page.screenshot(path=BUILD / "console-phone.png")
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator(".waiting")).to_have_text("All reviews are saved.")
    return await_(
        lambda: len(found := detections(client, "reviewed")) == REVIEWED and found, "every review is in the table"
    )


def _has_a_second_deer(shown: str, predicted: dict[str, int], client: PredictClient) -> bool:
    found = json.loads(client.send("GET", f"/api/v1/detections/{shown}")[1])
    return predicted[found["request_id"]] % 5 == 0


def _change_ones_mind(page: Page) -> None:
    """A false positive that is taken back; then a reload, after which the person is where they were."""
    before = caption(page).inner_text()
    press(page, ["f"])
    expect(page.locator(".waiting")).to_have_text("All reviews are saved.")  # else it never leaves the browser
    press(page, ["u"])
    expect(caption(page)).to_have_text(before)
    expect(page.locator(".waiting")).to_have_text("All reviews are saved.")
    page.reload()
    expect(caption(page)).to_contain_text(before.split(" · ")[2])


def test_what_was_drawn_and_said_is_what_the_reviews_say(reviewed, predicted) -> None:
    for one in reviewed:
        (review,) = [it for it in one["reviews"] if it["undone_at"] is None]
        has_two = predicted[one["request_id"]] % 5 == 0
        assert (review["reviewer"], review["verdict"]) == ("operator", "missed" if has_two else "correct")
        assert len(one["truth"]["boxes"]) == (2 if has_two else 1)
    drawn = next(one["truth"]["boxes"][1] for one in reviewed if len(one["truth"]["boxes"]) == 2)
    assert (drawn["x"] / 640, drawn["y"] / 480) == pytest.approx(MISSED[:2], abs=0.02)


def test_a_verdict_that_was_taken_back_stays_in_the_history(reviewed) -> None:
    undone = [it for one in reviewed for it in one["reviews"] if it["undone_at"] is not None]
    assert [it["verdict"] for it in undone] == ["false_positive"]


def test_reviews_become_labels_beside_the_pictures(reviewed, deployment: Deployment) -> None:
    table, bucket = deployment.output("deer", "LabelsTable"), deployment.output("deer", "RawBucket")

    def taught() -> list[dict[str, Any]]:
        rows = deployment.dynamodb.scan(TableName=table)["Items"]
        return [row for row in rows if row.get("source", {}).get("S") == "review"]

    rows = await_(lambda: len(found := taught()) == REVIEWED and found, "every review is taught")
    kept = deployment.s3.list_objects_v2(Bucket=bucket, Prefix="deer/reviewed/")["Contents"]
    assert {f"deer/{row['imageName']['S']}" for row in rows} == {one["Key"] for one in kept}


def test_progress_counts_what_was_reviewed(reviewed, page: Page) -> None:
    page.evaluate("location.hash = '#/review/deer'")
    expect(page.locator(".progress")).to_contain_text(f"{REVIEWED} of {PICTURES}")


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
