"""The ranking page: what it says, what it shows, what a click does, in both languages."""

from __future__ import annotations

import csv
import io

import openpyxl
import pandas as pd
import pytest
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

from kotacerdas import ranking
from kotacerdas.charts.palette import LEVELS, MARKS
from kotacerdas.export import to_csv, to_xlsx
from kotacerdas.i18n import MISSING, Text
from kotacerdas.published import Published
from kotacerdas.ui import cache, filters, ranking_export, ranking_table, state
from kotacerdas.ui.ranking_view import View, context, lead

from .conftest import OpenPage

LANGS = ("id", "en")


def view(published: Published, year: int = 2024, lang: str = "id", reading: str = "linear", **chosen) -> View:  # type: ignore[no-untyped-def]
    selection = filters.Selection(year, **chosen)
    rows = filters.apply(published.results(year), selection)
    return View(Text(lang), published, selection, rows, reading)  # type: ignore[arg-type]


def table(at: AppTest) -> pd.DataFrame:
    return at.dataframe[0].value


def shown(at: AppTest) -> pd.DataFrame:
    """The table as text, as the reader sees it."""
    frame = convert_arrow_bytes_to_pandas_df(at.dataframe[0].proto.arrow_data.styler.display_values)
    return frame.set_axis(table(at).columns, axis=1)


def title(at: AppTest) -> str:
    return at.title[0].value


def test_the_page_says_who_leads(open_page: OpenPage, published: Published) -> None:
    best = published.results(2024).sort_values("rank").iloc[0]
    for lang in LANGS:
        at = open_page("peringkat", lang=lang)
        assert not at.exception
        assert best["name"] in title(at) and Text(lang).number(best["final"]) in title(at) and "140" in title(at)


def test_the_table_is_the_round_in_the_order_of_the_national_rank(open_page: OpenPage, published: Published) -> None:
    frame = table(open_page("peringkat"))
    results = published.results(2024).set_index("name")
    assert len(frame) == 191
    assert frame["rank"].head(140).is_monotonic_increasing and frame["rank"].tail(51).isna().all()
    for column in ("rank", "final", "outcome", "collaboration"):
        pd.testing.assert_series_equal(
            frame.set_index("name")[column].sort_index(), results[column].sort_index(), check_dtype=False
        )


def test_numbers_follow_the_reader_and_stay_numbers(open_page: OpenPage) -> None:
    for lang, first in (("id", "3,93"), ("en", "3.93")):
        at = open_page("peringkat", lang=lang)
        assert shown(at)["final"].iloc[0] == first and table(at)["final"].iloc[0] == 3.93
        assert table(at)["rank"].iloc[0] == 1 and shown(at)["rank"].iloc[0] == "1"


def test_rise_and_fall_are_arrows_with_a_number(open_page: OpenPage) -> None:
    at = open_page("peringkat")
    for places, words in zip(table(at)["change"], shown(at)["change"], strict=True):
        if pd.isna(places):
            assert words == MISSING
        else:
            assert words == ("=" if places == 0 else f"{'▲' if places > 0 else '▼'} {abs(int(places))}")
    assert {"▲", "▼", "="} <= {words[0] for words in shown(at)["change"]}


def test_cities_without_a_result_say_why_and_show_no_number(open_page: OpenPage) -> None:
    at = open_page("peringkat")
    tail, words = table(at).tail(51), shown(at).tail(51)
    assert tail[["rank", "final", "level", "change", "baseline", "impact"]].isna().all(axis=None)
    assert (words[["rank", "final", "level", "baseline"]] == MISSING).all(axis=None)
    assert set(words["level_name"]) == {
        f"{MARKS[status].glyph} {Text('id')(f'status.{status}')}" for status in ("did_not_take_part", "not_in_copy")
    }
    assert words["status"].str.contains("2024").all()


