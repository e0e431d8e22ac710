"""Component bars: lengths are the scores above 1, a missing component has no bar, marks are the medians."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from kotacerdas.charts import bars
from kotacerdas.i18n import Text
from tests.builders import ONE_TO_FOUR

NAMES = {"one": "Satu", "two": "Dua", "gone": "Tiada"}


@pytest.fixture
def frame() -> pd.DataFrame:
    nothing = math.nan
    return pd.DataFrame(
        {
            "component": ["one", "two", "gone"],
            "value": [3.5, 1.0, nothing],
            "weight": [0.4, 0.5, 0.1],
            "points": [1.4, 0.5, 0.0],
            "rule": [None, None, "zero"],
            "national": [3.0, nothing, 2.0],
            "peers": [2.5, 2.0, nothing],
        },
        index=["one", "two", "gone"],
    )


def test_bars_are_the_scores_above_one(frame: pd.DataFrame) -> None:
    bar = bars.component_bars(frame, NAMES, Text("id"), "light", bounds=ONE_TO_FOUR).data[0]
    assert bar.base == 1 and list(bar.x) == [2.5, 0.0]
    assert list(bar.y) == [3, 2], "first component on top"


def test_a_missing_component_has_neither_bar_nor_dot(frame: pd.DataFrame) -> None:
    fig = bars.component_bars(frame, NAMES, Text("id"), "light", bounds=ONE_TO_FOUR)
    assert 1 not in fig.data[0].y and 1 not in fig.data[-1].y
    texts = [note.text for note in fig.layout.annotations]
    assert Text("id")("city.bars_zero") in texts and "<b>–</b>" in texts


def test_marks_stand_at_the_medians_that_exist(frame: pd.DataFrame) -> None:
    fig = bars.component_bars(frame, NAMES, Text("en"), "dark", bounds=ONE_TO_FOUR)
    nation = next(trace for trace in fig.data if trace.name == "National median")
    peers = next(trace for trace in fig.data if trace.name == "Peer median")
    assert (list(nation.x), list(nation.y)) == ([3.0, 2.0], [3, 1])
    assert (list(peers.x), list(peers.y)) == ([2.5, 2.0], [3, 2])


def test_scores_and_points_stand_beside_in_the_readers_numbers(frame: pd.DataFrame) -> None:
    texts = [
        note.text
        for note in bars.component_bars(frame, NAMES, Text("id"), "light", bounds=ONE_TO_FOUR).layout.annotations
    ]
    assert "<b>3,50</b>" in texts and "1,40" in texts


def test_no_median_at_all_is_no_entry_in_the_legend(frame: pd.DataFrame) -> None:
    fig = bars.component_bars(frame.assign(peers=math.nan), NAMES, Text("en"), "light", bounds=ONE_TO_FOUR)
    assert next(trace for trace in fig.data if trace.name == "Peer median").showlegend is False


def test_the_sentence_names_every_component(frame: pd.DataFrame) -> None:
    sentence = bars.alt("Title", frame, NAMES, Text("en"))
    assert "Satu 3.50" in sentence and "Tiada –" in sentence and "1.40 points" in sentence
