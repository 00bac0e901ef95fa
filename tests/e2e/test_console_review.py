"""The review page in a real browser, with real key presses, against an API in memory that can be taken down."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from inference.contracts.reviews import ReviewRequest
from tests.e2e.browser import PATIENCE_MS
from tests.e2e.console.person import await_picture, caption, drag, opened, press, sign_in
from tests.e2e.console.scenes import detection, labelled
from tests.e2e.console.server import serving
from tests.e2e.console.store import Store

SAVED = "All reviews are saved."
HAVE_COME = "many => performance.getEntriesByType('resource').filter(it => /picture$/.test(it.name)).length >= many"


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Store, str]]:
    store = Store()
    with serving(store) as url:
        yield store, url


@pytest.fixture
def store(served) -> Store:
    """Twenty-five detections of deer, as new."""
    fresh, store = Store(), served[0]
    fresh.add(*(detection(number) for number in range(25)))
    vars(store).update(vars(fresh))
    return store


@pytest.fixture
def page(browser: Browser, served, store):
    page = opened(browser, served[1])
    expect(caption(page)).to_contain_text("25 to look at")
    yield page
    page.context.close()
    assert page.faults == []


def saved(page) -> None:
    expect(page.locator(".waiting")).to_have_text(SAVED)


def ids(store: Store, status: str) -> list[str]:
    return [one.detection_id for one in store.detections.values() if one.status == status]


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


def test_a_reload_goes_on_where_the_person_was_and_undoes_what_came_before(page, store):
    press(page, "cc")
    saved(page)
    press(page, ["s", "ArrowRight"])
    await_picture(page)
    here = caption(page).inner_text()
    page.reload()
    expect(caption(page)).to_contain_text(here.split(" · ")[2])
    press(page, "u")
    expect(caption(page)).to_contain_text("12:01")
    saved(page)
    assert ids(store, "reviewed") == [next(iter(store.detections))]


def test_boxes_that_were_being_drawn_are_there_after_a_reload(page, store):
    press(page, "m")
    drag(page, (0.1, 0.5), (0.3, 0.75))
    expect(page.get_by_role("list", name="boxes").locator("li")).to_have_count(2)
    page.reload()
    expect(page.get_by_role("list", name="boxes").locator("li")).to_have_count(2)
    press(page, ["Enter"])
    saved(page)
    assert len(store.posts[-1]["boxes"]) == 2


def test_reviews_wait_in_the_browser_while_the_server_is_down_and_survive_a_reload(page, store):
    press(page, "c")
    saved(page)
    page.wait_for_function(HAVE_COME, arg=5)  # in order, two at a time: those of the next three keys are among them
    store.down = True
    press(page, "fcf")
    expect(page.locator(".waiting")).to_contain_text("3 reviews kept in this browser")
    store.down = False
    page.reload()
    saved(page)
    assert len(ids(store, "reviewed")) == 4
    assert len({one["review_id"] for one in store.posts}) == 4


def test_a_review_that_was_delivered_twice_counts_once(page, store):
    page.route("**/review", lambda route: (route.fetch(), route.abort()), times=1)
    press(page, "c")
    saved(page)
    assert len(store.posts) == 2
    assert [len(one.reviews) for one in store.detections.values()][:2] == [1, 0]


def test_what_somebody_else_reviewed_meanwhile_is_shown_again_with_their_verdict(page, store):
    first = next(iter(store.detections))
    store.review(first, "bob", ReviewRequest(review_id="bobs-review", revision=0, verdict="false_positive"))
    press(page, "c")
    expect(page.get_by_role("alert")).to_contain_text("its picture comes again, next")
    expect(page.locator(".told")).not_to_contain_text("Somebody else")  # it never takes another picture's place
    expect(caption(page)).to_contain_text("12:01")
    press(page, "c")
    expect(page.locator(".told")).to_contain_text("Somebody else has reviewed it meanwhile.")
    expect(page.locator(".told")).to_contain_text("bob: false positive")
    press(page, "c")
    saved(page)
    assert [one.reviewer for one in store.detections[first].standing] == ["bob", "ann"]


def test_a_sign_in_that_ends_loses_nothing(page, store):
    press(page, "c")
    saved(page)
    await_picture(page)
    store.down = True
    press(page, "f")
    expect(page.locator(".waiting")).to_contain_text("1 review kept")
    store.signed_out, store.down = True, False
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Your sign-in has ended.")
    store.signed_out = False
    dialog.get_by_role("button", name="Sign in").click()
    page.get_by_label("Username").fill("ann")
    page.keyboard.press("Enter")
    saved(page)
    assert len(ids(store, "reviewed")) == 2


def test_another_person_in_the_same_browser_sends_nothing_of_the_first_ones(page, store):
    store.down = True
    press(page, "c")
    expect(page.locator(".waiting")).to_contain_text("1 review kept")
    page.evaluate("() => { sessionStorage.clear(); dispatchEvent(new Event('online')); }")
    expect(page.locator(".waiting")).to_contain_text("your sign-in has ended")  # none of hers is on its way any more
    store.down = False
    page.reload()
    sign_in(page, "bob")
    press(page, "f")
    saved(page)
    assert [[one.reviewer for one in found.reviews] for found in store.detections.values()][0] == ["bob"]
    assert len(store.posts) == 1


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
