"""Rank bands: bars span the percentiles, ticks the medians, dots the published ranks; words say the same."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotacerdas.charts import rank_bands
from kotacerdas.charts.band import band
from kotacerdas.charts.palette import LEVELS, NEUTRALS
from kotacerdas.i18n import Text

NAMES = {"a": "Kota A", "b": "Kabupaten <B> dengan nama yang sangat panjang sekali", "c": "Kota C"}


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {"rank": [1, 2, 9], "p5": [1, 2, 3], "median": [1, 4, 8], "p95": [1, 6, 12], "level": [4, 3, 1]},
        index=["a", "b", "c"],
    )


def test_bars_reach_from_the_fifth_to_the_ninety_fifth_percentile(frame: pd.DataFrame) -> None:
    bars, ticks, *dots, _ = rank_bands.rank_bands(frame, NAMES, Text("id"), "light").data
    half = 1 - bars.base[0]
    assert list(bars.base + half) == list(frame["p5"]) and 0 < half < 0.5
    assert [round(base + x - half, 9) for base, x in zip(bars.base, bars.x, strict=True)] == list(frame["p95"])
    assert list(ticks.x) == list(frame["median"])
    assert list(bars.y) == list(ticks.y) == [0, 1, 2], "one row each, the first on top"
    assert sorted((y, x) for trace in dots for x, y in zip(trace.x, trace.y, strict=True)) == [(0, 1), (1, 2), (2, 9)]


def test_only_the_published_rank_is_solid_and_has_its_levels_colour(frame: pd.DataFrame) -> None:
    bars, _, *dots, _ = rank_bands.rank_bands(frame, NAMES, Text("id"), "dark").data
    assert [trace.marker.color for trace in dots] == [LEVELS[4], LEVELS[3], LEVELS[1]], "a legend entry for each"
    assert [trace.name[-1] for trace in dots] == ["4", "3", "1"]
    assert bars.marker.pattern.shape == "/"


def test_the_first_rank_is_on_top_and_the_axis_holds_every_band(frame: pd.DataFrame) -> None:
    fig = rank_bands.rank_bands(frame, NAMES, Text("id"), "light")
    assert fig.layout.yaxis.range[0] > fig.layout.yaxis.range[1]
    low, high = fig.layout.xaxis.range
    assert low < 1 and high > 12
    assert 1 in fig.layout.xaxis.tickvals and all(low <= tick <= high for tick in fig.layout.xaxis.tickvals)


def test_the_city_in_focus_carries_the_accent(frame: pd.DataFrame) -> None:
    bars = rank_bands.rank_bands(frame, NAMES, Text("id"), "light", chosen="c").data[0]
    accents = [colour == NEUTRALS["light"].chosen for colour in bars.marker.line.color]
    assert accents == [False, False, True]
    plain = rank_bands.rank_bands(frame, NAMES, Text("id"), "light").data[0]
    assert NEUTRALS["light"].chosen not in plain.marker.line.color


def test_figures_beside_the_bars_are_the_bands(frame: pd.DataFrame) -> None:
    texts = rank_bands.rank_bands(frame, NAMES, Text("id"), "light").data[-1].text
    assert [text.strip() for text in texts] == ["1", "2–6", "3–12"]


def test_names_are_shown_literally_and_cut_where_there_is_no_room(frame: pd.DataFrame) -> None:
    wide = rank_bands.rank_bands(frame, NAMES, Text("id"), "light").layout.yaxis.ticktext[1]
    narrow = rank_bands.rank_bands(frame, NAMES, Text("id"), "light", narrow=True).layout.yaxis.ticktext[1]
    assert "<B>" not in wide and "&lt;B&gt;" in wide and "…" in wide and len(narrow) < len(wide)


def test_all_rows_are_as_tall_as_they_need_to_be(frame: pd.DataFrame) -> None:
    many = pd.concat([frame] * 50, ignore_index=True)
    names = {str(i): f"Kota {i}" for i in many.index}
    many.index = many.index.astype(str)
    few = rank_bands.rank_bands(frame, NAMES, Text("id"), "light").layout.height
    assert few < rank_bands.rank_bands(many, names, Text("id"), "light").layout.height < 150 * 20


def test_the_sentence_names_every_row_and_counts_the_rest(frame: pd.DataFrame) -> None:
    whole = rank_bands.alt("Title", frame, NAMES, Text("en"))
    assert "Kota A rank 1, band 1" in whole and "band 3–12, median 8" in whole
    cut = rank_bands.alt("Title", frame, NAMES, Text("en"), most=1)
    assert "Kota C" not in cut and "2 more" in cut


@given(low=st.integers(1, 257), width=st.integers(0, 257))
def test_a_band_in_words_holds_both_ends(low: int, width: int) -> None:
    words = band(low, low + width, Text("en"))
    assert words == (f"{low}–{low + width}" if width else str(low))


def test_no_band_is_a_dash() -> None:
    assert band(math.nan, math.nan, Text("id")) == "–"


@given(low=st.floats(0.4, 500), span=st.floats(1, 520), narrow=st.booleans())
def test_ticks_are_round_ranks_inside_the_axis(low: float, span: float, narrow: bool) -> None:
    ticks = rank_bands._ticks(low, low + span, narrow=narrow)
    assert ticks == sorted(set(ticks)) and all(tick >= 1 for tick in ticks)
    assert all(low <= tick <= low + span for tick in ticks)
    assert len(ticks) <= (7 if narrow else 12)
