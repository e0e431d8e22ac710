"""The robustness page: what it finds, under every assumption, in both languages, and what it says when it cannot."""

from __future__ import annotations

import csv
import io

import numpy as np
import openpyxl
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from kotacerdas import export, robustness
from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.pairs import CONFIDENCE
from kotacerdas.published import Published
from kotacerdas.robustness import PRESETS, RANDOM, Settings
from kotacerdas.ui import (
    cache,
    robustness_assumptions,
    robustness_bands,
    robustness_pairs,
    robustness_words,
    state,
)
from kotacerdas.ui.robustness_view import View, chance, city_band

from .conftest import OpenPage

MADIUN, OUTSIDER = "35.77", "11.01"


def view(published: Published, lang: str = "id", year: int = 2024, city: str | None = None, **of: object) -> View:
    settings = Settings(**of)  # type: ignore[arg-type]
    simulated = robustness.ensemble(published, year, settings)
    bands = robustness.bands(published, simulated)
    return View(Text(lang), published, year, settings, simulated, bands, city, "light", False)  # type: ignore[arg-type]


def said(at: AppTest) -> str:
    parts = [*at.title, *at.header, *at.markdown, *at.caption, *at.info]
    return "\n".join(str(part.value).replace("\\", "") for part in parts)


def healthy(at: AppTest) -> AppTest:
    assert not at.exception and not at.error and not at.warning
    assert len(at.title) == 1
    return at


# ---- the page under every assumption -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preset", "lang"), [("weights", "en"), *zip(PRESETS, ("id", "en", "id", "en", "id"), strict=True)]
)
def test_every_assumption_has_its_page(open_page: OpenPage, published: Published, preset: str, lang: str) -> None:
    at = healthy(open_page("ketahanan", preset=preset, lang=lang))
    here = view(published, lang, preset=preset)
    t = here.t
    assert at.title[0].value == robustness_words.title(here)
    assert str(here.simulated.telling_distance()) in at.title[0].value
    assert robustness_words.context(here) in said(at)
    assert [box.value for box in at.info] == [t("robustness.banner")]
    first, second, third, fourth = [metric.value for metric in at.metric]
    assert first == t.percent(here.simulated.within(2)) and second == str(here.simulated.telling_distance())
    assert third == t.percent(here.simulated.coverage()) and fourth == t.number(here.effects["mean"].max(), 1)
    assert "75%" in str(at.metric[0].delta), "the JRC's share stands beside ours"
    assert all(chart.proto.alt for chart in at.get("plotly_chart")) and len(at.get("plotly_chart")) == 3
    drawn = t.integer(10_000) in said(at) and t("robustness.seed", seed=1) in said(at)
    assert drawn is (preset in RANDOM), "draws and seed are shown where there are any"


@pytest.mark.parametrize(("year", "lang"), [("2023", "id"), ("2020", "en")])
def test_derived_rounds_say_that_they_cannot_be_simulated(open_page: OpenPage, year: str, lang: str) -> None:
    at = healthy(open_page("ketahanan", year=year, lang=lang))
    assert at.title[0].value == Text(lang)("robustness.title_derived", year=year)
    assert not at.metric and not at.get("plotly_chart")
    at.button(key="to-2021").click().run()
    assert at.query_params["year"] == ["2021"] or at.query_params["year"] == "2021"
    assert len(healthy(at).metric) == 4


def test_a_panel_nobody_described_asks_for_its_size(open_page: OpenPage) -> None:
    at = healthy(open_page("ketahanan", year="2021", preset="panel"))
    assert at.title[0].value == Text("id")("robustness.title_panel", year=2021) and not at.metric
    assert Text("id")("robustness.panel_unknown", year=2021) in said(at)
    at = healthy(open_page("ketahanan", year="2021", preset="panel", assessors="5"))
    assert len(at.metric) == 4 and "5 asesor" in said(at)
    assert state.widget_key("assessors", "id") not in [
        group.key for group in open_page("ketahanan", preset="panel").get("button_group")
    ], "the 2024 sources say five"


def test_the_stated_deviation_decides_the_panel(open_page: OpenPage, published: Published) -> None:
    at = healthy(open_page("ketahanan", preset="panel", sd="1.0"))
    assert f"{Text('id').number(1.0, 1)} poin" in said(at)
    wide, narrow = (view(published, preset="panel", deviation=sd).simulated.telling_distance() for sd in (1.0, 0.2))
    assert at.metric[1].value == str(wide)
    assert wide is not None and narrow is not None and narrow < wide


# ---- a city ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_city_in_focus_is_told_marked_and_explained(open_page: OpenPage, published: Published, lang: str) -> None:
    at = healthy(open_page("ketahanan", city=MADIUN, lang=lang))
    here = view(published, lang, city=MADIUN)
    heads = [head.value.replace("\\", "") for head in at.header]
    assert robustness_bands.finding(here) in heads
    assert sum("Kota Madiun" in head for head in heads) >= 3
    assert len(at.get("plotly_chart")) == 4, "bands, distances, assumptions, movement"
    assert at.selectbox(key=state.widget_key("first", lang)).value == MADIUN


