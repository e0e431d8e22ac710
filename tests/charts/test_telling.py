"""How far apart: bars are the shares of clear pairs, strong from the telling distance on."""

from __future__ import annotations

import pandas as pd
import pytest

from kotacerdas.charts import telling
from kotacerdas.charts.palette import NEUTRALS
from kotacerdas.i18n import Text

SHARES = pd.DataFrame({"pairs": [10, 8, 4], "clear": [0.2, 0.75, 1.0]}, index=[1, 2, 4])


@pytest.mark.parametrize(
    ("distance", "strong"), [(2, [False, True, True]), (4, [False, False, True]), (None, [False] * 3)]
)
def test_bars_are_shares_and_strong_from_the_distance_on(distance: int | None, strong: list[bool]) -> None:
    fig = telling.telling(SHARES, distance, 0.95, Text("id"), "light")
    bar = fig.data[0]
    assert list(bar.x) == [1, 2, 4] and list(bar.y) == [0.2, 0.75, 1.0]
    assert [colour == NEUTRALS["light"].primary for colour in bar.marker.color] == strong
    assert fig.layout.shapes[0].y0 == fig.layout.shapes[0].y1 == 0.95


def test_the_sentence_holds_every_distance() -> None:
    told = telling.alt("Title", SHARES, Text("en"))
    assert "75%" in told and "10 pairs" in told and told.count("apart") == 3