def test_a_published_level_is_filled_and_a_derived_one_hollow(open_page: OpenPage) -> None:
    for year, filled in (("2024", True), ("2023", False)):
        at = open_page("peringkat", year=year)
        styles = at.dataframe[0].proto.arrow_data.styler.styles
        assert (LEVELS[4] in styles) is filled
        assert shown(at)["level"].iloc[0] == ("4" if filled else f"{MARKS['derived'].glyph} 4")


def test_derived_years_have_a_final_only_and_say_so(open_page: OpenPage) -> None:
    for lang, word in (("id", "turunan"), ("en", "derived")):
        at = open_page("peringkat", year="2023", lang=lang)
        assert word in title(at)
        assert not {"baseline", "collaboration", "change"} & set(table(at).columns)
        assert set(table(at)["status"]) == {word}


def test_filters_narrow_the_rows_and_leave_the_national_rank(open_page: OpenPage, published: Published) -> None:
    at = open_page("peringkat", kind="kota", island="jawa")
    results = published.results(2024)
    part = results[(results["kind"] == "kota") & (results["island"] == "jawa")]
    assert set(table(at)["name"]) == set(part["name"])
    assert table(at).set_index("name")["rank"].dropna().to_dict() == part.set_index("name")["rank"].dropna().to_dict()
    assert table(at)["rank_selection"].dropna().min() == 1 and "rank_group" in table(at)
    assert "rank_selection" not in table(open_page("peringkat"))


@pytest.mark.parametrize("query", ["MADIUN", "mádiun", "jawa timur madiun"])
def test_search_finds_by_name_and_province(open_page: OpenPage, query: str) -> None:
    at = open_page("peringkat", q=query)
    assert list(table(at)["name"]) == ["Kota Madiun"]
    assert "140" in title(at), "a search does not change the finding"


def test_typing_a_search_puts_it_into_the_address(open_page: OpenPage) -> None:
    at = open_page("peringkat")
    at.text_input(key=state.widget_key("q", "id")).set_value("madiun").run()
    assert at.query_params["q"] in ("madiun", ["madiun"])
    assert list(table(at)["name"]) == ["Kota Madiun"]


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("sort", ["final", "name", "change", "collaboration"])
def test_the_order_stands_in_the_address(open_page: OpenPage, sort: str, direction: str) -> None:
    at = open_page("peringkat", sort=sort, dir=direction)
    column = table(at)[sort].dropna()
    column = column.map(ranking.folded) if sort == "name" else column
    assert column.is_monotonic_increasing if direction == "asc" else column.is_monotonic_decreasing
    assert table(at)[sort].tail(191 - len(column)).isna().all()


def test_choosing_an_order_puts_it_into_the_address(open_page: OpenPage) -> None:
    at = open_page("peringkat")
    at.selectbox(key=state.widget_key("sort", "id")).set_value("impact").run()
    assert at.query_params["sort"] in ("impact", ["impact"])
    assert table(at)["impact"].iloc[0] == table(at)["impact"].max()


@pytest.mark.parametrize(
    "address",
    [
        {"sort": "../../etc/passwd"},
        {"sort": "trend"},
        {"dir": "up"},
        {"reading": "cubic"},
        {"year": "1e9"},
        {"island": "atlantis"},
        {"group": "<script>alert(1)</script>"},
    ],
)
def test_what_does_not_exist_is_answered_in_one_sentence(open_page: OpenPage, address: dict[str, str]) -> None:
    at = open_page("peringkat", **address)
    assert not at.exception and len(at.info) == 1
    assert len(table(at)) == 191


def test_an_order_the_round_does_not_have_falls_back_to_the_rank(open_page: OpenPage) -> None:
    at = open_page("peringkat", year="2021", sort="collaboration")
    assert len(at.info) == 1 and table(at)["rank"].iloc[0] == 1


