"""The simulation in a browser: what a move of a slider does and costs, and that it can be shared.

(`test_pages` and `test_states` look at every mode: languages, accessibility, narrow screens.)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.payload import Wire, by_element, cost
from tests.e2e.visit import Visit

pytestmark = pytest.mark.browser

SLIDER_MOVE = 15_000
"""Most bytes of websocket payload for a move of a slider."""

BUSIEST = {
    "six components, all changed, another method": "/simulasi?lang=en&city=34.02&reading=literal&method="
    "evaluation-2024-priority&set=baseline:3,output:2.5,outcome:2.25,impact:3.75,quick_win:1.25,collaboration:2.75",
    "questions published": "/simulasi?city=35.77&set=outcome:3.9",
    "six weights, all moved, levels moved": "/simulasi?lang=en&city=34.02&mode=weights&weight=baseline:0.3,"
    "output:0.15,outcome:0.15,impact:0.15,quick_win:0.15,collaboration:0.1",
    "2021": "/simulasi?city=32.73&year=2021&set=outcome:2",
}


def slider(seen: Visit, name: str) -> Any:
    """The slider of a component."""
    return seen.page.get_by_role("slider", name=re.compile(name)).first


def final(seen: Visit) -> str:
    """The simulated final as shown."""
    return str(seen.page.locator('.st-key-sim-figures [data-testid="stMetricValue"]').first.inner_text()).strip()


@pytest.mark.parametrize("case", BUSIEST)
def test_a_slider_move_is_small(server: str, revisit: Callable[..., Visit], case: str) -> None:
    seen = revisit(server)
    wire = Wire(seen)
    seen.open(BUSIEST[case])
    moved = slider(seen, "Impact")
    for key in ("ArrowLeft", "ArrowLeft", "ArrowRight"):
        frames = wire.during(seen, lambda key=key: moved.press(key))  # type: ignore[misc]
        assert "html" in by_element(frames), "waterfall and radar were drawn again"
        assert cost(frames) <= SLIDER_MOVE, by_element(frames).most_common(8)
    assert seen.errors == []


def settled_at(seen: Visit, text: str) -> None:
    """Wait until the final shows `text`; a busy machine may take its time."""
    place = seen.page.locator('.st-key-sim-figures [data-testid="stMetricValue"]').first
    place.filter(has_text=text).wait_for(timeout=15_000)
    seen.settle()


def test_the_keyboard_moves_the_final(server: str, revisit: Callable[..., Visit]) -> None:
    seen = revisit(server).open("/simulasi?city=32.73")
    assert final(seen) == "3,93"
    moved = slider(seen, "Outcome")
    moved.press("PageDown")
    settled_at(seen, "3,84")
    assert "set=outcome%3A3.64" in seen.page.url
    assert "turun dari 3,93 menjadi 3,84" in seen.title()
    assert seen.page.get_by_role("textbox", name="Angka Outcome").input_value() == "3,64"
    assert moved.evaluate("node => node === document.activeElement"), "the slider keeps the focus"


def test_fast_moves_are_not_taken_back(server: str, revisit: Callable[..., Visit]) -> None:
    """The browser's next event still carries the box as it was before the last answer: that is not a typed figure."""
    seen = revisit(server).open("/simulasi?city=32.73")
    moved = slider(seen, "Outcome")
    for _ in range(3):
        moved.press("PageDown")
        moved.press("ArrowLeft")
    settled_at(seen, "3,65")
    assert moved.input_value() == "3.01"
    assert seen.page.get_by_role("textbox", name="Angka Outcome").input_value() == "3,01"


def test_the_exact_figure_moves_the_slider(server: str, revisit: Callable[..., Visit]) -> None:
    seen = revisit(server).open("/simulasi?city=32.73&lang=en")
    box = seen.page.get_by_role("textbox", name="Figure for Outcome")
    box.fill("1,5")
    box.press("Enter")
    settled_at(seen, "3.20")
    assert slider(seen, "Outcome").input_value() == "1.5"
    assert box.input_value() == "1.50"
    seen.page.get_by_role("button", name="published 3.94").click()
    settled_at(seen, "3.93")
    assert "set=" not in seen.page.url


def test_nothing_else_is_drawn_again(server: str, revisit: Callable[..., Visit]) -> None:
    """A move sends its own row and the result; the other rows stay, and so does the rest of the page."""
    seen = revisit(server)
    wire = Wire(seen)
    seen.open("/simulasi?city=35.77")
    frames = wire.during(seen, lambda: slider(seen, "Outcome").press("ArrowLeft"))
    kinds = by_element(frames)
    assert kinds["slider"] < 400 and kinds["text_input"] < 400, "one row"
    assert "selectbox" not in kinds and "page_link" not in kinds


def test_a_simulation_can_be_shared(server: str, revisit: Callable[..., Visit]) -> None:
    seen = revisit(server).open("/simulasi?city=34.02&mode=weights")
    moved = slider(seen, "Impact")
    for _ in range(3):
        moved.press("ArrowRight")
    seen.settle()
    there, shown = seen.page.url, final(seen)
    again = revisit(server)
    again.open(there.removeprefix(server))
    assert final(again) == shown
    assert "weight=impact" in there


def test_the_nation_follows_when_asked(server: str, revisit: Callable[..., Visit]) -> None:
    seen = revisit(server).open("/simulasi?lang=en&city=32.73&mode=weights&weight=impact:0.5")
    seen.page.get_by_text("Show every city under the simulated weights").click()
    seen.settle()
    part = seen.page.locator(".st-key-sim-nation")
    assert "Impact 50.0%" in part.inner_text()
    assert part.locator('[data-testid="stDeckGlJsonChart"]').count() == 1
    slider(seen, "Impact").press("End")
    seen.settle()
    assert "Impact 50.0%" in part.inner_text(), "it stays until it is asked for again"
    part.get_by_role("button", name="Compute with the current weights").click()
    seen.settle()
    assert "Impact 50.0%" not in part.inner_text()
    with seen.page.expect_download() as started:
        part.get_by_role("button", name="Download CSV").click()
    lines = started.value.path().read_text(encoding="utf-8-sig").strip().splitlines()
    assert len(lines) == 1 + 140 and "simulated" in lines[1]


def test_a_slider_writes_its_figure_as_the_page_is_read(server: str, visit: Callable[..., Visit]) -> None:
    """Streamlit writes it as the browser is set; here that is German on an English page, English on an Indonesian."""
    seen = visit(server, locale="en-US").open("/simulasi?city=35.77&set=outcome:3.9")
    shown = '[class*="st-key-sim-outcome"] [data-testid="stSliderThumbValue"]'
    assert seen.page.locator(shown).inner_text() == "3,9"
    assert seen.english().page.locator(shown).inner_text() == "3.9"
    seen = visit(server, locale="de-DE").open("/simulasi?city=35.77&set=outcome:3.9&lang=en")
    assert seen.page.locator(shown).inner_text() == "3.9"
    assert seen.errors == []
