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
from kotacerdas.scenario import Scenario
from kotacerdas.scoring import round_half_up
from kotacerdas.simulate import simulate

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


def test_the_finest_published_figures_count(published: Published) -> None:
    """Where every question of a city is published its exact means stand in for the printed components, which are
    rounded; the residue is what the printed final differs from these."""
    field, card = field_of(published, 2024), published.card("35.77", 2024)
    row = field.row("35.77")
    for part in card.children:
        assert part.value is not None
        assert field.values[row, field.components.index(part.id)] == float(part.value)
    assert field.values[row, field.components.index("output")] != 3.51
    assert card.value is not None
    assert field.residue[row] == pytest.approx(float(field.printed[row]) - float(round_half_up(card.value)))
    others = [code for code in field.codes if code != "35.77"]
    printed = published.results(2024).loc[others, list(field.components)].fillna(0).to_numpy(float)
    assert (field.values[[field.row(code) for code in others]] == printed).all()


def test_the_field_agrees_with_a_scenario(published: Published) -> None:
    """Bands and the nation take a city's final from the field, a what-if computes it exactly: they are the same."""
    field, row = field_of(published, 2024), field_of(published, 2024).row("35.77")
    for percent in range(0, 100, 3):
        for part in ("output", "outcome", "quick_win"):
            weights = {part: Fraction(percent, 100)}
            simulated = simulate(published, Scenario("35.77", 2024, weights=weights)).outcome.final
            assert float(simulated) == field.finals(field.shares(weights))[row]


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