@pytest.mark.parametrize("lang", LANGS)
def test_the_orders_there_are_stand_in_the_sentence_by_their_names(open_page: OpenPage, lang: str) -> None:
    at = open_page("peringkat", lang=lang, sort="height")
    t = Text(lang)
    said = at.info[0].value
    names = ", ".join(t(f"ranking.column.{name}") for name in ("rank", "name", "final"))
    assert names in said.replace("\\", "")
    assert t("ranking.sort_by", column="").strip(" :") + "\\:" not in said


@pytest.mark.parametrize("lang", LANGS)
def test_a_filtered_round_without_groups_has_no_columns_of_groups(open_page: OpenPage, lang: str) -> None:
    at = open_page("peringkat", lang=lang, year="2021", kind="kota")
    assert not at.exception and "rank_selection" in table(at)
    assert not {"rank_group", "group"} & set(table(at).columns)


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_found_is_said_with_a_way_back(open_page: OpenPage, lang: str) -> None:
    at = open_page("peringkat", lang=lang, q="zzz <b>*x*</b> ![](http://x.example/)", kind="kota")
    assert not at.exception and len(at.dataframe) == 0
    assert not at.get("download_button")
    said = " ".join(item.value for item in at.caption)
    assert "![](" not in said and "<b>" not in said
    at.button(key="ranking-clear").click().run()
    assert len(table(at)) == 191 and "q" not in at.query_params and "kind" not in at.query_params


def test_a_selection_without_results_is_said_and_listed(open_page: OpenPage) -> None:
    at = open_page("peringkat", group="unknown")
    assert title(at) == Text("id")("ranking.lead_none", year=2024)
    assert len(table(at)) == 51 and table(at)["final"].isna().all()


@pytest.mark.parametrize("lang", LANGS)
def test_the_literal_reading_changes_levels_and_not_ranks(open_page: OpenPage, lang: str) -> None:
    linear, literal = (table(open_page("peringkat", lang=lang, reading=name)) for name in ("linear", "literal"))
    assert linear["level"].iloc[0] == 4 and literal["level"].iloc[0] == 3
    assert linear["rank"].equals(literal["rank"])


def test_the_first_ten_are_also_text_with_links(open_page: OpenPage) -> None:
    at = open_page("peringkat", lang="en")
    links = [link for link in at.get("page_link") if "city=" in link.proto.query_string]
    assert len(links) == 10
    assert "Kota Bandung" in links[0].proto.label and "3\\.93" in links[0].proto.label
    assert all("lang=en" in link.proto.query_string for link in links)


def test_a_single_place_is_a_link_and_no_list(open_page: OpenPage) -> None:
    assert len(open_page("peringkat").expander) == 1
    at = open_page("peringkat", q="madiun", kind="kota")
    links = [link.proto.label for link in at.get("page_link") if "city=" in link.proto.query_string]
    assert len(table(at)) == 1 and not at.expander
    assert len(links) == 1 and "Kota Madiun" in links[0]


def test_pictures_have_words_beside_them(open_page: OpenPage) -> None:
    for lang in LANGS:
        at = open_page("peringkat", lang=lang)
        assert "191" in at.dataframe[0].proto.alt
        alt = at.get("plotly_chart")[0].proto.alt
        assert "140" in alt and Text(lang).number(0.94) in alt


# ---- rank bands --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_bands_stand_beside_the_ranks_when_asked_for(open_page: OpenPage, lang: str) -> None:
    at = open_page("peringkat", lang=lang)
    assert "band" not in table(at)
    at.toggle(key=state.widget_key("bands", lang)).set_value(True).run()
    assert not at.exception and at.query_params["bands"] in ("1", ["1"])
    frame, bands = table(at), cache.bands(2024)
    assert list(frame.columns[:3]) == ["rank", "name", "band"]
    for name, words in zip(frame["name"].head(140), frame["band"].head(140), strict=True):
        row = bands[bands["name"] == name].iloc[0]
        low, high = (int(end) for end in (words.split("–") * 2)[:2])
        assert (low, high) == (row["p5"], row["p95"])
    assert set(frame["band"].tail(51)) == {MISSING}, "no result, no band"


