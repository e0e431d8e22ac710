"""The draft 2025 standard as data: its tree, its weights and all 86 rubrics.

`level` below is a second, independent reading of the rubric notation, so that a mistake in the
engine and one in the file cannot hide each other; `cases/standard-2025.yaml` was chosen from the
print, not from the bounds.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kotacerdas.instrument import DATA, NumericRubric, load_instrument

INSTRUMENT = load_instrument("standard-2025")
FILE = yaml.safe_load((DATA / "instruments" / "standard-2025.yaml").read_text(encoding="utf-8"))
INDICATORS = {node["id"]: node for node in FILE["nodes"] if node["kind"] == "indicator"}
RUBRICS = {name: node["rubric"] for name, node in INDICATORS.items()}
CASES = yaml.safe_load((Path(__file__).parent / "cases" / "standard-2025.yaml").read_text(encoding="utf-8"))

NUMBERS = [n for n in range(1, 93) if n not in (1, 2, 3, 10, 11, 62)]
ASPECTS = {
    "governance": 6,
    "economy": 9,
    "living": 15,
    "society": 20,
    "environment": 9,
    "mobility": 9,
    "image": 18,
}
LOWER_IS_BETTER = {"i9", "i21", "i25", "i30", "i56"}
NOTED = [9, 18, 19, 25, 27, 30, 31, 33, 36, 39, 47, 50, 52, 53, 55, 56, 69, 70, 71, 72]
NOTED += [78, 79, 80, 81, 82, 83, 84, 87, 88, 91, 92]
"""Indicators whose print is known to be faulty."""
HAIR = Fraction(1, 10**9)

each = pytest.mark.parametrize("name", list(RUBRICS))


def cut(bound: str) -> tuple[Fraction, str]:
    """A bound's value and its closure mark ("" where the default holds)."""
    return Fraction(bound.rstrip("+-")), bound.lstrip("0123456789.")


def level(rubric: dict[str, Any], raw: Fraction) -> int:
    """The level of a raw value, written from the description of the notation."""
    cuts = [cut(bound) for bound in rubric["bounds"]]
    if rubric["better"] == "higher":
        return 1 + sum(raw > value if mark == "+" else raw >= value for value, mark in cuts)
    return 5 - sum(raw >= value if mark == "-" else raw > value for value, mark in cuts)


def engine_rubric(name: str) -> NumericRubric:
    """The same rubric as the engine holds it."""
    rubric = INSTRUMENT[name].rubric
    assert isinstance(rubric, NumericRubric)
    return rubric


def top(rubric: dict[str, Any]) -> Fraction:
    """The upper end of the domain, or a value well above the last bound where there is none."""
    end = rubric["domain"]["max"]
    return 2 * cut(rubric["bounds"][-1])[0] if end is None else Fraction(end)


def test_eighty_six_indicators_in_seven_aspects() -> None:
    assert list(RUBRICS) == [f"i{number}" for number in NUMBERS]
    assert {a.id: len(INSTRUMENT.children[a.id]) for a in INSTRUMENT.of_kind("aspect")} == ASPECTS
    assert [leaf.id for leaf in INSTRUMENT.leaves] == list(RUBRICS)
    assert INSTRUMENT.status == "draft"


def test_index_is_the_plain_mean_of_the_indicators() -> None:
    assert {INSTRUMENT.effective_weight(leaf.id) for leaf in INSTRUMENT.leaves} == {Fraction(1, 86)}
    assert {(node.kind, node.missing) for node in INSTRUMENT.nodes if node.parent} == {
        ("aspect", "pool"),
        ("indicator", "exclude"),
    }
    for leaf in INSTRUMENT.leaves:
        scale = INSTRUMENT.scale(leaf.id)
        assert [scale.min, scale.max, scale.step] == [1, 5, 1]


def test_lower_is_better_for_five_indicators_only() -> None:
    found = {name for name, rubric in RUBRICS.items() if rubric["better"] == "lower"}
    assert found == LOWER_IS_BETTER


@each
def test_indicator_is_described_in_both_languages(name: str) -> None:
    node = INDICATORS[name]
    for text in (node["label"], node["unit"], node["subdimension"]):
        assert set(text) == {"id", "en"}
        assert all(text.values())
        assert max(map(len, text.values())) <= 70
    dimension = "branding" if node["parent"] == "image" else node["parent"]
    assert node["dimension"] == dimension
    assert node["source"]["section"].endswith(f"row {name[1:]}")
    assert len(node["rubric"]["printed"]) == 5


