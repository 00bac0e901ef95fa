"""A real headless Chromium. A test that finds none fails and says how to get one; it does not skip."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from tests.e2e.chromium import find

# Chromium looks for its maker's servers as it starts; a machine without them would wait for each.
ARGUMENTS = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")
PATIENCE_MS = 60_000  # other tests may have the machine's cores just then


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find()
    arguments = [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        try:
            running = playwright.chromium.launch(executable_path=path, args=arguments)
        except Error as error:
            raise RuntimeError(
                "no Chromium starts here: run `make browser`, or install chromium with your system's packages, or set "
                f"CHROMIUM to its path ({error})"
            ) from error
        expect.set_options(timeout=PATIENCE_MS)
        yield running
        running.close()


def new_page(browser: Browser, **context: Any) -> Page:
    """In a context of its own, as another person's browser; as patient as `expect` is."""
    page = browser.new_context(**context).new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page
