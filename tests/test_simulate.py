"""The laws of a what-if: nothing changes without a change, more is never less, and weights re-rank everyone."""

from __future__ import annotations

import math
import time
from dataclasses import FrozenInstanceError, replace
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.scenario import Scenario, problems
from kotacerdas.simulate import Stage, changeable, nation, simulate, stage
from tests.builders import COMPONENTS

F = Fraction
MADIUN, BANDUNG, WAKATOBI = "35.77", "32.73", "74.07"
PARTS = ("baseline", "output", "outcome", "impact", "quick_win")
SHARES = {
    "regular": dict(zip(PARTS, (F(1, 10), F(2, 10), F(3, 10), F(2, 10), F(2, 10)), strict=True)),
    "priority": dict(
        zip((*PARTS, "collaboration"), (F(1, 10), F(2, 10), F(2, 10), F(2, 10), F(2, 10), F(1, 10)), strict=True)
    ),
}
"""The official weights as the letters print them, written down once more so that the tests stand on their own."""

QUESTIONS = [f"q{i}" for i in range(1, 116)]

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def ranked(published: Published, year: int) -> pd.DataFrame:
    frame = published.results(year)
    return frame[frame["final"].notna()]


@pytest.fixture(scope="module")
def madiun(published: Published) -> Stage:
    return stage(published, MADIUN, 2024)


# ---- the empty scenario and the baseline ---------------------------------------------------------------------


@pytest.mark.parametrize(("year", "cities"), [(2024, 140), (2021, 98)])
def test_the_empty_scenario_changes_nothing(published: Published, year: int, cities: int) -> None:
    frame = ranked(published, year)
    assert len(frame) == cities
    for code, row in frame.iterrows():
        simulation = simulate(published, Scenario(str(code), year))
        for side in (simulation.baseline, simulation.outcome):
            assert float(side.final) == row["final"] and side.final.as_tuple().exponent == -2
            assert (side.level, side.rank, side.ranked) == (row["level"], row["rank"], cities)
            assert sum(side.points.values()) == side.value
            printed = {part: None if math.isnan(row[part]) else row[part] for part in side.components}
            assert {part: None if v is None else float(v) for part, v in side.components.items()} == printed
        assert not simulation.moved.any()
        assert sum(simulation.outcome.weights.values()) == 1


def test_the_nation_under_an_empty_scenario_is_the_published_one(published: Published) -> None:
    for year in (2024, 2021):
        frame = nation(published, Scenario(ranked(published, year).index[0], year))
        assert (frame["final"] == frame["new_final"]).all() and (frame["rank"] == frame["new_rank"]).all()
        assert (frame["moved"] == 0).all() and (frame["level"] == frame["new_level"]).all()
        assert list(frame["new_rank"]) == sorted(frame["new_rank"])


def test_the_published_figures_are_never_touched(published: Published, madiun: Stage) -> None:
    frames = {year: published.results(year).copy() for year in (2024, 2021)}
    matrix = published.question_matrix(2024).copy()
    values, before = madiun.field.values.copy(), madiun.before.copy()
    baseline = dict(madiun.baseline.components), madiun.baseline.final, madiun.baseline.rank
    for scenario in (
        Scenario(MADIUN, 2024, changes={"outcome": F(1)}),
        Scenario(MADIUN, 2024, changes={"q12": F(4)}, weights={"impact": F(1, 2)}),
        Scenario(MADIUN, 2024, instrument="evaluation-2021", reading="literal"),
    ):
        simulation = simulate(published, scenario, madiun)
        nation(published, scenario, madiun)
        assert simulation.baseline is madiun.baseline
    assert baseline == (dict(madiun.baseline.components), madiun.baseline.final, madiun.baseline.rank)
    assert (madiun.field.values == values).all()
    pd.testing.assert_frame_equal(madiun.before, before)
    pd.testing.assert_frame_equal(published.question_matrix(2024), matrix)
    for year, frame in frames.items():
        pd.testing.assert_frame_equal(published.results(year), frame)


