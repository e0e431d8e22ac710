"""Bars of rank shifts: lengths and words are the means."""

from __future__ import annotations

import pandas as pd

from kotacerdas.charts import shifts
from kotacerdas.i18n import Text

MEANS = pd.Series({"without:impact": 4.1, "weights": 1.26})
NAMES = {"without:impact": "tanpa <Impact>", "weights": "semua bobot"}


def test_bars_are_the_means_first_on_top() -> None:
    fig = shifts.shifts(MEANS, NAMES, Text("id"), "light")
    bar = fig.data[0]
    assert list(bar.x) == [4.1, 1.26] and list(bar.y) == [0, 1] and list(bar.text) == ["4,1", "1,3"]
    assert fig.layout.yaxis.range[0] > fig.layout.yaxis.range[1]
    assert fig.layout.yaxis.ticktext[0] == "tanpa &lt;Impact&gt;"
    assert bar.marker.pattern.shape == "/", "simulated, so never a plain bar"


def test_long_names_wrap_on_a_phone() -> None:
    names = NAMES | {"weights": "rata-rata geometrik dengan bobot sama"}
    assert "<br>" in shifts.shifts(MEANS, names, Text("id"), "light", narrow=True).layout.yaxis.ticktext[1]


def test_the_sentence_holds_every_mean() -> None:
    told = shifts.alt("Title", MEANS, NAMES, Text("en"))
    assert "4.10" in told and "1.26" in told
