"""The console where the API or the machine is slow, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.console.person import caption, drag, opened, press
from tests.e2e.console.scenes import detection
from tests.e2e.console.server import serving
from tests.e2e.console.store import Store

LATE_S = 0.8


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Store, str]]:
    store = Store()
    with serving(store) as url:
        yield store, url


@pytest.fixture
def store(served) -> Store:
    served[0].detections.clear()
    served[0].add(*(detection(number) for number in range(6)))
    served[0].slow.clear()
    return served[0]


def go(page: Page, where: str) -> None:
    page.evaluate("where => { location.hash = where; }", where)


def asked(path: str):
    return lambda one: one.url.partition("?")[0].endswith(f"/api/v1{path}")


@pytest.fixture
def starting(browser: Browser, served, store) -> Iterator[Page]:
    """A console that knows its domains, and still asks where there is most to review."""
    store.slow.update({"/models": LATE_S, "/reviews/deer": LATE_S})
    page = opened(browser, served[1])
    page.wait_for_event("request", asked("/reviews/deer"))
    yield page
    page.context.close()
    assert page.faults == []


def test_a_page_that_is_asked_for_while_the_console_starts_is_opened_once(starting, store):
    lists = []
    starting.on("request", lambda one: lists.append(one.url) if asked("/detections")(one) else None)
    with starting.expect_response(asked("/reviews/deer")):
        go(starting, "#/review/deer")
    press(starting, "m")
    with starting.expect_response(asked("/reviews/deer")):  # its progress
        pass
    expect(starting.locator(".a9s-annotationlayer")).to_be_visible()
    assert len(lists) == 1


def test_a_page_that_was_left_before_it_was_there_is_not_shown(starting, store):
    expect(starting.locator("main.review h1")).to_be_attached()
    store.slow.update({"/drift/deer": LATE_S})
    with starting.expect_response(asked("/drift/deer")):
        go(starting, "#/drift/deer")
        go(starting, "#/runs/deer")
        expect(starting.locator("main.runs h1")).to_be_visible()
    starting.wait_for_function("() => new Promise((done) => setTimeout(() => done(true), 50))")
    expect(starting.locator("main h1")).to_have_text("Runs of deer")


def test_keys_mean_nothing_on_a_page_that_was_left_before_it_was_there(starting, store):
    expect(starting.locator("main.review h1")).to_be_attached()
    go(starting, "#/runs/deer")
    expect(starting.locator("main.runs h1")).to_be_visible()
    store.slow.update({"/detections": LATE_S})
    with starting.expect_response(asked("/detections")):
        go(starting, "#/review/deer")
        go(starting, "#/runs/deer")
    starting.wait_for_function("() => new Promise((done) => setTimeout(() => done(true), 50))")
    starting.keyboard.press("?")
    expect(starting.get_by_role("dialog")).to_have_count(0)


SLOW_TIMERS = """
    const real = window.setTimeout;
    window.setTimeout = (work, ms, ...rest) => real(work, ms < 10 ? 1500 : ms, ...rest);
"""


def test_a_box_that_is_sent_as_soon_as_it_is_drawn_has_its_class_and_leaves_no_draft(browser: Browser, served, store):
    page = opened(browser, served[1], setup=lambda new: new.add_init_script(SLOW_TIMERS))
    press(page, "m")
    drag(page, (0.1, 0.5), (0.3, 0.75))
    expect(page.locator(".a9s-annotation")).to_have_count(2)
    before = caption(page).inner_text()
    press(page, ["Enter"])
    expect(caption(page)).not_to_have_text(before)
    expect(page.locator(".waiting")).to_have_text("All reviews are saved.")
    assert [box["label"] for box in store.posts[-1]["boxes"]] == ["deer", "deer"]
    page.wait_for_timeout(2000)  # now the drawing is told of
    expect(page.locator(".panel")).to_be_empty()
    assert page.evaluate("Object.keys(localStorage).filter((one) => one.includes(':draft/'))") == []
    page.context.close()
    assert page.faults == []