def test_a_round_of_derived_finals_offers_no_bands(open_page: OpenPage) -> None:
    at = open_page("peringkat", year="2023", bands="1")
    assert not at.exception and not at.toggle and "band" not in table(at)
    assert "band" in table(open_page("peringkat", year="2021", bands="1", kind="kota"))


@pytest.mark.parametrize("lang", LANGS)
def test_the_files_hold_both_ends_of_a_band_as_numbers(published: Published, lang: str) -> None:
    here = view(published, lang=lang)
    plain = ranking.table(published, 2024, here.rows)
    frame = plain.join(cache.bands(2024)[list(ranking_table.BAND)])
    taken = ranking_export.columns(here, frame)
    low, high = (ranking_table.title_of(here, name) for name in ranking_table.BAND)
    assert (taken[low].dropna() <= taken[high].dropna()).all() and taken[low].notna().sum() == 140
    assert taken.loc["35.77", [low, high]].tolist() == [2, 4]
    assert low not in ranking_export.columns(here, plain)
    facts = {"query": "", "sort": "rank", "direction": "asc", "shown": 191}
    words = here.t("ranking.about.band")
    assert words in dict(ranking_export.provenance_lines(here, **facts, bands=True))
    assert words not in dict(ranking_export.provenance_lines(here, **facts))


# ---- clicks ------------------------------------------------------------------------------------------------------


def test_a_heading_orders_and_turns() -> None:
    def page() -> None:
        import streamlit as st

        from kotacerdas import ranking
        from kotacerdas.ui import cache, ranking_table

        for column in st.session_state["headings"]:
            ranking_table.order_by(column, ranking.natural(cache.published()))

    def after(*headings: str, **address: str) -> dict[str, str]:
        at = AppTest.from_function(page)
        at.session_state["headings"] = headings
        for name, value in address.items():
            at.query_params[name] = value
        at.run()
        assert not at.exception
        return {name: value if isinstance(value, str) else value[0] for name, value in at.query_params.items()}

    assert after("final") == {"sort": "final"}
    assert after("final", "final") == {"sort": "final", "dir": "asc"}
    assert after("final", "final", "final") == {"sort": "final"}
    assert after("rank") == {"dir": "desc"}
    assert after("name", sort="final", dir="asc") == {"sort": "name"}
    assert after("trend", "source") == {}


def test_keys_note_a_city_and_pointers_open_it() -> None:
    assert not ranking_table.by_pointer("rank", entered=False), "the first column is where keys come in"
    assert ranking_table.by_pointer("final", entered=False)
    assert not ranking_table.by_pointer("final", entered=True)


def test_a_picked_cell_leads_to_its_city() -> None:
    def page() -> None:
        import streamlit as st

        from kotacerdas.ui import ranking_table

        for cells in st.session_state["picks"]:
            st.session_state["tab"] = {"selection": {"rows": [], "columns": [], "cells": cells}}
            ranking_table._picked("tab", ["35.77", "32.73"], {})
        st.json({"open": st.session_state.get("ranking.open"), "noted": st.session_state.get("ranking.noted")})

    def after(*picks: list[tuple[int, str]]) -> dict[str, str | None]:
        import json

        at = AppTest.from_function(page)
        at.session_state["picks"] = picks
        at.run()
        assert not at.exception
        return dict(json.loads(at.json[0].value))

    assert after([(1, "final")]) == {"open": "32.73", "noted": None}
    assert after([(0, "rank")]) == {"open": None, "noted": "35.77"}
    assert after([(0, "rank")], [(1, "final")]) == {"open": None, "noted": "32.73"}
    assert after([(0, "rank")], []) == {"open": None, "noted": None}
    assert after([(7, "final")]) == {"open": None, "noted": None}


