"""What the next step on each score is worth, as bars: those of the plan in full colour, the others pale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from kotacerdas.charts.frame import figure
from kotacerdas.charts.palette import NEUTRALS, Theme
from kotacerdas.i18n import Text

_ROW = 30
"""Pixels of a bar with its space."""


@dataclass(frozen=True)
class Bar:
    """One lever: points of the final per effort, and whether the plan raises it."""

    name: str
    points: float
    planned: bool


def worth(bars: Sequence[Bar], t: Text, theme: Theme) -> go.Figure:
    """Horizontal bars, first on top, with their points beside them."""
    ink = NEUTRALS[theme]
    places = list(range(len(bars), 0, -1))
    fig = figure(theme, t, height=24 + _ROW * len(bars), margin={"r": 60, "t": 4, "b": 4})
    most = max((bar.points for bar in bars), default=1.0)
    fig.update_xaxes(range=[0, most * 1.02], visible=False)
    fig.update_yaxes(
        range=[0.4, len(bars) + 0.6],
        tickvals=places,
        ticktext=[bar.name for bar in bars],
        showgrid=False,
        tickfont={"size": 13, "color": ink.text},
    )
    fig.add_trace(
        go.Bar(
            orientation="h",
            x=[bar.points for bar in bars],
            y=places,
            width=0.56,
            marker={"color": [ink.primary if bar.planned else ink.faint for bar in bars], "line": {"width": 0}},
            text=[t.number(bar.points, 4) for bar in bars],
            textposition="outside",
            textfont={"size": 13, "color": ink.text},
            cliponaxis=False,
            customdata=[[bar.name, t.number(bar.points, 4)] for bar in bars],
            hovertemplate=t("goal.worth_hover", name="%{customdata[0]}", points="%{customdata[1]}") + "<extra></extra>",
        )
    )
    return fig


def alt(title: str, bars: Sequence[Bar], t: Text) -> str:
    """The bars in words."""
    parts = []
    for bar in bars:
        words = t("goal.worth_alt", name=bar.name, points=t.number(bar.points, 4))
        parts.append(f"{words} ({t('goal.worth_planned')})" if bar.planned else words)
    return ". ".join([title, *parts]) + "."
