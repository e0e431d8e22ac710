"""The comparison page: any set in both languages, the state in the URL, bad values, peers, honest gaps, files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from kotacerdas import compare, export, peers
from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.published import Published
from kotacerdas.ui import compare_export, compare_picker, compare_words
from kotacerdas.ui.compare_view import View
from kotacerdas.ui.registry import room
from kotacerdas.ui.robustness_view import chance
from kotacerdas.ui.state import widget_key
from tests.builders import COMPONENTS

OpenPage = Callable[..., AppTest]
ROOT = Path(__file__).resolve().parents[2]
MADIUN, BANDUNG, WAKATOBI, SURABAYA, OUTSIDER = "35.77", "32.73", "74.07", "35.78", "11.01"
EIGHT = "35.77,32.73,34.03,33.21,34.02,73.71,63.71,52.01"


def words(at: AppTest) -> str:
    found = [*at.title, *at.header, *at.markdown, *at.caption, *at.info, *at.warning, *at.error]
    return "\n".join(str(element.value).replace("\\", "") for element in found)


def healthy(at: AppTest) -> AppTest:
    assert not at.exception and not at.error and not at.warning
    assert len(at.title) == 1
    return at


def view(published: Published, codes: str, year: int = 2024, **more: object) -> View:
    facts: dict[str, object] = {"vs": "nation", "strategy": None, "overlay": (), "mode": "light", "phone": False}
    return View(Text("en"), published, year, tuple(codes.split(",")), **(facts | more))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def page() -> AppTest:
    """The page opened once; `visit` then goes from address to address, which is three times as quick."""
    at = AppTest.from_file(ROOT / "app.py", default_timeout=30)
    at.run()
    return at.switch_page(room("bandingkan").page)


def visit(at: AppTest, **params: str) -> AppTest:
    at.query_params.clear()
    for name, value in params.items():
        at.query_params[name] = value
    return healthy(at.run())


def chart(at: AppTest, kind: str) -> dict[str, object]:
    """The specification of the chart that holds a trace of a kind, or has a name among its traces."""
    for element in at.get("plotly_chart"):
        spec = json.loads(element.proto.spec)
        if any(trace.get("type") == kind or trace.get("name") == kind for trace in spec["data"]):
            return dict(spec)
    raise AssertionError(f"no chart with {kind}")


# ---- without a city ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_a_city_there_are_examples(page: AppTest, published: Published, lang: str) -> None:
    at = visit(page, lang=lang)
    assert at.title[0].value == Text(lang)("compare.pick_title", most=8)  # type: ignore[arg-type]
    assert not at.info and not at.get("plotly_chart")
    at.button(key="pick-highest").click().run()
    assert at.query_params["cities"] == ",".join(compare.highest(published, 2024))
    healthy(at)


def test_examples_without_figures_are_left_out(published: Published) -> None:
    assert list(compare_picker.examples(published, 2024)) == ["highest", "islands", "regencies", "risers"]
    assert list(compare_picker.examples(published, 2023)) == ["highest", "islands", "regencies"]


def test_the_box_adds_a_city_and_a_card_takes_it_out(page: AppTest) -> None:
    at = visit(page)
    at.selectbox(key=widget_key("compare-add", "id")).select(MADIUN).run()
    at.selectbox(key=widget_key("compare-add", "id")).select(BANDUNG).run()
    assert at.query_params["cities"] == f"{MADIUN},{BANDUNG}"
    assert at.selectbox(key=widget_key("compare-add", "id")).value is None
    healthy(at).button(key=f"remove-{MADIUN}").click().run()
    assert at.query_params["cities"] == BANDUNG
    healthy(at)


# ---- sets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cities", [MADIUN, f"{MADIUN},{BANDUNG}", EIGHT, f"{SURABAYA},{OUTSIDER}", f"{MADIUN},{SURABAYA},{WAKATOBI}"]
)
def test_every_set_has_its_page(page: AppTest, cities: str) -> None:
    for year, lang in [("2024", "id"), ("2024", "en"), ("2023", "id"), ("2021", "en"), ("2020", "id")]:
        at = visit(page, cities=cities, year=year, lang=lang)
        assert not at.info
        assert all(element.proto.alt for element in at.get("plotly_chart"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_title_says_who_leads(page: AppTest, lang: str) -> None:
    at = visit(page, cities=f"{MADIUN},{BANDUNG}", lang=lang)
    t = Text(lang)  # type: ignore[arg-type]
    title = at.title[0].value
    assert title.startswith(t("compare.title_leads.alone", cities="Kota Bandung", alone=4, of=5))
    assert t.number(3.93) in title
    assert t("compare.leads_in", cities="Kota Madiun", rows="Baseline") in words(at)
    assert len(at.get("plotly_chart")) == 3, "radar, dots and trend"


def test_a_lead_counts_what_is_shared_and_what_all_are_scored_on_apart(published: Published) -> None:
    """Bandung leads alone in three components and shares a fourth; Madiun is not scored on collaboration."""
    title = compare_words.title(view(published, f"{BANDUNG},34.03,{MADIUN}"))
    assert title.startswith("Kota Bandung leads alone in 3 and shares the lead in 1 of 5 components")
    values = published.results(2024).loc[[BANDUNG, "34.03", MADIUN], list(COMPONENTS)].dropna(axis=1)
    best = {part: list(values.index[values[part] == values[part].max()]) for part in values}
    assert sum(codes == [BANDUNG] for codes in best.values()) == 3
    assert sum(BANDUNG in codes and len(codes) > 1 for codes in best.values()) == 1 and len(best) == 5


def test_a_shared_lead_is_shared(published: Published) -> None:
    both = compare_words.title(view(published, f"{MADIUN},33.21"))
    table = compare.components(published, (MADIUN, "33.21"), 2024, compare.Comparator("nation"))
    counts = pd.Series([code for codes in table.leaders().values() for code in codes]).value_counts()
    assert counts[MADIUN] == counts["33.21"] == 2
    assert both.startswith("Kota Madiun and Kabupaten Demak lead in 2 of 5 components each")
    assert both.endswith("also the highest final score: 3.80"), "their finals are equal"


def test_a_lead_that_many_share_is_no_headline(published: Published) -> None:
    tied = view(published, "51.71,35.21,33.05,34.01,36.03,35.15,35.18,35.22")
    assert compare_words.title(tied).startswith("Highest final score of these 8 in 2024: ")
    assert len(compare_words.title(tied)) < 130
    many = view(published, "51.71,35.21")
    assert many.briefly(("51.71", "35.21", "33.05", "34.01")) == Text("en")("compare.many", count=4)


def test_a_final_is_no_component_in_the_headline(published: Published) -> None:
    assert compare_words.difference(view(published, f"{MADIUN},{BANDUNG}", 2023)).endswith(
        "median: Kota Bandung, +0.99"
    )


def test_more_than_eight_are_cut_with_a_sentence(page: AppTest) -> None:
    at = visit(page, cities=f"{EIGHT},{SURABAYA},{OUTSIDER}")
    assert [info.value.replace("\\", "") for info in at.info] == [Text("id")("compare.too_many", most=8, given=10)]
    assert len([button for button in at.button if str(button.key).startswith("remove-")]) == 8
    assert widget_key("compare-add", "id") not in [box.key for box in at.selectbox]
    assert Text("id")("compare.full", most=8) in words(at)


@pytest.mark.parametrize(
    "bad", ["99.99", "../../etc/passwd", "<script>alert(1)</script>", "x" * 4000, "'; DROP TABLE", ",,,", "35.77;35.78"]
)
def test_rubbish_for_cities_is_one_sentence_and_the_picker(page: AppTest, bad: str) -> None:
    at = visit(page, cities=bad)
    assert len(at.info) == (0 if bad == ",,," else 1)
    assert all(len(info.value) < 400 for info in at.info)
    assert at.title[0].value == Text("id")("compare.pick_title", most=8)


@pytest.mark.parametrize(
    ("name", "value"),
    [("year", "2022"), ("vs", "best"), ("vs", SURABAYA), ("peers", "friends"), ("overlay", "99.99"), ("radar", "pie"),
     ("preset", "luck"), ("radar", "outcome"), ("overlay", "35.77,32.73,34.03,33.21")],
)  # fmt: skip
def test_a_bad_choice_falls_back_with_one_sentence(page: AppTest, name: str, value: str) -> None:
    at = visit(page, cities=EIGHT, **{name: value})
    assert len(at.info) == 1 and len(at.info[0].value) < 800
    assert "Kota Bandung" in at.title[0].value


def test_spaces_and_repeats_in_the_list_do_no_harm(page: AppTest) -> None:
    at = visit(page, cities=f"{MADIUN}, {BANDUNG},{MADIUN}")
    assert not at.info
    assert len([button for button in at.button if str(button.key).startswith("remove-")]) == 2


# ---- honest gaps -------------------------------------------------------------------------------------------------


def test_cities_without_a_result_say_why_and_get_no_zero(page: AppTest) -> None:
    at = visit(page, cities=f"{MADIUN},{SURABAYA},{OUTSIDER}")
    t, said = Text("id"), words(at)
    assert t("map_status.not_in_copy", year=2024) in said and t("map_status.outside_programme", year=2024) in said
    for element in at.get("plotly_chart"):
        spec = json.loads(element.proto.spec)
        assert 0 not in [x for trace in spec["data"] for x in trace.get("x", [])]
    assert t("compare.title_single", count=3, city="Kota Madiun", year=2024, final="3,80") == at.title[0].value


def test_nobody_with_a_result_shows_no_picture_of_the_round(page: AppTest) -> None:
    at = visit(page, cities=f"{SURABAYA},{OUTSIDER}")
    assert at.title[0].value == Text("id")("compare.title_nobody", count=2, year=2024)
    assert not at.get("plotly_chart")


def test_a_derived_round_shows_finals_and_says_so(page: AppTest) -> None:
    at = visit(page, cities=f"{MADIUN},{BANDUNG},{SURABAYA}", year="2023")
    t, said = Text("id"), words(at)
    assert t("city.derived_only", year=2023) in said
    assert t("map_status.no_value", year=2023) in said, "not: outside the programme"
    assert len(at.get("plotly_chart")) == 2, "dots and trend, no radar"


def test_questions_are_compared_where_two_cities_have_them(page: AppTest, published: Published) -> None:
    at = visit(page, cities=f"{MADIUN},{BANDUNG}", year="2021")
    table = at.dataframe[0].value
    assert len(table) == 59
    own = published.question_matrix(2021)
    gaps = own.loc[BANDUNG, table.index] - own[table.index].median()
    assert table["B Bandung"].tolist() == pytest.approx(gaps.tolist())
    at = visit(page, cities=f"{MADIUN},{BANDUNG}", year="2021", show="value")
    assert at.dataframe[0].value["B Bandung"].tolist() == own.loc[BANDUNG, table.index].tolist()


def test_questions_of_2024_are_those_of_one_city(page: AppTest) -> None:
    at = visit(page, cities=EIGHT)
    assert not at.dataframe
    assert Text("id")("compare.questions_only", year=2024, cities="Kota Madiun") in words(at)


# ---- comparator and radar ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("vs", ["nation", "set", "peers", BANDUNG])
def test_differences_name_their_comparator(page: AppTest, published: Published, vs: str) -> None:
    at = visit(page, cities=f"{MADIUN},{BANDUNG},{WAKATOBI}", vs=vs, lang="en")
    now = view(published, f"{MADIUN},{BANDUNG},{WAKATOBI}", vs=vs)
    assert compare_words.difference(now) in [head.value for head in at.header]
    assert now.against_mid in compare_words.difference(now)
    table = next(element.value for element in at.table if "Kota Madiun" in str(element.value.iloc[1:2].values))
    assert now.against in str(table.iloc[0, 0]).replace("\\", "")
    assert len(table) == (3 if vs == BANDUNG else 4), "the comparator is not compared with itself"
    assert table.loc[1, "Final score"] == pytest.approx(3.8 - now.finals.comparator["final"])


def test_a_city_that_leaves_takes_what_referred_to_it_along(page: AppTest) -> None:
    at = visit(page, cities=EIGHT, vs=BANDUNG, overlay=f"{BANDUNG},34.03", peers="kind")
    healthy(at).button(key=f"remove-{BANDUNG}").click().run()
    healthy(at)
    assert not at.info and "vs" not in at.query_params
    assert at.query_params["overlay"] == "34.03" and at.query_params["peers"] == "kind"
    at.button(key=f"remove-{MADIUN}").click().run()
    assert "peers" not in at.query_params, "they were the peers of the first city"


def test_the_radar_overlays_at_most_three(page: AppTest) -> None:
    at = visit(page, cities=EIGHT)
    assert [trace["name"] for trace in chart(at, "scatterpolar")["data"]] == [  # type: ignore[attr-defined]
        "Kota Madiun", "Kota Bandung", "Kabupaten Gunungkidul",
    ]  # fmt: skip
    pills = next(group for group in at.get("button_group") if group.key == widget_key("overlay", "id"))
    pills.set_value([MADIUN, BANDUNG, "34.03", "73.71"]).run()
    assert at.query_params["overlay"] == f"{BANDUNG},34.03,73.71", "the newest stays, the oldest goes"
    assert len(chart(healthy(at), "scatterpolar")["data"]) == 3  # type: ignore[arg-type]


def test_a_median_joins_the_radar_where_there_is_room(page: AppTest) -> None:
    at = visit(page, cities=f"{MADIUN},{BANDUNG}")
    assert [trace["name"] for trace in chart(at, "scatterpolar")["data"]][-1] == "Median nasional"  # type: ignore[attr-defined]


def test_smart_dimensions_are_offered_where_two_cities_have_them(page: AppTest) -> None:
    at = visit(page, cities=f"{MADIUN},{BANDUNG}", year="2021", radar="outcome")
    assert not at.info
    assert len(chart(at, "scatterpolar")["layout"]["polar"]["angularaxis"]["tickvals"]) == 6  # type: ignore[index]


# ---- peers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("strategy", "lang"), [(name, LANGUAGES[i % 2]) for i, name in enumerate(peers.STRATEGIES)])
def test_each_strategy_is_a_button_that_fills_the_set_and_says_why(
    page: AppTest, published: Published, strategy: str, lang: str
) -> None:
    at = visit(page, cities=MADIUN, lang=lang)
    at.button(key=f"fill-{strategy}").click().run()
    group = peers.peers(published, MADIUN, 2024, strategy)
    assert at.query_params["cities"] == ",".join((MADIUN, *peers.with_final(published, 2024, group)[:7]))
    assert at.query_params["peers"] == strategy
    said = words(healthy(at))
    now = view(published, at.query_params["cities"], strategy=strategy)
    now = View(Text(lang), *[getattr(now, name) for name in list(View.__dataclass_fields__)[1:]])  # type: ignore[arg-type]
    assert compare_words.set_sentence(now, group) in said
    for code in now.codes[1:]:
        assert compare_words.reason(now, group, code) in said


def test_a_set_changed_by_hand_says_who_is_not_of_the_group(page: AppTest) -> None:
    said = words(visit(page, cities=f"{MADIUN},{BANDUNG},{WAKATOBI}", peers="kind"))
    assert Text("id")("compare.by_hand") in said and "439 km dari Kota Madiun" in said


def test_only_the_set_of_the_rule_is_called_the_nearest(published: Published) -> None:
    group = peers.peers(published, MADIUN, 2024, "province")
    first, *others = compare.peer_set(published, MADIUN, 2024, group)
    told = {
        codes: compare_words.set_sentence(view(published, ",".join(codes), strategy="province"), group)
        for codes in [(first, *others), (first, *others[:3]), (first, *others[1:])]
    }
    ruled = ["nearest to Kota Madiun" in sentence for sentence in told.values()]
    assert ruled == [True, True, False], "without the nearest one the rest are not the nearest"


def test_members_without_a_value_are_listed_as_such(page: AppTest, published: Published) -> None:
    at = visit(page, cities=MADIUN, peers="kind")
    expander = next(element for element in at.expander if element.label.startswith("63 "))
    assert "29" in expander.label
    now = view(published, MADIUN, strategy="kind")
    absent = [
        code for code in now.groups["kind"].codes if code not in peers.with_final(published, 2024, now.groups["kind"])
    ]
    assert len(absent) == 29 and all("2024" in now.why_absent(code) for code in absent)


def test_strategies_without_a_basis_are_not_offered(page: AppTest) -> None:
    at = visit(page, cities=MADIUN, year="2023")
    keys = {button.key for button in at.button}
    assert "fill-next_level" in keys and "fill-profile" not in keys
    at = visit(page, cities=MADIUN, year="2023", peers="profile")
    assert len(at.info) == 1 and "2023" in at.info[0].value


def test_the_standing_covers_every_group(page: AppTest, published: Published) -> None:
    at = visit(page, cities=MADIUN, lang="en", peers="province")
    assert compare_words.standing(view(published, MADIUN), peers.peers(published, MADIUN, 2024, "province")) in [
        head.value for head in at.header
    ]
    table = at.table[-1].value
    assert len(table) == 8 and table["Percentile"].tolist()[:2] == pytest.approx([33 / 34, 1.0])


# ---- are they different ------------------------------------------------------------------------------------------


def test_the_chance_of_a_pair_is_that_of_the_ensemble(page: AppTest) -> None:
    from kotacerdas.ui import cache

    at = visit(page, cities=f"{MADIUN},33.21", lang="en")
    above, equal, below = cache.ensemble(2024).above(MADIUN, "33.21")
    t = Text("en")
    shares = {"above": chance(t, above), "equal": chance(t, equal), "below": chance(t, below)}
    assert t("compare.pair_shares", first="Kota Madiun", **shares) in words(at)
    assert "is not clear" in words(at) and max(above, below) < 0.95


def test_the_matrix_is_for_the_chosen_ones_with_a_result(page: AppTest) -> None:
    from kotacerdas.ui import cache

    at = visit(page, cities=f"{EIGHT[:-6]},{SURABAYA}", lang="en")
    table = next(element.value for element in at.table if element.value.columns[0] == "Scores above")
    assert list(table.columns[1:]) == ["B", "C", "A", "D", "E", "F", "G"], "from the highest final down, no Surabaya"
    assert table.loc[1, "A"] == cache.ensemble(2024).above("34.03", MADIUN)[0]
    assert all(pd.isna(table.loc[i, letter]) for i, letter in enumerate(table.columns[1:]))
    assert Text("en")("compare.groups_one", group="Kabupaten Gunungkidul, Kota Madiun and Kabupaten Demak") in words(at)


def test_the_panel_is_offered_only_where_its_size_is_known(page: AppTest) -> None:
    def presets(year: str) -> bool:
        at = visit(page, cities=f"{MADIUN},{BANDUNG}", year=year)
        return any(group.key == widget_key("preset", "id") for group in at.get("button_group"))

    assert presets("2024") and not presets("2021")
    visit(page, cities=f"{MADIUN},{BANDUNG}", year="2023")
    links = [link.proto.label for link in page.get("page_link")]
    assert Text("id")("compare.to_robustness") not in links, "derived finals cannot be simulated"


# ---- files and ways ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2024, 2021, 2023])
def test_the_file_holds_every_figure_with_comparator_status_and_source(published: Published, year: int) -> None:
    now = view(published, f"{MADIUN},{BANDUNG},{SURABAYA},{OUTSIDER}", year)
    frame = compare_export.table(now)
    t = now.t
    assert list(frame.columns) == [t(f"compare.column.{name}") for name in compare_export.COLUMNS]
    finals = frame[(frame["Kind of figure"] == t("measure.final")) & (frame["Year"] == year)].set_index("Code")
    assert set(finals.index) == {MADIUN, BANDUNG, SURABAYA, OUTSIDER}
    assert finals["Score"].notna().sum() == 2 and finals.loc[[SURABAYA, OUTSIDER], "Status"].notna().all()
    assert finals.at[MADIUN, "Difference"] == pytest.approx(
        finals.at[MADIUN, "Score"] - finals.at[MADIUN, "Comparator's score"]
    )
    assert frame.loc[frame["Score"].notna(), ["Status", "Source"]].notna().all().all()
    assert (frame["Score"].dropna() != 0).all()
    assert len(frame) == len(
        frame.drop_duplicates(["Code", "Year", "Kind of figure", "Component or question", "Source"])
    )


def test_the_files_open_again_and_run_nothing(published: Published) -> None:
    now = view(published, f"{MADIUN},{BANDUNG}", 2021)
    frame = compare_export.table(now)
    rows = list(csv.reader(io.StringIO(export.to_csv(frame).decode("utf-8-sig"))))
    assert len(rows) == len(frame) + 1
    book = load_workbook(io.BytesIO(export.to_xlsx(frame, "x", compare_export.about(now))))
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)
    assert book.worksheets[0].max_row == len(frame) + 1


def test_the_profile_leads_to_the_comparison_with_its_peers(open_page: OpenPage, published: Published) -> None:
    at = open_page("kota", city=MADIUN, peers="province", lang="en")
    link = next(link for link in at.get("page_link") if link.proto.label == Text("en")("city.to_compare"))
    group = peers.peers(published, MADIUN, 2024, "province")
    assert "peers=province" in link.proto.query_string
    assert "%2C".join(compare.peer_set(published, MADIUN, 2024, group)) in link.proto.query_string


def test_a_change_of_language_keeps_the_view(page: AppTest) -> None:
    at = visit(page, cities=EIGHT, year="2021", vs="set", peers="island", show="value")
    at.query_params["lang"] = "en"
    at.run()
    healthy(at)
    assert at.session_state[widget_key("vs", "en")] == "set" and at.session_state[widget_key("year", "en")] == 2021
    assert at.query_params["cities"] == EIGHT and at.query_params["peers"] == "island"


def test_a_component_counted_as_zero_is_explained_not_drawn(page: AppTest) -> None:
    at = visit(page, cities=f"{WAKATOBI},{MADIUN}", vs=MADIUN, lang="en")
    assert Text("en")("city.receipt_zero_rule") in words(at)
    assert "Largest difference from Kota Madiun: Kabupaten Wakatobi in Baseline, −3.00" in words(at)
    names = [trace["name"] for trace in chart(at, "scatterpolar")["data"]]  # type: ignore[attr-defined]
    assert names == ["Kabupaten Wakatobi", "Kota Madiun"], "the comparator is one of the two"


def test_a_phone_has_at_most_three_cities_side_by_side(published: Published) -> None:
    """Eight columns would be cut at 390 pixels; a wide screen has them in one table."""
    wide, phone = (view(published, EIGHT, phone=each) for each in (False, True))
    assert [len(block) for block in wide.side_by_side(wide.known)] == [len(wide.known)]
    for count in range(1, 9):
        blocks = phone.side_by_side(phone.cities[:count])
        assert [city for block in blocks for city in block] == list(phone.cities[:count])
        assert max(map(len, blocks)) <= 3 and max(map(len, blocks)) - min(map(len, blocks)) <= 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_has_no_result_is_named_beside_the_chances(page: AppTest, lang: str) -> None:
    at = visit(page, cities=f"{MADIUN},{BANDUNG},{SURABAYA}", lang=lang)
    t = Text(lang)  # type: ignore[arg-type]
    about = [
        str(each.value).replace("\\", "") for each in at.caption if t.percent(0.25) in str(each.value).replace("\\", "")
    ]
    assert len(about) == 1 and about[0].endswith(t("compare.absent", year=2024, cities="Kota Surabaya"))
