"""Every page by its address: on a server nobody has visited yet, on a desk and on a phone, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from kotacerdas.ui.registry import ROOMS
from tests.e2e.visit import Visit

pytestmark = pytest.mark.browser

PAGES = {
    "ringkasan": "/",
    "peringkat": "/peringkat",
    "kota": "/kota?city=35.77",
    "bandingkan": "/bandingkan?cities=35.77,32.73,74.07",
    "simulasi": "/simulasi?city=35.77&set=outcome:3.9",
    "ketahanan": "/ketahanan?city=35.77",
    "metode": "/metode",
}
PICKERS = {"kota": "/kota", "bandingkan": "/bandingkan", "simulasi": "/simulasi"}
FIRST_VISIT = 4_500_000
"""Most bytes of a first visit over the wire."""
PHONE = {
    "width": 390,
    "height": 844,
    "is_mobile": True,
    "user_agent": "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile"
    " Safari/537.36",
}


def assert_quiet(seen: Visit) -> None:
    assert seen.outside == [], "a request left the host"
    assert seen.errors == [], "the browser reported errors"


def test_every_room_is_visited() -> None:
    assert list(PAGES) == [room.slug for room in ROOMS]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_by_its_address(cold_server: str, visit: Callable[..., Visit], name: str) -> None:
    """The first visit of all in Indonesian and light, then in English and dark; both looked at on a narrow screen."""
    seen, path = visit(cold_server), PAGES[name]
    for lang, scheme in (("id", "light"), ("en", "dark")):
        separator = "&" if "?" in path else "?"
        seen.prefer(scheme).open(path if lang == "id" else f"{path}{separator}lang=en")
        if lang == "id":
            assert 500_000 < seen.wire < FIRST_VISIT
        assert len(seen.title()) > 8
        assert seen.page.locator("html").get_attribute("lang") == lang
        assert seen.page.get_by_text(re.compile(r"versi|version")).count() >= 1, "the frame names the data version"
        assert seen.serious_findings() == []
        with seen.narrow():
            assert seen.sideways() == 0
        assert_quiet(seen)


@pytest.mark.parametrize("path", [*PAGES.values(), *PICKERS.values()])
def test_a_phone_does_not_scroll_sideways(server: str, revisit: Callable[..., Visit], path: str) -> None:
    """A browser that calls itself a mobile one: some pages are laid out differently for it."""
    seen = revisit(server, **PHONE).open(path)
    assert len(seen.title()) > 8
    assert seen.sideways() == 0
    assert_quiet(seen)


def test_the_find_box_opens_a_profile_and_the_language_switch_keeps_the_place(
    server: str, revisit: Callable[..., Visit]
) -> None:
    seen = revisit(server).open("/metode")
    box = seen.page.get_by_role("combobox").first
    box.click()
    box.fill("madiun")
    seen.page.get_by_role("option", name=re.compile("Kota Madiun")).first.click()
    seen.page.wait_for_url(re.compile("city=35.77"), wait_until="commit")
    before = seen.settle().title()
    assert "Kota Madiun" in before
    seen.english()
    assert "city=35.77" in seen.page.url
    assert "Madiun" in seen.title() and seen.title() != before
    assert_quiet(seen)
