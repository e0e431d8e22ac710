"""The profile page: every kind of city in both languages, the state in the URL, bad values, files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from kotacerdas import export, profile
from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.published import OUTSIDE, Published
from kotacerdas.receipt import receipt, table
from kotacerdas.ui import city_questions, city_radar, city_receipt, provenance, tables
from kotacerdas.ui.state import widget_key

OpenPage = Callable[..., AppTest]
MADIUN, WAKATOBI, LAMONGAN, OUTSIDER = "35.77", "74.07", "35.24", "11.01"


def words(at: AppTest) -> str:
    found = [*at.title, *at.header, *at.markdown, *at.caption, *at.info, *at.warning, *at.error]
    return "\n".join(str(element.value).replace("\\", "") for element in found)


def healthy(at: AppTest) -> AppTest:
    assert not at.exception and not at.error and not at.warning
    assert len(at.title) == 1
    return at


def city_in(published: Published, situation: str, year: int = 2024, *, earlier: bool | None = None) -> str:
    """The first city in a situation; `earlier`: with (or without) a published result in another round."""
    for code in published.cities.index:
        if profile.situation(published, code, year) == situation and (
            earlier is None or (profile.newest(published, code) is not None) == earlier
        ):
            return str(code)
    raise AssertionError(f"no city is {situation} in {year}")


# ---- every kind of city --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_full_profile_is_a_finding_with_four_figures(open_page: OpenPage, published: Published, lang: str) -> None:
    at = healthy(open_page("kota", city=MADIUN, lang=lang))
    t, place = Text(lang), profile.standing(published, MADIUN, 2024)  # type: ignore[arg-type]
    title = at.title[0].value
    assert "Kota Madiun" in title and str(place.rank) in title and "140" in title
    assert t.label(published.levels[4].label).lower() in title
    assert [metric.value for metric in at.metric] == [t.number(3.8), "3", "2", t.signed(0.09)]
    assert len(at.get("plotly_chart")) == 4, "strip, radar, bars, trend"
    assert all(chart.proto.alt for chart in at.get("plotly_chart"))
    assert [head.anchor for head in at.header if head.anchor] == [
        "comparison", "extremes", "trend", "movement", "questions", "notes", "receipt",
    ]  # fmt: skip
    assert len(at.dataframe) == 1 and len(at.dataframe[0].value) == 115
    assert not at.info


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("situation", "year"),
    [("components", 2024), ("partial", 2021), ("derived", 2023), ("derived", 2020), ("did_not_take_part", 2024),
     ("did_not_take_part", 2021), ("not_in_copy", 2024), (OUTSIDE, 2024)],
)  # fmt: skip
def test_every_situation_has_its_page(
    open_page: OpenPage, published: Published, situation: str, year: int, lang: str
) -> None:
    code = city_in(published, situation, year) if situation != OUTSIDE else OUTSIDER
    params = {} if situation == OUTSIDE else {"year": str(year)}
    at = healthy(open_page("kota", city=code, lang=lang, **params))
    assert published.city(code)["name"] in at.title[0].value
    assert not at.info


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_simulated_band_stands_beside_the_rank_and_leads_to_its_page(open_page: OpenPage, lang: str) -> None:
    t = Text(lang)  # type: ignore[arg-type]
    at = healthy(open_page("kota", city=MADIUN, lang=lang))
    links = {link.proto.label: link.proto.query_string for link in at.get("page_link")}
    assert f"city={MADIUN}" in links[t("city.band", band="2–4", draws=t.integer(10_000))]
    derived = open_page("kota", city=MADIUN, lang=lang, year="2023")
    assert not any("–4" in link.proto.label for link in derived.get("page_link"))


def test_components_only_say_that_questions_are_not_published(open_page: OpenPage) -> None:
    at = healthy(open_page("kota", city="32.73"))
    t = Text("id")
    assert t("city.questions_none_title", year=2024) in [head.value for head in at.header]
    assert t("city.radar_components_only", year=2024) in words(at)
    assert t("city.receipt_components_only") in words(at)
    assert not at.dataframe


def test_inferred_absence_says_how_it_is_known(open_page: OpenPage, published: Published) -> None:
    code = city_in(published, "did_not_take_part")
    at = healthy(open_page("kota", city=code))
    name = published.city(code)["name"]
    assert Text("id")("city.absent_how.inferred", city=name, year=2024) in words(at)
    printed = city_in(published, "did_not_take_part", 2021)
    assert Text("id")("city.absent_how.did_not_take_part", city=published.city(printed)["name"], year=2021) in words(
        open_page("kota", city=printed, year="2021")
    )


def test_a_city_without_a_result_is_given_no_zero_rank_or_level(open_page: OpenPage, published: Published) -> None:
    for situation in ("did_not_take_part", "not_in_copy"):
        at = healthy(open_page("kota", city=city_in(published, situation, earlier=False)))
        assert not at.metric and len(at.get("plotly_chart")) == 1
    at = healthy(open_page("kota", city=OUTSIDER))
    assert not at.metric and Text("id")("city.outside_meaning") in words(at)


def test_earlier_results_are_shown_with_a_way_to_them(open_page: OpenPage, published: Published) -> None:
    code = city_in(published, "not_in_copy", earlier=True)
    at = healthy(open_page("kota", city=code))
    row = published.results(2021).loc[code]
    assert at.metric[0].value == Text("id").number(row["final"])
    assert len(at.get("plotly_chart")) == 4
    at.button(key="to-year").click().run()
    assert at.query_params["year"] == "2021" and str(published.city(code)["name"]) in healthy(at).title[0].value


def test_the_rule_for_an_empty_collaboration_cell_is_told(open_page: OpenPage) -> None:
    at = healthy(open_page("kota", city=WAKATOBI, lang="en"))
    assert Text("en")("city.receipt_zero_rule") in words(at)
    assert "0.94" in at.metric[0].value


def test_a_difference_from_the_printed_final_is_shown(open_page: OpenPage) -> None:
    at = healthy(open_page("kota", city=MADIUN, year="2021"))
    head = next(head for head in at.header if head.anchor == "receipt")
    assert "+0,01" in head.value and "3,46" in head.value


def test_survey_blocks_without_answers_are_no_zeroes(open_page: OpenPage) -> None:
    at = healthy(open_page("kota", city=LAMONGAN, year="2021"))
    assert Text("id")("city.questions_silent", count=3) in words(at)
    scores = at.dataframe[0].value[Text("id")("city.score_head")]
    assert scores.dropna().min() >= 1


# ---- the state in the URL ------------------------------------------------------------------------------------


def test_without_a_city_there_is_a_picker(open_page: OpenPage, published: Published) -> None:
    at = healthy(open_page("kota"))
    assert at.title[0].value == Text("id")("city.pick_title")
    top = published.results(2024).sort_values(["rank", "name"]).iloc[0]
    assert any(top["name"] in button.label.replace("\\", "") for button in at.button)
    at.selectbox(key=widget_key("pick", "id")).select(MADIUN).run()
    assert at.query_params["city"] == MADIUN and "Kota Madiun" in healthy(at).title[0].value


def test_a_province_lists_all_its_cities(open_page: OpenPage, published: Published) -> None:
    at = healthy(open_page("kota", province="35"))
    listed = [button for button in at.button if button.key and button.key.startswith("pick-province-")]
    assert len(listed) == int((published.cities["province_code"] == "35").sum())


@pytest.mark.parametrize(
    "bad", ["99.99", "../../etc/passwd", "<script>alert(1)</script>", "35,77", "x" * 4000, "'; DROP TABLE"]
)
def test_a_bad_code_is_one_sentence_and_the_picker(open_page: OpenPage, bad: str) -> None:
    at = healthy(open_page("kota", city=bad))
    assert len(at.info) == 1 and len(at.info[0].value) < 400
    assert at.title[0].value == Text("id")("city.pick_title")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("year", "1e9"),
        ("year", "2022"),
        ("peers", "best"),
        ("radar", "merged"),
        ("component", "x"),
        ("dimension", "<b>"),
    ],
)
def test_a_bad_choice_falls_back_with_one_sentence(open_page: OpenPage, name: str, value: str) -> None:
    at = healthy(open_page("kota", city=MADIUN, **{name: value}))
    assert len(at.info) == 1 and "Kota Madiun" in at.title[0].value


def test_peers_travel_in_the_url_and_change_the_medians_only(open_page: OpenPage) -> None:
    by_kind = open_page("kota", city=MADIUN)
    at = healthy(open_page("kota", city=MADIUN, peers="province"))
    assert at.session_state[widget_key("peers", "id")] == "province"
    assert "daerah lain di Jawa Timur" in words(at)
    assert [metric.value for metric in at.metric] == [metric.value for metric in by_kind.metric]


@pytest.mark.parametrize(
    ("strategy", "said"),
    [
        ("nearest", "10 daerah terdekat menurut jarak garis lurus"),
        ("profile", "10 daerah dengan nilai komponen paling mirip"),
        ("next_level", "10 daerah tingkat 4 dengan nilai akhir terdekat"),
    ],
)
def test_peers_by_distance_say_by_which(open_page: OpenPage, strategy: str, said: str) -> None:
    assert said in words(healthy(open_page("kota", city=MADIUN, peers=strategy)))


def test_the_years_are_those_of_the_city(open_page: OpenPage, published: Published) -> None:
    at = open_page("kota", city=MADIUN)
    assert at.session_state[widget_key("year", "id")] == 2024
    later = next(code for code in published.results(2024).index if profile.years(published, code) == (2024, 2023))
    at = healthy(open_page("kota", city=str(later), year="2021"))
    assert len(at.info) == 1


@pytest.mark.parametrize(("view", "shapes"), [("both", 2), ("outcome", 1), ("impact", 1), ("components", 3)])
def test_the_radar_has_a_view_in_the_url(open_page: OpenPage, view: str, shapes: int) -> None:
    import json

    at = healthy(open_page("kota", city=MADIUN, radar=view))
    chart = next(chart for chart in at.get("plotly_chart") if "scatterpolar" in chart.proto.spec)
    assert len(json.loads(chart.proto.spec)["data"]) == shapes


def test_radar_views_need_whole_blocks(published: Published) -> None:
    def views(code: str, year: int) -> list[str]:
        return city_radar.views(profile.dimensions(published, code, year, ()))

    assert views(MADIUN, 2024) == ["both", "outcome", "impact", "components"]
    assert views(MADIUN, 2021) == ["outcome", "components"]
    assert views("32.73", 2024) == ["components"]
    rows = published.dimension_scores(2021)
    four = rows.index[rows["impact"].notna().sum(axis=1) >= 3][0]
    assert views(str(four), 2021) == ["outcome", "impact", "both", "components"]


def test_the_question_filters_choose_rows(open_page: OpenPage) -> None:
    at = healthy(open_page("kota", city=MADIUN, component="impact", dimension="living"))
    assert list(at.dataframe[0].value[Text("id")("city.number_head")]) == list(range(77, 86))
    at = healthy(open_page("kota", city=MADIUN, component="baseline", dimension="living"))
    assert not at.dataframe and Text("id")("city.questions_no_match") in words(at)


def test_a_change_of_language_keeps_the_view(open_page: OpenPage) -> None:
    at = open_page("kota", city=MADIUN, year="2021", peers="island", radar="components")
    at.query_params["lang"] = "en"
    at.run()
    healthy(at)
    assert at.session_state[widget_key("peers", "en")] == "island"
    assert at.session_state[widget_key("radar", "en")] == "components"
    assert at.session_state[widget_key("year", "en")] == 2021


# ---- notes and receipt ---------------------------------------------------------------------------------------


def test_all_notes_are_shown_by_theme_with_institutions(open_page: OpenPage, published: Published) -> None:
    said = words(healthy(open_page("kota", city=MADIUN, lang="en")))
    notes = published.notes(MADIUN, 2024)
    assert notes
    for note in notes:
        assert note.text.en in said and ", ".join(note.institutions) in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_receipt_alone_holds_every_question(open_page: OpenPage, lang: str) -> None:
    at = healthy(open_page("kota", city=MADIUN, view="receipt", lang=lang))
    assert not at.get("plotly_chart") and not at.dataframe and not at.expander
    lines = next(block.value for block in at.markdown if block.value.count("\n") > 100).split("\n")
    assert len(lines) == 2 + 115
    at.button(key="to-profile").click().run()
    assert "view" not in at.query_params and len(at.get("plotly_chart")) == 4


def test_the_receipt_view_of_a_city_without_one_is_its_page(open_page: OpenPage) -> None:
    at = healthy(open_page("kota", city=OUTSIDER, view="receipt"))
    assert "Kabupaten Aceh Selatan" in at.title[0].value
    at = healthy(open_page("kota", city=MADIUN, view="receipt", year="2023"))
    assert len(at.metric) == 3


def test_a_sum_is_written_out_and_long_ones_are_gathered(published: Published) -> None:
    lines = {line.id: line for line in receipt(published.card(MADIUN, 2024)).lines}
    assert city_receipt.expression(Text("id"), lines["baseline"]) == "(4 + 4 + 4 + 4 + 4) / 5 = 20 / 5 = 4,00"
    assert (
        city_receipt.expression(Text("en"), lines["impact"])
        == "(51 × 4 + 1 × 3.8 + 2 × 3.2) / 54 = 214.2 / 54 = 3.9667"
    )


# ---- files and tables ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_question_file_holds_status_and_source_of_every_row(published: Published, lang: str) -> None:
    t = Text(lang)  # type: ignore[arg-type]
    frame = profile.questions(published, LAMONGAN, 2021)
    instrument = published.instrument_of(2021, "regular")
    sheet = city_questions._sheet(t, published, instrument, frame)
    rows = list(csv.reader(io.StringIO(export.to_csv(sheet).decode("utf-8-sig"))))
    assert len(rows) == 110 and len(set(rows[0])) == len(rows[0])
    score, source = rows[0].index(t("city.score_head")), rows[0].index(t("city.source"))
    for row, (_, asked) in zip(rows[1:], frame.iterrows(), strict=True):
        assert bool(row[score]) == (asked["status"] == "published")
        assert bool(row[source]) == isinstance(asked["source_document"], str)


def test_the_workbook_has_a_sheet_of_sources(published: Published) -> None:
    t = Text("id")
    lines = city_questions.about_lines(t, published, "Kota Madiun", 2024)
    frame = profile.questions(published, MADIUN, 2024)
    sheet = city_questions._sheet(t, published, published.instrument_of(2024, "regular"), frame)
    book = load_workbook(
        io.BytesIO(export.to_xlsx(sheet, t("city.sheet_questions"), lines, about=t("city.sheet_sources")))
    )
    assert book.sheetnames == [t("city.sheet_questions"), t("city.sheet_sources")]
    assert any(cell.value == "letter-2024" for cell in book.worksheets[1]["A"])


def test_a_table_shows_any_cell_literally() -> None:
    text = tables.written(["a|b", "n"], [["![x](http://e/x.png)", "1"], ["**b** | <i>", ""]], figures=[1], total=True)
    assert text.split("\n")[1] == "| :-- | --: |"
    assert "![x](" not in text and r"\|" in text and r"\<i\>" in text


def test_a_source_is_document_table_and_row(published: Published) -> None:
    said = provenance.words(Text("en"), published, "letter-2024", "annex-2", 130)
    assert said.startswith("Letter on the second-stage") and said.endswith("; row 130")
    assert provenance.words(Text("en"), published, "nowhere") == "nowhere"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_receipt_file_names_every_column_and_kind(published: Published, lang: str) -> None:
    t = Text(lang)  # type: ignore[arg-type]
    frame = table(published.card(MADIUN, 2024), lang)
    assert [name for name in frame.columns if f"city.receipt_column.{name}" not in t] == []
    assert [kind for kind in frame["kind"].unique() if f"city.receipt_kind.{kind}" not in t] == []


# ---- what to mend first, and what is only inferred ---------------------------------------------------------------


def test_a_missing_programme_is_named_as_the_largest_gain(open_page: OpenPage) -> None:
    told = words(healthy(open_page("kota", city="12.06")))
    assert "Kolaborasi, 0,40 poin" in told and "kini tanpa program dan dihitung 0" in told


def test_the_largest_gain_is_weight_times_what_is_missing(open_page: OpenPage) -> None:
    assert "Output, 0,10 poin bila mencapai 4." in words(healthy(open_page("kota", city=MADIUN)))


def test_an_inferred_absence_is_called_inferred_in_the_title(open_page: OpenPage) -> None:
    at = healthy(open_page("kota", city="12.11"))
    assert at.title[0].value == "Kabupaten Dairi disimpulkan tidak ikut serta dalam evaluasi 2024"
    assert "Status: disimpulkan tidak ikut serta" in words(at)
