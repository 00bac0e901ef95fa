"""What the review page and the store say when a review has been saved."""

from playwright.sync_api import Page, expect

from tests.e2e.console.store import Store


def saved(page: Page) -> None:
    expect(page.locator(".waiting")).to_have_text("All reviews are saved.")


def ids(store: Store, status: str) -> list[str]:
    return [one.detection_id for one in store.detections.values() if one.status == status]
