"""What a person does at the console."""

from collections.abc import Callable

from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.browser import new_page


def opened(
    browser: Browser,
    url: str,
    name: str = "ann",
    password: str | None = None,
    setup: Callable[[Page], None] | None = None,
    **context: object,
) -> Page:
    """Signed in. `faults` of the page: errors of scripts, and what the content security policy refused.

    `password`: None where a name is enough. `setup`: done before the page is asked for.
    """
    # Tests read times of day; the machine may be anywhere.
    here = {"viewport": {"width": 1280, "height": 800}, "timezone_id": "UTC", "locale": "en-US"}
    page = new_page(browser, **{**here, **context})
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda said: page.faults.append(said.text) if "Content Security Policy" in said.text else None)
    if setup is not None:
        setup(page)
    page.goto(url)
    sign_in(page, name, password)
    return page


def sign_in(page: Page, name: str, password: str | None = None) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Username").fill(name)
    if password is not None:
        page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")
    expect(page.locator("#who")).to_have_text(name, use_inner_text=False)


def press(page: Page, keys: str) -> None:
    """One after the other, each when its picture is there."""
    for key in keys:
        await_picture(page)
        page.keyboard.press(key)
        if key in ("m", "e"):
            expect(page.locator(".a9s-annotationlayer")).to_be_visible()


def await_picture(page: Page) -> None:
    """Of the detection that the page is at; its caption is there with it."""
    expect(page.locator(".stage[aria-busy=false] .frame img")).to_be_visible()


def caption(page: Page) -> Locator:
    return page.locator(".caption")


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Over the picture, in shares of its width and height."""
    place = page.locator(".a9s-annotationlayer").bounding_box()
    (x, y), (to_x, to_y) = [
        (place["x"] + a * place["width"], place["y"] + b * place["height"]) for a, b in (start, end)
    ]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + to_x) / 2, (y + to_y) / 2)
    page.mouse.move(to_x, to_y)
    page.mouse.up()