# ---- sentences and downloads --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("year", [2024, 2023, 2021, 2020])
def test_every_round_has_its_sentences(published: Published, year: int, lang: str) -> None:
    whole = view(published, year, lang)
    finals = published.results(year)["final"]
    assert Text(lang).number(finals.max()) in lead(whole) and str(year) in lead(whole)
    assert str(finals.notna().sum()) in context(whole)


def test_those_who_lead_together_are_all_named(published: Published) -> None:
    best = published.results(2021)
    best = best[best["rank"] == 1]
    assert len(best) == 2 and all(name in lead(view(published, 2021)) for name in best["name"])


def test_the_download_is_what_is_shown(published: Published) -> None:
    for lang in LANGS:
        here = view(published, lang=lang, kind="kota")
        frame = ranking.ordered(ranking.matching(ranking.table(published, 2024, here.rows), "jawa"), "impact", "asc")
        rows = list(csv.reader(io.StringIO(to_csv(ranking_export.columns(here, frame)).decode("utf-8-sig"))))
        head = rows[0]
        assert [row[0] for row in rows[1:]] == list(frame.index)
        assert len(set(head)) == len(head)
        impact = [row[head.index(ranking_table.title_of(here, "impact"))] for row in rows[1:]]
        assert impact == ["" if pd.isna(value) else str(value) for value in frame["impact"]]
        for name in ("status", "source_document", "source_table", "source_row"):
            assert all(row[head.index(ranking_table.title_of(here, name))] for row in rows[1:])


def test_the_workbook_says_what_it_holds(published: Published) -> None:
    for lang in LANGS:
        here = view(published, lang=lang, kind="kota", reading="literal")
        frame = ranking.table(published, 2024, here.rows, "literal")
        lines = ranking_export.provenance_lines(here, query="jawa", sort="impact", direction="asc", shown=len(frame))
        book = openpyxl.load_workbook(
            io.BytesIO(
                to_xlsx(ranking_export.columns(here, frame), here.t("ranking.about.sheet", year=2024), lines, "About")
            )
        )
        said = " ".join(str(cell) for row in book.worksheets[1].iter_rows(values_only=True) for cell in row)
        for fact in (published.version, "jawa", here.t("kind.kota"), here.t("component.impact")):
            assert fact in said
        assert here.t.label(published.levels.readings["literal"].meaning) in said
        assert book.worksheets[0]["A2"].value == frame.index[0] and book.worksheets[0]["A2"].data_type == "s"
        assert book.worksheets[0].max_row == len(frame) + 1


def test_missing_values_are_empty_in_the_download(published: Published) -> None:
    here = view(published)
    frame = ranking.table(published, 2024, here.rows)
    taken = ranking_export.columns(here, frame.tail(51))
    for name in ("rank", "final", "level", "change", "baseline"):
        assert taken[ranking_table.title_of(here, name)].isna().all()
    assert not (taken.select_dtypes("number") == 0).any(axis=None)


def test_the_province_stands_in_the_first_screen_of_a_laptop(published: Published) -> None:
    for chosen in ({}, {"kind": "kota"}):
        here = view(published, **chosen)
        frame = ranking.table(published, 2024, here.rows)
        columns = list(ranking_table.shown(here, frame).columns)
        upto = columns[: columns.index("province") + 1]
        assert sum(ranking_table.WIDTHS.get(name, 78) for name in upto) <= 1080


def test_a_phone_gets_short_names_and_headings(published: Published) -> None:
    here = view(published)
    frame = ranking.table(published, 2024, here.rows)
    cells = ranking_table.shown(here, frame, phone=True)
    assert not cells["name"].str.startswith("Kabupaten ").any() and cells["name"].str.startswith("Kab. ").any()
    assert list(cells.columns[:4]) == ["rank", "name", "final", "level"]
    widths = [ranking_table.PHONE[name] for name in cells.columns[:4]]
    assert sum(widths) <= 350, "rank, name, score and level fit a phone without scrolling"
