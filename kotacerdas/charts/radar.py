"""The radar: a few shapes over the same axes, all on one scale, with gaps left open.

A shape is closed and filled only where every axis has a value; otherwise known neighbours are joined and the rest
stays empty. At most three shapes: more cannot be told apart.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import plotly.graph_objects as go

from kotacerdas.bounds import Bounds
from kotacerdas.charts.frame import Sealed, base
from kotacerdas.charts.palette import MARKS, NEUTRALS, Theme, css
from kotacerdas.i18n import Text

MOST_SHAPES = 3
RINGS = 6
"""Marks of the axes, at most."""

CENTRE = Fraction(1, 5)
"""How far below the lowest score the centre is, as a share of the scale: so the lowest score has a place of its own."""

Role = Literal["chosen", "second", "third", "nation", "peers", "simulated"]


@dataclass(frozen=True)
class Shape:
    """One outline: `values` by axis id (missing or NaN where there is none); `role` decides colour and marks.

    `chosen` and `second` are two traces of the chosen city (Outcome and Impact), never merged; `simulated` is the
    chosen city in a scenario, dotted and hollow beside the published shape. Where cities are compared, the three
    overlaid are `chosen`, `second` and `third`.
    """

    name: str
    values: Mapping[str, float | None]
    role: Role


def radar(
    axes: Mapping[str, str], shapes: Sequence[Shape], t: Text, theme: Theme, *, bounds: Bounds, height: int = 440
) -> go.Figure:
    """The figure; `axes` maps axis ids to their words, in order, clockwise from the top, `bounds` end their scale."""
    if len(shapes) > MOST_SHAPES:
        raise ValueError(f"{len(shapes)} shapes; at most {MOST_SHAPES} can be told apart")
    ink = NEUTRALS[theme]
    words, rings = list(axes.values()), bounds.marks(RINGS)
    layout = base(theme, t, height=height, margin={"l": 80, "r": 80, "t": 64, "b": 88}) | {
        "showlegend": True,
        "legend": {
            "orientation": "h",
            "x": 0.5,
            "xanchor": "center",
            "y": -0.24,
            "yanchor": "top",
            "itemclick": False,
            "itemdoubleclick": False,
        },
        "polar": {
            "bgcolor": "rgba(0,0,0,0)",
            "gridshape": "linear",
            "radialaxis": {
                "range": [centre(bounds), float(bounds.high)],
                "tickvals": rings,
                "ticktext": [t.brief(ring) for ring in rings],
                "angle": 90,
                "tickangle": 90,
                "gridcolor": ink.border,
                "linecolor": "rgba(0,0,0,0)",
                "tickfont": {"size": 11, "color": ink.muted},
            },
            "angularaxis": {
                "direction": "clockwise",
                "tickvals": words,
                "ticktext": [label(axis, name, shapes, t, theme) for axis, name in axes.items()],
                "rotation": 90,
                "gridcolor": ink.grid,
                "linecolor": ink.border,
            },
        },
    }
    del layout["xaxis"], layout["yaxis"]
    return Sealed([_trace(shape, axes, t, theme) for shape in shapes], layout)


def _trace(shape: Shape, axes: Mapping[str, str], t: Text, theme: Theme) -> dict[str, Any]:
    """One outline, back to its first point."""
    words = list(axes.values())
    figures = [known(shape.values.get(axis)) for axis in axes]
    outline = [*figures, figures[0]]
    return {
        "type": "scatterpolar",
        "name": shape.name,
        "r": outline,
        "theta": [*words, words[0]],
        "customdata": [t.number(value) for value in outline],
        "connectgaps": False,
        "fill": "toself" if None not in figures and shape.role in ("chosen", "second", "third") else "none",
        "hovertemplate": "%{theta}: %{customdata}<extra>%{fullData.name}</extra>",
        **style(shape.role, theme),
    }


def alt(title: str, axes: Mapping[str, str], shapes: Sequence[Shape], t: Text) -> str:
    """The radar in words: every shape with every value, `–` where there is none."""
    parts = [
        f"{shape.name}: " + "; ".join(f"{words} {t.number(shape.values.get(axis))}" for axis, words in axes.items())
        for shape in shapes
    ]
    return ". ".join([title, *parts]) + "."


def label(axis: str, name: str, shapes: Sequence[Shape], t: Text, theme: Theme) -> str:
    """The name of an axis over the figures of the shapes, each in its colour and in the order of the legend.

    Of three figures the first has a line of its own: side by side they would be cut at the edge of a phone. A
    simulated figure that is the published one is not said twice.
    """
    told = [shape for shape in shapes if not _same(axis, shape, shapes[0])]
    figures = [f"<span style='color:{_colour(shape.role, theme)}'>{_figure(axis, shape, t)}</span>" for shape in told]
    lines = [figures] if len(figures) < MOST_SHAPES else [figures[:1], figures[1:]]
    return "<br>".join([name, *(f"<b>{' · '.join(line)}</b>" for line in lines)])


def _same(axis: str, shape: Shape, published: Shape) -> bool:
    return shape.role == "simulated" and shape.values.get(axis) == published.values.get(axis)


def _figure(axis: str, shape: Shape, t: Text) -> str:
    """A figure beside an axis; a simulated one carries its sign, so that colour is not the only difference."""
    sign = f"{MARKS['simulated'].glyph} " if shape.role == "simulated" else ""
    return sign + t.number(shape.values.get(axis))


def _colour(role: Role, theme: Theme) -> str:
    ink = NEUTRALS[theme]
    return {
        "chosen": ink.chosen,
        "second": ink.primary,
        "third": ink.text,
        "nation": ink.nation,
        "peers": ink.peer,
        "simulated": ink.primary,
    }[role]


def centre(bounds: Bounds) -> float:
    """What stands at the centre of a radar."""
    return float(bounds.low - bounds.width * CENTRE)


def known(value: float | None) -> float | None:
    """A value as a number, None where there is none."""
    return None if value is None or math.isnan(value) else float(value)


def style(role: Role, theme: Theme) -> dict[str, Any]:
    """Line and marks of a role, as Plotly says them."""
    colour = _colour(role, theme)
    dash, symbol, width = {
        "chosen": ("solid", "circle", 2.5),
        "second": ("solid", "diamond", 2.5),
        "third": ("solid", "square", 2.5),
        "nation": ("dash", "line-ew", 1.5),
        "peers": ("dot", "square", 1.5),
        "simulated": ("dot", MARKS["simulated"].symbol, 2.5),
    }[role]
    return {
        "mode": "lines+markers",
        "line": {"color": colour, "dash": dash, "width": width},
        "marker": {"color": colour, "symbol": symbol, "size": _SIZES.get(role, 4)},
        "fillcolor": css(colour, 0.10),
    }


_SIZES: dict[Role, int] = {"chosen": 7, "second": 7, "third": 7, "simulated": 9}
"""Pixels of the marks of what the radar is about; of what it is compared with, 4."""