def test_choosing_a_city_puts_it_into_the_address(open_page: OpenPage) -> None:
    at = open_page("ketahanan")
    at.selectbox(key=state.widget_key("city", "id")).set_value(MADIUN).run()
    assert at.query_params["city"] in (MADIUN, [MADIUN])
    assert "Kota Madiun" in said(healthy(at))


def test_without_a_city_the_movement_asks_for_one(open_page: OpenPage) -> None:
    at = open_page("ketahanan")
    assert Text("id")("robustness.movement_pick") in said(at)
    at.selectbox(key=state.widget_key("movement-city", "id")).set_value(MADIUN).run()
    assert len(healthy(at).get("plotly_chart")) == 4


@pytest.mark.parametrize("lang", ["en"])
def test_a_city_without_a_result_cannot_be_simulated(open_page: OpenPage, published: Published, lang: str) -> None:
    at = healthy(open_page("ketahanan", city=OUTSIDER, lang=lang))
    name = published.city(OUTSIDER)["name"]
    assert Text(lang)("robustness.city_without", city=name, year=2024) in said(at)
    assert len(at.metric) == 4


@pytest.mark.parametrize(
    "address",
    [
        {"preset": "<b>x</b>"}, {"city": "![](http://x.example/)"}, {"year": "1e9"}, {"rows": "around"},
        {"preset": "panel", "sd": "99"}, {"preset": "panel", "year": "2021", "assessors": "0"}, {"first": "11.01"},
    ],
)  # fmt: skip
def test_what_does_not_exist_is_answered_in_one_sentence(open_page: OpenPage, address: dict[str, str]) -> None:
    at = healthy(open_page("ketahanan", **address))
    banner = Text("id")("robustness.banner")
    assert len([box for box in at.info if box.value != banner]) == 1
    assert "![](" not in "".join(box.value for box in at.info)


# ---- bands -------------------------------------------------------------------------------------------------------


def test_the_rows_of_the_picture_are_chosen(published: Published) -> None:
    here = view(published, city=MADIUN, draws=50)
    last = str(here.bands.index[-1])
    assert list(robustness_bands.rows(here, "top").index) == list(here.bands.index[:25])
    assert len(robustness_bands.rows(here, "all")) == 140
    assert MADIUN in robustness_bands.rows(here, "around").index
    bottom = robustness_bands.rows(view(published, city=last, draws=50), "around")
    assert list(bottom.index) == list(here.bands.index[-25:])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_holds_the_chances(published: Published, lang: str) -> None:
    here = view(published, lang, draws=500)
    frame = robustness_bands.table(here)
    levels = frame[[f"level_{level}" for level in range(1, 6)]]
    assert np.allclose(levels.sum(axis=1), 1)
    assert (frame["likely"] == levels.max(axis=1)).all()
    top = frame.loc[MADIUN]
    assert top["likely_level"] == f"4 {here.t.label(published.levels[4].label)}"
    assert (frame["final"] == published.results(2024)["final"].reindex(frame.index)).all()
    assert ((frame["p5"] <= frame["median"]) & (frame["median"] <= frame["p95"])).all()


def test_search_narrows_the_table_and_nothing_else(open_page: OpenPage) -> None:
    at = healthy(open_page("ketahanan", q="madiun"))
    assert len(at.dataframe[0].value) == 1
    assert len(at.get("plotly_chart")) == 3
    none = healthy(open_page("ketahanan", q="zzz"))
    assert Text("id")("table.nothing", query="zzz") in said(none)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_files_hold_numbers_and_say_what_they_are(published: Published, lang: str) -> None:
    here = view(published, lang, draws=500)
    frame = robustness_bands.table(here)
    head = {name: here.t(f"robustness_column.{name}") for name in frame.columns}
    assert len(set(head.values())) == len(head)
    rows = list(csv.DictReader(io.StringIO(export.to_csv(frame.rename(columns=head)).decode("utf-8-sig"))))
    assert len(rows) == 140 and float(rows[0][head["final"]]) == 3.93 and rows[3][head["code"]] == MADIUN
    about = robustness_bands.about(here)
    book = openpyxl.load_workbook(io.BytesIO(export.to_xlsx(frame.rename(columns=head), "x", about, "y")))
    words = " ".join(str(cell) for row in book.worksheets[1].iter_rows(values_only=True) for cell in row)
    assert published.version in words and here.t("robustness.banner") in words
    assert here.t("robustness.seed", seed=1) in words


# ---- pairs and groups --------------------------------------------------------------------------------------------


def test_shares_by_distance_agree_with_the_telling_distance(published: Published) -> None:
    for preset in ("weights", "leave_out"):
        here = view(published, preset=preset)
        shares = robustness_pairs.clear_by_distance(here.simulated.pairs(), here.bands["rank"])
        distance = here.simulated.telling_distance()
        assert distance is not None
        assert (shares.loc[distance:, "clear"] >= CONFIDENCE).all()
        before = shares.loc[: distance - 1, "clear"]
        assert before.iloc[-1] < CONFIDENCE
        ranks = here.bands["rank"].to_numpy()
        assert shares["pairs"].sum() == (ranks[:, None] < ranks[None, :]).sum()


