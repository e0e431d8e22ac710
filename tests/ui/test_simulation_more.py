"""Questions in the grid, and the scenarios that are kept: both languages, and everything goes through the URL."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from kotacerdas.i18n import Text
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.scenario import LIMIT, Scenario, read_changes, to_json
from kotacerdas.ui import simulation_slots

from .conftest import OpenPage

LANGS = ("id", "en")
MADIUN, BANDUNG = "35.77", "32.73"
KEPT = {"keep_a": "35.77~2024~outcome:3.9~~~~Fokus", "keep_b": "35.77~2024~~impact:0.3~evaluation-2024-priority~~Bobot"}


def questions(open_page: OpenPage, city: str = MADIUN, **params: str) -> AppTest:
    at = open_page("simulasi", city=city, mode="questions", **params)
    assert not at.exception and not at.error
    return at


def param(at: AppTest, name: str) -> str | None:
    value = at.query_params.get(name)
    return value[0] if isinstance(value, list) else value


def changes(at: AppTest) -> dict[str, Fraction]:
    return read_changes(param(at, "set") or "")


def grid(at: AppTest) -> pd.DataFrame:
    return at.data_editor[0].value


def edit(at: AppTest, cells: dict[str, object]) -> AppTest:
    """What the browser sends when scores are chosen in the grid, by question."""
    rows = list(grid(at).index)
    states = at._tree.get_widget_states()
    state = states.widgets.add()
    state.id = at.data_editor[0].proto.id
    edited = {str(rows.index(name)): {"scenario": value} for name, value in cells.items()}
    state.string_value = json.dumps({"edited_rows": edited, "added_rows": [], "deleted_rows": []})
    at._run(states)
    assert not at.exception and not at.error
    return at


def texts(at: AppTest) -> str:
    parts = [at.title, at.header, at.caption, at.markdown, at.info, at.warning]
    return "\n".join(str(element.value) for kind in parts for element in kind).replace("\\", "")


def button(at: AppTest, key: str) -> Any:
    return next(each for each in at.button if each.key == key)


def keys(at: AppTest) -> set[str]:
    return {str(each.key) for each in at.button}


# ---- the grid ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_grid_shows_official_previous_and_simulated_scores(
    open_page: OpenPage, published: Published, lang: str
) -> None:
    t = Text(lang)  # type: ignore[arg-type]
    frame = grid(questions(open_page, lang=lang))
    official = published.question_matrix(2024).loc[MADIUN]
    earlier = published.questions(MADIUN, 2024)["previous"]
    assert len(frame) == 115 and set(frame.index) == set(official.index)
    for name, row in frame.iterrows():
        assert row["official"] == t.number(official[name], 1) and row["scenario"] == official[name]
        assert row["previous"] == t.number(earlier[name], 1)
    assert frame.loc["q12", "points"] == t.number(Fraction(1, 5) * Fraction(1, 55), 4)


def test_questions_are_grouped_by_component_and_dimension(open_page: OpenPage) -> None:
    t = Text("id")
    frame = grid(questions(open_page))
    parts = [t(f"component.{name}") for name in ("baseline", "output", "outcome", "impact", "quick_win")]
    assert list(frame["component"].unique()) == parts
    for _, group in frame.groupby("component"):
        runs = (group["dimension"] != group["dimension"].shift()).sum()
        assert runs == group["dimension"].nunique(), "each dimension stands together"
    narrowed = grid(questions(open_page, component="outcome", dimension="economy"))
    assert set(narrowed["component"]) == {t("component.outcome")}
    assert set(narrowed["dimension"]) == {t("dimension.economy")} and len(narrowed) == 3


@pytest.mark.parametrize("lang", LANGS)
def test_an_edit_goes_into_the_url_and_the_result_follows(open_page: OpenPage, lang: str) -> None:
    t = Text(lang)  # type: ignore[arg-type]
    at = edit(questions(open_page, lang=lang), {"q12": 3.0})
    assert changes(at) == {"q12": 3}
    assert t.number(3.84) in at.title[0].value
    assert t.signed(Fraction(2, 55), 4) in texts(at)


def test_the_grid_stays_the_same_while_it_is_edited(open_page: OpenPage) -> None:
    """A new key or a new frame would take the focus and the browser's edits away."""
    at = questions(open_page)
    key, before = at.data_editor[0].key, grid(at)
    edit(at, {"q12": 3.0})
    edit(at, {"q12": 3.0, "q7": 4.0})
    assert at.data_editor[0].key == key
    pd.testing.assert_frame_equal(grid(at), before)
    assert changes(at) == {"q7": 4, "q12": 3}


