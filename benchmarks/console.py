"""How long the console takes from a key press to the next picture, in a headless Chromium.

Pictures of 1600 x 1200 pixels come from an API on loopback that takes its time as one over a network does. Beside the
page as it is stands the same page without its prefetch, in the same run. Writes benchmarks/results/console.json and
console.md.
"""

import argparse
import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from benchmarks.shared.latency import quantiles
from tests.e2e.browser import ARGUMENTS
from tests.e2e.chromium import find
from tests.e2e.console.person import opened
from tests.e2e.console.scenes import detection, picture
from tests.e2e.console.server import STATIC, serving
from tests.e2e.console.store import Store

RESULT = Path(__file__).parent / "results" / "console.json"
NETWORK_S = 0.08
"""That the API takes for each answer, beside the network's loopback: a function behind API Gateway in the Region."""
SIZE = {"width": 1600, "height": 1200}
PAINTED = """
() => {
  window.painted = [];
  document.addEventListener("keydown", ({ timeStamp }) => {
    const before = document.querySelector(".frame img");
    const look = () => {
      const now = document.querySelector(".frame img");
      if (now === before || !now?.complete) return requestAnimationFrame(look);
      // The frame that has the picture is painted when the task after it begins.
      setTimeout(() => window.painted.push(performance.now() - timeStamp));
    };
    requestAnimationFrame(look);
  }, { capture: true });
}
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.console", description=__doc__)
    parser.add_argument("--reviews", type=int, default=100, help="key presses of each (default: %(default)s)")
    parser.add_argument("--pace", type=float, default=0.5, help="seconds between two presses (default: %(default)s)")
    asked = parser.parse_args()
    with chromium() as browser:
        measured = {
            "prefetched, a verdict each half second": press(browser, asked.reviews, asked.pace),
            "prefetched, as fast as pictures appear": press(browser, asked.reviews, 0),
            "fetched on the key press": press(browser, asked.reviews, asked.pace, prefetch=False),
        }
        version = browser.version
    result = {
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Chromium {version}",
        "load_average": round(os.getloadavg()[0], 1),
        "picture": "{width} x {height}".format(**SIZE),
        "api_ms": 1000 * NETWORK_S,
        "pace_s": asked.pace,
        "reviews": asked.reviews,
        "key_to_next_picture": measured,
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    RESULT.with_suffix(".md").write_text(page_of(result), encoding="utf-8")
    print(page_of(result))


@contextmanager
def chromium() -> Iterator[Browser]:
    arguments = [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=arguments)
        yield browser
        browser.close()


def press(browser: Browser, reviews: int, pace_s: float, *, prefetch: bool = True) -> dict[str, float]:
    """Quantiles of milliseconds from a key press to the frame that has the next picture."""
    store = Store(waits_s=NETWORK_S)
    store.add(*(detection(number).model_copy(update=SIZE) for number in range(reviews + 2)))
    for one in store.detections.values():
        picture(one)  # drawn before, not while a person waits
    with serving(store) as url:
        page = opened(browser, url, setup=without_prefetch if not prefetch else None)
        expect(page.locator(".frame img")).to_be_visible()
        page.wait_for_timeout(2000)  # the first pictures ahead are fetched while a person looks at the first one
        page.evaluate(PAINTED)
        for number in range(reviews):
            page.keyboard.press("c")
            page.wait_for_function("many => window.painted.length === many", arg=number + 1)
            page.wait_for_timeout(1000 * pace_s)
        taken = page.evaluate("window.painted")
        expect(page.locator(".waiting")).to_have_text("All reviews are saved.", timeout=60_000)
        page.context.close()
    assert len(store.posts) == reviews
    return quantiles(taken, digits=1)


def without_prefetch(page: Page) -> None:
    whole = (STATIC / "review" / "pictures.js").read_text()
    head, _, rest = whole.partition("  // Two at a time")
    assert rest, "pictures.js fetches ahead in another way now"
    only_shown = head + "}\n" + rest.partition("\n}\n")[2]
    page.route("**/review/pictures.js", lambda route: route.fulfill(body=only_shown, content_type="text/javascript"))


def page_of(result: dict) -> str:
    rows = [
        f"| {name} | {taken['p50_ms']} | {taken['p95_ms']} | {taken['p99_ms']} |"
        for name, taken in result["key_to_next_picture"].items()
    ]
    return "\n".join(
        [
            "# From a key press to the next picture",
            "",
            "Made by `python -m benchmarks.console`.",
            "",
            f"{result['at']}, {result['machine']}, load average {result['load_average']}.",
            "",
            f"The review page in a headless Chromium; {result['reviews']} verdicts of each kind, pictures of "
            f"{result['picture']} pixels, an API that takes {result['api_ms']:g} ms for each answer. Milliseconds from "
            "the key press to the frame that shows the next picture with its boxes; a screen shows 60 frames a second.",
            "",
            "| | p50 ms | p95 ms | p99 ms |",
            "| --- | ---: | ---: | ---: |",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    main()
