"""A published interview round on the public pages: everywhere the official rounds are, and named for what it is.

The round is SYNTHETIC: invented marks for real codes, made for the test in a folder of its own.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from kotacerdas import packages
from kotacerdas.charts.palette import MARKS
from kotacerdas.compose import compose
from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.interview.result_rows import addition
from kotacerdas.published import Published, load
from tests.interview.panel_marks import cities, synthetic_round
from tests.ui.conftest import OpenPage

CITY, ABSENT = "35.77", "34.71"


@pytest.fixture(scope="module")
def home(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a current package: thirty final cities of both groups, and one that is not final."""
    home = tmp_path_factory.mktemp("home")
    codes = [CITY, *published.results(2024).index[:29]]
    panel = [*cities(published, codes), *cities(published, [ABSENT], final=False)]
    place = home / packages.FOLDER
    with packages.building(place) as partial:
        name = compose(published.data, [addition(published, synthetic_round(published, panel))], partial, "2026-11-22")
        packages.keep(partial, place, name)
    packages.point(place, name)
    return home


@pytest.fixture(autouse=True)
def in_this_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOTACERDAS_HOME", str(home))


@pytest.fixture(scope="module")
def panel_data(home: Path) -> Published:
    found = packages.current(home / packages.FOLDER)
    assert found is not None
    return load(found)


PAGES: list[tuple[str, dict[str, str]]] = [
    ("ringkasan", {}),
    ("ringkasan", {"view": "tiles"}),
    ("ringkasan", {"view": "provinces", "group": "priority"}),
    ("peringkat", {"group": "regular"}),
    ("peringkat", {"year": "2023"}),
    ("kota", {"city": CITY}),
    ("kota", {"city": ABSENT}),
    ("kota", {"city": "11.01"}),
    ("bandingkan", {"cities": f"{CITY},12.02,{ABSENT}"}),
    ("simulasi", {"city": CITY}),
    ("simulasi", {"city": ABSENT}),
    ("ketahanan", {}),
    ("metode", {"part": "all"}),
    ("metode", {"part": "checks", "check": "final-2026"}),
    ("metode", {"part": "checks", "check": "components-2026"}),
]


@pytest.mark.parametrize(("slug", "params"), PAGES)
def test_every_page_draws_the_round(open_page: OpenPage, slug: str, params: dict[str, str]) -> None:
    for lang in LANGUAGES:
        at = open_page(slug, lang=lang, **({"year": "2026"} | params))
        assert not at.exception and not at.error, (slug, params, lang)
        assert at.title


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_round_coming_out_does_not_replace_the_nation_and_is_one_press_away(
    open_page: OpenPage, panel_data: Published, lang: str
) -> None:
    t = Text(lang)
    assert panel_data.current == 2024
    final = t.number(panel_data.results(2026).at[CITY, "final"])
    for slug, params, sentence in (
        ("ringkasan", {}, t("coming.nation", year=2026, out="30", invited="31")),
        ("peringkat", {}, t("coming.nation", year=2026, out="30", invited="31")),
        ("kota", {"city": CITY}, t("coming.city", city="Kota Madiun", year=2026, final=final)),
    ):
        at = open_page(slug, lang=lang, **params)
        assert "2024" in "".join(part.value for part in [*at.title, *at.caption])
        assert sentence in [caption.value.replace("\\", "") for caption in at.caption]
        at = at.button(key="coming-see").click().run()
        assert at.query_params["year"] == "2026" and not at.exception
        assert "coming-see" not in [button.key for button in at.button]
    assert "coming-see" not in [button.key for button in open_page("kota", lang=lang, city=ABSENT).button]


def test_a_figure_of_the_round_says_what_it_is_and_where_it_stands(open_page: OpenPage, panel_data: Published) -> None:
    for lang, said, words in (
        ("id", "hasil panel KotaCerdas", "Synthetic round 2026"),
        ("en", "KotaCerdas panel result", "Synthetic round 2026"),
    ):
        at = open_page("kota", lang=lang, year="2026", city=CITY)
        final = next(m for m in at.metric if m.value == Text(lang).number(panel_data.results(2026).at[CITY, "final"]))
        assert final.delta == said and said in final.help and words in final.help


def test_the_ranking_has_the_printed_finals_and_names_the_status(open_page: OpenPage, panel_data: Published) -> None:
    at = open_page("peringkat", lang="en", year="2026")
    assert "2026" in at.title[0].value
    assert str(int(panel_data.results(2026)["final"].notna().sum())) in at.title[0].value


def test_a_city_that_is_not_final_has_its_mark_and_reason(open_page: OpenPage) -> None:
    at = open_page("kota", lang="en", year="2026", city=ABSENT)
    assert "not final yet" in at.title[0].value
    overview = open_page("ringkasan", lang="en", year="2026")
    legend = [mark.value for mark in overview.markdown if "not_final.svg" in mark.value]
    assert len(legend) == 1 and "not final yet" in legend[0]
    assert MARKS["not_final"] != MARKS["not_in_copy"] and MARKS["panel"] != MARKS["published"]