def test_a_link_shows_the_changed_scores(open_page: OpenPage) -> None:
    assert grid(questions(open_page, set="q12:3")).loc["q12", "scenario"] == 3


def test_the_official_score_or_an_empty_cell_takes_the_change_back(open_page: OpenPage) -> None:
    at = edit(questions(open_page, set="q12:3,q7:4"), {"q12": 1.0})
    assert changes(at) == {"q7": 4}
    key = at.data_editor[0].key
    edit(at, {"q7": None})
    assert changes(at) == {} and at.data_editor[0].key != key
    assert grid(at).loc["q7", "scenario"] == 3, "the cell shows the official score again"


@pytest.mark.parametrize("value", [3.1, 1e300, "x", True])
def test_a_score_the_grid_does_not_offer_is_said_and_dropped(open_page: OpenPage, value: object) -> None:
    at = edit(questions(open_page, set="q7:4"), {"q12": value})
    assert changes(at) == {"q7": 4}
    assert len(at.warning) == 1 and "q12" in at.warning[0].value
    assert grid(at).loc["q12", "scenario"] == 1


def test_one_question_or_all_can_be_reset(open_page: OpenPage) -> None:
    at = questions(open_page, set="q12:3,q7:4,impact:3")
    button(at, "sim-take-back-q12").click().run()
    assert changes(at) == {"q7": 4, "impact": 3}
    assert grid(at).loc["q12", "scenario"] == 1 and grid(at).loc["q7", "scenario"] == 4
    button(at, "sim-take-back-all").click().run()
    assert changes(at) == {"impact": 3} and "sim-take-back-all" not in keys(at)


def test_edits_of_hidden_questions_stay(open_page: OpenPage) -> None:
    at = edit(questions(open_page, set="q12:3", component="outcome"), {"q17": 2.0})
    assert changes(at) == {"q12": 3, "q17": 2}


def test_questions_below_a_changed_component_wait(open_page: OpenPage) -> None:
    at = questions(open_page, set="outcome:3.9")
    assert "q17" not in grid(at).index and len(grid(at)) == 115 - 33
    button(at, "sim-release-outcome").click().run()
    assert changes(at) == {} and len(grid(at)) == 115


def test_points_follow_the_weights(open_page: OpenPage) -> None:
    frame = grid(questions(open_page, weight="output:0.4"))
    assert frame.loc["q12", "points"] == Text("id").number(Fraction(4, 10) / 11 / 5, 4)


def test_the_same_questions_under_the_priority_method(open_page: OpenPage) -> None:
    assert len(grid(questions(open_page, method="evaluation-2024-priority"))) == 115


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("city", "params", "key"),
    [
        (BANDUNG, {}, "components_only"),
        (MADIUN, {"year": "2021"}, "partial_only"),
        (MADIUN, {"method": "evaluation-2021"}, "other_method"),
    ],
)
def test_without_questions_the_page_says_why(
    open_page: OpenPage, published: Published, city: str, params: dict[str, str], key: str, lang: str
) -> None:
    t = Text(lang)  # type: ignore[arg-type]
    at = questions(open_page, city, lang=lang, **params)
    title = t.label(published.data.instruments["evaluation-2021"].title)
    facts = {"city": published.city(city)["name"], "year": int(params.get("year", "2024")), "method": title}
    assert t(f"simulation_questions.{key}", **facts) in texts(at)
    assert not at.data_editor
    button(at, "sim-to-components").click().run()
    assert param(at, "mode") is None


# ---- keeping -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_scenario_on_screen_is_kept_under_its_name(open_page: OpenPage, lang: str) -> None:
    at = open_page("simulasi", city=MADIUN, lang=lang, set="outcome:3.9")
    at.text_input(key=f"sim-name@{lang}").set_value("Fokus").run()
    button(at, "sim-keep").click().run()
    assert param(at, "keep_a") == "35.77~2024~outcome:3.9~~~~Fokus"
    t = Text(lang)  # type: ignore[arg-type]
    assert t("simulation_kept.title_one", name="Fokus", final=t.number(3.84), rank=2) in texts(at)
    assert f"{t.number(3.84)} ({t.signed(0.04)})" in texts(at)
    button(at, "sim-keep").click().run()
    assert str(param(at, "keep_b")).endswith("~" + t("simulation_kept.default_name", slot="B"))


