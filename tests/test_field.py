"""The field of a round: official weights give the printed finals back, and named weights share the rest fairly."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotacerdas.field import field_of, shared
from kotacerdas.instrument import Instrument, load_instrument
from kotacerdas.problem import Problem
from kotacerdas.published import Published

REGULAR = load_instrument("evaluation-2024-regular")
PRIORITY = load_instrument("evaluation-2024-priority")


@pytest.mark.parametrize(("year", "cities", "largest"), [(2024, 140, 0.0), (2021, 98, 0.02)])
def test_official_weights_give_the_printed_finals(published: Published, year: int, cities: int, largest: float) -> None:
    field = field_of(published, year)
    assert len(field.codes) == cities
    assert (field.finals() == field.printed).all()
    assert np.abs(field.residue).max() == largest
    assert (
        field.hundredths((field.weights[field.group] * field.values).sum(axis=1)) == np.rint(field.printed * 100)
    ).all()
    np.testing.assert_allclose(field.weights.sum(axis=1), 1)


def test_a_city_without_a_programme_counts_as_zero(published: Published) -> None:
    field = field_of(published, 2024)
    wakatobi = field.row("74.07")
    assert field.values[wakatobi, field.components.index("collaboration")] == 0
    assert field.finals()[wakatobi] == 0.94
    with pytest.raises(KeyError):
        field.row("35.78")


def test_a_derived_round_has_no_field(published: Published) -> None:
    with pytest.raises(Problem, match="instrument_none"):
        field_of(published, 2023)


def test_a_named_weight_is_fixed_in_both_weight_sets(published: Published) -> None:
    field = field_of(published, 2024)
    weights = field.shares({"impact": Fraction(3, 10)})
    np.testing.assert_allclose(
        weights, [[0.0875, 0.175, 0.2625, 0.3, 0.175, 0], [0.0875, 0.175, 0.175, 0.3, 0.175, 0.0875]]
    )


@pytest.mark.parametrize("instrument", [REGULAR, PRIORITY], ids=lambda each: each.id)
@given(data=st.data())
def test_the_others_keep_their_official_proportion(instrument: Instrument, data: st.DataObject) -> None:
    parts = [node.id for node in instrument.of_kind("component")]
    names = data.draw(st.lists(st.sampled_from(parts), unique=True, max_size=len(parts) - 1))
    named = {name: Fraction(data.draw(st.integers(0, 100)), 100 * len(parts)) for name in names}
    found = shared(instrument, named)
    assert sum(found.values()) == 1
    assert all(found[name] == weight for name, weight in named.items())
    rest = [found[name] / instrument.weights[name] for name in parts if name not in named]
    assert len(set(rest)) == 1


def test_another_weight_set_is_brought_to_one() -> None:
    """Six shares chosen for the priority set; the regular set, without collaboration, takes the other five."""
    named = {part.id: Fraction(1, 6) for part in PRIORITY.of_kind("component")}
    assert shared(PRIORITY, named) == named
    assert set(shared(REGULAR, named, strict=False).values()) == {Fraction(1, 5)}


@pytest.mark.parametrize(
    ("named", "key"),
    [
        ({"impact": Fraction(3, 2)}, "weight_range"),
        ({"impact": Fraction(-1, 10)}, "weight_range"),
        ({"impact": Fraction(3, 5), "outcome": Fraction(3, 5)}, "weights_named"),
        ({part.id: Fraction(1, 10) for part in REGULAR.of_kind("component")}, "weights_named"),
        ({"q1": Fraction(1, 10)}, "weight_unknown"),
        ({"collaboration": Fraction(1, 10)}, "weight_unknown"),
    ],
)
def test_weights_that_cannot_be(named: dict[str, Fraction], key: str) -> None:
    with pytest.raises(Problem) as caught:
        shared(REGULAR, named)
    assert caught.value.key == key
