"""A city among its peers on the distribution strip: its dot in the accent with its name, both medians labelled."""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go

from kotacerdas.charts.frame import FONT
from kotacerdas.charts.palette import MARKS, NEUTRALS, Theme
from kotacerdas.i18n import Text

_ROW = 17
"""Pixels of one line of text: two are added under the dots for the names of the medians."""


def mark_city(fig: go.Figure, code: str, status: str, t: Text, theme: Theme) -> go.Figure:
    """Mark the dot of `code` in a figure of `charts.strip`. Without such a dot the figure stays as it is."""
    found = _dot(fig, code)
    if found is None:
        return fig
    x, y, caption = found
    ink = NEUTRALS[theme]
    filled = MARKS[status].filled
    colours = (ink.chosen, ink.background) if filled else (ink.background, ink.chosen)
    fig.add_shape(
        type="line",
        xref="x",
        x0=x,
        x1=x,
        yref="y",
        y0=y,
        y1=fig.layout.yaxis.range[1],
        line={"color": ink.chosen, "width": 1.5},
    )
    fig.add_trace(
        go.Scatter(
            x=[x],
            y=[y],
            mode="markers",
            marker={"size": 15, "color": colours[0], "line": {"width": 2 if filled else 3, "color": colours[1]}},
            customdata=[caption],
            hovertemplate="<b>%{customdata[1]}</b><br>%{customdata[2]}<extra></extra>",
            cliponaxis=False,
        )
    )
    text = f"<b>{caption[1]} {t.number(x)}</b>"
    return fig.add_annotation(_name(fig, x, text, ink.chosen, y=1))


def mark_medians(fig: go.Figure, nation: float, peers: float, t: Text, theme: Theme) -> go.Figure:
    """Label the nation's median (dashed) and the peers' (firm) under the dots; a missing one is left out.

    Call this first: the strip's own median of its coloured dots, its last line and label, gives way to these.
    """
    ink = NEUTRALS[theme]
    if len(fig.data[1].x):
        fig.layout.annotations = fig.layout.annotations[:-1]
        fig.layout.shapes = fig.layout.shapes[:-1]
    low, high = fig.layout.yaxis.range
    fig.update_layout(height=fig.layout.height + 2 * _ROW)
    fig.update_yaxes(range=[low - 2 * _ROW, high])
    for value, key, dash, colour, row in (
        (nation, "city.strip_median", "dash", ink.nation, 1),
        (peers, "city.strip_median_peers", "solid", ink.text, 0),
    ):
        if math.isnan(value):
            continue
        line = {"color": colour, "width": 1.5, "dash": dash}
        fig.add_shape(type="line", xref="x", x0=value, x1=value, yref="paper", y0=0, y1=1, layer="below", line=line)
        label = _name(fig, value, t(key, median=t.number(value)), colour, y=0, shift=row * _ROW)
        fig.add_annotation({**label, "bgcolor": ink.background})
    return fig


def _name(fig: go.Figure, x: float, text: str, colour: str, *, y: float, shift: float = 0) -> dict[str, Any]:
    """A label beside a line, towards the middle of the axis: over the dots (`y` 1) or under them (`y` 0)."""
    low, high = fig.layout.xaxis.range
    left = x > (low + high) / 2
    return {
        "x": x,
        "xref": "x",
        "xanchor": "right" if left else "left",
        "xshift": -3 if left else 3,
        "y": y,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": shift,
        "showarrow": False,
        "text": text,
        "font": {"family": FONT, "size": 13, "color": colour},
    }


def _dot(fig: go.Figure, code: str) -> tuple[float, float, Any] | None:
    for trace in fig.data:
        for x, y, custom in zip(trace.x, trace.y, trace.customdata, strict=True):
            if custom[0] == code:
                return float(x), float(y), custom
    return None