def test_nothing_changed_is_not_kept(open_page: OpenPage) -> None:
    at = open_page("simulasi", city=MADIUN)
    button(at, "sim-keep").click().run()
    assert param(at, "keep_a") is None and Text("id")("simulation_kept.nothing") in texts(at)


def test_three_is_full_and_deleting_makes_room(open_page: OpenPage) -> None:
    at = open_page("simulasi", city=MADIUN, set="q12:3", **KEPT, keep_c="35.77~2024~q12:2~~~~C")
    assert button(at, "sim-keep").disabled and Text("id")("simulation_kept.full") in texts(at)
    button(at, "sim-drop-B").click().run()
    assert param(at, "keep_b") is None and not button(at, "sim-keep").disabled
    button(at, "sim-keep").click().run()
    assert str(param(at, "keep_b")).startswith("35.77~2024~q12:3")


@pytest.mark.parametrize("lang", LANGS)
def test_kept_scenarios_stand_side_by_side(open_page: OpenPage, lang: str) -> None:
    t = Text(lang)  # type: ignore[arg-type]
    at = open_page("simulasi", city=MADIUN, lang=lang, **KEPT)
    table = next(each.value for each in at.markdown if "Fokus" in each.value and "|" in each.value)
    rows = [[cell.strip().replace("\\", "") for cell in line.split(" | ")] for line in table.splitlines()]
    final = next(row for row in rows if t("simulation_kept.row.final") in row[0])
    assert final[1] == t.number(3.8) and final[2] == f"{t.number(3.84)} ({t.signed(0.04)})"
    outcome = next(row for row in rows if t("component.outcome") in row[0])
    assert outcome[1:3] == [t.number(3.78), f"{t.number(3.9)} ({t.signed(0.12)})"]
    assert t("simulation_kept.title_best", name="Fokus", city="Kota Madiun", final=t.number(3.84), rank=2) in texts(at)


def test_a_kept_scenario_is_opened(open_page: OpenPage) -> None:
    at = open_page("simulasi", city=MADIUN, set="q12:3", **KEPT)
    button(at, "sim-open-B").click().run()
    assert param(at, "set") is None and param(at, "weight") == "impact:0.3"
    assert param(at, "method") == "evaluation-2024-priority"


def test_one_of_another_city_says_so_and_can_be_opened(open_page: OpenPage) -> None:
    at = open_page("simulasi", city=BANDUNG, **KEPT)
    assert Text("id")("simulation_kept.title_elsewhere") in texts(at) and "Kota Madiun 2024" in texts(at)
    button(at, "sim-open-A").click().run()
    assert param(at, "city") == MADIUN and changes(at) == {"outcome": Fraction(39, 10)}


@pytest.mark.parametrize(
    ("raw", "lang"),
    [
        ("x", "id"),
        ("~~~~~~", "en"),
        ("35.77~2024~q12:9~~~~N", "id"),
        ("35.77~2024~q1~~~~N", "en"),
        ("99.99~2024~~~~~N", "id"),
        ("35.77~2024~~~~~" + "x" * 61, "en"),
        ("35.77~99999~~~~~N", "id"),
    ],
)
def test_rubbish_in_a_slot_is_one_sentence(open_page: OpenPage, raw: str, lang: str) -> None:
    at = open_page("simulasi", city=MADIUN, lang=lang, set="outcome:3.9", keep_b=raw)
    assert not at.exception and not at.error
    assert len(at.warning) == 1 and " B " in at.warning[0].value
    assert param(at, "keep_b") is None and changes(at) == {"outcome": Fraction(39, 10)}


@pytest.mark.parametrize(
    "scenario",
    [
        Scenario(MADIUN, 2024, "A~b", {"q12": Fraction(3)}, {"impact": Fraction(1, 3)}, "evaluation-2024-priority"),
        Scenario(BANDUNG, 2024, "", {}, {}, None, "literal"),
    ],
)
def test_a_slot_gives_its_scenario_back(scenario: Scenario) -> None:
    assert simulation_slots._parsed(simulation_slots.written(scenario)) == scenario


