"""The overview in a browser: what a filter change costs, what a click does, what the first screen holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.payload import FILTER_CHANGE, Wire, by_element, cost
from tests.e2e.test_pages import PHONE
from tests.e2e.visit import Visit

pytestmark = pytest.mark.browser

CLEAR = {"id": "Hapus saringan", "en": "Clear filters"}


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("view", ["map", "tiles"])
def test_the_largest_filter_change_is_small(server: str, revisit: Callable[..., Visit], view: str, lang: str) -> None:
    """From a narrow selection to everything: nothing of the picture has been sent before."""
    seen = revisit(server)
    wire = Wire(seen)
    seen.open(f"/?view={view}&lang={lang}&kind=kota&island=papua")
    for year in (None, "2021"):
        if year is None:
            frames = wire.during(seen, seen.page.get_by_role("button", name=CLEAR[lang]).click)
        else:
            frames = wire.during(seen, seen.page.get_by_text(year, exact=True).first.click)
        assert {"deck_gl_json_chart", "plotly_chart"} & set(by_element(frames)), "the picture was sent"
        assert cost(frames) <= FILTER_CHANGE, by_element(frames).most_common(6)
    assert seen.outside == []
    assert seen.errors == []


def dot_of(page: Any, lon: float, lat: float) -> tuple[float, float]:
    """Where a place stands on the screen, on the map as it opens (the nation, on a laptop)."""
    import math

    from kotacerdas.charts.maps import PADDING
    from kotacerdas.geo import VIEWS
    from kotacerdas.ui.overview_picture import WIDE, WIDE_HEIGHT

    camera = VIEWS["indonesia"].camera(WIDE, WIDE_HEIGHT, PADDING)
    scale = 512 * 2 ** round(camera.zoom, 2)

    def mercator(degrees: float) -> float:
        return math.asinh(math.tan(math.radians(degrees))) / (2 * math.pi)

    box = page.locator('[data-testid="stDeckGlJsonChart"]').bounding_box()
    x = box["x"] + box["width"] / 2 + (lon - camera.lon) / 360 * scale
    y = box["y"] + box["height"] / 2 - (mercator(lat) - mercator(camera.lat)) * scale
    return x, y


def point_at(seen: Visit, lon: float, lat: float) -> str:
    """Point at a place on the map until it speaks; what it says."""
    x, y = dot_of(seen.page, lon, lat)
    tip = seen.page.locator(".deck-tooltip")
    seen.page.mouse.move(x - 30, y)
    for step in range(60):
        seen.page.mouse.move(x + step % 2, y)
        seen.page.wait_for_timeout(250)
        if tip.is_visible():
            return str(tip.inner_text())
    raise AssertionError("the map says nothing")


def test_the_map_speaks_and_a_click_opens_the_profile_and_back_returns(
    server: str, revisit: Callable[..., Visit]
) -> None:
    seen = revisit(server).open("/?lang=en")
    for _ in range(2):  # the second time too: the browser remembers what was selected
        words = point_at(seen, 140.70, -2.53)
        assert words.startswith("Kota Jayapura")
        assert "1.85 (official)" in words
        assert "134 of 140" in words
        seen.page.mouse.click(*dot_of(seen.page, 140.70, -2.53))
        seen.page.wait_for_url("**/kota?**", timeout=15_000)
        seen.settle()
        assert "city=91.71" in seen.page.url
        assert "lang=en" in seen.page.url
        seen.page.go_back()
        seen.page.wait_for_selector('[data-testid="stDeckGlJsonChart"]')
        seen.settle()
    point_at(seen, 140.70, -2.53)
    seen.settle()
    assert "/kota" not in seen.page.url, "the page stays where the reader went back to"
    assert seen.errors == []


def test_a_click_on_a_tile_opens_the_profile(server: str, revisit: Callable[..., Visit]) -> None:
    seen = revisit(server).open("/?view=tiles")
    tile = seen.page.locator(".barlayer .trace").nth(4).locator("path").first.bounding_box()
    x, y = tile["x"] + tile["width"] / 2, tile["y"] + tile["height"] / 2
    seen.page.mouse.move(x, y)
    seen.page.locator(".hoverlayer .hovertext").first.wait_for()
    seen.page.mouse.click(x, y)
    seen.page.wait_for_url("**/kota?**", timeout=15_000)


def test_leadership_need_not_scroll(server: str, revisit: Callable[..., Visit]) -> None:
    """Title, figures, filters, map with legend and movers stand within 1280 x 800; on a wide screen bars stay bars."""
    seen = revisit(server).open("/")
    for lang in ("id", "en"):
        if lang == "en":
            seen.english()
        seen.page.wait_for_selector('[data-testid="stDeckGlJsonChart"] canvas')
        for part in ("finding", "filters", "figures", "views", "legend", "risers", "fallers", "lowest"):
            box = seen.page.locator(f".st-key-{part}").bounding_box()
            assert box["y"] + box["height"] <= 800, (part, lang)
        assert seen.page.locator('[data-testid="stDeckGlJsonChart"] canvas').bounding_box()["height"] > 250
        bar, heights = seen.page.locator('.st-key-figures [data-testid="stImage"] img'), set()
        for width in (1920, 1280):
            seen.page.set_viewport_size({"width": width, "height": 800})
            heights.add(round(seen.settle() and bar.bounding_box()["height"]))
        assert heights == {46}, lang


def test_a_phone_gets_tiles_that_a_finger_hits(server: str, revisit: Callable[..., Visit]) -> None:
    """On a phone the tiles of Java are at least 20 pixels wide, and a tap names the one tapped, not the one before."""
    seen = revisit(server, **PHONE).open("/")
    assert seen.page.locator(".js-plotly-plot").count() == 1
    assert seen.page.locator('[data-testid="stDeckGlJsonChart"]').count() == 0
    assert seen.sideways() == 0
    for number in (3, 5):
        path = seen.page.locator(".barlayer .trace").nth(6).locator("path").nth(number)
        path.scroll_into_view_if_needed()
        seen.settle()
        box = path.bounding_box()
        assert min(box["width"], box["height"]) >= 20
        name = path.evaluate(
            """(node) => {
                const bars = node.closest(".trace").__data__[0].trace;
                return bars.hovertext[node.closest(".point").__data__.i];
            }"""
        )
        seen.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        seen.page.locator(".hoverlayer", has_text=name).wait_for(state="attached", timeout=5_000)
        assert seen.page.locator(".hoverlayer").first.text_content().startswith(name)
    assert "/kota" not in seen.page.url
