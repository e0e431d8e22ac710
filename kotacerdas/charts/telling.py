"""How far apart must two cities be? The share of pairs whose order is clear, by the places between them.

Bars from the distance on from which the order counts as clear stand in the app's colour, nearer ones are muted; a
line marks the share asked for.
"""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from kotacerdas.charts.frame import base
from kotacerdas.charts.palette import NEUTRALS, Theme
from kotacerdas.i18n import Text

HEIGHT = 260


def telling(
    shares: pd.DataFrame, distance: int | None, confidence: float, t: Text, theme: Theme, *, narrow: bool = False
) -> go.Figure:
    """`shares` (index: places apart) holds `pairs` and `clear`, the share of those pairs whose order is clear.

    `distance` is from how many places on the order counts as clear (None: never), `confidence` the share asked for.
    """
    ink = NEUTRALS[theme]
    layout = base(theme, t, height=HEIGHT, margin={"t": 30, "r": 8, "l": 8, "b": 8})
    layout["xaxis"] = layout["xaxis"] | {
        "tickvals": list(shares.index)[:: 3 if narrow else 1],
        "showgrid": False,
        "title": {"text": t("telling.axis"), "font": {"color": ink.muted, "size": 12}, "standoff": 6},
    }
    shown = [0, 0.5, 1]
    layout["yaxis"] = layout["yaxis"] | {"range": [0, 1.02], "tickvals": shown, "ticktext": list(map(t.percent, shown))}
    layout |= {
        "bargap": 0.25,
        "shapes": [
            {
                "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": confidence, "y1": confidence,
                "line": {"color": ink.text, "width": 1.2, "dash": "dot"},
            }
        ],
        "annotations": [
            {
                "xref": "paper", "x": 1, "xanchor": "right", "y": confidence, "yanchor": "bottom", "yshift": 10,
                "text": t("telling.line", share=t.percent(confidence)), "showarrow": False,
                "font": {"color": ink.text, "size": 12},
            }
        ],
    }  # fmt: skip
    bars = {
        "type": "bar",
        "x": list(shares.index),
        "y": shares["clear"],
        "marker": {
            "color": [ink.primary if distance is not None and d >= distance else ink.faint for d in shares.index],
            "line": {"width": 0},
        },
        "hovertext": _told(shares, t),
        "hoverinfo": "text",
    }
    return go.Figure(data=[bars], layout=layout)


def alt(title: str, shares: pd.DataFrame, t: Text) -> str:
    """The chart in words: every distance with its share."""
    return ". ".join([title, *_told(shares, t)]) + "."


def _told(shares: pd.DataFrame, t: Text) -> list[str]:
    return [
        t("telling.hover", places=t.integer(apart), pairs=t.integer(pairs), share=t.percent(clear))
        for apart, pairs, clear in shares[["pairs", "clear"]].itertuples(name=None)
    ]
