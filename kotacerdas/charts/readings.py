"""The two readings of a score as level bands over one score axis, with every city as a tick below."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pandas as pd
import plotly.graph_objects as go

from kotacerdas.charts.frame import figure
from kotacerdas.charts.palette import LEVEL_INK, LEVELS, NEUTRALS, Theme
from kotacerdas.i18n import Text
from kotacerdas.levels import Levels


def bands(levels: Levels, reading: str) -> dict[int, tuple[Fraction, Fraction]]:
    """Level -> the part of the score axis it takes under a reading; levels of no width on it are left out."""
    found, scale = {}, levels.bounds
    for level in levels.levels:
        start, end = levels.score_range(level.id, reading)
        low, high = max(start, scale.low), min(end if end is not None else scale.high, scale.high)
        if level.id == 1:
            low = scale.low
        if high > low:
            found[level.id] = (low, high)
    return found


def picture(
    levels: Levels, counts: Mapping[str, Mapping[int, int]], finals: pd.Series[float], theme: Theme, t: Text
) -> go.Figure:
    """Bands per reading (default on top) with level, name and number of cities; a tick per final below.

    `levels` are those of the scale of the finals. One under it (a priority city without a programme) has its own place.
    """
    ink, scale = NEUTRALS[theme], levels.bounds
    air = scale.share(1 / 60)
    names = sorted(levels.readings, key=lambda name: name != levels.default_reading)
    rows = {name: len(names) - place for place, name in enumerate(names)}
    low = min(float(scale.low), float(finals.min())) if len(finals) else float(scale.low)
    result = figure(
        theme,
        t,
        height=280,
        barmode="overlay",
        margin={"t": 4},
        xaxis={
            "range": [low - air, float(scale.high) + air],
            "showgrid": False,
            "title": {"text": t("method.chart.score", low=t.brief(scale.low), high=t.brief(scale.high))},
        },
        yaxis={"visible": False, "range": [-0.05, len(names) + 0.75]},
    )
    for name in names:
        result.add_annotation(
            x=float(scale.low),
            y=rows[name] + 0.3,
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
            text=t.label(levels.readings[name].label),
            font={"size": 13, "color": ink.text},
        )
        for level, (start, end) in bands(levels, name).items():
            _band(result, levels, level, (float(start), float(end)), rows[name], counts[name].get(level, 0), theme, t)
    present = finals.dropna()
    return result.add_scatter(
        x=present.to_list(),
        y=[0.3] * len(present),
        mode="markers",
        marker={"symbol": "line-ns", "size": 18, "line": {"width": 1.2, "color": ink.muted}},
        hovertemplate="%{x:.2f}<extra></extra>",
    )


def _band(
    chart: go.Figure, levels: Levels, level: int, span: tuple[float, float], row: int, count: int, theme: Theme, t: Text
) -> None:
    chart.add_bar(
        x=[span[1] - span[0]],
        base=[span[0]],
        y=[row],
        width=0.58,
        orientation="h",
        marker={"color": LEVELS[level], "line": {"color": NEUTRALS[theme].stroke, "width": 0.5}},
        text=[t("method.chart.level", level=level, name=t.label(levels[level].label), count=t.integer(count))],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"color": LEVEL_INK[level], "size": 12},
        customdata=[[t.label(levels[level].label), t.number(span[0]), t.number(span[1]), t.integer(count)]],
        hovertemplate=t(
            "method.chart.level_hover",
            level=level,
            name="%{customdata[0]}",
            low="%{customdata[1]}",
            high="%{customdata[2]}",
            count="%{customdata[3]}",
        )
        + "<extra></extra>",
    )


def alt(levels: Levels, counts: Mapping[str, Mapping[int, int]], t: Text) -> str:
    """The picture in a sentence: cities per level under each reading."""
    told = [
        f"{t.label(reading.label)}: "
        + ", ".join(
            f"{level.id} {t.label(level.label)} {t.integer(counts[name].get(level.id, 0))}" for level in levels.levels
        )
        for name, reading in levels.readings.items()
    ]
    return "; ".join(told)
