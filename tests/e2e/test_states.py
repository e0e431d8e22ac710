"""What the pages show besides their usual state: modes, presets, pickers, other kinds of city, nonsense."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.e2e.test_pages import PICKERS, assert_quiet
from tests.e2e.visit import Visit

pytestmark = pytest.mark.browser

STATES = {
    **{f"{room} without a city": path for room, path in PICKERS.items()},
    "kota, 2021": "/kota?city=35.77&year=2021",
    "bandingkan, questions": "/bandingkan?cities=35.77,32.73&year=2021&vs=32.73&peers=kind",
    "bandingkan, nobody with a result": "/bandingkan?cities=35.78,11.01",
    "simulasi, components": "/simulasi?city=74.07&set=outcome:3&keep_a=74.07~2024~outcome:3.9~~~~A",
    "simulasi, questions": "/simulasi?city=35.77&mode=questions&set=q12:3",
    "simulasi, weights": "/simulasi?city=34.02&mode=weights&weight=impact:0.5&nation=1",
    "simulasi, method": "/simulasi?city=35.77&mode=method&method=evaluation-2021&reading=literal",
    "simulasi, goal": "/simulasi?city=35.77&mode=goal&score=3.9",
    "simulasi, no result": "/simulasi?city=33.03",
    "ketahanan, left out": "/ketahanan?preset=leave_out&year=2021",
    "ketahanan, panel": "/ketahanan?preset=panel&sd=1.0",
}
OTHER_CITIES = {
    "components only": "/kota?city=32.73",
    "priority without collaboration": "/kota?city=74.07",
    "did not take part": "/kota?city=33.03",
    "not in the copy": "/kota?city=35.78",
    "outside the programme": "/kota?city=11.01",
    "derived": "/kota?city=35.77&year=2023",
    "unknown": "/kota?city=99.99",
}
IMAGE = "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"
LINK = "[a](javascript:alert(1))"
NONSENSE = [
    "/?year=1e9&view=tiles", "/?lang=%3Cscript%3E&view=tiles", "/peringkat?year=1999&island=atlantis",
    "/metode?part=instruments&instrument=nothing",
    "/kota?city=../../etc/passwd", f"/kota?city={IMAGE}",
    f"/bandingkan?cities=35.77,{IMAGE},{LINK}&peers={IMAGE}",
    f"/simulasi?city=35.77&set={IMAGE}:3,q1:{LINK}&method={IMAGE}", f"/simulasi?city=35.77&mode=weights&weight={IMAGE}",
    f"/simulasi?city=35.77&set=outcome:3.9&keep_a=35.77~2024~outcome:3.9~~~~{IMAGE}&keep_b={IMAGE}",
    f"/simulasi?city=35.77&mode=goal&score={IMAGE}&lock={LINK}", f"/ketahanan?preset={IMAGE}&city={LINK}&sd={IMAGE}",
]  # fmt: skip


@pytest.fixture(scope="module")
def reader(browser: object, server: str) -> Iterator[Visit]:
    """One reader who goes from state to state in one session: loading the app anew is most of what a state costs."""
    seen = Visit(browser, server).open("/metode")
    yield seen
    seen.close()


@pytest.mark.parametrize("name", STATES)
def test_a_state_of_a_page(reader: Visit, name: str) -> None:
    """In Indonesian and light, then in English and dark by the switch of the page, then on a narrow screen."""
    reader.errors.clear()  # of another state, where they have been told
    reader.outside.clear()
    seen, titles = reader.prefer("light").settle().walk(STATES[name]), []  # pictures follow the theme of a run
    for lang in ("id", "en"):
        if lang == "en":
            seen.prefer("dark").english()
        titles.append(seen.title())
        assert seen.page.locator("html").get_attribute("lang") == lang
        assert seen.serious_findings() == []
    with seen.narrow():
        assert seen.sideways() == 0
    assert min(map(len, titles)) > 8 and titles[0] != titles[1]
    assert_quiet(seen)


def test_a_profile_of_every_kind_of_city(server: str, revisit: Callable[..., Visit]) -> None:
    seen, titles = revisit(server).open("/kota"), set()
    for case, path in OTHER_CITIES.items():
        titles.add(seen.walk(path).title())
        assert len(seen.title()) > 8, case
        assert "Traceback" not in seen.page.content(), case
        assert (seen.errors, seen.outside) == ([], []), case
    assert len(titles) == len(OTHER_CITIES), "each has been there"


@pytest.mark.parametrize("path", NONSENSE)
def test_nonsense_in_the_address_is_a_polite_sentence(server: str, revisit: Callable[..., Visit], path: str) -> None:
    seen = revisit(server).open(path)
    assert "Traceback" not in seen.page.content()
    notes = seen.page.get_by_test_id("stAlert")
    assert notes.count() >= 1, "a sentence says what was not understood"
    assert all(len(note) < 800 for note in notes.all_inner_texts())
    assert seen.page.locator("img[src='x'], a[href^='javascript']").count() == 0
    assert_quiet(seen)
