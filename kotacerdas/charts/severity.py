"""How severe each assessor is beside the rest of the panel: a dot with its interval about the line of the others.

A full dot in the app's colour: the interval leaves out the line, the difference is clear. A grey one: it may be
chance. A hollow one: too few questions for an interval. The scale is points of a mark and always holds half a point
to either side, so that small differences look small.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from kotacerdas.charts.frame import FONT, base
from kotacerdas.charts.palette import NEUTRALS, Neutrals, Theme
from kotacerdas.i18n import Text
from kotacerdas.interview.agreement import Severity

_ROW, _FOOT = 44, 34
_HEAD, _HEAD_NARROW = 70, 112
"""Pixels over the rows; on a phone each entry of the legend takes a line."""

_COLUMNS = {"panel_severity.deviation": 64, "panel_severity.questions": 140}
"""Head of a column of figures -> where it ends, in pixels from the end of the scale. A phone has the first one only."""

LEAST = 0.5
"""Points to either side that are always in view."""

KINDS = ("clear", "unclear", "sparse")
"""What can be said of an assessor's deviation, in the order of the legend."""


def kind(row: Severity) -> str | None:
    """Which of `KINDS` a row is; None without a deviation. An interval that is printed as reaching 0 is not clear."""
    if row.deviation is None:
        return None
    if row.low is None or row.high is None:
        return "sparse"
    return "unclear" if round(row.low, 2) <= 0 <= round(row.high, 2) else "clear"


def severity(rows: Sequence[Severity], seats: Sequence[str], t: Text, theme: Theme, *, width: int = 1080) -> go.Figure:
    """One row per assessor, first on top; `seats` are their names in the order of `Severity.assessor`.

    `width` is the expected width in pixels: it decides how many figures stand beside the rows.
    """
    narrow = width < 600
    columns = dict(list(_COLUMNS.items())[: 1 if narrow else 2])
    head = _HEAD_NARROW if narrow else _HEAD
    ink, places = NEUTRALS[theme], list(range(len(rows)))
    reach = max([LEAST, *(abs(end) for row in rows for end in (row.deviation, row.low, row.high) if end is not None)])
    reach *= 1.08
    ticks = _ticks(reach)
    layout = base(
        theme,
        t,
        height=_ROW * len(rows) + head + _FOOT,
        margin={"l": 4, "r": max(columns.values()) + 4, "t": head, "b": _FOOT},
    )
    layout["xaxis"] = layout["xaxis"] | {
        "range": [-reach, reach],
        "tickvals": ticks,
        "ticktext": [t.signed(tick, 1) if tick else "0" for tick in ticks],
        "zeroline": True,
        "zerolinecolor": ink.text,
        "zerolinewidth": 1.5,
    }
    layout["yaxis"] = layout["yaxis"] | {
        "range": [len(rows) - 0.5, -0.5],
        "tickvals": places,
        "ticktext": [html.escape(seats[row.assessor]) + "  " for row in rows],
        "tickfont": {"family": FONT, "size": 13, "color": ink.text},
        "showgrid": False,
        "zeroline": False,
    }
    layout |= {
        "showlegend": any(kind(row) for row in rows),
        "legend": {
            "orientation": "h", "x": 0, "xref": "container", "xanchor": "left", "y": 1, "yref": "container",
            "yanchor": "top", "itemclick": False, "itemdoubleclick": False, "bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "size": 13, "color": ink.text},
        },
        "annotations": [
            _side(t("panel_severity.lower"), 0, "left", ink.muted),
            _side(t("panel_severity.higher"), 1, "right", ink.muted),
            *(_beside(t(key), place, None, ink.muted) for key, place in columns.items()),
            *(
                _beside(words, place, y, ink.text)
                for y, row in enumerate(rows)
                for words, place in zip(
                    (t.signed(row.deviation), t.integer(row.questions)), columns.values(), strict=False
                )
            ),
        ],
    }  # fmt: skip
    return go.Figure(data=[trace for name in KINDS for trace in _dots(name, rows, seats, t, ink)], layout=layout)


def alt(title: str, rows: Sequence[Severity], seats: Sequence[str], t: Text) -> str:
    """The picture in words: every assessor with deviation, interval and number of questions."""
    return " ".join([title, *(told(row, seats, t) for row in rows)])


def told(row: Severity, seats: Sequence[str], t: Text) -> str:
    """What there is to say of one assessor, in a sentence."""
    found, seat = kind(row), seats[row.assessor]
    if found is None:
        return t("panel_severity.none", seat=seat)
    side = "even" if not round(row.deviation or 0.0, 9) else "higher" if (row.deviation or 0.0) > 0 else "lower"
    return t(
        f"panel_severity.told.{found}",
        seat=seat,
        side=t(f"panel_severity.side.{side}", points=t.number(abs(row.deviation or 0.0))),
        low=t.signed(row.low),
        high=t.signed(row.high),
        count=t.integer(row.questions),
    )


def _dots(name: str, rows: Sequence[Severity], seats: Sequence[str], t: Text, ink: Neutrals) -> list[dict[str, Any]]:
    own = [(y, row) for y, row in enumerate(rows) if kind(row) == name]
    if not own:
        return []
    colour = {"clear": ink.primary, "unclear": ink.peer, "sparse": ink.peer}[name]
    means = [row.deviation or 0.0 for _, row in own]
    ends = [(row.low, row.high) for _, row in own]
    hollow = name == "sparse"
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": t(f"panel_severity.kind.{name}"),
            "x": means,
            "y": [y for y, _ in own],
            "error_x": {
                "type": "data",
                "symmetric": False,
                "array": [0.0 if high is None else high - mean for mean, (_, high) in zip(means, ends, strict=True)],
                "arrayminus": [0.0 if low is None else mean - low for mean, (low, _) in zip(means, ends, strict=True)],
                "color": colour,
                "thickness": 3,
                "width": 5,
                "visible": not hollow,
            },
            "marker": {
                "size": 14,
                "color": ink.background if hollow else colour,
                "line": {"width": 2, "color": colour if hollow else ink.background},
            },
            "hovertext": [html.escape(told(row, seats, t)) for _, row in own],
            "hoverinfo": "text",
            "cliponaxis": False,
        }
    ]


def _ticks(reach: float) -> list[float]:
    """Round points at equal steps about zero, at most three to a side."""
    step = next((step for step in (0.5, 1.0) if 3 * step >= reach), 2.0)
    return [n * step for n in range(-3, 4) if abs(n * step) <= reach]


def _side(words: str, x: int, anchor: str, colour: str) -> dict[str, Any]:
    """What the two ends of the scale mean."""
    return {
        "xref": "paper", "x": x, "xanchor": anchor, "yref": "paper", "y": 1, "yanchor": "bottom", "yshift": 4,
        "showarrow": False, "text": words, "font": {"family": FONT, "size": 12, "color": colour},
    }  # fmt: skip


def _beside(words: str, place: int, y: int | None, colour: str) -> dict[str, Any]:
    """A figure of a row, or the head of its column."""
    where = {"yref": "paper", "y": 1, "yanchor": "bottom", "yshift": 4} if y is None else {"yref": "y", "y": y}
    return where | {
        "xref": "paper", "x": 1, "xshift": place, "xanchor": "right", "showarrow": False, "text": words,
        "font": {"family": FONT, "size": 12 if y is None else 14, "color": colour},
    }  # fmt: skip
