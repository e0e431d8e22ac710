"""The page `simulasi`: every mode and kind of city, the URL as the scenario, and what is wrong in it."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kotacerdas.i18n import LANGUAGES, Lang, Text
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.scenario import Scenario, read_changes
from kotacerdas.simulate import simulate
from kotacerdas.ui.simulation_state import MODES
from tests.ui.conftest import OpenPage

MADIUN, BANDUNG, WAKATOBI, BANTUL = "35.77", "32.73", "74.07", "34.02"
NO_RESULT = {"did_not_take_part": "12.11", "not_in_copy": "35.78", "outside_programme": "11.01"}


def words(at: AppTest) -> str:
    """All that the page says, tables included."""
    shown = [*at.title, *at.header, *at.subheader, *at.markdown, *at.caption, *at.info, *at.warning, *at.error]
    return "\n".join(str(each.value) for each in shown).replace("\\", "")


def notices(at: AppTest) -> list[str]:
    """The sentences at the top and the banner."""
    return [str(each.value).replace("\\", "") for each in at.info]


@pytest.mark.parametrize(("city", "lang"), [(MADIUN, "id"), (BANDUNG, "en"), (WAKATOBI, "id")])
@pytest.mark.parametrize("mode", MODES)
def test_every_mode_stands(open_page: OpenPage, city: str, mode: str, lang: str) -> None:
    at = open_page("simulasi", lang=lang, city=city, mode=mode)
    assert not at.exception and not at.error and not at.warning
    assert len(at.title) == 1
    assert len(at.info) == 1 and ("bukan hasil resmi" in at.info[0].value or "not an official" in at.info[0].value)


@pytest.mark.parametrize("mode", MODES)
def test_the_round_of_2021(open_page: OpenPage, mode: str) -> None:
    at = open_page("simulasi", city=BANDUNG, year="2021", mode=mode)
    assert not at.exception and not at.error
    assert "2021" in at.title[0].value
    assert len(at.info) == 1


@pytest.mark.parametrize("city", [MADIUN, BANDUNG, WAKATOBI, BANTUL])
def test_without_changes_the_official_figures_stand(open_page: OpenPage, published: Published, city: str) -> None:
    at = open_page("simulasi", lang="en", city=city)
    row = published.results(2024).loc[city]
    final, rank, *_ = at.metric
    assert final.value == f"{row['final']:.2f}" and rank.value == f"{int(row['rank'])} of 140"
    assert f"{row['final']:.2f}" in at.title[0].value


def test_the_title_and_figures_follow_the_scenario(open_page: OpenPage, published: Published) -> None:
    at = open_page("simulasi", lang="id", city=MADIUN, set="outcome:3.9")
    outcome = simulate(published, Scenario(MADIUN, 2024, changes=read_changes("outcome:3.9"))).outcome
    assert (
        at.title[0].value
        == "Simulasi Kota Madiun 2024: nilai akhir naik dari 3,80 menjadi 3,84, peringkat naik dari 3 menjadi 2"
    )
    assert at.metric[0].value == f"{outcome.final}".replace(".", ",")
    assert at.metric[1].value == f"{outcome.rank} dari {outcome.ranked}"
    assert "Outcome 3,78 → 3,90" in notices(at)[0]


def test_a_slider_writes_the_url_and_its_way_back_clears_it(open_page: OpenPage) -> None:
    at = open_page("simulasi", lang="en", city=BANDUNG)
    at.slider(key="sim-outcome@en").set_value(2.5).run()
    assert at.query_params["set"] == "outcome:2.5"
    at.run()
    assert "down from 3.93" in at.title[0].value
    assert at.text_input(key="sim-outcome-exact-2.50@en").value == "2.50"
    at.button(key="sim-outcome@en-reset").click().run()
    assert "set" not in at.query_params


@pytest.mark.parametrize("typed", ["2,5", "2.5"])
def test_an_exact_figure_takes_comma_and_point(open_page: OpenPage, typed: str) -> None:
    at = open_page("simulasi", city=BANDUNG)
    at.text_input(key="sim-impact-exact-4,00@id").set_value(typed).run()
    assert at.query_params["set"] == "impact:2.5"
    at.run()
    assert at.slider(key="sim-impact@id").value == 2.5


@pytest.mark.parametrize("typed", ["abc", "9", "3,9,9"])
def test_a_wrong_figure_is_one_sentence_and_changes_nothing(open_page: OpenPage, typed: str) -> None:
    at = open_page("simulasi", lang="id", city=BANDUNG, set="outcome:3")
    at.text_input(key="sim-impact-exact-4,00@id").set_value(typed).run()
    assert at.query_params["set"] == "outcome:3"
    assert len(at.warning) == 1 and not at.exception
    assert at.text_input(key="sim-impact-exact-4,00@id").value == "4,00", "the box shows the score again"


@pytest.mark.parametrize("typed", ["", "  "])
def test_an_emptied_box_is_a_reset(open_page: OpenPage, typed: str) -> None:
    at = open_page("simulasi", lang="id", city=BANDUNG, set="impact:3")
    at.text_input(key="sim-impact-exact-3,00@id").set_value(typed).run()
    assert "set" not in at.query_params and not at.warning


def test_what_is_wrong_with_a_typed_figure_is_said_in_words(open_page: OpenPage) -> None:
    at = open_page("simulasi", lang="id", city=BANDUNG)
    at.text_input(key="sim-quick_win-exact-3,97@id").set_value("abc").run()
    assert "quick_win" not in words(at) and "Quick Win" in at.warning[0].value


@pytest.mark.parametrize(
    ("typed", "lang", "shown"),
    [("3,955", "id", "3,955"), ("3.9", "en", "3.90"), ("3.12345", "en", "3.1235"), ("7/3", "id", "2,3333")],
)
def test_a_typed_figure_is_shown_as_fine_as_it_counts(open_page: OpenPage, typed: str, lang: Lang, shown: str) -> None:
    """In the box, in the banner and in the table: 3,955 does not read 3,96."""
    t = Text(lang)
    at = open_page("simulasi", lang=lang, city=BANDUNG)
    at.text_input(key=f"sim-impact-exact-{t.number(4)}@{lang}").set_value(typed).run()
    at.run()
    assert at.text_input(key=f"sim-impact-exact-{shown}@{lang}").value == shown
    assert f"Impact {t.number(4)} → {shown}" in notices(at)[0]
    assert f"{t.number(4)} → {shown}" in words(at)


def test_reset_takes_everything_back(open_page: OpenPage) -> None:
    at = open_page("simulasi", city=MADIUN, set="outcome:3", weight="impact:0.5", reading="literal", mode="weights")
    at.button(key="sim-reset").click().run()
    assert set(at.query_params) == {"city", "mode"}
    assert "peringkat 3 dari 140" in at.title[0].value


def test_a_priority_city_without_a_programme_can_start_one(open_page: OpenPage) -> None:
    at = open_page("simulasi", lang="en", city=WAKATOBI)
    keys = [slider.key for slider in at.slider]
    assert "sim-collaboration@en" not in keys and len(keys) == 5
    at.toggle(key="sim-collaboration-programme@en").set_value(True).run()
    assert at.query_params["set"] == "collaboration:1"
    assert at.slider(key="sim-collaboration@en").value == 1.0
    assert at.metric[0].value == "1.04", "0.1 x 1 more than 0.94"
    at.slider(key="sim-collaboration@en").set_value(2.5).run()
    at.button(key="sim-collaboration@en-reset").click().run()
    assert "set" not in at.query_params and not at.toggle(key="sim-collaboration-programme@en").value
    at.toggle(key="sim-collaboration-programme@en").set_value(True).run()
    at.toggle(key="sim-collaboration-programme@en").set_value(False).run()
    assert "set" not in at.query_params


def test_a_weight_dial_names_its_share_of_the_sum(open_page: OpenPage) -> None:
    at = open_page("simulasi", lang="en", city=BANDUNG, mode="weights")
    assert [slider.value for slider in at.slider] == [1.0, 2.0, 3.0, 2.0, 2.0]
    at.slider(key="sim-weight-impact@en").set_value(4.0).run()
    assert at.query_params["weight"] == "impact:1/3"
    at.run()
    assert [slider.value for slider in at.slider] == [1.0, 2.0, 3.0, 4.0, 2.0]
    assert "33.3%" in words(at) and "16.7%" in words(at)
    at.slider(key="sim-weight-impact@en").set_value(2.0).run()
    assert "weight" not in at.query_params, "back at ten times the official share"


def test_the_component_that_carries_the_rest_is_named(open_page: OpenPage) -> None:
    """Four weights at nothing leave all of it to the fifth, which nobody named."""
    weight = "baseline:0,output:0,outcome:0,impact:0"
    at = open_page("simulasi", lang="id", city=BANDUNG, mode="weights", weight=weight)
    assert "sisanya untuk Quick Win 20% → 100,0%" in notices(at)[0]


def test_all_weights_at_nothing_are_refused(open_page: OpenPage) -> None:
    at = open_page("simulasi", lang="id", city=BANDUNG, mode="weights")
    for part in ("baseline", "output", "outcome", "impact", "quick_win"):
        at.slider(key=f"sim-weight-{part}@id").set_value(0.0).run()
    assert len(at.warning) == 1 and "nol" in at.warning[0].value
    at.run()
    assert at.slider(key="sim-weight-quick_win@id").value == 2.0


def test_dials_of_a_shared_link_show_its_shares(open_page: OpenPage) -> None:
    at = open_page("simulasi", lang="en", city=BANDUNG, mode="weights", weight="outcome:0.9")
    values: list[Any] = [slider.value for slider in at.slider]
    assert max(values) == 10.0 == values[2]
    assert [round(value / sum(values), 6) for value in values] == pytest.approx(
        [0.1 / 7, 0.2 / 7, 0.9, 0.2 / 7, 0.2 / 7], abs=1e-6
    )


def test_the_nation_is_shown_on_demand(open_page: OpenPage, published: Published) -> None:
    closed = open_page("simulasi", lang="en", city=MADIUN, mode="weights", weight="impact:0.5")
    assert not closed.dataframe
    at = open_page("simulasi", lang="en", city=MADIUN, mode="weights", weight="impact:0.5", nation="1")
    table = at.dataframe[0].value
    assert len(table) == 140 and table["new_rank"].is_monotonic_increasing
    assert "Computed for the weights" in words(at) and "Impact 50.0%" in words(at)
    again = open_page("simulasi", lang="en", city=MADIUN, mode="weights", nation="1")
    assert not again.dataframe and "no city moves" in words(again)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_nation_of_earlier_weights_says_so(open_page: OpenPage, lang: Lang) -> None:
    """After a move of a weight the table still stands for the weights before; it says so, and the way on is primary."""
    t = Text(lang)
    at = open_page("simulasi", lang=lang, city=BANDUNG, mode="weights", weight="impact:0.5", nation="1")
    assert t("simulation.nation_late") not in words(at) and not refresh(at)
    at.slider(key=f"sim-weight-impact@{lang}").set_value(9.0).run()
    (way_on,) = refresh(at)
    assert t("simulation.nation_late") in words(at) and way_on.proto.type == "primary"
    way_on.click().run()
    assert t("simulation.nation_late") not in words(at) and not refresh(at)


def refresh(at: AppTest) -> list[Any]:
    return [button for button in at.button if button.key == "sim-nation-refresh"]


def test_another_method_and_reading(open_page: OpenPage) -> None:
    at = open_page(
        "simulasi", lang="en", city=MADIUN, mode="method", method="evaluation-2024-priority", reading="literal"
    )
    assert "rank down from 3" in at.title[0].value and "level" not in at.title[0].value
    assert "published" not in at.metric[2].delta
    at.selectbox(key="method@en").select("evaluation-2024-regular").run()
    assert "method" not in at.query_params and "rank unchanged at 3" in at.title[0].value


def test_another_reading_alone_moves_no_level(open_page: OpenPage) -> None:
    """Levels are compared under the reading of the scenario; what the reading is, the banner says."""
    at = open_page("simulasi", lang="id", city=MADIUN, reading="literal")
    assert "tingkat" not in at.title[0].value and "pembacaan tingkat" in notices(at)[0]
    moved = open_page("simulasi", lang="id", city=MADIUN, reading="literal", set="outcome:1,impact:1")
    assert "tingkat dari berkembang menjadi terencana" in moved.title[0].value


def test_more_faults_than_are_told_are_counted(open_page: OpenPage) -> None:
    wrong = ",".join([*(f"zz{n}:3" for n in range(6)), "output:9", "impact:x"])
    at = open_page("simulasi", lang="id", city=MADIUN, set=wrong)
    last = notices(at)[-2]
    assert len(at.info) == 5 + 1 and last == Text("id").problem(Problem("problems_more", count=4))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("situation", "city"), NO_RESULT.items())
def test_a_city_without_a_result_says_so(
    open_page: OpenPage, published: Published, situation: str, city: str, lang: Lang
) -> None:
    at = open_page("simulasi", lang=lang, city=city)
    assert len(at.title) == 1 and not at.exception and not at.metric and not at.slider
    key, name = f"simulation.absent.{situation}", published.city(city)["name"]
    assert Text(lang)(key, city=name, year=2024) in words(at)


def test_a_city_of_another_round_is_offered_it(open_page: OpenPage, published: Published) -> None:
    before, now = published.results(2021), published.results(2024)
    only = before.index[before["recomputed"].notna() & ~before.index.isin(now.index[now["recomputed"].notna()])]
    at = open_page("simulasi", lang="en", city=str(only[0]))
    at.button(key="sim-year-2021").click().run()
    assert at.query_params["year"] == "2021" and at.metric


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_a_city_one_can_be_chosen(open_page: OpenPage, lang: str) -> None:
    at = open_page("simulasi", lang=lang)
    assert len(at.title) == 1 and len(at.selectbox(key=f"sim-city@{lang}").options) == 140
    at.selectbox(key=f"sim-city@{lang}").select(MADIUN).run()
    assert at.query_params["city"] == MADIUN and at.metric


def test_another_city_starts_from_its_own_scores(open_page: OpenPage) -> None:
    at = open_page("simulasi", city=MADIUN, set="q12:3", weight="impact:0.5", mode="weights")
    at.selectbox(key="sim-city@id").select(BANDUNG).run()
    assert "set" not in at.query_params and at.query_params["weight"] == "impact:0.5"


# ---- what may stand in an address ------------------------------------------------------------------------------


def test_what_is_wrong_is_said_and_the_rest_kept(open_page: OpenPage) -> None:
    at = open_page(
        "simulasi", lang="en", city=BANDUNG, set="outcome:2,q12:3,foo:1,impact:9", weight="impact:0.5,bar:1",
        method="nothing", reading="evaluation-2021",
    )  # fmt: skip
    assert not at.exception
    said = notices(at)
    assert len(said) == 1 + 5, "five sentences and the banner"
    assert at.query_params["set"] == "outcome:2" and at.query_params["weight"] == "impact:0.5"
    assert "method" not in at.query_params and "reading" not in at.query_params
    assert any("q12" in sentence for sentence in said)


JUNK = {
    "set": ["x" * 5000, ":::,,,", "outcome:NaN", "outcome:1e999", "outcome:3,outcome:2"],
    "weight": ["final:1", "impact:-1", "impact:0.9,outcome:0.9"],
    "method": ["x" * 5000, "draft-2025"],
    "reading": ["<script>"],
    "mode": ["x" * 5000],
    "year": ["2023", "1e9"],
    "city": ["../../etc/passwd"],
    "nation": ["yes"],
}


@pytest.mark.parametrize(("name", "junk"), [(name, junk) for name, all_ in JUNK.items() for junk in all_])
def test_junk_is_a_polite_sentence(open_page: OpenPage, name: str, junk: str) -> None:
    at = open_page("simulasi", **({"lang": "en", "city": BANDUNG} | {name: junk}))
    assert not at.exception and not at.error
    assert len(at.title) == 1
    sentences = len(at.info) if name == "city" else len(at.info) - 1
    assert sentences == (0 if name == "nation" else 1), "one sentence beside the banner"


def test_a_component_and_its_question_do_not_go_together(open_page: OpenPage) -> None:
    at = open_page("simulasi", lang="en", city=MADIUN, set="output:3,q12:3")
    assert len(notices(at)) == 2
    assert at.query_params["set"] == "output:3"


def test_a_slider_takes_the_place_of_changed_questions_below(open_page: OpenPage) -> None:
    at = open_page("simulasi", lang="en", city=MADIUN, set="q12:3,q40:2")
    at.slider(key="sim-output@en").set_value(3.0).run()
    assert at.query_params["set"] == "q40:2,output:3"
