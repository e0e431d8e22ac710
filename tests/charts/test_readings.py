"""Both readings as bands: the spans follow from the level table, the ticks are the finals, missing is no tick."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from kotacerdas.charts import readings
from kotacerdas.charts.palette import LEVELS
from kotacerdas.i18n import Text
from kotacerdas.published import Published

COUNTS = {"linear": {1: 5, 2: 29, 3: 58, 4: 48, 5: 0}, "literal": {1: 12, 2: 60, 3: 68, 4: 0, 5: 0}}


def test_the_bands_cover_the_scale_once(published: Published) -> None:
    for reading in published.levels.readings:
        spans = list(readings.bands(published.levels, reading).values())
        assert spans[0][0] == 1 and spans[-1][1] == 4
        assert all(a[1] == b[0] for a, b in zip(spans, spans[1:], strict=False))


def test_a_level_without_width_has_no_band(published: Published) -> None:
    assert list(readings.bands(published.levels, "linear")) == [1, 2, 3, 4]
    assert list(readings.bands(published.levels, "literal")) == [1, 2, 3]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_picture_holds_levels_counts_and_every_final(published: Published, theme: str) -> None:
    finals = pd.Series([0.94, 2.5, math.nan, 3.9])
    chart = readings.picture(published.levels, COUNTS, finals, theme, Text("en"))  # type: ignore[arg-type]
    bars = [trace for trace in chart.data if trace.type == "bar"]
    assert len(bars) == 7
    first = bars[0]
    assert (first.base[0], first.base[0] + first.x[0]) == (1.0, pytest.approx(1.75))
    assert first.marker.color == LEVELS[1] and "5 places" in first.text[0]
    ticks = chart.data[-1]
    assert list(ticks.x) == [0.94, 2.5, 3.9]
    assert chart.layout.xaxis.range[0] < 0.94


def test_the_sentence_gives_every_count(published: Published) -> None:
    sentence = readings.alt(published.levels, COUNTS, Text("en"))
    for count in ("5", "29", "58", "48", "12", "60", "68"):
        assert f" {count}" in sentence