def test_a_scenario_is_frozen_to_the_bottom() -> None:
    changes = {"outcome": F(39, 10)}
    scenario = Scenario(MADIUN, 2024, changes=changes)
    changes["outcome"] = F(1)
    assert scenario.changes == {"outcome": F(39, 10)}
    with pytest.raises(FrozenInstanceError):
        scenario.city = "32.73"  # type: ignore[misc]
    with pytest.raises(TypeError):
        scenario.changes["outcome"] = F(1)  # type: ignore[index]
    assert isinstance(scenario.weights, MappingProxyType)
    assert hash(scenario) == hash(replace(scenario)) and not scenario.empty and replace(scenario, changes={}).empty


# ---- golden figures ------------------------------------------------------------------------------------------


def test_kota_madiun_with_outcome_at_3_9(published: Published) -> None:
    """By hand from the printed question scores: 0.1x4 + 0.2x193/55 + 0.3x3.9 + 0.2x119/30 + 0.2x58/15 = 3.8385."""
    simulation = simulate(published, Scenario(MADIUN, 2024, changes={"outcome": F(39, 10)}))
    outcome = simulation.outcome
    assert outcome.value == F(4, 10) + F(193, 275) + F(117, 100) + F(119, 150) + F(58, 75)
    assert outcome.final == Decimal("3.84")
    above = (ranked(published, 2024)["final"].drop(MADIUN) > 3.84).sum()
    assert outcome.rank == above + 1 == 2
    assert (simulation.baseline.final, simulation.baseline.rank) == (Decimal("3.80"), 3)
    shown = {part: float(value) for part, value in outcome.components.items() if value is not None}
    assert shown == {"baseline": 4, "output": 3.51, "outcome": 3.9, "impact": 3.97, "quick_win": 3.87}
    assert outcome.points["outcome"] == F(117, 100)


def test_a_question_counts_with_its_share_of_the_component(published: Published) -> None:
    """Question 12 is one of the eleven of Output, which weighs a fifth: from 1 to 3 adds 2 x 1/55."""
    simulation = simulate(published, Scenario(MADIUN, 2024, changes={"q12": F(3)}))
    assert simulation.outcome.value - simulation.baseline.value == F(2, 55)
    assert simulation.outcome.components["output"] == F(193, 55) + F(2, 11)
    assert simulation.outcome.components["outcome"] == F(378, 100), "untouched components stay as printed"


def test_the_published_score_given_again_changes_nothing(published: Published) -> None:
    simulation = simulate(published, Scenario(MADIUN, 2024, changes={"q12": F(1)}))
    assert simulation.outcome.components == simulation.baseline.components
    assert simulation.outcome.value == simulation.baseline.value


def test_which_scores_can_be_changed(published: Published) -> None:
    assert changeable(published, MADIUN, 2024) == "questions"
    assert changeable(published, MADIUN, 2021) == changeable(published, BANDUNG, 2024) == "components"
    with pytest.raises(Problem, match="card_none"):
        changeable(published, MADIUN, 2023)


def test_ranks_are_taken_among_the_printed_finals(published: Published) -> None:
    """Kabupaten Banyuwangi shares rank 9 with Kota Cimahi; one hundredth more passes rank 8 only if it beats 3.64."""
    code = "35.10"
    value = published.results(2024).at[code, "outcome"]
    reached = set()
    for cents in range(25):
        side = simulate(published, Scenario(code, 2024, changes={"outcome": F(str(value)) + F(cents, 100)})).outcome
        others = ranked(published, 2024)["final"].drop(code)
        assert side.rank == 1 + sum(round(other * 100) > int(side.final * 100) for other in others)
        reached.add(side.rank)
    assert {9, 8, 7} <= reached


# ---- more is never less --------------------------------------------------------------------------------------


