"""The pages with a SYNTHETIC round on another scale, with components no evaluation has had: comparing, simulating,
the way to a target and robustness work with every instrument, in both languages."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from kotacerdas.draws import usual_deviation
from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.published import Published
from kotacerdas.ui import cache, scale_words
from tests.other_scale import CITY, SECOND, TAGGED, THIRD, YEAR, with_round
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


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sentences_name_the_scale_and_the_components_of_the_round(
    open_page: OpenPage, other: Published, lang: str
) -> None:
    t, bounds = Text(lang, named=other.component_labels.get), other.bounds(YEAR)  # type: ignore[arg-type]
    ends = scale_words.ends(t, bounds)
    here = {"lang": lang, "year": str(YEAR)}
    compared = said(open_page("bandingkan", cities=THREE, **here))
    assert "{low}–{high}".format(**ends) in compared and t("component.culture") in compared
    assert scale_words.changed(t, other)[0] in compared
    nation = said(open_page("ringkasan", **here))
    assert scale_words.placed(t, other, YEAR)[0] in nation
    robust = open_page("ketahanan", preset="panel", **here)
    assert scale_words.points(t, usual_deviation(bounds)) in said(robust)


def test_the_radar_of_smart_dimensions_is_offered_where_they_are_tagged(open_page: OpenPage, other: Published) -> None:
    at = open_page("bandingkan", cities=THREE, year=str(YEAR), radar=TAGGED, lang="en")
    t = Text("en", named=other.component_labels.get)
    about = t(
        "compare.radar_about.part", component="Part service", cities="", **scale_words.ends(t, other.bounds(YEAR))
    )
    assert about.rstrip(".") in said(at)


def test_the_sliders_run_over_the_scale(open_page: OpenPage, other: Published) -> None:
    at = open_page("simulasi", city=CITY, year=str(YEAR))
    bounds = other.bounds(YEAR)
    assert {(float(s.min), float(s.max)) for s in at.slider} == {(float(bounds.low), float(bounds.high))}


def test_a_method_on_another_scale_is_answered_in_a_sentence(open_page: OpenPage, other: Published) -> None:
    at = open_page("simulasi", city=CITY, year=str(YEAR), method="evaluation-2024-regular", lang="en")
    assert not at.exception and not at.error
    assert "is on another scale" in said(at)


def test_official_rounds_say_what_they_said(open_page: OpenPage, other: Published) -> None:
    at = open_page("ringkasan", year="2024", lang="en")
    assert "1–4" in said(at) and not set(scale_words.placed(Text("en"), other, 2024))
