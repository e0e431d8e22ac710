"""Cities on the score axis, one row per figure: a lettered disc each, a bar from the lowest to the highest.

For two cities this is the plain dumbbell. Discs that would cover each other are stacked, a tick marks the comparator.
A city without the figure has no disc and is never placed at zero: if it has others, its letter stands under the row's
name.
"""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from kotacerdas.bounds import Bounds, multiples
from kotacerdas.charts.frame import FONT, base
from kotacerdas.charts.lettered import Lettered, colour
from kotacerdas.charts.palette import NEUTRALS, Theme
from kotacerdas.charts.strip import stacked
from kotacerdas.i18n import Text

_FINE, _COARSE = 7, 6
"""Marks of the whole scale, at most: half points and whole ones on a scale from 1 to 4."""

_MOST_TICKS = 5
"""With more ticks than this only the coarse ones are marked."""

_EDGE, _UNDER = 1 / 50, 1 / 30
"""Free space at the ends of the axis, and least under the lowest figure, as shares of the scale."""

DISC = 20
"""Pixels across a disc: large enough for its letter and for a finger."""

_ROW, _AIR = 54, 18
"""Pixels of a row, and between the piles of neighbouring rows."""

_HEAD, _FOOT = 30, 30


def dumbbell(
    values: pd.DataFrame,
    names: Mapping[str, str],
    cities: Sequence[Lettered],
    comparator: pd.Series[float],
    against: str,
    t: Text,
    theme: Theme,
    *,
    bounds: Bounds,
    derived: bool = False,
    width: int = 900,
) -> go.Figure:
    """Rows are those of `values` (figures x city codes), first on top; `names` gives their words.

    `comparator` holds the figure differences are taken from, `against` what it is called. `bounds` are the
    ends of the scale. `derived` draws hollow discs. `width` is the expected width of the axis in pixels: it decides
    where discs are stacked.
    """
    ink = NEUTRALS[theme]
    low, high = _range(values, comparator, bounds)
    ticks = multiples(low, bounds.high, bounds.step(_FINE))
    ticks = ticks if len(ticks) <= _MOST_TICKS else multiples(low, bounds.high, bounds.step(_COARSE))
    present = [city for city in cities if values[city.code].notna().any()]
    piles = [_pile(values.loc[row], width / (high - low)) for row in values.index]
    heights = [max(_ROW, (max(pile.values()) - min(pile.values()) if pile else 0) + DISC + _AIR) for pile in piles]
    middles = [sum(heights[:i]) + height / 2 for i, height in enumerate(heights)]
    layout = base(theme, t, height=int(sum(heights)) + _HEAD + _FOOT, margin={"l": 8, "r": 12, "t": _HEAD, "b": _FOOT})
    layout["xaxis"] = layout["xaxis"] | {
        "range": [low, high],
        "tickvals": ticks,
        "ticktext": [t.number(tick, 1) for tick in ticks],
        "zeroline": False,
    }
    layout["yaxis"] = layout["yaxis"] | {
        "range": [sum(heights), 0],
        "tickvals": middles,
        "ticktext": [_row_name(names[row], values.loc[row], present, t, ink.muted) for row in values.index],
        "tickfont": {"family": FONT, "size": 13, "color": ink.text},
        "showgrid": False,
        "zeroline": False,
    }
    layout["shapes"] = _bars(values, middles, ink.border)
    traces = [_ticks(values, middles, comparator, names, against, t, ink.nation)]
    for city in reversed(cities):  # the first ones are drawn last, on top
        traces.append(_discs(city, values, middles, piles, names, comparator, against, t, theme, derived=derived))
    layout["annotations"] = _against(middles, comparator, against, t, ink.nation, heights, (low + high) / 2)
    return go.Figure(data=traces, layout=layout)


def alt(
    title: str,
    values: pd.DataFrame,
    names: Mapping[str, str],
    cities: Sequence[Lettered],
    comparator: pd.Series[float],
    against: str,
    t: Text,
) -> str:
    """The picture in words: every row with every city's figure and the comparator's."""
    parts = []
    for row in values.index:
        listed = "; ".join(f"{city.name} {t.number(values.at[row, city.code])}" for city in cities)
        parts.append(f"{names[row]}: {listed}; {against} {t.number(comparator.get(row))}")
    return ". ".join([title, *parts]) + "."


def _range(values: pd.DataFrame, comparator: pd.Series[float], bounds: Bounds) -> tuple[float, float]:
    """The part of the scale that is shown: from the fine mark below the lowest figure up to the top.

    Dots need no common origin, and high scores lie close together; a figure below the scale still has its place.
    """
    known = [float(v) for v in [*values.to_numpy(float).ravel(), *comparator] if not math.isnan(v)]
    lowest, highest, fine = float(bounds.low), float(bounds.high), float(bounds.step(_FINE))
    least, air = min(known, default=lowest), bounds.share(_EDGE)
    low = math.floor((least - bounds.share(_UNDER)) / fine) * fine
    low = low if least < lowest else max(lowest, low)
    return min(low, highest - float(bounds.step(_COARSE))) - air, highest + air