@quick
@given(data=st.data())
def test_raising_a_component_never_lowers_the_final(published: Published, data: st.DataObject) -> None:
    year = data.draw(st.sampled_from([2024, 2021]))
    code = data.draw(st.sampled_from(sorted(ranked(published, year).index)))
    part = data.draw(st.sampled_from(PARTS))
    low, high = sorted(data.draw(st.lists(st.integers(100, 400), min_size=2, max_size=2)))
    one, two = (simulate(published, Scenario(code, year, changes={part: F(x, 100)})).outcome for x in (low, high))
    assert two.final >= one.final and two.value >= one.value
    assert two.rank <= one.rank and two.level >= one.level


@quick
@given(question=st.integers(1, 115), steps=st.lists(st.integers(0, 15), min_size=2, max_size=2))
def test_raising_a_question_never_lowers_the_final(
    published: Published, madiun: Stage, question: int, steps: list[int]
) -> None:
    low, high = (
        simulate(published, Scenario(MADIUN, 2024, changes={f"q{question}": 1 + F(step, 5)}), madiun).outcome
        for step in sorted(steps)
    )
    assert high.final >= low.final and high.rank <= low.rank
    assert (high.value > low.value) == (steps[0] != steps[1])


@quick
@given(
    changes=st.dictionaries(st.sampled_from(QUESTIONS), st.integers(0, 15).map(lambda k: 1 + F(k, 5))),
    weights=st.dictionaries(st.sampled_from(PARTS), st.integers(0, 20).map(lambda k: F(k, 100)), max_size=4),
)  # fmt: skip
def test_points_add_up_to_the_exact_value(
    published: Published, madiun: Stage, changes: dict[str, Fraction], weights: dict[str, Fraction]
) -> None:
    outcome = simulate(published, Scenario(MADIUN, 2024, changes=changes, weights=weights), madiun).outcome
    assert sum(outcome.points.values()) == outcome.value == outcome.card.value
    assert sum(outcome.weights.values()) == 1
    assert abs(F(outcome.final) - outcome.value) <= F(1, 200)
    by_hand = F(0)
    matrix = published.question_matrix(2024).loc[MADIUN]
    instrument = published.instrument_of(2024, "regular")
    for part in PARTS:
        asked = [node.id for node in instrument.children[part]]
        mean = sum((changes.get(q, F(str(matrix[q]))) for q in asked), F(0)) / len(asked)
        by_hand += outcome.weights[part] * mean
    assert by_hand == outcome.value


# ---- weights -------------------------------------------------------------------------------------------------


def by_hand(published: Published, year: int, named: dict[str, Fraction]) -> dict[str, Fraction]:
    """Every final under named weights in exact fractions: printed components, half up, plus the residue of the city."""
    finals = {}
    for code, row in ranked(published, year).iterrows():
        official = SHARES["priority" if row["group"] == "priority" else "regular"]
        rest = sum((w for part, w in official.items() if part not in named), F(0))
        fixed = {part: w for part, w in named.items() if part in official}
        left = 1 - sum(fixed.values(), F(0))
        weights = {part: fixed.get(part, left * w / rest if rest else F(0)) for part, w in official.items()}
        values = {part: F(0) if math.isnan(row[part]) else F(str(row[part])) for part in official}
        if code == MADIUN and year == 2024:  # the one city whose questions are all published
            matrix, tree = published.question_matrix(2024).loc[code], published.instrument_of(2024, "regular")
            for part in official:
                asked = [F(str(matrix[node.id])) for node in tree.children[part]]
                values[part] = sum(asked, F(0)) / len(asked)

        def rounded(shares: dict[str, Fraction], values: dict[str, Fraction] = values) -> Fraction:
            return F(math.floor(sum((shares[p] * values[p] for p in values), F(0)) * 100 + F(1, 2)), 100)

        finals[str(code)] = rounded(weights) + F(str(row["final"])) - rounded(official)
    return finals


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    year=st.sampled_from([2024, 2021]),
    named=st.dictionaries(st.sampled_from(PARTS), st.integers(0, 25).map(lambda k: F(k, 100)), min_size=1, max_size=4),
)
def test_weights_rerank_everyone_as_exact_fractions_do(
    published: Published, year: int, named: dict[str, Fraction]
) -> None:
    expected = by_hand(published, year, named)
    ceiling = {code: min(max(value, F(0)), F(4)) for code, value in expected.items()}
    code = MADIUN if year == 2024 else ranked(published, year).index[3]
    simulation = simulate(published, Scenario(code, year, weights=named))
    frame = nation(published, simulation.scenario)
    assert frame is not None and set(frame.index) == set(expected)
    assert {c: F(str(v)) for c, v in frame["new_final"].items()} == ceiling
    ranks = {c: 1 + sum(other > value for other in ceiling.values()) for c, value in ceiling.items()}
    assert frame["new_rank"].to_dict() == ranks
    assert (frame["moved"] == frame["rank"] - frame["new_rank"]).all()
    assert simulation.outcome.rank == ranks[code] and F(simulation.outcome.final) == ceiling[code]


