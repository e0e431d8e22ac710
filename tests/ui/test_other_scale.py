"""The pages with a SYNTHETIC round on another scale, with components no evaluation has had: comparing, simulating,
the way to a target and robustness work with every instrument, in both languages."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from kotacerdas.i18n import LANGUAGES
from kotacerdas.published import Published
from kotacerdas.ui import cache
from tests.other_scale import CITY, SECOND, THIRD, YEAR, with_round
from tests.ui.conftest import OpenPage

THREE = f"{CITY},{SECOND},{THIRD}"
PAGES: list[tuple[str, dict[str, str]]] = [
    ("bandingkan", {"cities": THREE}),
    ("bandingkan", {"cities": f"{CITY},{SECOND}", "vs": "nation", "preset": "panel"}),
    ("simulasi", {"city": CITY}),
    ("simulasi", {"city": CITY, "set": "service:{most}"}),
    ("simulasi", {"city": CITY, "mode": "questions", "set": "q1:{most}"}),
    ("simulasi", {"city": CITY, "mode": "weights", "weight": "service:0.6"}),
    ("simulasi", {"city": CITY, "mode": "method", "reading": "literal"}),
    ("simulasi", {"city": CITY, "mode": "goal"}),
    ("simulasi", {"city": CITY, "mode": "goal", "goal": "final"}),
    ("ketahanan", {"city": CITY}),
    ("ketahanan", {"preset": "panel"}),
    ("ketahanan", {"preset": "combined", "city": CITY}),
    ("ketahanan", {"preset": "leave_out"}),
    ("ketahanan", {"preset": "method"}),
    ("kota", {"city": CITY}),
    ("ringkasan", {}),
    ("ringkasan", {"view": "provinces"}),
    ("peringkat", {}),
    ("metode", {}),
]


@pytest.fixture(scope="module", params=["ten", "half"])
def other(request: pytest.FixtureRequest, published: Published) -> Published:
    return with_round(published, request.param)


@pytest.fixture(autouse=True)
def on_the_pages(other: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "published", lambda: other)


def said(at: AppTest) -> str:
    found = [*at.title, *at.header, *at.markdown, *at.caption, *at.info]
    return "\n".join(str(element.value).replace("\\", "") for element in found)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("slug", "address"), PAGES)
def test_every_page_works(open_page: OpenPage, other: Published, slug: str, address: dict[str, str], lang: str) -> None:
    most = str(float(other.bounds(YEAR).high))
    params = {name: value.format(most=most) for name, value in address.items()}
    at = open_page(slug, lang=lang, year=str(YEAR), **params)
    assert not at.exception and not at.error and not at.warning
    assert len(at.title) == 1
