"""The intervals told to the reader are the ones the rubric scores by."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kotacerdas.instrument import Node, NumericRubric, load_instrument

INDICATORS = [node for node in load_instrument("standard-2025").nodes if isinstance(node.rubric, NumericRubric)]


@pytest.mark.parametrize("node", INDICATORS, ids=lambda node: node.id)
def test_at_every_bound_and_beside_it_interval_and_score_agree(node: Node) -> None:
    rubric = node.rubric
    assert isinstance(rubric, NumericRubric)
    top = rubric.domain.max
    points = {rubric.domain.min, *(b.value for b in rubric.bounds), top if top is not None else Fraction(10**9)}
    near = {p + d for p in points for d in (Fraction(-1, 10**6), Fraction(0), Fraction(1, 10**6))}
    for value in near:
        levels = [level for level, interval in rubric.intervals.items() if value in interval]
        inside = value >= rubric.domain.min and (top is None or value <= top)
        assert levels == ([rubric.score(value)] if inside else [])


@given(node=some.sampled_from(INDICATORS), share=some.fractions(0, 1))
def test_any_value_lies_in_exactly_the_interval_of_its_score(node: Node, share: Fraction) -> None:
    rubric = node.rubric
    assert isinstance(rubric, NumericRubric)
    top = rubric.domain.max if rubric.domain.max is not None else rubric.bounds[-1].value * 2 + 1
    value = rubric.domain.min + share * (top - rubric.domain.min)
    assert [level for level, interval in rubric.intervals.items() if value in interval] == [rubric.score(value)]