def test_the_nation_is_the_same_from_every_city(published: Published) -> None:
    weights = {"impact": F(45, 100)}
    one = nation(published, Scenario(MADIUN, 2024, weights=weights))
    for code in (BANDUNG, WAKATOBI):
        pd.testing.assert_frame_equal(one, nation(published, Scenario(code, 2024, weights=weights)))


@pytest.mark.parametrize("code", [BANDUNG, WAKATOBI])
def test_a_named_weight_is_fixed_and_the_rest_keeps_official_proportion(published: Published, code: str) -> None:
    group = str(published.results(2024).at[code, "group"])
    weights = simulate(published, Scenario(code, 2024, weights={"impact": F(3, 10)})).outcome.weights
    assert weights["impact"] == F(3, 10)
    assert {p: w for p, w in weights.items() if p != "impact"} == {
        part: F(7, 10) * share / F(8, 10) for part, share in SHARES[group].items() if part != "impact"
    }
    assert list(weights) == list(SHARES[group])


def test_official_weights_named_give_the_printed_ranks_back(published: Published) -> None:
    frame = nation(published, Scenario(BANDUNG, 2024, weights={"baseline": F(1, 10), "impact": F(1, 5)}))
    assert (frame["new_final"] == frame["final"]).all() and (frame["moved"] == 0).all()


def test_a_weight_only_the_other_group_has_moves_the_others(published: Published) -> None:
    simulation = simulate(published, Scenario(BANDUNG, 2024, weights={"collaboration": F(1, 2)}))
    assert simulation.outcome.final == simulation.baseline.final
    frame = nation(published, simulation.scenario)
    assert set(frame[frame["new_final"] != frame["final"]]["group"]) == {"priority"}


# ---- another method, another reading -------------------------------------------------------------------------


def test_a_regular_city_under_the_priority_method_counts_no_collaboration_as_zero(published: Published) -> None:
    outcome = simulate(published, Scenario(BANDUNG, 2024, instrument="evaluation-2024-priority")).outcome
    row = published.results(2024).loc[BANDUNG]
    assert outcome.value == sum(SHARES["priority"][part] * F(str(row[part])) for part in PARTS)
    assert outcome.components["collaboration"] is None and outcome.points["collaboration"] == 0
    full = Scenario(BANDUNG, 2024, instrument="evaluation-2024-priority", changes={"collaboration": F(4)})
    assert simulate(published, full).outcome.value == outcome.value + F(4, 10)


def test_a_priority_city_under_the_regular_method_drops_collaboration(published: Published) -> None:
    for code, row in ranked(published, 2024).query("group == 'priority'").iterrows():
        outcome = simulate(published, Scenario(str(code), 2024, instrument="evaluation-2024-regular")).outcome
        assert outcome.value == sum(SHARES["regular"][part] * F(str(row[part])) for part in PARTS)
        assert list(outcome.components) == list(PARTS)


def test_questions_stay_where_the_method_asks_the_same(published: Published) -> None:
    outcome = simulate(published, Scenario(MADIUN, 2024, instrument="evaluation-2024-priority",
                                           changes={"q12": F(3)})).outcome  # fmt: skip
    assert outcome.card["q12"].value == 3 and outcome.card["q13"].value is not None


