"""Frames of recordings labelled at the console in a real browser: a class's letter, undo, save, a reload."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.console.person import caption, opened, press
from tests.e2e.console.scenes import frame, labelled
from tests.e2e.console.server import serving
from tests.e2e.console.store import Store
from tests.e2e.review.saved import saved


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def url(store: Store) -> Iterator[str]:
    with serving(store) as url:
        yield url


def labels(store: Store) -> list[str | None]:
    return [one.truth.label if one.truth else None for one in store.detections.values()]


def test_frames_are_labelled_by_letters_and_nothing_is_lost_by_a_reload(browser: Browser, url: str, store: Store):
    store.add(*(frame(number) for number in range(5)))
    page = opened(browser, url)
    expect(caption(page)).to_have_text("evening · scene 0000, frame 1 · 5 to label")
    for name in ("Correct", "Skip"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    press(page, "AcU")
    expect(page.locator("#said")).to_contain_text("Taken back: labelled.")
    expect(caption(page)).to_have_text("evening · scene 0000, frame 2 · 4 to label")
    press(page, "a2")
    saved(page)
    assert labels(store) == ["ad", "ad", "content", None, None]
    store.down = True
    press(page, "cs")
    expect(page.locator(".waiting")).to_contain_text("1 review kept in this browser")
    expect(page.locator(".told")).not_to_have_text("All labels are saved.")
    store.down = False
    page.reload()
    saved(page)
    press(page, "S")
    expect(page.locator(".told")).to_have_text("All labels are saved.")
    assert labels(store) == ["ad", "ad", "content", "content", None]
    assert {review.verdict for one in store.detections.values() for review in one.reviews} == {"labelled"}
    expect(page.get_by_label("progress")).to_contain_text("labelled4")
    assert page.faults == []


def test_letters_that_mean_something_else_or_two_classes_are_no_keys(browser: Browser, url: str, store: Store):
    """S saves, so a class of that letter is said by its number; an answered picture keeps C for correct."""
    store.add(*(frame(number, classes=("spot", "content")) for number in range(2)))
    store.add(labelled(7, domain="ads", classes=("ad", "content")))
    page = opened(browser, url)
    press(page, "sc")
    assert store.posts == []
    press(page, "12")
    expect(caption(page)).to_contain_text("meadow-1")
    press(page, "c")
    saved(page)
    assert labels(store) == ["spot", "content", "content"]
    assert [one.reviews[0].verdict for one in store.detections.values()] == ["labelled", "labelled", "correct"]
    assert page.faults == []
