"""The pictures of the README and of the guide, taken from the running app: `make screenshots`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.e2e.conftest import CHROMIUM
from tests.e2e.serving import ROOT, running_server
from tests.e2e.visit import CHROMIUM_FLAGS, Visit
from tests.entry_case import QUESTIONS, address, mark, scored_city

PICTURES = {
    "ringkasan": ("/", 800),
    "kota": ("/kota?city=35.77", 1120),
    "simulasi": ("/simulasi?city=35.77&set=outcome:3.9", 1000),
    "ketahanan": ("/ketahanan", 1000),
}
"""File name in docs/ -> address and height of the window."""

HERE = 40
"""How many questions are marked in the picture of the interview; the next one stands on the screen."""


def main() -> None:
    """Take all pictures."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        with running_server() as public:
            for name, (path, height) in PICTURES.items():
                _take(browser, public + path, name, height)
        interview, settings = _interview(Path(folder))
        with running_server(settings=settings) as tryout:
            _take(browser, tryout + interview, "wawancara", 1000)
        browser.close()


def _interview(home: Path) -> tuple[str, dict[str, str]]:
    """A SYNTHETIC round in a try-out store, which is marked as one on the screen; its address and the settings."""
    store, entry = scored_city(home)
    for place, question in enumerate(QUESTIONS[:HERE]):
        mark(store, entry, question, str(2 + place % 3))
    return address(entry, q=QUESTIONS[HERE]), {"KOTACERDAS_MODE": "local", "KOTACERDAS_HOME": str(home)}


def _take(browser: Any, address: str, name: str, height: int) -> None:
    visit = Visit(browser, "", height=height).open(address).settle(3000)
    visit.page.screenshot(path=ROOT / "docs" / f"{name}.png")
    visit.close()


if __name__ == "__main__":
    main()