def test_labels_tell_indicators_apart() -> None:
    for language in ("id", "en"):
        assert len({node["label"][language] for node in INDICATORS.values()}) == 86


@each
def test_bounds_ascend_inside_the_domain(name: str) -> None:
    rubric = RUBRICS[name]
    cuts = [cut(bound) for bound in rubric["bounds"]]
    values = [value for value, _ in cuts]
    assert len(values) == 4
    assert values == sorted(set(values))
    assert rubric["domain"]["min"] < values[0]
    assert values[-1] < top(rubric)
    assert {mark for _, mark in cuts} <= {"", "-" if rubric["better"] == "lower" else "+"}


@each
def test_rubric_covers_its_domain_and_is_monotone(name: str) -> None:
    """A fine grid and every bound a hair below, at and above: all five levels, in order."""
    rubric, engine = RUBRICS[name], engine_rubric(name)
    end = top(rubric)
    grid = {end * step / 997 for step in range(998)}
    near = {cut(b)[0] + shift for b in rubric["bounds"] for shift in (-HAIR, Fraction(0), HAIR)}
    values = sorted(grid | near)
    levels = [engine.score(value) for value in values]
    assert levels == [level(rubric, value) for value in values]
    assert levels == sorted(levels, reverse=rubric["better"] == "lower")
    assert set(levels) == {1, 2, 3, 4, 5}


@each
def test_each_bound_separates_neighbouring_levels(name: str) -> None:
    rubric = RUBRICS[name]
    for value, mark in map(cut, rubric["bounds"]):
        below, at, above = (level(rubric, value + shift) for shift in (-HAIR, Fraction(0), HAIR))
        assert abs(above - below) == 1
        closed_below = (mark == "+") if rubric["better"] == "higher" else (mark == "")
        assert at == (below if closed_below else above)


@each
def test_outside_the_domain_is_refused(name: str) -> None:
    rubric, engine = RUBRICS[name], engine_rubric(name)
    with pytest.raises(ValueError, match="outside"):
        engine.score("-0.001")
    if rubric["domain"]["max"] is None:
        best = 1 if rubric["better"] == "lower" else 5
        assert engine.score(10**12) == best
    else:
        with pytest.raises(ValueError, match="outside"):
            engine.score(rubric["domain"]["max"] + 0.001)


@given(data=st.data())
def test_any_two_values_are_scored_in_order(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(RUBRICS)))
    rubric, engine = RUBRICS[name], engine_rubric(name)
    value = st.floats(0, float(top(rubric)), allow_nan=False)
    low, high = sorted((data.draw(value), data.draw(value)))
    scores = engine.score(low), engine.score(high)
    assert set(scores) <= {1, 2, 3, 4, 5}
    assert scores[0] >= scores[1] if rubric["better"] == "lower" else scores[0] <= scores[1]
    assert scores[0] == level(rubric, Fraction(str(low)))


def test_cases_cover_every_indicator_level_and_bound() -> None:
    assert set(CASES) == set(RUBRICS)
    for name, levels in CASES.items():
        values = {Fraction(str(value)) for group in levels.values() for value in group}
        assert set(levels) == {1, 2, 3, 4, 5}, name
        assert len(values) >= 5, name
        assert {cut(bound)[0] for bound in RUBRICS[name]["bounds"]} <= values, name


@each
def test_printed_criteria_give_their_level(name: str) -> None:
    engine = engine_rubric(name)
    for expected, values in CASES[name].items():
        assert {value: engine.score(value) for value in values} == dict.fromkeys(values, expected)


@pytest.mark.parametrize("number", NOTED)
def test_known_faults_of_the_print_are_recorded(number: int) -> None:
    assert RUBRICS[f"i{number}"].get("mended")


@each
def test_mends_name_a_level_the_print_and_a_reason(name: str) -> None:
    for mend in RUBRICS[name].get("mended", []):
        assert 1 <= mend["level"] <= 5
        assert mend["printed"]
        assert set(mend["reason"]) == {"id", "en"}
        assert all(reason.endswith(".") for reason in mend["reason"].values())
