"""The way to a target: the running final of a plan as steps over the effort spent, and the target as a line.

Every point is simulated and therefore dotted; the official start is solid.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from kotacerdas.charts.frame import FONT, figure
from kotacerdas.charts.palette import MARKS, NEUTRALS, Theme
from kotacerdas.goal import Plan
from kotacerdas.i18n import Text

_FEW = 12
"""Changes up to which the marks have their full size."""

_WHOLE = 7
"""Up to so many whole units of effort each has a tick of its own; a part of a step means nothing."""


def path(
    plan: Plan,
    names: Mapping[str, str],
    moves: Mapping[str, str],
    axis: str,
    t: Text,
    theme: Theme,
    *,
    height: int = 320,
) -> go.Figure:
    """`names` of the levers and `moves` of the changes in words, both by id; `axis` says what the effort is."""
    ink = NEUTRALS[theme]
    efforts, finals = [0.0], [float(plan.start)]
    for change in plan.changes:
        efforts.append(efforts[-1] + float(change.effort))
        finals.append(float(change.final_after))
    target, low, high = float(plan.target), finals[0], max(finals[-1], float(plan.target))
    pad = (high - low) * 0.18
    fig = figure(theme, t, height=height, margin={"t": 20, "r": 18, "b": 12})
    fig.update_xaxes(
        range=[-0.04 * efforts[-1], efforts[-1] * 1.06], showgrid=False, rangemode="nonnegative", title=axis
    )
    few = efforts[-1] <= _WHOLE and all(effort.is_integer() for effort in efforts)
    ticks = {"dtick": 1} if few else {"nticks": 7}
    fig.update_xaxes(title_font={"family": FONT, "size": 12, "color": ink.muted}, **ticks)
    fig.update_yaxes(range=[low - pad, high + pad], tickformat=".2f", nticks=6)
    fig.add_shape(
        type="line",
        xref="paper",
        x0=0,
        x1=1,
        y0=target,
        y1=target,
        line={"color": ink.primary, "width": 1.5, "dash": "dash"},
    )
    fig.add_trace(
        go.Scatter(
            x=efforts,
            y=finals,
            mode="lines",
            line={"color": ink.chosen, "width": 2, "shape": "hv", "dash": "dot"},
            hoverinfo="skip",
        )
    )
    fig.add_trace(
        go.Scatter(
            x=efforts[1:],
            y=finals[1:],
            mode="markers",
            marker={
                "symbol": MARKS["simulated"].symbol,
                "size": 11 if len(plan.changes) <= _FEW else 8,
                "color": ink.chosen,
                "line": {"width": 2},
            },
            customdata=[[names[c.id], moves[c.id], t.number(c.final_after, 4)] for c in plan.changes],
            hovertemplate=t(
                "goal.path_hover", name="%{customdata[0]}", change="%{customdata[1]}", final="%{customdata[2]}"
            )
            + "<extra></extra>",
            cliponaxis=False,
        )
    )
    start = t("goal.path_start", value=t.number(plan.start, 4))
    fig.add_trace(
        go.Scatter(
            x=[0], y=[finals[0]], mode="markers", cliponaxis=False,
            marker={"symbol": "circle", "size": 11, "color": ink.chosen},
            hovertemplate=start + "<extra></extra>",
        )
    )  # fmt: skip
    label: dict[str, Any] = {"showarrow": False, "font": {"family": FONT, "size": 13, "color": ink.text}}
    fig.add_annotation(
        label
        | {
            "x": 0,
            "xref": "paper",
            "xanchor": "left",
            "y": target,
            "yanchor": "bottom",
            "text": t(
                "goal.path_target", value=t.number(plan.target, 2 if (plan.target * 100).denominator == 1 else 3)
            ),
            "font": {"family": FONT, "size": 13, "color": ink.primary},
        }
    )
    fig.add_annotation(
        label | {"x": 0, "y": finals[0], "xanchor": "left", "yanchor": "top", "yshift": -8, "text": start}
    )
    fig.add_annotation(
        label
        | {
            "x": efforts[-1],
            "y": finals[-1],
            "xanchor": "right",
            "yanchor": "bottom",
            "yshift": 8,
            "text": f"<b>{t.number(plan.final, 4)}</b>",
        }
    )
    return fig


def alt(title: str, plan: Plan, names: Mapping[str, str], moves: Mapping[str, str], t: Text) -> str:
    """The way in words, change by change."""
    parts = [t("goal.path_start", value=t.number(plan.start, 4))]
    parts += [
        t("goal.path_alt", name=names[c.id], change=moves[c.id], final=t.number(c.final_after, 4)) for c in plan.changes
    ]
    return ". ".join([title, *parts]) + "."