def test_2024_under_the_method_of_2021_and_back_uses_components(published: Published) -> None:
    """Equal weights, other questions: the exact component means go with the city, so that nothing moves."""
    simulation = simulate(published, Scenario(MADIUN, 2024, instrument="evaluation-2021"))
    outcome = simulation.outcome
    assert outcome.weights == simulation.baseline.weights
    assert outcome.value == simulation.baseline.value != F(3804, 1000), "not the sum of the printed components"
    assert outcome.points == simulation.baseline.points and outcome.components == simulation.baseline.components
    assert outcome.final == Decimal("3.80") and not simulation.moved.any()
    assert not any(part.children for part in outcome.card.children)
    (problem,) = problems(published, Scenario(MADIUN, 2024, instrument="evaluation-2021", changes={"q12": F(3)}))
    assert problem.key == "change_other_questions"
    code = str(ranked(published, 2021).index[0])
    then = simulate(published, Scenario(code, 2021, instrument="evaluation-2024-regular"))
    assert then.outcome.final == then.baseline.final, "the weights of 2021 and of the regular cities of 2024 are equal"
    less = simulate(published, Scenario(code, 2021, instrument="evaluation-2024-priority"))
    assert less.outcome.points["collaboration"] == 0 and less.outcome.final < less.baseline.final


def test_a_method_without_a_required_component_is_a_problem(published: Published) -> None:
    class Torn(Published):
        def answers(self, code: str, year: int) -> dict[str, Fraction]:
            return {k: v for k, v in super().answers(code, year).items() if k != "impact"}

    torn = Torn(published.data)
    (problem,) = problems(torn, Scenario(BANDUNG, 2024))
    assert (problem.key, problem.params["missing"]) == ("method_incomplete", "impact")
    assert problems(torn, Scenario(BANDUNG, 2024, changes={"impact": F(2)})) == ()


def test_the_reading_moves_the_level_only(published: Published) -> None:
    simulation = simulate(published, Scenario(MADIUN, 2024, reading="literal"))
    assert (simulation.baseline.level, simulation.outcome.level) == (4, 3)
    assert simulation.outcome.final == simulation.baseline.final
    assert (nation(published, simulation.scenario)["new_level"] == ranked(published, 2024)["level_literal"]
            .reindex(nation(published, simulation.scenario).index)).all()  # fmt: skip


def test_both_levels_of_the_nation_are_under_the_reading(published: Published) -> None:
    frame = nation(published, Scenario(MADIUN, 2024, weights={"impact": F(1, 5)}, reading="literal"))
    assert (frame["level"] == frame["new_level"]).all() and (frame["level"] != ranked(published, 2024)["level"]
                                                             .reindex(frame.index)).any()  # fmt: skip


def test_a_scenario_stays_on_the_scale(published: Published) -> None:
    for year in (2024, 2021):
        for code in ranked(published, year).index:
            ready = stage(published, code, year)
            best = simulate(published, Scenario(code, year, changes=dict.fromkeys(PARTS, F(4))), ready).outcome
            assert best.final <= 4
            worst = simulate(published, Scenario(code, year, changes=dict.fromkeys(PARTS, F(1))), ready).outcome
            assert worst.final >= (0 if "collaboration" in worst.components else 1) and worst.level == 1


