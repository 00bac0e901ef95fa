"""A person signs in with a real browser, at the embedded AWS's own sign-in page, and out again."""

import pytest
from playwright.sync_api import Browser, expect

from sandbox import Sandbox
from sandbox.console import open_console

WAITS_MS = 60_000
"""A function's first call starts its process, which takes long on a busy machine."""


def test_a_person_signs_in_and_out(aws: Sandbox, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    console = open_console(aws.client, aws.endpoint_url, tmp_path_factory.mktemp("page") / "console.json")
    page, faults = browser.new_page(), []
    page.set_default_timeout(WAITS_MS)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)

    page.goto(console.url.removesuffix("/index.html"))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Username").fill("reviewer")
    page.get_by_label("Password").fill(console.passwords["reviewer"])
    page.keyboard.press("Enter")
    expect(page.locator("#who")).to_have_text("reviewer", timeout=WAITS_MS)
    assert page.url.partition("#")[0] == console.url
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=WAITS_MS)

    assert page.evaluate("Object.values(sessionStorage).filter(one => one.includes('token'))") == []
    assert faults == []
    page.close()
