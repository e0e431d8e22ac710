"""Component bars: what a city scored, where the nation and its peers lie, and what each component adds to the final.

Bars start at the lowest score of the scale. A component without a value has no bar.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from kotacerdas.bounds import Bounds
from kotacerdas.charts.frame import FONT, figure
from kotacerdas.charts.palette import NEUTRALS, Theme
from kotacerdas.i18n import Text

_TICKS = 6
"""Marks of the axis, at most."""

_AIR = 2 / 75
"""Free space left and right of the scale, as a share of it."""


def component_bars(
    frame: pd.DataFrame, names: Mapping[str, str], t: Text, theme: Theme, *, bounds: Bounds
) -> go.Figure:
    """Horizontal bars in the order of the frame (`kotacerdas.profile.components`), first on top.

    `names` maps component ids to words, `bounds` are the ends of their scale. Beside each bar stand the score and its
    points of the final.
    """
    ink, lowest, air = NEUTRALS[theme], float(bounds.low), bounds.share(_AIR)
    rows = frame.to_dict("records")
    places = list(range(len(rows), 0, -1))
    fig = figure(
        theme,
        t,
        height=100 + 58 * len(rows),
        margin={"r": 120, "t": 24},
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": -0.1,
            "yanchor": "top",
            "itemclick": False,
            "itemdoubleclick": False,
            "font": {"family": FONT, "size": 13, "color": ink.text},
            "bgcolor": "rgba(0,0,0,0)",
        },
        barmode="overlay",
    )
    fig.update_xaxes(range=[lowest - air, float(bounds.high) + air], tickvals=bounds.marks(_TICKS), zeroline=False)
    fig.update_yaxes(
        range=[0.4, len(rows) + 0.6],
        tickvals=places,
        showgrid=False,
        ticks="",
        tickfont={"size": 13, "color": ink.text},
        ticktext=[f"{names[row['component']]}<br>{_weight(row, t, ink.muted)}" for row in rows],
    )
    known = [(place, row) for place, row in zip(places, rows, strict=True) if not pd.isna(row["value"])]
    fig.add_trace(
        go.Bar(
            name=t("city.bars_score"),
            orientation="h",
            base=lowest,
            y=[place for place, _ in known],
            x=[row["value"] - lowest for _, row in known],
            width=0.12,
            marker={"color": ink.chosen, "line": {"width": 0}},
            customdata=[
                [names[row["component"]], t.number(row["value"]), t.number(row["points"], 4)] for _, row in known
            ],
            hovertemplate=t(
                "city.bars_hover", name="%{customdata[0]}", value="%{customdata[1]}", points="%{customdata[2]}"
            )
            + "<extra></extra>",
        )
    )
    nation = {"symbol": "line-ns", "size": 24, "line": {"width": 3, "color": ink.nation}}
    peers = {"symbol": "diamond", "size": 10, "color": ink.peer, "line": {"width": 1.5, "color": ink.background}}
    fig.add_trace(_median(rows, places, "national", t("city.national_median"), nation, names, t))
    fig.add_trace(_median(rows, places, "peers", t("city.peer_median"), peers, names, t))
    fig.add_trace(
        go.Scatter(
            mode="markers",
            x=[row["value"] for _, row in known],
            y=[place for place, _ in known],
            marker={"size": 15, "color": ink.chosen, "line": {"width": 2, "color": ink.background}},
            hoverinfo="skip",
            showlegend=False,
            cliponaxis=False,
        )
    )
    notes = [
        note
        for place, row in zip(places, rows, strict=True)
        for note in _beside(place, row, lowest, t, ink.text, ink.muted)
    ]
    fig.update_layout(annotations=[*_heads(t, ink.muted), *notes])
    return fig


def alt(title: str, frame: pd.DataFrame, names: Mapping[str, str], t: Text) -> str:
    """The bars in words: score, weight, points and both medians of every component."""
    parts = [
        t(
            "city.bars_alt",
            name=names[row["component"]],
            value=t.number(row["value"]),
            weight=t.percent(row["weight"]),
            points=t.number(row["points"]),
            national=t.number(row["national"]),
            peers=t.number(row["peers"]),
        )
        for row in frame.to_dict("records")
    ]
    return ". ".join([title, *parts]) + "."


def _weight(row: Mapping[str, Any], t: Text, colour: str) -> str:
    return (
        f"<span style='color:{colour};font-size:12px'>{t('city.bars_weight', weight=t.percent(row['weight']))}</span>"
    )


def _median(
    rows: list[dict[Any, Any]],
    places: list[int],
    column: str,
    name: str,
    marker: dict[str, Any],
    names: Mapping[str, str],
    t: Text,
) -> go.Scatter:
    known = [(place, row) for place, row in zip(places, rows, strict=True) if not pd.isna(row[column])]
    return go.Scatter(
        name=name,
        mode="markers",
        x=[row[column] for _, row in known],
        y=[place for place, _ in known],
        marker=marker,
        customdata=[[names[row["component"]], t.number(row[column])] for _, row in known],
        hovertemplate="%{customdata[0]}: %{customdata[1]}<extra>%{fullData.name}</extra>",
        showlegend=bool(known),
    )


def _heads(t: Text, colour: str) -> list[dict[str, Any]]:
    """The heads of the two columns of figures at the right."""
    common = {
        "xref": "paper",
        "yref": "paper",
        "y": 1,
        "yanchor": "bottom",
        "showarrow": False,
        "xanchor": "right",
        "font": {"family": FONT, "size": 12, "color": colour},
    }
    return [
        common | {"x": 1, "xshift": 46, "text": t("city.bars_score")},
        common | {"x": 1, "xshift": 112, "text": t("city.bars_points")},
    ]


def _beside(place: int, row: dict[Any, Any], lowest: float, t: Text, ink: str, muted: str) -> list[dict[str, Any]]:
    common = {"xref": "paper", "yref": "y", "y": place, "x": 1, "xanchor": "right", "showarrow": False}
    strong = {"family": FONT, "size": 15, "color": ink}
    found = [
        common | {"xshift": 46, "text": f"<b>{t.number(row['value'])}</b>", "font": strong},
        common | {"xshift": 112, "text": t.number(row["points"]), "font": strong | {"size": 14}},
    ]
    if row["rule"] == "zero":
        quiet = {"family": FONT, "size": 12, "color": muted}
        found.append(
            common
            # Under the marks of the medians, which lie on the row itself.
            | {"xref": "x", "x": lowest, "xshift": 2, "yshift": -20, "xanchor": "left", "text": t("city.bars_zero")}
            | {"font": quiet}
        )
    return found
