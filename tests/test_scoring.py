"""The engine: exact sums, missing-value rules, the array path equal to the exact one, ranks and rounding."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.instrument import DATA, Instrument, load_instrument
from kotacerdas.problem import Problem
from kotacerdas.scoring import (
    Plan,
    competition_ranks,
    round_half_up,
    round_half_up_many,
    score,
)
from tests.builders import instrument, node, two_components

CASES = yaml.safe_load((DATA.parent / "tests" / "cases" / "scoring.yaml").read_text(encoding="utf-8"))
REGULAR = load_instrument("evaluation-2024-regular")
PRIORITY = load_instrument("evaluation-2024-priority")
INSTRUMENTS = {"regular": REGULAR, "priority": PRIORITY, "2021": load_instrument("evaluation-2021")}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_reviewed_case(case: dict) -> None:
    card = score(case["answers"], INSTRUMENTS[case["instrument"]])
    assert card.value == Fraction(case["final"]) if case["final"] is not None else card.value is None
    if case.get("rounded"):
        assert round_half_up(card.value) == Decimal(case["rounded"])
    for node_id, points in case.get("contributions", {}).items():
        assert card[node_id].contribution == Fraction(points)
    if "coverage" in case:
        assert card.coverage == Fraction(case["coverage"])


def test_excluded_answers_renormalise_and_lower_coverage() -> None:
    card = score({"q1": 4, "b": 2}, two_components())
    assert card["a"].value == 4
    assert card["a"].coverage == Fraction(1, 2)
    assert card.value == Fraction(4, 4) + Fraction(3, 2)
    assert card.coverage == Fraction(7, 8)
    assert card["q2"].value is None
    assert card["q2"].contribution == 0 or card["q2"].contribution is None
    assert card["q1"].contribution == 1


def test_a_required_component_takes_the_final_away_not_to_zero() -> None:
    card = score({"q1": 4, "q2": 4}, two_components())
    assert card.value is None and card.contribution is None
    assert card["a"].value == 4
    assert card.coverage == Fraction(1, 4)


def test_zero_rule_counts_as_zero_and_says_so() -> None:
    card = score({"q1": 4, "q2": 4}, two_components(missing="zero"))
    assert card.value == 1
    assert card["b"].value is None
    assert card["b"].contribution == 0
    assert card["b"].rule == "zero"


def test_nothing_answered_has_no_value_even_with_a_zero_rule() -> None:
    assert score({}, PRIORITY).value is None


@pytest.mark.parametrize(
    ("answers", "key"),
    [
        ({"q999": 3}, "answer_unknown"),
        ({"q1": 5}, "answer_scale"),
        ({"q1": 0}, "answer_scale"),
        ({"q1": "three"}, "answer_number"),
        ({"q1": True}, "answer_number"),
        ({"q1": float("inf")}, "answer_number"),
        ({"q1": 3, "baseline": 3}, "answer_twice"),
    ],
)
def test_bad_answers_give_one_sentence(answers: dict, key: str) -> None:
    with pytest.raises(Problem) as caught:
        score(answers, REGULAR)
    assert caught.value.key == key
    for lang in LANGUAGES:
        assert next(iter(answers)) in Text(lang).problem(caught.value)


ANSWER = st.one_of(st.none(), st.integers(5, 20).map(lambda fifths: fifths / 5))


@st.composite
def filled(draw: st.DrawFn) -> tuple[Instrument, dict[str, float | None]]:
    chosen = draw(st.sampled_from([REGULAR, PRIORITY]))
    ids = [leaf.id for leaf in chosen.leaves]
    values = draw(st.lists(ANSWER, min_size=len(ids), max_size=len(ids)))
    return chosen, dict(zip(ids, values, strict=True))


@settings(max_examples=30, deadline=None)
@given(filled())
def test_children_add_up_and_the_root_contributes_its_value(pair: tuple[Instrument, dict]) -> None:
    card = score(pair[1], pair[0])
    assert card.contribution == card.value
    for item in card.walk():
        if item.children and item.contribution is not None:
            assert sum((c.contribution or 0) for c in item.children) == item.contribution
        assert 0 <= item.coverage <= 1


@settings(max_examples=30, deadline=None)
@given(filled())
def test_array_path_equals_the_exact_path(pair: tuple[Instrument, dict]) -> None:
    chosen, answers = pair
    plan = Plan(chosen)
    row = np.array([[np.nan if answers[leaf] is None else answers[leaf] for leaf in plan.leaves]])
    matrix = plan.score_matrix(row)[0]
    card = score(answers, chosen)
    assert set(plan.columns) | set(plan.leaves) == {node.id for node in chosen.nodes}
    for node_id, value in zip(plan.columns, matrix, strict=True):
        expected = card[node_id].value
        assert (expected is None) == bool(np.isnan(value)), node_id
        if expected is not None:
            assert value == pytest.approx(float(expected), abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(filled(), st.data())
def test_raising_an_answer_never_lowers_a_score(pair: tuple[Instrument, dict], data: st.DataObject) -> None:
    chosen, answers = pair
    given_ids = [key for key, value in answers.items() if value is not None and value < 4]
    if not given_ids:
        return
    which = data.draw(st.sampled_from(given_ids))
    before, after = score(answers, chosen), score({**answers, which: answers[which] + 0.2}, chosen)
    for old, new in zip(before.walk(), after.walk(), strict=True):
        if old.value is not None:
            assert new.value >= old.value


def test_given_inner_values_stand_in_the_array_path() -> None:
    plan = Plan(REGULAR)
    row = np.full((1, len(plan.columns)), np.nan)
    leaves = np.full((1, len(plan.leaves)), np.nan)
    given_values = {"baseline": 3.56, "output": 2.73, "outcome": 3.27, "impact": 3.18, "quick_win": 2.8}
    for key, value in given_values.items():
        row[0, plan.columns.index(key)] = value
    assert plan.score_matrix(leaves, given=row)[0, -1] == pytest.approx(
        float(score(given_values, REGULAR).value), abs=1e-12
    )


def test_rows_are_scored_independently() -> None:
    plan = Plan(REGULAR)
    rng = np.random.default_rng(7)
    rows = rng.integers(5, 21, (40, len(plan.leaves))) / 5
    rows[rng.random(rows.shape) < 0.2] = np.nan
    together = plan.score_matrix(rows)
    alone = np.vstack([plan.score_matrix(rows[i : i + 1]) for i in range(len(rows))])
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-12)


@given(st.fractions(min_value=0, max_value=5, max_denominator=2000))
def test_round_half_up_is_the_exact_rule(value: Fraction) -> None:
    rounded = Fraction(round_half_up(value))
    assert rounded - Fraction(1, 200) <= value < rounded + Fraction(1, 200)
    assert round_half_up_many([float(value)])[0] == pytest.approx(float(rounded), abs=1e-12)


def test_round_half_up_decides_ties_that_floats_miss() -> None:
    tie = Fraction(2675, 1000)
    assert round_half_up(tie) == Decimal("2.68")
    assert round(float(tie), 2) == 2.67
    assert round_half_up("3.8") == Decimal("3.80") and str(round_half_up("3.8")) == "3.80"


@given(st.lists(st.one_of(st.none(), st.integers(0, 12)), max_size=40))
def test_ranks_are_competition_ranks_of_exact_numbers(thirds: list[int | None]) -> None:
    exact_values = [None if x is None else Fraction(x, 3) for x in thirds]
    floats = [float("nan") if x is None else (x * 0.1) / 0.3 for x in thirds]
    ranks = competition_ranks(floats)
    for value, rank in zip(exact_values, ranks, strict=True):
        if value is None:
            assert np.isnan(rank)
        else:
            assert rank == 1 + sum(other is not None and other > value for other in exact_values)


def test_ranks_of_2056_scores_equal_exact_integer_arithmetic() -> None:
    rng = np.random.default_rng(11)
    plan = Plan(REGULAR)
    fifths = rng.integers(5, 21, (514 * 4, len(plan.leaves)))
    ranks = competition_ranks(plan.score_matrix(fifths / 5)[:, -1])
    sizes = {c.id: len(REGULAR.children[c.id]) for c in REGULAR.of_kind("component")}
    common = int(np.lcm.reduce(list(sizes.values())))
    whole = np.array(
        [int(REGULAR.weights[n.parent] * 10) * (common // sizes[n.parent]) for n in REGULAR.leaves], dtype=np.int64
    )
    totals = fifths.astype(np.int64) @ whole
    ordered = np.sort(totals)
    expected = 1 + len(totals) - np.searchsorted(ordered, totals, side="right")
    assert len(np.unique(totals)) < len(totals), "the case needs ties"
    np.testing.assert_array_equal(ranks, expected)


def test_a_deeper_tree_scores_level_by_level() -> None:
    deep = instrument(
        [
            node("r", None),
            node("a", "r", kind="aspect", weight="1/4", missing="exclude"),
            node("g", "a", kind="group", missing="exclude"),
            node("x", "g"),
            node("y", "g"),
            node("b", "r", kind="aspect", weight="3/4", missing="exclude"),
        ]
    )
    plan = Plan(deep)
    answers = {"x": 1, "y": 4, "b": 2}
    row = np.array([[answers[leaf] for leaf in plan.leaves]], dtype=float)
    assert plan.score_matrix(row)[0, -1] == pytest.approx(float(score(answers, deep).value))
    assert score(answers, deep).value == Fraction(5, 2) / 4 + Fraction(3, 2)


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_the_standard_is_the_plain_mean_of_the_answered_indicators(data: st.DataObject) -> None:
    standard = load_instrument("standard-2025")
    asked = data.draw(st.lists(st.sampled_from([leaf.id for leaf in standard.leaves]), min_size=1, unique=True))
    raw = {leaf: standard[leaf].rubric.domain.min for leaf in asked}
    card = score(raw, standard)
    points = [card[leaf].value for leaf in asked]
    assert card.value == Fraction(sum(points), len(points))
    assert card.coverage == Fraction(len(asked), 86)
    plan = Plan(standard)
    row = np.array([[float(card[leaf].value) if leaf in raw else np.nan for leaf in plan.leaves]])
    assert plan.score_matrix(row)[0, -1] == pytest.approx(float(card.value), abs=1e-12)
