"""The goal part of the simulation page: what is asked stands in the URL, the answer is the engine's, both languages."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kotacerdas.goal import levers, seek, settled, start
from kotacerdas.i18n import Text
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.scenario import read_changes

from .conftest import OpenPage

LANGS = ("id", "en")
MADIUN, WAKATOBI, BANDUNG = "35.77", "74.07", "32.73"


def goal(open_page: OpenPage, city: str = MADIUN, **params: str) -> AppTest:
    at = open_page("simulasi", city=city, mode="goal", **params)
    assert not at.exception and not at.error
    return at


def param(at: AppTest, name: str) -> str | None:
    value = at.query_params.get(name)
    return value[0] if isinstance(value, list) else value


def texts(at: AppTest) -> str:
    parts = [at.title, at.header, at.subheader, at.caption, at.markdown, at.info, at.warning]
    return "\n".join(str(element.value) for kind in parts for element in kind).replace("\\", "")


def headers(at: AppTest) -> list[str]:
    return [str(element.value) for element in at.header]


def button(at: AppTest, key: str) -> Any:
    return next(each for each in at.button if each.key == key)


def edit(at: AppTest, cells: dict[str, dict[str, object]]) -> AppTest:
    """What the browser sends when locks and efforts are edited, by score."""
    rows = list(at.data_editor[0].value.index)
    states = at._tree.get_widget_states()
    state = states.widgets.add()
    state.id = at.data_editor[0].proto.id
    edited = {str(rows.index(name)): values for name, values in cells.items()}
    state.string_value = json.dumps({"edited_rows": edited, "added_rows": [], "deleted_rows": []})
    at._run(states)
    assert not at.exception and not at.error
    return at


# ---- the answer ----------------------------------------------------------------------------------------------


def test_the_finding_is_one_sentence_in_both_languages(open_page: OpenPage) -> None:
    indonesian, english = (goal(open_page, lang=lang) for lang in LANGS)
    assert "Kota Madiun mencapai nilai akhir 3,90 dengan 6 langkah, dan tidak ada cara yang lebih hemat" in headers(
        indonesian
    )
    assert "Kota Madiun reaches a final score of 3.90 with 6 steps, and no cheaper way exists" in headers(english)


@pytest.mark.parametrize("lang", LANGS)
def test_the_plan_is_told_line_by_line(open_page: OpenPage, published: Published, lang: str) -> None:
    t, at = Text(lang), goal(open_page, lang=lang)  # type: ignore[arg-type]
    plan = seek(levers(published, MADIUN, 2024), start(published, MADIUN, 2024), Fraction("3.9"), Fraction(1))
    (table,) = [str(each.value) for each in at.markdown if t("goal.head.final") in str(each.value)]
    rows = [line.replace("\\", "") for line in table.splitlines()[2:]]
    assert len(rows) == len(plan.changes) == 4
    for row, change in zip(rows, plan.changes, strict=True):
        assert row.startswith(f"| {change.id[1:]}. ")
        assert f"| {t.number(change.start, 1)}→{t.number(change.to, 1)} | {change.steps} |" in row
        assert row.endswith(f"| {t.number(change.final_after, 4)} |")
    figures = {str(metric.label): (metric.value, metric.delta) for metric in at.metric}
    assert figures[t("goal.figure_final")] == (t.number(3.91), t("goal.figure_up", before=t.number(3.8)))
    assert figures[t("goal.figure_rank")][0] == t("goal.figure_of", figure="2", of="140")
    assert figures[t("goal.figure_steps")][0] == "6"


def test_what_cannot_be_reached_says_the_most_there_is(open_page: OpenPage) -> None:
    at = goal(open_page, keep="output,outcome", lang="en")
    assert "Kota Madiun cannot reach a final score of 3.90; the most it can get is 3.8345" in headers(at)
    assert "Unlock something" in texts(at) and not at.metric
    assert "goal-open" not in {each.key for each in at.button}


def test_what_is_reached_needs_no_change(open_page: OpenPage) -> None:
    at = goal(open_page, target="level", level="3")
    assert "Kota Madiun sudah mencapai tingkat 3 (berkembang); tidak ada yang perlu dinaikkan" in headers(at)
    assert not at.metric


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"target": "level", "level": "5"}, "level 5 (sustained) with 23 steps"),
        ({"target": "rank", "rank": "1"}, "rank 1 with 9 steps"),
        ({"score": "3.9", "step": "0.2"}, "3.90 with 28 steps"),
        ({"score": "3.81"}, "3.81 with 1 step, and"),
        ({"score": "3.9", "unit": "components"}, "3.90 with 2 steps"),
        ({"score": "3.85", "effort": "q12:1.5,q7:2.5"}, "3.85 with an effort of 3.5"),
        ({"target": "peers", "peers": "province"}, "already reached the peers' median of 3.27 (province)"),
    ],
)
def test_every_kind_of_target(open_page: OpenPage, params: dict[str, str], words: str) -> None:
    assert words in headers(goal(open_page, lang="en", **params))[0]


def test_a_city_with_components_only_has_no_choice_of_unit(open_page: OpenPage) -> None:
    at = goal(open_page, BANDUNG, year="2021", unit="questions", lang="en")
    assert not [each for each in at.button_group if "unit" in str(each.key)]
    assert param(at, "unit") is None
    assert list(at.data_editor[0].value.index) == ["baseline", "output", "outcome", "impact", "quick_win"]


def test_a_missing_programme_is_named_and_not_shown_as_a_score(open_page: OpenPage) -> None:
    at = goal(open_page, WAKATOBI, score="1", step="0.2", keep="baseline,output,outcome,impact,quick_win", lang="en")
    assert "with 5 steps" in headers(at)[0]
    assert "| Collaboration | no programme→1.00 | 5 |" in texts(at)


def test_swaps_and_other_plans_are_told(open_page: OpenPage) -> None:
    at = goal(open_page, score="3.85", lang="en")
    assert "3 steps can be spread freely over: Output 7, 12." in texts(at)
    assert [each.label for each in at.expander if each.icon == ":material/alt_route:"] == [
        "3 other combinations at the same effort"
    ]


# ---- what is asked -------------------------------------------------------------------------------------------


def test_a_typed_score_goes_into_the_url_and_a_wrong_one_is_one_sentence(open_page: OpenPage) -> None:
    at = goal(open_page)
    at.text_input(key="goal-score@id").set_value("3,85").run()
    assert param(at, "score") == "3.85" and "nilai akhir 3,85 dengan 3 langkah" in headers(at)[0]
    at.text_input(key="goal-score@id").set_value("4,5").run()
    assert param(at, "score") == "3.85" and "di luar skala" in texts(at)
    at.text_input(key="goal-score@id").set_value("tiga").run()
    assert "bukan angka" in texts(at) and at.text_input(key="goal-score@id").value == "3,85"


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"score": "9", "step": "0.5", "unit": "words", "keep": "nothing", "lock": "q999"},
         ("outside the scale", "0.5", "words", "nothing", "q999")),
        ({"score": "abc", "target": "moon", "effort": "q12:0"}, ("not a number", "moon", "above 0")),
        ({"target": "level", "level": "7", "effort": "rubbish"}, ("7", "rubbish")),
        ({"target": "rank", "rank": "900"}, ("900",)),
    ],
)  # fmt: skip
def test_a_wrong_address_is_one_sentence_each_and_an_answer_all_the_same(
    open_page: OpenPage, params: dict[str, str], words: tuple[str, ...]
) -> None:
    at = goal(open_page, lang="en", **params)
    for word in words:
        assert sum(word in str(each.value).replace("\\", "") for each in at.info) == 1, word
    assert "Kota Madiun reaches" in headers(at)[0]


def test_presets_aim_at_what_is_not_reached_yet(open_page: OpenPage) -> None:
    at = goal(open_page, WAKATOBI, lang="en")
    labels = {str(each.label): each for each in at.button if str(each.key).startswith("goal-preset")}
    assert list(labels) == ["Level 2, planned", "Rank 10", "Rank 1", "Peers' median (kind)"]
    labels["Rank 10"].click().run()
    assert (param(at, "target"), param(at, "rank")) == ("rank", "10")
    assert "reaches rank 10 with" in headers(at)[0]


def test_locks_and_efforts_are_edited_in_the_table(open_page: OpenPage, published: Published) -> None:
    at = goal(open_page, lang="en", lock="outcome")
    edit(at, {"q12": {"lock": True}, "q7": {"effort": 2.5}})
    assert (param(at, "lock"), param(at, "effort")) == ("outcome,q12", "q7:2.5"), "what is not in the table stays"
    found = settled(levers(published, MADIUN, 2024), ["outcome", "q12"], {"q7": Fraction("2.5")})
    plan = seek(found, start(published, MADIUN, 2024), Fraction("3.9"), Fraction(1))
    words = "cannot reach" if not plan.reachable else f"effort of {Text('en').number(plan.cost, 1)}"
    assert words in headers(at)[0]
    edit(at, {"q12": {"lock": False}, "q7": {"effort": None}})
    assert (param(at, "lock"), param(at, "effort")) == ("outcome", None)


def test_an_effort_that_is_no_positive_number_is_said_and_dropped(open_page: OpenPage) -> None:
    at = edit(goal(open_page, lang="en"), {"q7": {"effort": -1}, "q12": {"effort": 3}})
    assert "above 0" in texts(at) and param(at, "effort") == "q12:3"
    assert at.data_editor[0].value.at["q7", "effort"] == 1


def test_a_component_locked_as_a_whole_leaves_the_table(open_page: OpenPage) -> None:
    at = goal(open_page, keep="output")
    assert "q12" not in at.data_editor[0].value.index and "q108" in at.data_editor[0].value.index
    assert "Output" not in headers(at)[-1]


# ---- what can be done with it --------------------------------------------------------------------------------


def test_a_plan_opens_as_a_scenario(open_page: OpenPage) -> None:
    at = goal(open_page, score="3.85", set="outcome:3.9", lang="en")
    assert "not from the changes made in the simulation" in texts(at)
    button(at, "goal-open").click().run()
    assert not at.exception and not at.error
    assert param(at, "mode") == "questions"
    assert read_changes(param(at, "set") or "") == {"q7": 4, "q12": 3}
    assert "3.86" in str(at.title[0].value)
    components = goal(open_page, WAKATOBI)
    button(components, "goal-open").click().run()
    assert param(components, "mode") is None and param(components, "set")


def test_the_action_plan_is_offered_only_with_a_plan(open_page: OpenPage) -> None:
    def offered(at: AppTest) -> bool:
        return any("XLSX" in str(each.proto.label) for each in at.get("download_button"))

    assert offered(goal(open_page))
    assert not offered(goal(open_page, score="3.5"))


# ---- what could stand for a plan -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "title", "free"),
    [("id", "1 susunan lain dengan usaha yang sama", "Baseline atau Kolaborasi"),
     ("en", "1 other combination at the same effort", "Baseline or Collaboration")],
)  # fmt: skip
def test_another_plan_tells_what_can_be_swapped_in_it(open_page: OpenPage, lang: str, title: str, free: str) -> None:
    """Kabupaten Karo: in place of one of four components also Baseline or, for as much, a first programme."""
    at = goal(open_page, city="12.06", lang=lang, score="2.3")
    assert [each.label for each in at.expander if each.icon == ":material/alt_route:"] == [title]
    assert free in texts(at)


def test_plans_are_counted_exactly_or_as_at_least(open_page: OpenPage, published: Published) -> None:
    t = Text("id")
    plan = seek(levers(published, MADIUN, 2024, step=Fraction("0.2")), start(published, MADIUN, 2024),
                Fraction("3.9"), Fraction("0.2"))  # fmt: skip
    at = goal(open_page, lang="id", score="3.9", step="0.2")
    key = "goal.others" if plan.exhaustive else "goal.others_least"
    shown = [each.label for each in at.expander if each.icon == ":material/alt_route:"]
    assert shown == [t(key, count=len(plan.alternatives))] and not plan.exhaustive


def test_no_other_plan_is_said_beside_the_swaps_there_are(open_page: OpenPage) -> None:
    assert "\nTidak ada rencana lain dengan usaha yang sama." in texts(goal(open_page, lang="id"))
    said = texts(goal(open_page, city=WAKATOBI, lang="id", score="1.3"))
    assert "Dapat ditukar tanpa menambah usaha" in said and "Selain pertukaran itu, tidak ada rencana lain" in said
    assert "\nTidak ada rencana lain" not in said


def test_a_typed_target_is_named_in_words_and_an_emptied_box_is_the_first_target(open_page: OpenPage) -> None:
    at = goal(open_page, lang="id", score="3.955")
    assert at.text_input(key="goal-score@id").value == "3,955" and "nilai akhir 3,955" in headers(at)[0]
    at.text_input(key="goal-score@id").set_value("abc").run()
    assert "untuk Nilai akhir bukan angka" in texts(at)
    at.text_input(key="goal-score@id").set_value("").run()
    assert param(at, "score") is None and "bukan angka" not in texts(at)
    assert at.text_input(key="goal-score@id").value == "3,90"


def test_good_locks_and_efforts_stay_beside_bad_ones(open_page: OpenPage) -> None:
    at = goal(open_page, lang="en", lock="zz,q12,yy", effort="q7:2,q8:0,q9:x")
    said = [str(each.value).replace("\\", "") for each in at.info]
    assert len(said) == 4 + 1, "one sentence per fault beside the banner"
    assert all(any(name in each for each in said) for name in ("zz", "yy", "question 8 (", "question 9 ("))
    assert param(at, "lock") == "q12" and param(at, "effort") == "q7:2"


@pytest.mark.parametrize("lang", LANGS)
def test_faults_of_the_address_name_questions_and_components_as_the_page_does(
    open_page: OpenPage, published: Published, lang: str
) -> None:
    t = Text(lang)  # type: ignore[arg-type]
    at = goal(open_page, lang=lang, lock="zz", effort="q8:0,q9:x,outcome:-1,q12:1,q12:2")
    said = [str(each.value).replace("\\", "") for each in at.info]
    tree = published.instrument_of(2024, "regular")

    def question(number: int) -> str:
        return t("goal.fault_question", number=number, label=t.label(tree[f"q{number}"].label))

    choice = ", ".join([*(t(f"component.{part.id}") for part in tree.parts if part.id != "collaboration"),
                        t("goal.fault_questions", first=1, last=115)])  # fmt: skip
    for problem in (
        Problem("goal_effort", node=question(8), value=Fraction(0)),
        Problem("goal_effort", node=t("component.outcome"), value=Fraction(-1)),
        Problem("answer_number", node=question(9), value="x"),
        Problem("change_repeated", node=question(12)),
        Problem("goal_lever_unknown", value="zz", accepted=choice),
    ):
        assert t.problem(problem) in said


def test_an_effort_refused_in_the_table_names_its_question(open_page: OpenPage) -> None:
    at = edit(goal(open_page, lang="id"), {"q7": {"effort": -0.5}})
    assert "Usaha −0,5 untuk pertanyaan 7 (Dewan Kota Cerdas berfungsi) tidak dapat dipakai" in texts(at)
