"""The overview in both languages: its sentences are computed from the figures, and every state is designed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kotacerdas.i18n import LANGUAGES, MISSING, Text
from kotacerdas.published import Published
from kotacerdas.ui import overview_lists, overview_picture, shell, state
from kotacerdas.ui.registry import room

from .conftest import OpenPage

langs = pytest.mark.parametrize("lang", LANGUAGES)


def words(at: AppTest) -> str:
    shown = [*at.title, *at.caption, *at.markdown, *at.info, *at.subheader]
    return "\n".join(str(part.value) for part in shown)


def figures(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


def deck(at: AppTest) -> dict[str, Any]:
    return json.loads(at.get("deck_gl_json_chart")[0].proto.json)


def rows(at: AppTest) -> list[dict[str, Any]]:
    """The programme cities on the map."""
    return [
        row for layer in deck(at)["layers"] if isinstance(layer["data"], list) for row in layer["data"] if "c" in row
    ]


@langs
def test_the_title_and_figures_are_the_rounds(open_page: OpenPage, published: Published, lang: str) -> None:
    t = Text(lang)  # type: ignore[arg-type]
    at = open_page(lang=lang)
    summary, frame = published.summary(2024), published.results(2024)
    risen = int((frame["improvement"] > 0).sum())
    assert not at.exception
    for figure in ("140", t.number(summary.median), str(risen), "2023"):
        assert figure in at.title[0].value
    for figure in ("191", "165", "140", "24"):
        assert figure in at.caption[0].value, "who was invited, took part, can be shown, and who cannot"
    assert t("overview_context.not_in_copy_kota", n="27") in at.caption[0].value
    assert figures(at) == {
        t("overview.available"): "140",
        t("overview.median"): t.number(summary.median),
        t("overview.risen", base=2023): str(risen),
    }
    assert len(at.metric) + 1 <= 4, "with the share of levels at most four headline figures"
    assert t.number(summary.mean) in at.metric[1].delta


def test_the_year_changes_everything(open_page: OpenPage, published: Published) -> None:
    at = open_page(year="2021")
    assert figures(at)["Nilai tersedia"] == "98"
    assert "100" in at.caption[0].value and "98" in at.caption[0].value
    assert len(rows(at)) == 100


@langs
def test_a_derived_year_says_so_and_has_no_movers(open_page: OpenPage, lang: str) -> None:
    t = Text(lang)  # type: ignore[arg-type]
    at = open_page(lang=lang, year="2023")
    assert not at.exception
    assert t("filters.derived", year=2023, base=2024) in at.caption[0].value
    assert {"id": "nilai turunan", "en": "derived 2023 scores"}[lang] in at.title[0].value
    assert t("overview.lowest_derived") in words(at)
    assert at.metric[0].delta == t("overview.available_derived")
    assert any(t("overview.movers_none") in part.value for part in at.markdown)
    assert not any("165" in part.value for part in at.caption)
    assert "derived-3.svg" in words(at) and "level-3.svg" not in words(at)


def test_the_legend_counts_every_mark(open_page: OpenPage, published: Published) -> None:
    at = open_page()
    legend = [part.value for part in at.markdown if "/marks/" in part.value]
    counts = published.summary(2024).levels
    for level in published.levels.levels:
        assert any(f"level-{level.id}.svg" in mark and f"\\({counts[level.id]}\\)" in mark for mark in legend)
    assert any("did_not_take_part.svg" in mark and "disimpulkan" in mark and "24" in mark for mark in legend)
    assert any("not_in_copy.svg" in mark and "27" in mark for mark in legend)
    assert any("outside_programme.svg" in mark for mark in legend)


def test_filters_narrow_figures_map_and_movers_but_not_ranks(open_page: OpenPage, published: Published) -> None:
    whole = {row["c"]: row["s"] for row in rows(open_page())}
    at = open_page(island="jawa", kind="kota")
    frame = published.results(2024)
    part = frame[(frame["island"] == "jawa") & (frame["kind"] == "kota")]
    assert {row["c"] for row in rows(at)} == set(part.index)
    assert all(row["s"] == whole[row["c"]] for row in rows(at)), "the same national rank"
    assert figures(at)["Median nilai akhir"] == Text().number(part["final"].median())
    assert Text().number(part["final"].median()) in at.title[0].value
    linked = [link.proto.label.replace("\\", "") for link in at.get("page_link") if link.proto.page == "kota"]
    assert set(linked) & set(frame["name"]) <= set(part["name"])


@langs
def test_the_literal_reading_moves_levels_and_is_explained(
    open_page: OpenPage, published: Published, lang: str
) -> None:
    t = Text(lang)  # type: ignore[arg-type]
    at = open_page(lang=lang, reading="literal")
    layers = {layer["id"]: layer for layer in deck(at)["layers"]}
    counts = published.results(2024)["level_literal"].value_counts()
    assert {name: len(layer["data"]) for name, layer in layers.items() if name.startswith("level-")} == {
        f"level-{int(level)}": n for level, n in counts.items()
    }
    assert t.label(published.levels.readings["literal"].meaning) in words(at)
    assert t("overview.levels_draft", low=1, high=4) in words(at)
    assert t("overview.level_5", final=t.number(4)) not in words(at)
    assert t("overview.level_5", final=t.number(4)) in words(open_page(lang=lang))


def test_a_selection_that_fits_no_one_is_a_designed_state(open_page: OpenPage) -> None:
    for lang in LANGUAGES:
        t = Text(lang)
        at = open_page(lang=lang, island="papua", group="unknown", kind="kota")
        assert not at.exception
        assert at.title[0].value == t("overview.title_nobody")
        assert figures(at)[t("overview.available")] == "0"
        assert figures(at)[t("overview.median")] == MISSING, "missing is not zero"
        assert t("overview.map_none") in words(at)
        assert rows(at) == []
        assert not any(metric.delta for metric in at.metric), "nothing to say beside a dash"


def test_programme_cities_without_scores_are_no_zero(open_page: OpenPage) -> None:
    at = open_page(group="unknown")
    assert at.title[0].value == Text()("overview.title_none", year=2024)
    assert figures(at)["Median nilai akhir"] == MISSING
    assert len(rows(at)) == 51


def test_one_city_is_named(open_page: OpenPage, published: Published) -> None:
    at = open_page(year="2021", island="papua", kind="kota")
    assert at.title[0].value.startswith("Kota Jayapura")
    assert Text().number(published.results(2021).at["91.71", "final"]) in at.title[0].value


@pytest.mark.parametrize(
    "bad",
    [{"year": "1e9"}, {"view": "globe"}, {"at": "mars"}, {"reading": "x"}, {"island": "jawa,atlantis"}, {"group": "'"}],
)
def test_a_bad_value_in_the_url_is_one_sentence_and_the_default(open_page: OpenPage, bad: dict[str, str]) -> None:
    at = open_page(lang="en", **bad)
    assert not at.exception and not at.error
    assert len(at.info) == 1
    assert at.title[0].value


def test_views_stand_in_the_url(open_page: OpenPage) -> None:
    at = open_page(view="tiles")
    assert len(at.get("plotly_chart")) == 1 and not at.get("deck_gl_json_chart")
    at = open_page(view="provinces", lang="en")
    assert len(at.get("plotly_chart")) == 1 and not at.get("deck_gl_json_chart")
    assert "29 of 38" in words(at) and len(at.table) == 1, "the picture of the provinces brings its table"
    assert Text("en")("provinces.few", n=14, least=3) in words(at)
    assert "few.svg" in words(at)


def test_every_picture_has_words_for_those_who_do_not_see_it(open_page: OpenPage) -> None:
    assert "58" in open_page().get("deck_gl_json_chart")[0].proto.alt
    for view in ("tiles", "provinces"):
        assert len(open_page(view=view).get("plotly_chart")[0].proto.alt) > 40


def test_the_island_that_is_filtered_for_is_what_the_map_shows(open_page: OpenPage) -> None:
    whole, java = (deck(open_page(**more))["initialViewState"] for more in ({}, {"island": "jawa"}))
    assert java["zoom"] > whole["zoom"]
    assert deck(open_page(island="jawa", at="indonesia"))["initialViewState"]["zoom"] == whole["zoom"]


def test_table_twins_are_sent_when_opened(open_page: OpenPage, published: Published) -> None:
    at = open_page()
    assert not at.dataframe and not at.table
    at.session_state["city-table"] = True
    at.run()
    frame = at.dataframe[0].value
    assert len(frame) == 191
    assert frame["Nilai akhir"].notna().sum() == 140
    assert set(frame["Kabupaten/kota"]) == set(published.results(2024)["name"])
    at.session_state["province-table-False"] = True
    at.run()
    table = at.table[0].value
    assert len(table) == 38
    assert (table["Rata-rata"] == MISSING).sum() == 9, "a province without a score has a dash"


def test_a_group_does_not_make_a_province_look_complete(open_page: OpenPage, published: Published) -> None:
    """The group of a city without a row is unknown: coverage counts all that were invited."""
    table = open_page(view="provinces", group="regular").table[0].value.set_index("Provinsi")
    java = table.loc["Jawa Tengah"]
    assert java["Peserta program"] == 29
    results = published.results(2024)
    assert java["Bernilai"] == len(results[(results["province"] == "Jawa Tengah") & (results["group"] == "regular")])


def test_movers_are_the_largest_changes_and_lead_to_profiles(open_page: OpenPage, published: Published) -> None:
    at = open_page(lang="en")
    risers, fallers = published.movers(2024, overview_lists.MOVERS_BESIDE)
    lowest = published.results(2024).sort_values("final").head(overview_lists.LOWEST)
    assert (lowest["level"] == 1).all()
    links = [link.proto for link in at.get("page_link")]
    found = [(link.label.replace("\\", ""), link.query_string) for link in links if "city=" in link.query_string]
    assert [name for name, _ in found] == [*risers["name"], *fallers["name"], *lowest["name"]]
    assert [query for _, query in found] == [
        f"lang=en&city={code}" for code in [*risers.index, *fallers.index, *lowest.index]
    ]


def test_a_click_goes_to_the_profile(open_page: OpenPage) -> None:
    at = open_page(lang="en")
    at.session_state["overview.chosen"] = "35.77"
    at.run()
    assert at.query_params["city"] in ("35.77", ["35.77"])
    assert "Kota Madiun" in at.title[0].value
    assert room("kota").slug == "kota"


def test_what_a_click_hands_over() -> None:
    on_map = {"selection": {"indices": {"cities": [3]}, "objects": {"cities": [{"c": "11.04", "n": "x"}]}}}
    assert overview_picture._code_on_map(on_map) == "11.04"
    assert overview_picture._code_on_map({"selection": {"indices": {}, "objects": {}}}) is None
    tile = {"selection": {"points": [{"customdata": ["35.77", 3.8, 3, ""]}]}}
    assert overview_picture._code_on_tile(tile) == "35.77"
    assert overview_picture._code_on_tile({"selection": {"points": [{"customdata": "31.71"}]}}) == "31.71"
    assert overview_picture._code_on_tile({"selection": {"points": []}}) is None


def test_a_phone_begins_with_the_tiles(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell, "on_phone", lambda: True)
    at = open_page()
    assert not at.get("deck_gl_json_chart")
    assert at.session_state[state.widget_key("at", "id")] == "jawa", "most programme cities, tiles for a finger"
    assert Text()("overview.tiles_blocks") in words(at)
    assert not at.get("plotly_chart")[0].proto.selection_mode, "a second tap would open the profile of the first"
    nation = open_page(at="indonesia")
    assert Text()("overview.tiles_glance") in words(nation)
    assert open_page(view="map").get("deck_gl_json_chart"), "the map is one tap away"


def test_view_and_part_are_kept_out_of_the_url_by_default(open_page: OpenPage) -> None:
    at = open_page()
    assert not {"view", "at", "reading"} & set(at.query_params)
    assert at.session_state[state.widget_key("view", "id")] == "map"


def test_where_the_source_prints_it_the_legend_says_it_plainly(open_page: OpenPage) -> None:
    legend = [part.value for part in open_page(year="2021").markdown if "/marks/" in part.value]
    assert any("did_not_take_part.svg" in mark and "2" in mark for mark in legend)
    assert not any("disimpulkan" in mark for mark in legend)


def test_the_legend_of_the_tiles_draws_tiles(open_page: OpenPage) -> None:
    pictures = [f"tile-{name}.svg" for name in ("level-1", "did_not_take_part", "not_in_copy", "outside_programme")]
    shown, on_map = words(open_page(view="tiles")), words(open_page())
    assert all(picture in shown and picture not in on_map for picture in pictures)


def test_a_province_of_one_city_has_no_level_and_is_not_first(open_page: OpenPage, published: Published) -> None:
    table = open_page(view="provinces").table[0].value.set_index("Provinsi")
    assert table.loc["Sulawesi Selatan", "Tingkat rata-rata"] == MISSING
    assert table.loc["Sulawesi Selatan", "Rata-rata"] == "3,64"
    few = published.provinces(2024).set_index("province")
    few = few[(few["published"] > 0) & ((few["published"] < 3) | (few["published"] * 2 < few["invited"]))].index
    graded = [place for place, name in enumerate(table.index) if table.at[name, "Tingkat rata-rata"] != MISSING]
    assert graded == list(range(len(graded)))
    assert set(table.index[len(graded) : len(graded) + len(few)]) == set(few)


@langs
def test_the_map_says_something_else_where_one_island_is_shown(
    open_page: OpenPage, published: Published, lang: str
) -> None:
    t = Text(lang)  # type: ignore[arg-type]
    finals = published.results(2024)
    java = finals[(finals["island"] == "jawa") & finals["final"].notna()]
    reach = t(
        "overview.map_reach",
        n=int((java["level"] >= 3).sum()),
        of=len(java),
        level=t.label(published.levels[3].label).lower(),
    )
    assert reach in words(open_page(lang=lang, island="jawa"))
    assert reach not in words(open_page(lang=lang))


def test_the_lowest_of_a_small_selection_are_not_all_of_it(published: Published) -> None:
    frame = published.results(2024).dropna(subset=["final"])
    assert list(overview_lists.lowest_finals(frame)["final"]) == sorted(frame["final"])[: overview_lists.LOWEST]
    assert len(overview_lists.lowest_finals(frame.head(4))) == 2
    assert overview_lists.lowest_finals(frame.head(1)).empty
