"""Weight sets as stacked columns: the figure holds the weights, and nothing for a component a set lacks."""

from __future__ import annotations

from fractions import Fraction

import pytest

from kotacerdas.charts import weights
from kotacerdas.charts.palette import NEUTRALS
from kotacerdas.i18n import Text

SETS = {
    "First": {"baseline": Fraction(1, 4), "outcome": Fraction(3, 4)},
    "Second": {"baseline": Fraction(1, 4), "outcome": Fraction(1, 2), "collaboration": Fraction(1, 4)},
}


def test_the_bars_are_the_weights() -> None:
    bars = {bar.name: dict(zip(bar.x, bar.y, strict=True)) for bar in weights.columns(SETS, "light", Text("en")).data}
    assert bars == {
        "Baseline": {"First": 0.25, "Second": 0.25},
        "Outcome": {"First": 0.75, "Second": 0.5},
        "Collaboration": {"Second": 0.25},
    }


def test_only_what_differs_is_brought_out() -> None:
    assert weights.differing(SETS) == {"outcome", "collaboration"}
    for theme in ("light", "dark"):
        colours = {bar.name: bar.marker.color for bar in weights.columns(SETS, theme, Text("en")).data}
        strong = {name for name, colour in colours.items() if colour == NEUTRALS[theme].primary}
        assert strong == {"Outcome", "Collaboration"}


@pytest.mark.parametrize(("lang", "label"), [("id", "Kolaborasi 25%"), ("en", "Collaboration 25%")])
def test_every_part_is_labelled(lang: str, label: str) -> None:
    chart = weights.columns(SETS, "light", Text(lang))  # type: ignore[arg-type]
    assert [list(bar.text) for bar in chart.data][-1] == [label]
    assert not chart.layout.showlegend


def test_the_sentence_tells_every_set() -> None:
    assert weights.alt(SETS, Text("en")) == (
        "First: Baseline 25%, Outcome 75%; Second: Baseline 25%, Outcome 50%, Collaboration 25%"
    )
