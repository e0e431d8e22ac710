"""Every page by its address: on a desk and on a phone, in both languages. (`test_server` asks a server nobody has
visited yet.)"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from kotacerdas.ui.registry import ROOMS
from tests.e2e.look_round import Look, look_round
from tests.e2e.serving import running_server
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
def test_a_page_by_its_address(server: str, visit: Callable[..., Visit], name: str) -> None:
    """A reader's first visit in Indonesian and light, then by the switch of the page in English and dark; each looked
    at on a narrow screen too."""
    seen = visit(server).open(PAGES[name])
    assert 500_000 < seen.wire < FIRST_VISIT
    for lang in ("id", "en"):
        if lang == "en":
            seen.prefer("dark").english()
        assert len(seen.title()) > 8
        assert seen.page.locator("html").get_attribute("lang") == lang
        assert seen.page.get_by_text(re.compile(r"versi|version")).count() >= 1, "the frame names the data version"
        assert seen.serious_findings() == []
        with seen.narrow():
            assert seen.sideways() == 0
        assert_quiet(seen)


def test_a_phone_does_not_scroll_sideways(server: str, revisit: Callable[..., Visit]) -> None:
    """A browser that calls itself a mobile one: some pages are laid out differently for it."""
    seen, titles = revisit(server, **PHONE).open("/metode"), set()
    for path in [*PAGES.values(), *PICKERS.values()]:
        titles.add(seen.walk(path).title())
        assert len(seen.title()) > 8 and seen.sideways() == 0, path
        assert (seen.errors, seen.outside) == ([], []), path
    assert len(titles) == len(PAGES) + len(PICKERS), "each has been there"


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


# ---- the room of the interview -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tryout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Look]]:
    """A server in a try-out whose store has something to see in every view."""
    home = tmp_path_factory.mktemp("look")
    look = look_round(home)
    with running_server(settings={"KOTACERDAS_MODE": "local", "KOTACERDAS_HOME": str(home)}) as address:
        yield address, look


@pytest.mark.long
@pytest.mark.parametrize("screen", [{"width": 1280}, PHONE], ids=["desk", "phone"])
def test_every_view_of_the_interview(
    tryout: tuple[str, Look], revisit: Callable[..., Visit], screen: dict[str, object]
) -> None:
    """Each in Indonesian, then in English by the switch; one reader per screen goes through them all, inside the app.
    (`test_access` asks for every view by its address.)"""
    address, look = tryout
    seen, found = revisit(address, **screen).open("/metode"), []
    for name, path in look.views():
        found.append(seen.walk(f"{path}&lang=id").page.get_by_test_id("stMain").inner_text())
        for lang in ("id", "en"):
            if lang == "en":
                seen.english()
            assert seen.page.locator("html").get_attribute("lang") == lang, name
            assert len(seen.title()) > 4 and seen.sideways() == 0, (name, lang)
            assert seen.page.get_by_test_id("stAlert").count() == 0, (name, lang, "nothing is refused here")
            assert (seen.errors, seen.outside) == ([], []), (name, lang)
        assert seen.serious_findings() == [], name
    assert len(set(found)) == len(found), "each has been there"


def test_every_view_of_the_interview_is_looked_at(tryout: tuple[str, Look]) -> None:
    from kotacerdas.ui.interview import VIEWS
    from kotacerdas.ui.interview_panel import PARTS as PANEL
    from kotacerdas.ui.interview_round import PARTS as ROUND

    addresses = " ".join(f"{path}&" for _, path in tryout[1].views())
    assert [view for view in VIEWS if f"view={view}&" not in addresses] == []
    assert [part for part in (*PANEL, *ROUND) if f"part={part}&" not in addresses] == []
