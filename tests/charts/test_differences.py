"""Differences as bars: the counts are those of the frame, gaps are bars of height zero, missing is not counted."""

from __future__ import annotations

import math

import pandas as pd

from kotacerdas.charts import differences
from kotacerdas.i18n import Text


def test_each_difference_is_counted_once() -> None:
    values = pd.Series([0.0, 0.0, -0.01, 0.02, math.nan])
    counted = differences.bins(values, 0.01)
    assert counted.to_dict() == {-0.01: 1, 0.0: 2, 0.01: 0, 0.02: 1}
    assert counted.sum() == values.notna().sum()


def test_nothing_to_count_is_no_bar() -> None:
    assert differences.bins(pd.Series([math.nan]), 0.01).empty


def test_the_bars_are_the_counts_with_signed_sizes() -> None:
    counted = differences.bins(pd.Series([0.0, -0.1, 0.1, 0.1]), 0.1)
    bar = differences.histogram(counted, "dark", Text("id"), decimals=1).data[0]
    assert list(bar.x) == ["−0,1", "0,0", "+0,1"]
    assert list(bar.y) == [1, 1, 2]
    assert list(bar.text) == ["1", "1", "2"]
    assert bar.marker.color[1] != bar.marker.color[0] == bar.marker.color[2]


def test_the_sentence_leaves_empty_sizes_out() -> None:
    counted = differences.bins(pd.Series([0.0, 0.02]), 0.01)
    sentence = differences.alt(counted, Text("en"))
    assert "+0.02: 1" in sentence and "+0.01" not in sentence