def test_kept_figures_are_as_fine_as_they_were_given(open_page: OpenPage) -> None:
    at = open_page("simulasi", lang="id", city=MADIUN, keep_a="35.77~2024~outcome:3.955~~~~Halus")
    assert "3,955 (+0,175)" in "\n".join(str(each.value) for each in at.markdown).replace("\\", "")


@pytest.mark.parametrize(("lang", "mean", "printed"), [("id", "2,34", "2,44"), ("en", "2.34", "2.44")])
def test_whole_numbers_that_do_not_give_the_component_are_the_reason(
    open_page: OpenPage, lang: str, mean: str, printed: str
) -> None:
    """Kabupaten 12.73 in 2021: every Baseline question is published, and their mean is not the printed score."""
    at = open_page("simulasi", city="12.73", year="2021", mode="questions", lang=lang)
    said = "\n".join(str(each.value) for each in [*at.markdown, *at.caption]).replace("\\", "")
    assert mean in said and printed in said and ("bilangan bulat" in said or "whole numbers" in said)
    assert "hanya sebagian nilai pertanyaan" not in said and "Only some question scores" not in said


# ---- files and the address -----------------------------------------------------------------------------------


def upload(at: AppTest, raw: bytes, name: str = "skenario.json") -> AppTest:
    at.file_uploader[0].set_value((name, raw, "application/json")).run()
    assert not at.exception and not at.error
    return at


def test_a_file_is_loaded_into_the_next_slot(open_page: OpenPage) -> None:
    at = open_page("simulasi", city=MADIUN, set="q12:3", keep_a=KEPT["keep_a"])
    upload(at, to_json(Scenario(MADIUN, 2024, "Dari berkas", {"output": Fraction(37, 10)})))
    assert param(at, "keep_b") == "35.77~2024~output:3.7~~~~Dari berkas"
    assert changes(at) == {"q12": 3}, "the simulation on screen stays"


@pytest.mark.parametrize(
    ("raw", "sentences", "lang"),
    [
        (b"junk", 1, "id"),
        (b"x" * (LIMIT * 16), 1, "en"),
        (b"[" * 60_000, 1, "id"),
        (b'{"city": "35.77", "year": 2024, "changes": {"q1": 9, "zz": 3, "q2": "x", "collaboration": 2}}', 4, "en"),
    ],
    ids=["junk", "big", "deep", "four"],
)
def test_a_bad_file_gets_a_sentence_per_fault_and_the_page_stays(
    open_page: OpenPage, raw: bytes, sentences: int, lang: str
) -> None:
    at = open_page("simulasi", city=MADIUN, lang=lang, set="q12:3", keep_a=KEPT["keep_a"])
    upload(at, raw, "kacau.json")
    (warning,) = at.warning
    assert "kacau" in warning.value and warning.value.count("\n- ") == sentences
    assert changes(at) == {"q12": 3} and param(at, "keep_a") == KEPT["keep_a"] and param(at, "keep_b") is None


def test_a_kept_scenario_is_offered_as_a_file(open_page: OpenPage) -> None:
    at = open_page("simulasi", city=MADIUN, **KEPT)
    names = {each.key for each in at.get("download_button")}
    assert {"sim-json-A", "sim-json-B"} <= names


def test_ten_megabytes_of_junk_are_refused_by_the_page_itself(open_page: OpenPage) -> None:
    """The widget would say it in English: it lets more than ten megabytes through to our own sentence."""
    at = open_page("simulasi", city=MADIUN, lang="id")
    assert at.file_uploader[0].proto.max_upload_size_mb > 10
    upload(at, b"x" * (10 * 1024 * 1024), "kacau.json")
    (warning,) = at.warning
    assert Text("id").problem(Problem("scenario_size", limit=LIMIT // 1024)) in warning.value.replace("\\", "")


def test_an_old_refusal_stays_until_the_next_try(open_page: OpenPage) -> None:
    at = open_page("simulasi", city=MADIUN, set="q12:3")
    upload(at, b"junk", "kacau.json")
    at.run()
    assert len(at.warning) == 1, "closing the popover does not take it away"
    at.session_state["sim-upload"] = True
    at.run()
    assert not at.warning, "opening it again does"
    upload(at, b"junk", "kacau.json")
    upload(at, to_json(Scenario(MADIUN, 2024, "Dari berkas", {"output": Fraction(37, 10)})))
    assert not at.warning
