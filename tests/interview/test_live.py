"""The live result is the scored result of the marks so far, its range holds every way the open questions can go."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotacerdas.instrument import Instrument, load_instrument
from kotacerdas.interview.live import Sheet, live, panel
from kotacerdas.levels import load_levels
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.scoring import round_half_up, score
from tests.builders import instrument, node

MADIUN = "35.77"
LEVELS = load_levels()
INSTRUMENTS = {
    name: load_instrument(name) for name in ("evaluation-2024-regular", "evaluation-2024-priority", "standard-2025")
}
EVALUATIONS = ("evaluation-2024-regular", "evaluation-2024-priority")


def synthetic() -> Instrument:
    """A small tree with every rule for a missing child."""
    return instrument(
        [
            node("final", None),
            node("a", "final", weight="0.4", missing="require"),
            node("a1", "a"),
            node("a2", "a"),
            node("b", "final", weight="0.4", missing="pool"),
            node("b1", "b"),
            node("b2", "b"),
            node("b3", "b"),
            node("c", "final", weight="0.2", missing="zero"),
            node("c1", "c"),
            node("c2", "c"),
        ]
    )


SHEETS = {name: Sheet(found, LEVELS) for name, found in INSTRUMENTS.items()} | {"synthetic": Sheet(synthetic(), LEVELS)}


def drawn(sheet: Sheet, seed: int, share: float) -> dict[str, object]:
    """Synthetic marks for a share of the questions (raw values where a rubric reads them)."""
    chance = random.Random(seed)
    marks: dict[str, object] = {}
    for leaf in sheet.instrument.leaves:
        if chance.random() >= share:
            continue
        if leaf.rubric is None:
            marks[leaf.id] = chance.choice([1, 2, 3, 4, "3", Fraction(13, 5), Decimal("2.2")])
        elif leaf.rubric.kind == "choice":
            marks[leaf.id] = chance.choice(leaf.rubric.options).score
        else:
            marks[leaf.id] = chance.choice([leaf.rubric.domain.min, *(bound.value for bound in leaf.rubric.bounds)])
    return marks


sheets = st.sampled_from(sorted(SHEETS)).map(SHEETS.__getitem__)
seeds = st.integers(0, 10**6)
shares = st.sampled_from([0.0, 0.02, 0.1, 0.5, 0.9, 1.0])


# -- against what was published ---------------------------------------------------------------------------------


def test_the_published_question_scores_of_kota_madiun_give_its_published_result(published: Published) -> None:
    result = SHEETS["evaluation-2024-regular"].live(published.answers(MADIUN, 2024))
    assert result.final == result.low == result.high == Decimal("3.80")
    assert result.level == result.level_low == result.level_high == 4
    assert (result.answered, result.questions, result.open, result.coverage) == (115, 115, (), 1)
    printed = published.results(2024).loc[MADIUN]
    for part in result.components:
        assert round_half_up(part.value) == round_half_up(printed[part.id]), part.id
        assert part.answered == part.questions and part.low == part.value == part.high
    assert sum(part.points for part in result.components if part.points) == result.value


def test_half_of_them_leave_a_range_round_the_published_final(published: Published) -> None:
    answers = published.answers(MADIUN, 2024)
    half = dict(list(answers.items())[::2])
    result = live(half, INSTRUMENTS["evaluation-2024-regular"], LEVELS)
    assert result.least < Fraction("3.8") < result.most
    assert result.answered == 58 and len(result.open) == 57 and not result.complete
    assert set(result.open) == set(answers) - set(half)


# -- rules ------------------------------------------------------------------------------------------------------


@given(sheets, seeds, shares)
def test_it_stands_where_the_marks_so_far_are_scored(sheet: Sheet, seed: int, share: float) -> None:
    marks = drawn(sheet, seed, share)
    result, card = sheet.live(marks), score(marks, sheet.instrument)
    assert result.value == card.value and result.coverage == card.coverage
    assert result.final == (None if card.value is None else round_half_up(card.value))
    assert result.level == LEVELS.over(sheet.instrument.bounds).of(result.final), "the draft standard has scores of 1-5"
    assert [part.value for part in result.components] == [part.value for part in card.children]
    assert [part.coverage for part in result.components] == [part.coverage for part in card.children]
    assert [part.points for part in result.components] == [part.contribution for part in card.children]


@given(sheets, seeds)
def test_with_every_question_answered_nothing_is_open_to_change(sheet: Sheet, seed: int) -> None:
    marks = drawn(sheet, seed, 1.1)
    result = sheet.live(marks)
    assert result.complete and result.coverage == 1
    assert result.least == result.value == result.most == score(marks, sheet.instrument).value


@given(st.sampled_from(EVALUATIONS), seeds, shares)
def test_it_stands_between_the_lowest_and_the_highest_possible(name: str, seed: int, share: float) -> None:
    """Of the evaluations alone: a pooled child (as in the synthetic tree) counts by what is answered of it, so that the
    others weigh more as it stands than they can in the end."""
    sheet = SHEETS[name]
    result = sheet.live(drawn(sheet, seed, share))
    assert result.least <= result.most and result.low <= result.high
    if result.value is not None:
        assert result.least <= result.value <= result.most
        assert result.level_low <= result.level <= result.level_high  # type: ignore[operator]
    for part in result.components:
        if part.value is not None:
            assert part.low <= part.value <= part.high


@given(sheets, seeds, shares, seeds)
def test_however_the_open_questions_go_the_final_is_in_the_range(
    sheet: Sheet, seed: int, share: float, other: int
) -> None:
    marks = drawn(sheet, seed, share)
    result = sheet.live(marks)
    ended = sheet.live(drawn(sheet, other, 1.1) | marks)
    assert ended.value is not None and result.least <= ended.value <= result.most


@given(st.sampled_from(EVALUATIONS), seeds, shares)
def test_the_ends_of_the_range_are_all_open_questions_at_their_ends(name: str, seed: int, share: float) -> None:
    sheet = SHEETS[name]
    marks = drawn(sheet, seed, share)
    result = sheet.live(marks)
    best = {leaf.id: 4 for leaf in sheet.instrument.leaves} | marks
    worst = {leaf.id: 1 for leaf in sheet.instrument.leaves if leaf.missing != "zero"} | marks
    assert result.most == score(best, sheet.instrument).value
    assert result.least == score(worst, sheet.instrument).value


@given(sheets, seeds, st.sampled_from([0.1, 0.5, 1.1]), st.data())
def test_a_higher_mark_never_lowers_anything(sheet: Sheet, seed: int, share: float, data: st.DataObject) -> None:
    marks = drawn(sheet, seed, share)
    plain = [name for name in marks if sheet.instrument[name].rubric is None]
    if not plain:
        return
    name = data.draw(st.sampled_from(plain))
    before, after = sheet.live(marks | {name: 2}), sheet.live(marks | {name: data.draw(st.sampled_from([3, 4]))})
    assert before.least < after.least and before.most < after.most
    assert (before.value is None) == (after.value is None)
    if before.value is not None and after.value is not None:
        assert before.value < after.value and before.final <= after.final  # type: ignore[operator]


@given(sheets, seeds, shares, st.data())
def test_what_a_question_can_still_change_is_what_a_new_result_says(
    sheet: Sheet, seed: int, share: float, data: st.DataObject
) -> None:
    marks = drawn(sheet, seed, share)
    plain = [leaf.id for leaf in sheet.instrument.leaves if leaf.rubric is None]
    if not plain:
        return
    question = data.draw(st.sampled_from(plain))
    still = sheet.live(marks).still(question)
    assert list(still.at) == [1, 2, 3, 4]
    assert still.mark == (None if question not in marks else Fraction(str(marks[question])))
    for mark, outlook in still.at.items():
        again = sheet.live(marks | {question: mark})
        for name in ("value", "least", "most", "final", "low", "high", "level", "level_low", "level_high"):
            assert getattr(outlook, name) == getattr(again, name), name


@given(st.sampled_from(EVALUATIONS), seeds)
def test_a_step_is_worth_its_points_in_the_complete_final(name: str, seed: int) -> None:
    sheet = SHEETS[name]
    complete = sheet.live(drawn(sheet, seed, 1.1))
    for question in ("q1", "q60", "q115"):
        still = complete.still(question)
        values = [outlook.value for outlook in still.at.values()]
        assert [b - a for a, b in zip(values, values[1:], strict=False)] == [still.step] * 3  # type: ignore[operator]
        assert still.step == sheet.instrument.effective_weight(question)


def test_the_range_of_every_score_is_that_of_all_ways_the_open_questions_can_go() -> None:
    """Every way is tried out on a small tree: the ends are reached, and nothing lies outside."""
    tree = instrument(
        [
            node("final", None), node("a", "final", weight="0.7"), node("a1", "a", weight="0.3"),
            node("a2", "a", weight="0.7"), node("b", "final", weight="0.3", missing="require"),
            node("b1", "b"), node("b2", "b"),
        ]
    )  # fmt: skip
    marks = {"a1": 2}
    result = live(marks, tree, LEVELS)
    assert result.final is None, "a component has no mark: there is a range all the same"
    for mark, outlook in result.still("a2").at.items():
        ways = [{**marks, "a2": mark, "b1": x, "b2": y} for x in range(1, 5) for y in range(1, 5)]
        finals = [score(way, tree).value for way in ways]
        assert all(one is not None for one in finals)
        assert (outlook.least, outlook.most) == (min(finals), max(finals))  # type: ignore[type-var]
        levels = [LEVELS.of(round_half_up(one)) for one in finals]  # type: ignore[arg-type]
        assert (outlook.level_low, outlook.level_high) == (min(levels), max(levels))  # type: ignore[type-var]
    every = list(result.still("a2").at.values())
    assert (result.least, result.most) == (every[0].least, every[-1].most)


# -- parts ------------------------------------------------------------------------------------------------------


def test_no_marks_no_final_and_the_whole_scale_is_possible() -> None:
    result = SHEETS["evaluation-2024-regular"].live({})
    assert (result.value, result.final, result.level) == (None, None, None)
    assert (result.low, result.high) == (Decimal("1.00"), Decimal("4.00"))
    assert (result.level_low, result.level_high) == (1, 5)
    assert [(part.answered, part.questions) for part in result.components] == [(0, n) for n in (5, 11, 33, 54, 12)]
    assert all(part.value is None and part.points is None for part in result.components)


def test_a_final_only_when_every_component_has_a_mark() -> None:
    sheet = SHEETS["evaluation-2024-regular"]
    first = [sheet.instrument.children[part.id][0].id for part in sheet.instrument.parts]
    assert sheet.live(dict.fromkeys(first[:-1], 3)).final is None
    assert sheet.live(dict.fromkeys(first, 3)).final == Decimal("3.00")
    almost = sheet.live(dict.fromkeys(first[:-1], 3))
    assert almost.components[0].value == 3 and almost.components[-1].value is None
    assert almost.still(first[-1]).at[Fraction(3)].final == Decimal("3.00")


def test_a_missing_collaboration_counts_as_nothing_and_need_not_be_filled_in() -> None:
    sheet = SHEETS["evaluation-2024-priority"]
    marks = {leaf.id: 4 for leaf in sheet.instrument.leaves if leaf.id != "collaboration"}
    result = sheet.live(marks)
    assert result.complete and result.open == () and (result.answered, result.questions) == (115, 116)
    assert result.final == result.low == Decimal("3.60") and result.high == Decimal("4.00")
    assert result.components[-1].rule == "zero" and result.components[-1].points == 0
    assert result.components[0].rule is None


def test_where_one_question_of_an_empty_part_has_a_mark_the_others_need_one_too() -> None:
    sheet = SHEETS["synthetic"]
    assert not {"c1", "c2"} & {*sheet.live({}).open}
    assert "c2" in sheet.live({"c1": 3}).open


def test_the_level_is_that_of_the_rounded_final_in_the_reading_asked_for() -> None:
    found = instrument([node("final", None), node("q1", "final")])
    near = Fraction("3.995")  # rounds half-up to 4.00, which is the start of the fifth level
    assert live({"q1": near}, found, LEVELS).level == 5
    assert live({"q1": 3}, found, LEVELS, "literal").level == 3 != LEVELS.of(3, "linear") + 1
    assert live({"q1": 2}, found, LEVELS).level == 2 == live({"q1": 2}, found, LEVELS, "literal").level


def test_a_question_without_weight_gives_no_value() -> None:
    found = instrument([node("final", None), node("q1", "final", weight="0"), node("q2", "final", weight="1")])
    for marks in ({"q1": 4}, {"q2": 3}, {"q1": 4, "q2": 3}):
        assert live(marks, found, LEVELS).value == score(marks, found).value
    assert live({"q1": 4}, found, LEVELS).value is None


def test_a_rubric_is_tried_out_at_the_scores_it_can_give() -> None:
    sheet = SHEETS["standard-2025"]
    empty = sheet.live({})
    assert (empty.least, empty.most) == (1, 5)
    for leaf in sheet.instrument.leaves:
        assert list(empty.still(leaf.id).at) == [1, 2, 3, 4, 5]
    numeric = next(leaf for leaf in sheet.instrument.leaves if leaf.rubric and leaf.rubric.kind == "numeric")
    raw = numeric.rubric.domain.min  # type: ignore[union-attr]
    assert sheet.live({numeric.id: raw}).still(numeric.id).mark == numeric.rubric.score(raw)  # type: ignore[union-attr]


def test_other_marks_can_be_tried_out() -> None:
    result = SHEETS["evaluation-2024-regular"].live({"q1": 3})
    assert list(result.still("q2", at=["2.6", 4]).at) == [Fraction(13, 5), 4]


@pytest.mark.parametrize(
    ("marks", "key"),
    [
        ({"q999": 1}, "live_question"),
        ({"baseline": 3}, "live_question"),
        ({"q1": 5}, "answer_scale"),
        ({"q1": 0}, "answer_scale"),
        ({"q1": "three"}, "answer_number"),
        ({"q1": True}, "answer_number"),
        ({"q1": float("nan")}, "answer_number"),
    ],
)
def test_what_is_no_mark_is_refused(marks: dict[str, object], key: str) -> None:
    with pytest.raises(Problem) as caught:
        SHEETS["evaluation-2024-regular"].live(marks)
    assert caught.value.key == key


def test_trying_out_what_is_no_mark_is_refused() -> None:
    result = SHEETS["evaluation-2024-regular"].live({})
    with pytest.raises(Problem, match="live_question"):
        result.still("final")
    with pytest.raises(Problem, match="answer_scale"):
        result.still("q1", at=[5])


# -- the mean of a panel ----------------------------------------------------------------------------------------


def test_a_panel_of_five_has_exact_means() -> None:
    marks = {f"s{n}": {"q1": mark, "q2": "4"} for n, mark in enumerate((1, 2, 2, 3, 4))}
    found = panel(marks, 5)
    assert found.means == {"q1": Fraction(12, 5), "q2": 4}
    assert found.counts == {"q1": 5, "q2": 5} and not found.provisional and found.short == ()


def test_fewer_marks_than_the_round_asks_for_are_provisional_and_counted() -> None:
    four = panel({f"s{n}": {"q1": 4} for n in range(4)}, 5)
    assert four.provisional and four.short == ("q1",) and four.counts["q1"] == 4 and four.seats == 4
    gap = panel({"s1": {"q1": 4, "q2": 1}} | {f"s{n}": {"q1": 4, "q2": None} for n in range(2, 6)}, 5)
    assert gap.provisional and gap.short == ("q2",) and gap.means["q2"] == 1 and gap.counts["q2"] == 1
    assert panel({}, 5).provisional and panel({}, 5).means == {}


def test_a_mark_of_a_panel_that_is_no_number_is_refused() -> None:
    with pytest.raises(Problem, match="answer_number"):
        panel({"s1": {"q1": "four"}}, 5)