# ---- what cannot be simulated --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scenario", "keys"),
    [
        (Scenario("99.99", 2024), ["city_unknown"]),
        (Scenario(MADIUN, 1999), ["year_unknown"]),
        (Scenario(MADIUN, 2023), ["card_none"]),
        (Scenario("35.78", 2024), ["card_none"]),
        (Scenario(MADIUN, 2024, instrument="standard-2025"), ["method_unknown"]),
        (Scenario(MADIUN, 2024, reading="x"), ["reading_unknown"]),
        (Scenario(BANDUNG, 2024, changes={"q12": F(3)}), ["change_components_only"]),
        (Scenario(MADIUN, 2024, changes={"output": F(3), "q12": F(3)}), ["answer_twice"]),
        (Scenario(MADIUN, 2024, changes={"q12": F(3), "output": F(3)}), ["answer_twice"]),
        (Scenario(MADIUN, 2024, changes={"q116": F(3)}), ["change_unknown"]),
        (Scenario(MADIUN, 2024, changes={"final": F(3)}), ["change_unknown"]),
        (Scenario(MADIUN, 2024, changes={"collaboration": F(3)}), ["change_other_instrument"]),
        (Scenario(MADIUN, 2024, changes={"final_2020": F(3)}), ["change_other_instrument"]),
        (Scenario(MADIUN, 2021, changes={"q110": F(3)}), ["change_other_instrument"]),
        (Scenario(MADIUN, 2021, changes={"final_2020": F(3)}), ["change_components_only"]),
        (Scenario(MADIUN, 2024, changes={"outcome": F(401, 100)}), ["answer_scale"]),
        (Scenario(MADIUN, 2024, changes={"outcome": F(99, 100)}), ["answer_scale"]),
        (Scenario(MADIUN, 2024, changes={"outcome": F(10**400)}), ["answer_scale"]),
        (Scenario(MADIUN, 2024, changes={"q12": F(31, 10)}), ["change_step"]),
        (Scenario(MADIUN, 2024, weights={"impact": F(11, 10)}), ["weight_range"]),
        (Scenario(MADIUN, 2024, weights={"impact": F(-1, 10)}), ["weight_range"]),
        (Scenario(MADIUN, 2024, weights={"q12": F(1, 10)}), ["weight_unknown"]),
        (Scenario(MADIUN, 2021, weights={"collaboration": F(1, 10)}), ["weight_unknown"]),
        (Scenario(MADIUN, 2024, weights={"impact": F(6, 10), "outcome": F(6, 10)}), ["weights_named"]),
        (Scenario(MADIUN, 2024, weights=dict.fromkeys(PARTS, F(1, 10))), ["weights_named"]),
        (Scenario(WAKATOBI, 2024, weights=dict.fromkeys(PARTS, F(0)) | {"collaboration": F(1)}), ["weights_empty"]),
        (
            Scenario(MADIUN, 2024, changes={"outcome": F(5), "q12": F(0), "x": F(2)}, weights={"y": F(1)}, reading="z"),
            ["reading_unknown", "answer_scale", "answer_scale", "change_unknown", "weight_unknown"],
        ),
    ],
    ids=lambda case: "-".join(case) if isinstance(case, list) else "",
)
def test_every_fault_is_one_problem(published: Published, scenario: Scenario, keys: list[str]) -> None:
    assert [problem.key for problem in problems(published, scenario)] == keys
    with pytest.raises(Problem) as raised:
        simulate(published, scenario)
    assert raised.value.key == keys[0]


def test_the_step_sentence_names_the_nearest_values(published: Published) -> None:
    (problem,) = problems(published, Scenario(MADIUN, 2024, changes={"q12": F(31, 10)}))
    assert (problem.params["lower"], problem.params["upper"], problem.params["step"]) == (F(3), F(16, 5), F(1, 5))


@pytest.mark.parametrize("part", COMPONENTS)
def test_every_component_of_the_schema_has_a_weight_somewhere(published: Published, part: str) -> None:
    assert problems(published, Scenario(MADIUN, 2024, weights={part: F(1, 5)})) == ()


def test_prepared_simulations_are_quick(published: Published, madiun: Stage) -> None:
    """A ratio in one process: a prepared what-if with its rank costs less than preparing the stage."""

    def seconds(run: Any) -> float:
        times = []
        for _ in range(7):
            start = time.perf_counter()
            run()
            times.append(time.perf_counter() - start)
        return sorted(times)[3]

    changed = Scenario(MADIUN, 2024, changes={"outcome": F(39, 10)})
    assert seconds(lambda: simulate(published, changed, madiun)) < seconds(lambda: stage(published, MADIUN, 2024)) / 2
