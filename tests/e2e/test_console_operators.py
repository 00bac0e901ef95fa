"""The operators' pages in a real browser; every page's accessibility."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.console.person import opened
from tests.e2e.console.scenes import detection
from tests.e2e.console.server import serving
from tests.e2e.console.store import Store

FAULTS = (Path(__file__).parent / "console" / "accessibility.js").read_text()
PAGES = ("review", "data", "runs", "releases", "drift", "health")


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Store, str]]:
    store = Store()
    store.add(*(detection(number) for number in range(6)))
    with serving(store) as url:
        yield store, url


@pytest.fixture(scope="module")
def page(browser: Browser, served) -> Iterator[Page]:
    page = opened(browser, served[1])
    yield page
    page.context.close()
    assert page.faults == []


@pytest.fixture
def store(served) -> Store:
    served[0].decisions.clear()
    return served[0]


GO = """where => {
  document.querySelector("main").replaceChildren();
  if (location.hash === where) dispatchEvent(new Event("hashchange"));
  else location.hash = where;
}"""


def go(page: Page, name: str, domain: str = "deer") -> None:
    """Opens a page anew: what a test before left there, such as what was said of a decision, is gone first."""
    page.evaluate(GO, f"#/{name}/{domain}")
    expect(page.locator(f"main.{name} h1")).to_contain_text(name.title())


def test_a_challenger_is_promoted_when_the_operator_confirms_it(page, store):
    go(page, "releases")
    promote = page.get_by_role("button", name="Promote the challenger")
    promote.click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    assert store.decisions == []
    promote.click()
    page.get_by_role("dialog").get_by_role("button", name="Promote").click()
    expect(page.get_by_role("status").first).to_have_text("r4-cc22dd serves all callers of deer.")
    assert store.decisions == [("models/deer/versions/4/promote", {"is_production": True, "revision": 7})]


def test_a_rollout_that_takes_a_step_in_that_moment_changes_no_decision(page, store):
    go(page, "releases")
    stepped = {"status": 409, "json": {"error": {"code": "stale", "message": "revision 8 now, not 7"}}}
    page.route("**/promote", lambda route: route.fulfill(**stepped), times=1)
    page.get_by_role("button", name="Promote the challenger").click()
    page.get_by_role("dialog").get_by_role("button", name="Promote").click()
    expect(page.get_by_role("status").first).to_have_text("r4-cc22dd serves all callers of deer.")
    assert store.decisions == [("models/deer/versions/4/promote", {"is_production": True, "revision": 7})]


def test_nothing_is_rolled_back_without_a_reason(page, store):
    go(page, "releases")
    page.get_by_role("button", name="Undo this release").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Roll back").click()
    expect(dialog).to_be_visible()
    dialog.get_by_label("Reason").fill("worse at night")
    dialog.get_by_role("button", name="Roll back").click()
    expect(page.get_by_role("status").first).to_have_text("Rolled back: worse at night")
    assert store.decisions == [("models/deer/rollback", {"reason": "worse at night", "revision": 7})]


def test_a_version_that_waits_is_approved_after_its_evidence_was_read(page, store):
    go(page, "releases")
    row = page.get_by_role("row").filter(has_text="Version 5")
    row.get_by_text("Reasons and metrics").click()
    expect(row).to_contain_text("0.66 to 0.75")
    row.get_by_role("button", name="Approve").click()
    page.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status").first).to_have_text("Version 5 is approved.")
    assert store.decisions == [("models/deer/versions/5/promote", {"status": "approved"})]


def test_a_run_is_started_with_a_reason(page, store):
    go(page, "runs")
    page.get_by_role("button", name="Start retraining").click()
    page.get_by_label("Reason").fill("a new camera")
    page.get_by_role("button", name="Start the run").click()
    expect(page.get_by_role("status").first).to_have_text("Run run-7 has started.")
    assert store.decisions == [("runs/deer", {"reason": "a new camera"})]


def test_who_is_no_operator_is_offered_no_decision(browser, served):
    page = opened(browser, served[1], "reviewer")
    for name in ("releases", "runs"):
        go(page, name)
        expect(page.get_by_text("People of the group operators")).to_be_visible()
        expect(page.locator("main").get_by_role("button")).to_have_count(0)
    assert page.faults == []


def test_drift_shows_a_bar_for_each_report_and_says_it_in_words(page):
    go(page, "drift")
    brightness = page.get_by_role("listitem").filter(has_text="brightness")
    chart = brightness.get_by_role("img", name="PSI of brightness in 18 reports")
    expect(chart.locator("rect")).to_have_count(18)
    expect(chart.locator("rect.beyond")).to_have_count(5)
    expect(brightness.get_by_role("img", name="Distribution of brightness").locator("rect")).to_have_count(10)


def test_a_dataset_versions_annotations_are_downloaded(page, served):
    address = served[1].replace("index.html", "api/v1/download.zip")
    page.route("**/export?format=coco", lambda route: route.fulfill(json={"url": address, "file": "deer.coco.zip"}))
    page.route("**/download.zip", lambda route: route.fulfill(body=b"PK", content_type="application/zip"))
    go(page, "data")
    with page.expect_download() as started:
        page.get_by_role("button", name="COCO").click()
    assert started.value.url == address
    expect(page.get_by_role("status").first).to_have_text("deer.coco.zip is being downloaded.")


def test_alarms_that_went_off_are_seen_first(page):
    go(page, "health")
    expect(page.get_by_role("status").first).to_have_text("1 alarm of 3 went off.")
    expect(page.get_by_role("row").nth(1)).to_contain_text("vigil-deer-CapturesLost")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_has_contrast_names_and_one_heading(page, scheme):
    page.emulate_media(color_scheme=scheme)
    for name in PAGES:
        go(page, name)
        assert page.evaluate(FAULTS) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    go(page, "review")
    expect(page.locator(".frame img")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert page.evaluate(FAULTS) == []
    page.keyboard.press("Escape")


def test_whoever_comes_by_tab_sees_where_they_are(page):
    go(page, "releases")
    page.evaluate("document.activeElement.blur()")
    seen = set()
    for _ in range(14):
        page.keyboard.press("Tab")
        outline, what = page.evaluate(
            "() => { const one = document.activeElement; return [getComputedStyle(one).outlineWidth, one.outerHTML]; }"
        )
        assert outline == "3px", what
        seen.add(what)
    assert len(seen) == 14


def test_a_phone_shows_picture_and_verdicts_without_scrolling(browser, served):
    page = opened(browser, served[1], viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    expect(page.locator(".frame img")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for name in ("Correct", "False positive", "Missed", "Edit boxes", "Skip", "Undo"):
        button = page.get_by_role("button", name=name)
        expect(button).to_be_in_viewport(ratio=1)
        assert button.bounding_box()["height"] >= 44
    page.get_by_role("button", name="Correct").tap()
    expect(page.locator("#said")).to_contain_text("correct.")
    assert page.faults == []
