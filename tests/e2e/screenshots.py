"""The pictures of the README, taken from the running app: `make screenshots`."""

from __future__ import annotations

from playwright.sync_api import sync_playwright

from tests.e2e.conftest import CHROMIUM
from tests.e2e.serving import ROOT, running_server
from tests.e2e.visit import CHROMIUM_FLAGS, Visit

PICTURES = {
    "ringkasan": ("/", 800),
    "kota": ("/kota?city=35.77", 1120),
    "simulasi": ("/simulasi?city=35.77&set=outcome:3.9", 1000),
    "ketahanan": ("/ketahanan", 1000),
}
"""File name in docs/ -> address and height of the window."""


def main() -> None:
    """Take all pictures."""
    with running_server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        for name, (path, height) in PICTURES.items():
            visit = Visit(browser, address, height=height).open(path).settle(3000)
            visit.page.screenshot(path=ROOT / "docs" / f"{name}.png")
            visit.close()
        browser.close()


if __name__ == "__main__":
    main()
