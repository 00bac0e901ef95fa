"""The review page, open, on deer that nobody has judged, against an API in memory that can be taken down."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.console.person import caption, opened
from tests.e2e.console.scenes import detection
from tests.e2e.console.server import serving
from tests.e2e.console.store import Store


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
