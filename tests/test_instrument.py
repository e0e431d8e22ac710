"""The instrument model: exact numbers, weights, rubrics, and one sentence for every broken file."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.instrument import DIMENSIONS, Instrument, NumericRubric, exact, instrument_ids, load_instrument
from kotacerdas.problem import Problem
from kotacerdas.scoring import score
from tests.builders import instrument, instrument_dict, node


def test_exact_reads_decimals_and_fractions_without_binary_error() -> None:
    assert exact("1/11") == Fraction(1, 11)
    assert exact(3.56) == Fraction(356, 100)
    assert exact("0.005") * 2 == Fraction(1, 100)


@pytest.mark.parametrize(
    "bad",
    ["three", "", "nan", float("nan"), float("inf"), "1e", True, "1/0", "1e999999999", "0e999999999", "1e-999999999",
     "9" * 5000, "٣", "1_0", "0x10", "1,5", [1], {"a": 1}, None],
)  # fmt: skip
def test_exact_refuses_what_is_no_number(bad: object) -> None:
    with pytest.raises(ValueError, match="number"):
        exact(bad)


@pytest.mark.parametrize("name", instrument_ids())
def test_committed_instruments_hold(name: str) -> None:
    loaded = load_instrument(name)
    assert sum(loaded.effective_weight(leaf.id) for leaf in loaded.leaves) == 1
    for item in loaded.nodes:
        assert item.label.id.strip() and item.label.en.strip()
        assert len(item.label.id) <= 70 and len(item.label.en) <= 70


def test_2024_weights_are_the_published_ones() -> None:
    regular = load_instrument("evaluation-2024-regular")
    priority = load_instrument("evaluation-2024-priority")
    tenths = {c.id: regular.weights[c.id] * 10 for c in regular.of_kind("component")}
    assert tenths == {"baseline": 1, "output": 2, "outcome": 3, "impact": 2, "quick_win": 2}
    tenths = {c.id: priority.weights[c.id] * 10 for c in priority.of_kind("component")}
    assert tenths == {"baseline": 1, "output": 2, "outcome": 2, "impact": 2, "quick_win": 2, "collaboration": 1}
    assert priority["collaboration"].missing == "zero"
    assert [q.id for q in priority.of_kind("question")] == [q.id for q in regular.of_kind("question")]


def test_2024_questions_carry_the_published_dimensions() -> None:
    regular = load_instrument("evaluation-2024-regular")
    spans = {
        "outcome": {"governance": (17, 22), "branding": (23, 26), "economy": (27, 29), "living": (30, 36),
                    "society": (37, 42), "environment": (43, 45)},
        "impact": {"governance": (50, 58), "branding": (59, 67), "economy": (68, 76), "living": (77, 85),
                   "society": (86, 94), "environment": (95, 103)},
    }  # fmt: skip
    for component, blocks in spans.items():
        for dimension, (first, last) in blocks.items():
            assert [n.id for n in regular.block(component, dimension)] == [f"q{i}" for i in range(first, last + 1)]
    untagged = [n.id for n in regular.of_kind("question") if n.dimension is None]
    assert untagged == [f"q{i}" for i in (*range(1, 17), *range(46, 50), *range(104, 116))]
    assert set(DIMENSIONS) == set(spans["impact"])


BROKEN = {
    "weights_sum": [node("r", None), node("a", "r", weight="0.5"), node("b", "r", weight="0.4")],
    "instrument_duplicate": [node("r", None), node("a", "r"), node("a", "r")],
    "instrument_root": [node("r", None), node("s", None)],
    "instrument_parent": [node("r", None), node("a", "nobody")],
    "instrument_cycle": [node("r", None), node("a", "b"), node("b", "a")],
    "instrument_scale": [node("r", None), node("a", "r", scale="unknown")],
    "field_invalid": [node("r", None), node("a", "r", wait="0.5")],
}


@pytest.mark.parametrize("key", BROKEN)
def test_a_broken_file_gives_one_sentence_that_names_it(key: str) -> None:
    with pytest.raises(Problem) as caught:
        instrument(BROKEN[key])
    assert caught.value.key == key
    for lang in LANGUAGES:
        sentence = Text(lang).problem(caught.value)
        assert "synthetic.yaml" in sentence
        assert sentence.endswith(".") and "\n" not in sentence


def test_negative_weights_are_refused_even_when_they_sum_to_one() -> None:
    with pytest.raises(Problem, match="weights_sum"):
        instrument([node("r", None), node("a", "r", weight="1.5"), node("b", "r", weight="-0.5")])


def test_numbers_too_large_for_a_float_are_still_one_sentence() -> None:
    with pytest.raises(Problem) as sum_:
        instrument([node("r", None), node("a", "r", weight="1e400")])
    held = instrument([node("r", None), node("a", "r")])
    with pytest.raises(Problem) as answer:
        score({"a": "1e400"}, held)
    assert (sum_.value.key, answer.value.key) == ("weights_sum", "answer_scale")
    for lang in LANGUAGES:
        assert "1e+400" in Text(lang).problem(sum_.value) and "1e+400" in Text(lang).problem(answer.value)


def test_unknown_instrument_lists_the_choices() -> None:
    with pytest.raises(Problem) as caught:
        load_instrument("../../etc/passwd")
    assert "evaluation-2021" in Text("id").problem(caught.value)


def rubric(better: str, bounds: list[str], low: object = 0, top: object = 100) -> NumericRubric:
    return NumericRubric.model_validate({"better": better, "domain": {"min": low, "max": top}, "bounds": bounds})


def test_rubric_cuts_belong_to_the_side_they_are_written_for() -> None:
    higher = rubric("higher", ["10", "30+", "50", "70"])
    assert [higher.score(x) for x in (0, "9.999", 10, 30, "30.001", 50, 70, 100)] == [1, 1, 2, 2, 3, 4, 5, 5]
    lower = rubric("lower", ["10", "30-", "50", "70"])
    assert [lower.score(x) for x in (0, 10, "10.001", "29.9", 30, 50, 51, 70, 71)] == [5, 5, 4, 4, 3, 3, 2, 2, 1]


@given(
    cuts=st.lists(st.integers(1, 99), min_size=4, max_size=4, unique=True).map(sorted),
    better=st.sampled_from(["higher", "lower"]),
    value=st.decimals(0, 100, places=3),
)
def test_rubric_covers_every_value_and_never_turns(cuts: list[int], better: str, value: object) -> None:
    read = rubric(better, [str(c) for c in cuts])
    here = read.score(value)
    assert 1 <= here <= 5
    step = 1 if better == "higher" else -1
    assert (read.score(100) - here) * step >= 0
    assert (here - read.score(0)) * step >= 0


@pytest.mark.parametrize("bounds", [["10", "10", "50", "70"], ["10", "50", "30", "70"], ["10", "30", "50", "170"]])
def test_rubric_with_a_gap_overlap_or_empty_level_is_refused(bounds: list[str]) -> None:
    nodes = [
        node("r", None),
        node("i1", "r", rubric={"better": "higher", "domain": {"min": 0, "max": 100}, "bounds": bounds}),
    ]
    with pytest.raises(Problem) as caught:
        instrument(nodes)
    assert "i1" in Text("id").problem(caught.value)


def test_rubric_refuses_values_outside_its_domain() -> None:
    read = rubric("higher", ["10", "30", "50", "70"])
    with pytest.raises(ValueError, match="101"):
        read.score(101)
    assert Text("en")("reason.span", **read.accepted.params) == "0 to 100"


def test_extends_overrides_by_id_and_keeps_the_rest() -> None:
    base, over = load_instrument("evaluation-2024-regular"), load_instrument("evaluation-2024-priority")
    assert over["q17"] == base["q17"]
    assert over["outcome"].label == base["outcome"].label
    assert over.weights["outcome"] != base.weights["outcome"]


def test_from_dict_is_pure() -> None:
    data = instrument_dict([node("r", None), node("a", "r")])
    Instrument.from_dict(data)
    assert data == instrument_dict([node("r", None), node("a", "r")])
