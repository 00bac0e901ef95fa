"""Reviews that were given are sent once, whatever happens: reloads, a server that is down, other people."""

from playwright.sync_api import expect

from inference.contracts.reviews import ReviewRequest
from tests.e2e.console.person import await_picture, caption, drag, press, sign_in
from tests.e2e.review.saved import ids, saved

HAVE_COME = "many => performance.getEntriesByType('resource').filter(it => /picture$/.test(it.name)).length >= many"


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
