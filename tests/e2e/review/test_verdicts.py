"""Verdicts and boxes by real key presses, and what stands there while there is no picture."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import PATIENCE_MS
from tests.e2e.console.person import await_picture, caption, drag, opened, press
from tests.e2e.console.scenes import detection, labelled
from tests.e2e.review.saved import ids, saved


def test_keys_give_verdicts_and_undo_takes_the_last_one_back(page, store):
    first, second, third = list(store.detections)[:3]
    press(page, "cfc")
    saved(page)
    assert ids(store, "reviewed") == [first, second, third]
    press(page, "u")
    expect(page.locator("#said")).to_contain_text("Taken back: correct")
    expect(caption(page)).to_contain_text("23 to look at")
    saved(page)
    assert [one.verdict for one in store.detections[second].standing] == ["false_positive"]
    assert not store.detections[third].standing
    assert store.detections[third].reviews[0].undone_at is not None


def test_a_missed_deer_is_drawn_and_its_box_is_where_it_was_drawn(page, store):
    press(page, "m")
    drag(page, (0.1, 0.5), (0.3, 0.75))
    expect(page.get_by_role("list", name="boxes").locator("li")).to_have_count(2)
    press(page, ["Enter"])
    saved(page)
    found = store.detections[next(iter(store.detections))]
    assert found.reviews[0].verdict == "missed"
    told, drawn = found.truth.boxes
    assert (told.x, told.width) == (found.answered.boxes[0].x, found.answered.boxes[0].width)
    assert (drawn.x, drawn.y, drawn.width, drawn.height) == pytest.approx((64, 240, 128, 120), abs=3)


def test_a_box_is_made_moved_and_deleted_by_keys_alone(page, store):
    press(page, ["m", "b", "ArrowRight", "Shift+ArrowDown", "Enter"])
    saved(page)
    made = store.posts[-1]["boxes"][1]
    assert (made["x"], made["y"]) == pytest.approx((246.4, 180), abs=0.2)
    assert (made["width"], made["height"]) == pytest.approx((160, 126.4), abs=0.2)
    press(page, ["e", ".", "Delete", "Enter"])
    saved(page)
    assert store.posts[-1]["verdict"] == "false_positive"


def test_missed_without_a_new_box_is_not_sent(page, store):
    press(page, ["m", "Enter"])
    expect(page.locator(".told")).to_have_text("Draw a box around what was missed.")
    assert store.posts == []


def test_a_classification_is_judged_by_its_labels(browser, served, store):
    store.detections.clear()
    store.models = ()
    store.add(*(labelled(number, domain="cats", classes=("NoCat", "Tom", "Minka")) for number in range(6)))
    page = opened(browser, served[1])
    expect(page.get_by_role("button", name=re.compile("False positive"))).to_have_count(0)
    press(page, ["3", "c"])
    saved(page)
    first, second = list(store.detections.values())[:2]
    assert (first.reviews[0].verdict, first.truth.label) == ("corrected", "Minka")
    assert (second.reviews[0].verdict, second.truth.label) == ("correct", "Tom")
    assert page.faults == []


def test_nobody_judges_a_picture_that_has_not_come_yet(browser, served, store):
    second, held, until = list(store.detections)[1], [], time.monotonic() + PATIENCE_MS / 1000
    page = opened(browser, served[1], setup=lambda page: page.route(f"**/{second}/picture", lambda it: held.append(it)))
    press(page, "c")
    expect(page.locator(".stage")).to_have_text("One moment …")
    page.keyboard.press("c")
    expect(page.get_by_role("button", name="Correct")).to_be_disabled()
    while not held and time.monotonic() < until:  # the browser tells of a request later than it makes it
        page.wait_for_timeout(10)
    held[0].continue_()
    expect(caption(page)).to_contain_text("12:01")
    press(page, "c")
    saved(page)
    assert ids(store, "reviewed") == list(store.detections)[:2]
    assert page.faults == []


def test_a_box_gets_its_class_by_a_number(browser, served, store):
    store.detections.clear()
    store.add(*(detection(number, classes=("deer", "boar")) for number in range(4)))
    page = opened(browser, served[1])
    press(page, ["e", ".", "2", "Enter"])
    saved(page)
    assert store.posts[-1]["verdict"] == "corrected"
    assert [one["label"] for one in store.posts[-1]["boxes"]] == ["boar"]
    assert page.faults == []


def test_a_picture_that_cannot_be_had_is_asked_for_again(browser, served, store):
    second, down = list(store.detections)[1], {"status": 503, "json": {"error": {"code": "down", "message": "down"}}}
    ill = lambda page: page.route(f"**/{second}/picture", lambda it: it.fulfill(**down))  # noqa: E731
    page = opened(browser, served[1], setup=ill)
    press(page, "c")
    expect(page.locator(".stage")).to_contain_text("The picture cannot be shown: ")
    page.unroute(f"**/{second}/picture")
    page.get_by_role("button", name="Try again").click()
    await_picture(page)
    expect(caption(page)).to_contain_text("12:01")
    assert page.faults == []


def test_skipped_pictures_come_again_when_all_others_are_reviewed(browser, served, store):
    store.detections.clear()
    store.add(*(detection(number) for number in range(2)))
    page = opened(browser, served[1])
    press(page, "s")
    press(page, "c")
    expect(page.locator(".stage")).to_contain_text("All others are reviewed.")
    page.get_by_role("button", name="Look at 1 skipped picture").click()
    press(page, "c")
    expect(page.locator(".stage")).to_have_text("Nothing is left to review. New pictures appear here by themselves.")
    saved(page)
    assert len(ids(store, "reviewed")) == 2
    assert page.faults == []
