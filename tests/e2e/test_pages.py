"""Every page by deep link on a server nobody has visited yet, as readers on a desk and on a phone see it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.e2e.visit import Visit

pytestmark = pytest.mark.browser

PAGES = {
    "ringkasan": "/",
    "peringkat": "/peringkat",
    "kota": "/kota?city=35.77",
    "kota-picker": "/kota",
    "metode": "/metode",
}
OTHER_CITIES = {
    "components only": "/kota?city=32.73",
    "priority without collaboration": "/kota?city=74.07",
    "did not take part": "/kota?city=33.03",
    "not in the copy": "/kota?city=35.78",
    "outside the programme": "/kota?city=11.01",
    "2021": "/kota?city=35.77&year=2021",
    "derived": "/kota?city=35.77&year=2023",
    "unknown": "/kota?city=99.99",
}


def assert_quiet(seen: Visit) -> None:
    assert seen.outside == [], "a request left the host"
    assert seen.errors == [], "the browser reported errors"


@pytest.mark.parametrize("name", PAGES)
def test_cold_deep_link(cold_server: str, visit: Callable[..., Visit], name: str) -> None:
    path = PAGES[name]
    for lang in ("id", "en"):
        separator = "&" if "?" in path else "?"
        seen = visit(cold_server).open(path if lang == "id" else f"{path}{separator}lang=en")
        assert len(seen.title()) > 8
        assert seen.page.locator("html").get_attribute("lang") == lang
        assert seen.page.get_by_text(re.compile(r"versi|version")).count() >= 1, "the frame names the data version"
        assert_quiet(seen)


@pytest.mark.parametrize("name", PAGES)
def test_phone_does_not_scroll_sideways(server: str, visit: Callable[..., Visit], name: str) -> None:
    seen = visit(server, width=390, height=844, is_mobile=True).open(PAGES[name])
    assert seen.sideways() == 0
    assert_quiet(seen)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_no_serious_accessibility_finding(server: str, visit: Callable[..., Visit], name: str, scheme: str) -> None:
    seen = visit(server, scheme=scheme).open(PAGES[name])
    assert seen.serious_findings() == []


@pytest.mark.parametrize("case", OTHER_CITIES)
def test_profile_of_every_kind_of_city(server: str, visit: Callable[..., Visit], case: str) -> None:
    seen = visit(server).open(OTHER_CITIES[case])
    assert len(seen.title()) > 8
    assert "Traceback" not in seen.page.content()
    assert_quiet(seen)


@pytest.mark.parametrize(
    "path",
    ["/kota?city=../../etc/passwd", "/?year=1e9", "/peringkat?year=1999&island=atlantis", "/?lang=%3Cscript%3E",
     "/kota?city=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", "/metode?instrument=nothing"],
)  # fmt: skip
def test_nonsense_in_the_address_is_a_polite_sentence(server: str, visit: Callable[..., Visit], path: str) -> None:
    seen = visit(server).open(path)
    content = seen.page.content()
    assert "Traceback" not in content
    assert seen.page.locator("img[src='x']").count() == 0
    assert_quiet(seen)


def test_language_switch_keeps_the_place(server: str, visit: Callable[..., Visit]) -> None:
    seen = visit(server).open("/kota?city=35.77")
    before = seen.title()
    seen.page.get_by_text("EN", exact=True).first.click()
    seen.page.wait_for_url(re.compile("lang=en"), wait_until="commit")
    seen.settle()
    assert "city=35.77" in seen.page.url
    assert "Madiun" in seen.title() and seen.title() != before


def test_find_box_opens_a_profile(server: str, visit: Callable[..., Visit]) -> None:
    seen = visit(server).open("/")
    box = seen.page.get_by_role("combobox").first
    box.click()
    box.fill("madiun")
    seen.page.get_by_role("option", name=re.compile("Kota Madiun")).first.click()
    seen.page.wait_for_url(re.compile("city=35.77"), wait_until="commit")
    seen.settle()
    assert "Kota Madiun" in seen.title()