def _pile(row: pd.Series[float], scale: float) -> dict[str, float]:
    """Heights in pixels of the discs of a row about its middle, by code; only of cities with a value."""
    known = row.dropna().sort_values(kind="stable")
    heights = stacked(known.to_numpy(float) * scale, float(DISC + 1), math.inf)
    if len(heights):  # a pile grows to one side first; its own middle belongs on that of the row
        heights = heights - (heights.max() + heights.min()) / 2
    return {str(code): float(height) for code, height in zip(known.index, heights, strict=True)}


def _row_name(name: str, row: pd.Series[float], cities: Sequence[Lettered], t: Text, muted: str) -> str:
    """The name of a row over the letters of the cities that lack it, of those that have any figure at all."""
    lacking = [city.letter for city in cities if pd.isna(row[city.code])]
    if not lacking:
        return name
    words = t("compare.lacking", letters=", ".join(lacking))
    return f"{name}<br><span style='color:{muted};font-size:12px'>{words}</span>"


def _bars(values: pd.DataFrame, middles: Sequence[float], line: str) -> list[dict[str, Any]]:
    known = [(row, middle) for row, middle in zip(values.index, middles, strict=True) if values.loc[row].count() > 1]
    return [
        {
            "type": "line", "layer": "below", "xref": "x", "yref": "y", "y0": middle, "y1": middle,
            "x0": float(values.loc[row].min()), "x1": float(values.loc[row].max()), "line": {"color": line, "width": 4},
        }
        for row, middle in known
    ]  # fmt: skip


def _ticks(
    values: pd.DataFrame, middles: Sequence[float], comparator: pd.Series[float], names: Mapping[str, str],
    against: str, t: Text, line: str,
) -> dict[str, Any]:  # fmt: skip
    """The comparator as an upright tick in each row that has one."""
    known = [(row, m) for row, m in zip(values.index, middles, strict=True) if pd.notna(comparator.get(row))]
    return {
        "type": "scatter",
        "name": against,
        "mode": "markers",
        "x": [float(comparator[row]) for row, _ in known],
        "y": [middle for _, middle in known],
        "marker": {"symbol": "line-ns", "size": 34, "line": {"width": 2.5, "color": line}},
        "customdata": [[names[row], t.number(comparator[row])] for row, _ in known],
        "hovertemplate": "%{customdata[0]}: %{customdata[1]}<extra>" + html.escape(against) + "</extra>",
    }


def _discs(
    city: Lettered, values: pd.DataFrame, middles: Sequence[float], piles: Sequence[Mapping[str, float]],
    names: Mapping[str, str], comparator: pd.Series[float], against: str, t: Text, theme: Theme, *, derived: bool,
) -> dict[str, Any]:  # fmt: skip
    """The discs of one city in all rows it has a figure for."""
    fill, ground = colour(city.place, theme), NEUTRALS[theme].background
    known = [
        (row, middle + pile[city.code])
        for row, middle, pile in zip(values.index, middles, piles, strict=True)
        if city.code in pile
    ]
    gaps = [np.round(values.at[row, city.code] - comparator.get(row, math.nan), 9) for row, _ in known]
    return {
        "type": "scatter",
        "name": city.name,
        "mode": "markers+text",
        "x": [float(values.at[row, city.code]) for row, _ in known],
        "y": [y for _, y in known],
        "text": [f"<b>{city.letter}</b>"] * len(known),
        "textfont": {"family": FONT, "size": 12, "color": fill if derived else ground},
        "marker": {
            "size": DISC,
            "color": ground if derived else fill,
            "opacity": 1,
            "line": {"width": 2 if derived else 1, "color": fill if derived else ground},
        },
        "customdata": [
            [city.code, names[row], t.number(values.at[row, city.code]), t.signed(gap)]
            for (row, _), gap in zip(known, gaps, strict=True)
        ],
        "hovertemplate": t(
            "compare.dot_hover",
            city=html.escape(city.name),
            figure="%{customdata[1]}",
            value="%{customdata[2]}",
            difference="%{customdata[3]}",
            against=html.escape(against),
        )
        + "<extra></extra>",
        "cliponaxis": False,
    }


def _against(
    middles: Sequence[float], comparator: pd.Series[float], against: str, t: Text, ink: str, heights: Sequence[float],
    centre: float,
) -> list[dict[str, Any]]:  # fmt: skip
    """The comparator's name over its first tick, towards the middle of the axis."""
    known = [(float(value), i) for i, value in enumerate(comparator) if pd.notna(value)]
    if not known:
        return []
    x, row = known[0]
    left = x > centre
    return [
        {
            "x": x, "xref": "x", "xanchor": "right" if left else "left", "xshift": 4 if left else -4,
            "y": middles[row] - heights[row] / 2, "yref": "y", "yanchor": "bottom" if row == 0 else "middle",
            "showarrow": False, "text": f"│ {against} {t.number(x)}" if not left else f"{against} {t.number(x)} │",
            "font": {"family": FONT, "size": 12, "color": ink},
        }
    ]  # fmt: skip