def test_shares_by_distance_on_a_field_done_by_hand() -> None:
    above = pd.DataFrame([[0, 0.9, 1.0], [0.1, 0, 0.96], [0, 0.04, 0]], index=list("abc"), columns=list("abc"))
    shares = robustness_pairs.clear_by_distance(above, pd.Series([1, 2, 3], index=list("abc")))
    assert shares.to_dict("index") == {1: {"pairs": 2, "clear": 0.5}, 2: {"pairs": 1, "clear": 1.0}}


def test_the_pair_of_the_address_is_compared(open_page: OpenPage, published: Published) -> None:
    bandung = "32.73"
    at = healthy(open_page("ketahanan", first=MADIUN, second=bandung, lang="en"))
    above, equal, below = view(published, "en").simulated.above(MADIUN, bandung)
    assert above + equal + below == pytest.approx(1)
    assert "Kota Bandung (rank 1) scores above Kota Madiun (rank 3)" in said(at)
    assert Text("en")("robustness_verdict.clear", sure="at least 95% of the simulations") in said(at)
    same = healthy(open_page("ketahanan", first=MADIUN, second=MADIUN))
    assert Text("id")("robustness.pair_same") in said(same)


def test_named_calculations_are_counted_and_not_given_as_chances(published: Published) -> None:
    assert view(published, "en", preset="method").often(0.8) == "4 of 5 calculations"
    assert view(published, "en", draws=200).often(0.8) == "80% of the simulations"


def test_a_clear_order_takes_nearly_all_draws_or_all_of_a_few(published: Published) -> None:
    assert view(published, "en", preset="leave_out").sure == "all 6 calculations"
    assert view(published, "en", draws=200).sure == "at least 95% of the simulations"


def test_places_apart_in_points_are_the_usual_gap(published: Published) -> None:
    here = view(published, draws=50)
    ranks, finals = here.bands["rank"], published.results(2024)["final"]
    gaps = [finals[a] - finals[b] for a in ranks.index for b in ranks.index if ranks[b] - ranks[a] == 8]
    assert here.points_apart(8) == pytest.approx(pd.Series(gaps).median()) == pytest.approx(0.10)
    assert here.points_apart(500) is None


def test_a_city_is_paired_with_the_one_above() -> None:
    codes = [str(number) for number in range(20)]
    assert robustness_pairs.default_pair(codes, None) == ("11", "14")
    assert robustness_pairs.default_pair(codes, "5") == ("5", "4")
    assert robustness_pairs.default_pair(codes, "0") == ("0", "1")
    assert robustness_pairs.default_pair(codes[:3], None) == ("2", "2")


def test_groups_list_every_city_once(open_page: OpenPage, published: Published) -> None:
    tiers = view(published).simulated.groups()
    assert sorted(code for tier in tiers for code in tier) == sorted(cache.bands(2024).index)
    words = said(open_page("ketahanan"))
    assert Text("id")("robustness.groups_finding", count=len(tiers), ranked=140) in words


# ---- assumptions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("year", [2024, 2021])
def test_every_assumption_has_words(published: Published, year: int, lang: str) -> None:
    here = view(published, lang, year, draws=50)
    names = [robustness_words.assumption(here, str(name)) for name in here.effects.index]
    assert len(set(names)) == len(names) and all(names)
    assert ("panel" in here.effects.index) == (year == 2024)


def test_the_strongest_assumption_is_the_finding(open_page: OpenPage, published: Published) -> None:
    here = view(published, "en")
    first = here.effects.iloc[0]
    words = robustness_words.assumption(here, str(first.name))
    sentence = here.t("robustness.effects_finding", assumption=words, places=here.t.number(first["mean"], 1))
    assert sentence[1:] in said(open_page("ketahanan", lang="en"))


def test_a_city_sees_its_rank_under_each_assumption(published: Published) -> None:
    here = view(published, city=MADIUN)
    ranks = robustness_assumptions.city_ranks(here, MADIUN)
    assert ranks["arithmetic:official"] == "3" and ranks["weights"] == here.band(MADIUN)
    assert set(ranks) == set(here.effects[here.effects["preset"] != "one_weight"].index)


def test_leaving_out_a_question_needs_all_of_them(open_page: OpenPage) -> None:
    assert "115" in said(open_page("ketahanan", city=MADIUN))
    words = said(healthy(open_page("ketahanan", city="32.73")))
    assert Text("id")("robustness.questions_none", city="Kota Bandung", year=2024) in words


# ---- words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "words"), [(0, "0%"), (0.0001, "<1%"), (0.005, "1%"), (0.5, "50%"), (0.9999, ">99%"), (1, "100%")]
)
def test_a_chance_is_never_rounded_to_certainty(share: float, words: str) -> None:
    assert chance(Text("id"), share) == words


def test_a_city_without_a_rank_has_no_band(published: Published) -> None:
    t = Text("id")
    assert city_band(t, published, OUTSIDER, 2024) is None
    assert city_band(t, published, MADIUN, 2023) is None
    assert city_band(t, published, MADIUN, 2024) == "2–4"
