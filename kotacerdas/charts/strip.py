"""The distribution of finals: every city a dot on the score axis, beside any single score it puts into its place.

Dots that would cover each other are stacked about the middle line, so the shape of the field is seen and each city can
be pointed at. Faint lines mark where the maturity levels begin; a firm one marks the median of the chosen cities.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from kotacerdas.charts.frame import FONT, figure
from kotacerdas.charts.palette import LEVELS, MARKS, NEUTRALS, Theme
from kotacerdas.i18n import Text
from kotacerdas.levels import Levels

_ROOM = 1 / 50
"""Free space left and right of the outermost dot, as a share of the scale."""

_TICKS, _TICKS_NARROW = 7, 6
"""Marks of the axis, at most."""

_HEAD, _FOOT, _PLAY = 40, 42, 64
"""Pixels for the names of levels and the median, for the axis, and for the dots."""

_SLIVER = 40
"""A level with fewer pixels (the fifth, reached only at the top score) is named by its number."""

HEIGHT = _HEAD + _PLAY + _FOOT


def strip(
    frame: pd.DataFrame,
    selected: pd.Index[Any],
    captions: Mapping[str, str],
    levels: Levels,
    t: Text,
    theme: Theme,
    *,
    reading: str | None = None,
    width: int = 1080,
) -> go.Figure:
    """`frame` is a round (`Published.results`), `levels` those of its scale; `selected` the codes in
    colour, all others are faint.

    `captions` (code -> lines) is the hover text; every dot carries its code as first custom value. `width` is the
    expected width in pixels: it decides how dots are stacked and how much is written. Cities without a final have no
    dot.
    """
    ink = NEUTRALS[theme]
    field = frame.dropna(subset=["final"]).sort_values(["final", "name"])
    narrow = width < 600
    size = 6.0 if narrow else 8.0
    bounds = levels.bounds
    lowest, room = float(bounds.low), bounds.share(_ROOM)
    low = min(lowest, float(field["final"].min()) if len(field) else lowest) - room
    high = float(bounds.high) + room
    heights = stacked(field["final"].to_numpy(float) * (width / (high - low)), size, _PLAY - size)
    chosen = field.index.isin(selected)
    fig = figure(theme, t, height=HEIGHT, margin={"l": 4, "r": 4, "t": _HEAD, "b": 4})
    ticks = bounds.marks(_TICKS_NARROW if narrow else _TICKS)
    fig.update_xaxes(
        range=[low, high],
        tickvals=ticks,
        ticktext=[t.number(tick, 1) for tick in ticks],
        showgrid=False,
        zeroline=False,
        showline=True,
        ticks="outside",
        ticklen=4,
        title={"text": t("strip.axis", low=t.brief(bounds.low), high=t.brief(bounds.high)), "standoff": 4},
    )
    fig.update_yaxes(range=[-_PLAY / 2, _PLAY / 2], visible=False)
    status = str(field["status"].iloc[0]) if len(field) else "published"
    for mask, faint in ((~chosen, True), (chosen, False)):
        part, y = field[mask], heights[mask]
        fig.add_trace(
            go.Scatter(
                x=part["final"],
                y=y,
                mode="markers",
                marker=_marker(
                    [int(level) for level in levels.of_many(part["final"], reading)], status, size, theme, faint
                ),
                customdata=[[code, *_hover(part.at[code, "name"], captions.get(code, ""))] for code in part.index],
                hovertemplate="<b>%{customdata[1]}</b><br>%{customdata[2]}<extra></extra>",
                selected={"marker": {"opacity": 1}},
                unselected={"marker": {"opacity": 1}},
                cliponaxis=False,
            )
        )
    shapes, notes = _levels(levels, reading, low, high, width, t, theme)
    if chosen.any():
        line, note = _median(float(field["final"][chosen].median()), bool(chosen.all()), low, high, t, ink.text)
        shapes.append(line)
        notes.append(note)
    return fig.update_layout(shapes=shapes, annotations=notes, clickmode="event+select")


def alt(title: str, frame: pd.DataFrame, selected: pd.Index[Any], t: Text) -> str:
    """The strip in words: how many cities, from where to where, the median and the middle half."""
    finals = frame.loc[frame.index.isin(selected), "final"].dropna()
    if not len(finals):
        return title
    return (
        title
        + " "
        + t(
            "strip.alt",
            count=t.integer(len(finals)),
            lowest=t.number(finals.min()),
            highest=t.number(finals.max()),
            median=t.number(finals.median()),
            low=t.number(finals.quantile(0.25)),
            high=t.number(finals.quantile(0.75)),
        )
    )


def stacked(places: np.ndarray[Any, Any], size: float, height: float) -> np.ndarray[Any, Any]:
    """Heights about 0 at which dots of `size` at these ascending pixel places do not cover each other.

    Each dot takes the free place nearest the middle line. A pile higher than `height` is pressed together to fit.
    """
    heights = np.zeros(len(places))
    step = size / 4
    for i, x in enumerate(places):
        first = int(np.searchsorted(places, x - size, side="right"))
        near, taken = places[first:i], heights[first:i]
        clear = np.sqrt(np.maximum(size**2 - (x - near) ** 2, 0))
        tries = 0
        while True:
            y = step * ((tries + 1) // 2) * (1 if tries % 2 else -1)
            if not np.any(np.abs(taken - y) < clear - 1e-9):
                break
            tries += 1
        heights[i] = y
    tallest = np.abs(heights).max(initial=0.0) * 2
    return heights * min(1.0, height / tallest) if tallest else heights


def _marker(levels: Sequence[int], status: str, size: float, theme: Theme, faint: bool) -> dict[str, Any]:
    ink = NEUTRALS[theme]
    if faint:
        return {"size": size - 2, "color": ink.faint, "opacity": 0.7, "line": {"width": 0}}
    colours = [LEVELS[level] for level in levels]
    if MARKS[status].filled:
        return {"size": size, "color": colours, "opacity": 1, "line": {"width": 0.6, "color": ink.stroke}}
    return {"size": size - 1, "color": ink.background, "opacity": 1, "line": {"width": 2, "color": colours}}


def _hover(name: str, caption: str) -> tuple[str, str]:
    return html.escape(name), "<br>".join(html.escape(line) for line in caption.split("\n"))


def _levels(
    levels: Levels, reading: str | None, low: float, high: float, width: int, t: Text, theme: Theme
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A faint line where each level begins, and its number and name over its stretch of the axis."""
    ink = NEUTRALS[theme]
    starts = [float(levels.score_range(level.id, reading)[0]) for level in levels.levels]
    ends = [*starts[1:], high]
    bands = [
        (level, max(start, low) if level.id > 1 else low, min(end, high))
        for level, start, end in zip(levels.levels, starts, ends, strict=True)
        if start < high
    ]
    names = [f"{level.id} {t.label(level.label)}" for level, _, _ in bands]
    rooms = [(right - left) / (high - low) * width for _, left, right in bands]
    fit = all(room > 7 * len(name) for name, room in zip(names, rooms, strict=True) if room > _SLIVER)
    lines = [_line(left, {"color": ink.border, "width": 1, "dash": "dot"}) for _, left, _ in bands if left > low]
    notes = [
        {
            "xref": "x",
            "x": (left + right) / 2,
            "yref": "paper",
            "y": 1,
            "yanchor": "bottom",
            "yshift": 18,
            "showarrow": False,
            "text": name if fit and room > _SLIVER else str(level.id),
            "font": {"family": FONT, "size": 12, "color": ink.muted},
        }
        for (level, left, right), name, room in zip(bands, names, rooms, strict=True)
    ]
    return lines, notes


def _median(
    value: float, everybody: bool, low: float, high: float, t: Text, colour: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    key = "strip.median" if everybody else "strip.median_selection"
    middle = (low + high) / 2
    note = {
        "xref": "x", "x": value, "yref": "paper", "y": 1, "yanchor": "bottom", "yshift": 1, "showarrow": False,
        "xanchor": "left" if value < middle else "right", "text": t(key, median=t.number(value)),
        "font": {"family": FONT, "size": 13, "color": colour},
    }  # fmt: skip
    return _line(value, {"color": colour, "width": 1.5}), note


def _line(x: float, line: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "x",
        "x0": x,
        "x1": x,
        "yref": "paper",
        "y0": 0,
        "y1": 1.04,
        "layer": "below",
        "line": line,
    }
