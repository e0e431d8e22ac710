"""Agreement of a panel: the published example, a slow direct definition, and what happens where marks are missing."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kotacerdas.i18n import Text
from kotacerdas.interview.agreement import COVERS, DRAWS, FEWEST, Level, alpha, array, disputes, severity
from kotacerdas.problem import Problem

LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval", "ratio")

EXAMPLE = np.array(
    [
        [math.nan if mark == "." else float(mark) for mark in row.split()]
        for row in (
            "1 2 3 3 2 1 4 1 2 . . .",
            "1 2 3 3 2 2 4 1 2 5 . 3",
            ". 3 3 3 2 3 4 2 2 5 1 .",
            "1 2 3 3 2 4 4 1 2 5 1 .",
        )
    ]
)
"""Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: four observers, twelve units."""

panels = arrays(
    float,
    st.tuples(st.integers(1, 6), st.integers(1, 15)),
    elements=st.sampled_from([1.0, 2.0, 3.0, 4.0, math.nan]),
)
"""Synthetic marks with gaps."""


def sample(seed: int = 1, assessors: int = 5, questions: int = 115) -> np.ndarray:
    """Synthetic marks that agree more or less."""
    chance = np.random.default_rng(seed)
    truth = chance.integers(1, 5, questions)
    shifts = chance.integers(-1, 2, (assessors, questions)) * (chance.random((assessors, questions)) < 0.4)
    return np.clip(truth + shifts, 1, 4).astype(float)


def directly(marks: np.ndarray, level: Level) -> float | None:
    """Alpha as it is defined, pair by pair: mean distance within questions over mean distance of all pairable marks."""
    units = [[float(mark) for mark in column if not math.isnan(mark)] for column in marks.T]
    units = [unit for unit in units if len(unit) > 1]
    pool = [mark for unit in units for mark in unit]

    def distance(one: float, two: float) -> float:
        if level == "nominal":
            return float(one != two)
        if level == "ordinal":
            low, high = sorted((one, two))
            between = sum(1 for mark in pool if low <= mark <= high)
            return (between - (pool.count(one) + pool.count(two)) / 2) ** 2
        return (one - two) ** 2 if level == "interval" else ((one - two) / (one + two)) ** 2

    total = len(pool)
    if total < 2 or len(set(pool)) < 2:
        return None
    observed = sum(sum(distance(a, b) for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in units) / total
    expected = sum(distance(a, b) for a, b in permutations(pool, 2)) / (total * (total - 1))
    return 1 - observed / expected


# -- alpha ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "printed"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_the_published_example(level: Level, printed: float) -> None:
    found = alpha(EXAMPLE, level)
    assert found.value == pytest.approx(printed, abs=0.0005)
    assert (found.pairable, found.questions, found.level) == (40, 11, level), "the twelfth unit has a single value"


@given(panels, st.sampled_from(LEVELS))
def test_it_is_the_slow_definition(marks: np.ndarray, level: Level) -> None:
    found, slow = alpha(marks, level, draws=50), directly(marks, level)
    if slow is None:
        assert found.value is None and found.why is not None
    else:
        assert found.value == pytest.approx(slow, abs=1e-9)
        assert found.value <= 1 + 1e-12 and found.why is None


@given(panels, st.randoms(use_true_random=False))
def test_neither_the_order_of_assessors_nor_of_questions_matters(marks: np.ndarray, chance) -> None:  # type: ignore[no-untyped-def]
    rows, columns = list(range(marks.shape[0])), list(range(marks.shape[1]))
    chance.shuffle(rows)
    chance.shuffle(columns)
    mixed = alpha(marks[rows][:, columns], draws=10).value
    plain = alpha(marks, draws=10).value
    assert mixed == (None if plain is None else pytest.approx(plain, abs=1e-9))


def test_full_agreement_is_one_and_chance_is_about_nothing() -> None:
    same = np.tile(sample()[0], (5, 1))
    found = alpha(same)
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)
    noise = np.random.default_rng(5).integers(1, 5, (5, 400)).astype(float)
    assert alpha(noise).value == pytest.approx(0, abs=0.05)
    opposed = np.array([[1.0, 4.0] * 10, [4.0, 1.0] * 10])
    assert alpha(opposed).value < -0.9  # type: ignore[operator]


def test_ordinal_counts_a_near_miss_less_than_a_far_one() -> None:
    near, far = sample()[:1].repeat(2, axis=0), sample()[:1].repeat(2, axis=0)
    near[1] = np.clip(near[0] + np.where(near[0] < 4, 1, -1), 1, 4)
    far[1] = np.where(far[0] <= 2, 4, 1)
    assert alpha(near).value > alpha(far).value  # type: ignore[operator]


def test_the_interval_is_the_same_every_time_and_holds_the_value() -> None:
    first, second = alpha(sample()), alpha(sample())
    assert first == second and first.draws == DRAWS and COVERS == 0.95
    assert first.low < first.value < first.high  # type: ignore[operator]
    other = alpha(sample(), seed=7)
    assert other.value == first.value and other.low != first.low
    assert other.low == pytest.approx(first.low, abs=0.02)  # type: ignore[arg-type]


def test_the_interval_is_the_middle_of_alphas_of_drawn_questions() -> None:
    marks = sample(3, questions=40)
    found = alpha(marks, draws=300, seed=11)
    picked = np.random.default_rng(11).integers(40, size=(300, 40))
    slow = sorted(alpha(marks[:, row], draws=1).value or math.nan for row in picked)
    assert [found.low, found.high] == pytest.approx(np.quantile(slow, [0.025, 0.975]).tolist())


def test_more_questions_make_a_narrower_interval() -> None:
    few, many = alpha(sample(questions=20)), alpha(sample(questions=400))
    assert few.high - few.low > 2 * (many.high - many.low)  # type: ignore[operator]


def test_draws_without_variation_are_left_out_and_not_counted() -> None:
    marks = np.full((3, 12), 2.0)
    marks[:, 0] = [2, 2, 3]
    found = alpha(marks)
    assert found.value is not None and 0 < found.draws < DRAWS
    assert found.low is not None and found.high is not None and not math.isnan(found.low + found.high)


@pytest.mark.parametrize(
    ("marks", "key", "pairable"),
    [
        (np.full((5, 115), math.nan), "agreement_assessors", 0),
        (np.zeros((0, 0)), "agreement_assessors", 0),
        (np.zeros((5, 0)), "agreement_assessors", 0),
        (sample()[:1], "agreement_assessors", 0),
        (np.vstack([sample()[:1], np.full((4, 115), math.nan)]), "agreement_assessors", 0),
        (np.array([[1.0, math.nan], [math.nan, 4.0]]), "agreement_pairs", 0),
        (np.full((5, 115), 3.0), "agreement_variation", 575),
        (np.array([[3.0, 3.0, 1.0], [3.0, 3.0, math.nan]]), "agreement_variation", 4),
    ],
    ids=["all missing", "nothing", "no question", "one", "one of five", "no pair", "all alike", "pairs alike"],
)
def test_without_a_value_it_says_why(marks: np.ndarray, key: str, pairable: int) -> None:
    for level in LEVELS:
        found = alpha(marks, level)
        assert (found.value, found.low, found.high, found.draws, found.pairable) == (None, None, None, 0, pairable)
        assert isinstance(found.why, Problem) and found.why.key == key
        for t in (Text("id"), Text("en")):
            assert "{" not in t.problem(found.why)


def test_too_few_questions_have_no_interval() -> None:
    nine, ten = alpha(sample(questions=FEWEST - 1)), alpha(sample(questions=FEWEST))
    assert nine.value is not None and (nine.low, nine.high, nine.draws) == (None, None, 0)
    assert ten.low is not None and ten.low <= ten.value <= ten.high  # type: ignore[operator]


@pytest.mark.parametrize("marks", [[1.0, 2.0], [[1.0, math.inf]]])
def test_what_is_no_table_of_marks_is_a_defect(marks: object) -> None:
    for call in (alpha, severity, lambda m: disputes(m, ["q1"])):
        with pytest.raises(ValueError, match="assessors x questions"):
            call(marks)  # type: ignore[operator]
    with pytest.raises(ValueError, match="ratio"):
        alpha([[-1.0, 2.0], [1.0, 2.0]], "ratio")


# -- severity ---------------------------------------------------------------------------------------------------


def test_who_marks_a_point_higher_than_the_others_is_seen() -> None:
    others = np.tile(np.array([1.0, 2.0, 3.0] * 10), (4, 1))
    found = severity(np.vstack([others[0] + 1, others]))
    assert found[0].deviation == pytest.approx(1.0) and found[0].low == found[0].high == pytest.approx(1.0)
    assert [one.deviation for one in found[1:]] == pytest.approx([-0.25] * 4)
    assert [one.assessor for one in found] == [0, 1, 2, 3, 4] and found[0].questions == found[0].marks == 30


@given(panels)
def test_a_deviation_is_the_mean_distance_from_the_others(marks: np.ndarray) -> None:
    for n, one in enumerate(severity(marks, draws=20)):
        apart = []
        for column in marks.T:
            rest = [mark for m, mark in enumerate(column) if m != n and not math.isnan(mark)]
            if rest and not math.isnan(column[n]):
                apart.append(column[n] - sum(rest) / len(rest))
        assert one.questions == len(apart) and one.marks == (~np.isnan(marks[n])).sum()
        assert one.deviation == (pytest.approx(sum(apart) / len(apart), abs=1e-9) if apart else None)
        assert (one.low is None) == (one.high is None) == (len(apart) < FEWEST)


def test_an_assessor_is_only_compared_where_others_marked_too() -> None:
    marks = np.full((3, 20), math.nan)
    marks[0, :12] = 4.0
    marks[1, 4:16] = 1.0
    first, second, absent = severity(marks)
    assert (first.deviation, first.questions, first.marks) == (3.0, 8, 12)
    assert (second.deviation, second.low) == (-3.0, None), "eight questions are too few for an interval"
    assert (absent.deviation, absent.low, absent.questions, absent.marks) == (None, None, 0, 0)


def test_severity_has_an_interval_that_comes_out_the_same_every_time() -> None:
    first, second = severity(sample()), severity(sample())
    assert first == second
    for one in first:
        assert one.low < one.deviation < one.high  # type: ignore[operator]


@pytest.mark.parametrize("shape", [(0, 0), (5, 0), (1, 115), (5, 115)])
def test_severity_without_anything_to_compare_is_none(shape: tuple[int, int]) -> None:
    marks = np.full(shape, math.nan) if shape[0] > 1 else sample()[: shape[0], : shape[1]]
    assert all(one.deviation is None and one.low is None for one in severity(marks))
    assert len(severity(marks)) == shape[0]


# -- disputes ---------------------------------------------------------------------------------------------------


def test_the_most_disputed_question_comes_first() -> None:
    marks = np.array([[3, 1, 1, 2], [3, 4, 2, 2], [3, 4, 2, 3], [3, 1, 1, 2], [3, 4, 1, 2]], dtype=float)
    found = disputes(marks, ["a", "b", "c", "d"])
    assert [one.question for one in found] == ["b", "c", "d", "a"]
    assert (found[0].marks, found[0].count, found[0].mean) == ((1, 4, 4, 1, 4), 5, 2.8)
    assert found[0].spread == pytest.approx(math.sqrt(2.7)) and (found[0].low, found[0].high) == (1, 4)
    assert found[-1].spread == 0


@given(panels)
def test_every_question_is_there_once_with_its_own_figures(marks: np.ndarray) -> None:
    names = [f"q{n}" for n in range(marks.shape[1])]
    found = disputes(marks, names)
    assert sorted(one.question for one in found) == sorted(names)
    spreads = [-1.0 if one.spread is None else round(one.spread, 9) for one in found]
    assert spreads == sorted(spreads, reverse=True)
    for one in found:
        column = [mark for mark in marks[:, int(one.question[1:])] if not math.isnan(mark)]
        assert one.count == len(column) and [mark for mark in one.marks if mark is not None] == column
        assert one.mean == (pytest.approx(np.mean(column)) if column else None)
        assert one.spread == (pytest.approx(np.std(column, ddof=1)) if len(column) > 1 else None)
        assert (one.low, one.high) == ((min(column), max(column)) if column else (None, None))


def test_equal_spreads_keep_the_order_of_the_questions() -> None:
    marks = np.tile(np.array([[1.0], [2.0], [4.0]]), (1, 30))
    names = [f"q{n}" for n in range(30)]
    assert [one.question for one in disputes(marks, names)] == names


def test_as_many_names_as_questions() -> None:
    with pytest.raises(ValueError, match="4 columns for 3"):
        disputes(np.ones((2, 4)), ["a", "b", "c"])


# -- the array --------------------------------------------------------------------------------------------------


def test_marks_become_an_array_in_the_order_asked_for() -> None:
    marks = {"s2": {"q1": "3", "q2": None}, "s1": {"q2": 4, "q9": 1}}
    found = array(marks, ["s1", "s2", "s3"], ["q1", "q2"])
    np.testing.assert_array_equal(found, [[math.nan, 4], [3, math.nan], [math.nan, math.nan]])
    with pytest.raises(Problem, match="answer_number"):
        array({"s1": {"q1": "x"}}, ["s1"], ["q1"])
