"""Provinces: one row each, the mean as a level dot over the finals it is made of, and how many cities that is."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from kotacerdas.charts.frame import figure
from kotacerdas.charts.palette import LEVELS, NEUTRALS, Neutrals, Theme, css
from kotacerdas.i18n import Text

ROW, TALL_ROW = 24, 36
"""Pixels of a row with the coverage beside it, and under the province's name on a narrow picture."""


def province_dots(
    table: pd.DataFrame, finals: pd.DataFrame, theme: Theme, t: Text, *, derived: bool, narrow: bool = False
) -> go.Figure:
    """Means of printed finals per province, highest first; provinces without a value below, in the order of codes.

    `table` is `Published.provinces` with `level` under the chosen reading; `finals` holds `province_code`, `name` and
    `final` of the cities behind the means. Every row carries its coverage: a mean is never shown bare.
    """
    ink = NEUTRALS[theme]
    order = pd.concat([table.dropna(subset=["mean"]).sort_values("mean", ascending=False), table[table["mean"].isna()]])
    place = {code: -number for number, code in enumerate(order.index)}
    coverage = {
        code: _coverage(row, t, derived) for code, row in zip(order.index, order.to_dict("records"), strict=True)
    }
    height = (TALL_ROW if narrow else ROW) * len(order) + 56
    fig = figure(theme, t, height=height, margin={"l": 8, "r": 8, "t": 34, "b": 4})
    dots = finals.dropna(subset=["final"])
    fig.add_trace(
        go.Scatter(
            x=dots["final"],
            y=[place[code] for code in dots["province_code"]],
            name="cities",
            mode="markers",
            marker={"symbol": "line-ns-open", "size": 9, "color": css(ink.muted, 0.55), "line": {"width": 1.2}},
            text=dots["name"],
            hovertemplate="%{text}: %{x:.2f}<extra></extra>",
        )
    )
    valued = order.dropna(subset=["mean"])
    colours = [LEVELS[int(level)] for level in valued["level"]]
    look = {"color": colours, "line": {"width": 0.8, "color": ink.stroke}}
    if derived:
        look = {"color": ink.background, "line": {"width": 3, "color": colours}}
    fig.add_trace(
        go.Scatter(
            x=valued["mean"],
            y=[place[code] for code in valued.index],
            name="means",
            mode="markers",
            marker={"size": 15, **look},
            text=[coverage[code] for code in valued.index],
            customdata=valued["province"],
            hovertemplate="<b>%{customdata}</b><br>%{text}<extra></extra>",
        )
    )
    names = order["province"].tolist()
    if narrow:
        names = [
            f'{name}<br><span style="font-size:11px;color:{ink.muted}">{words}</span>'
            for name, words in zip(names, coverage.values(), strict=True)
        ]
    fig.update_layout(
        xaxis={
            "range": [0.75, 4.1],
            "tickvals": [1, 2, 3, 4],
            "side": "top",
            "zeroline": False,
            "domain": [0, 1 if narrow else 0.8],
        },
        yaxis={
            "tickvals": list(place.values()),
            "ticktext": names,
            "range": [0.7 - len(order), 0.7],
            "gridcolor": css(ink.grid, 0.6),
            "tickfont": {"color": ink.text, "size": 12 if narrow else 13},
            "zeroline": False,
        },
    )
    if not narrow:
        beside = [_beside(place[code], words, ink) for code, words in coverage.items()]
        fig.update_layout(annotations=[_head(t, ink, derived), *beside])
    return fig


_RIGHT: dict[str, Any] = {"xref": "paper", "x": 0.815, "xanchor": "left", "showarrow": False}


def _head(t: Text, ink: Neutrals, derived: bool) -> dict[str, Any]:
    words = t("provinces.head_derived" if derived else "provinces.head")
    return _RIGHT | {"yref": "paper", "y": 1, "yshift": 26, "text": words, "font": {"size": 12, "color": ink.muted}}


def _beside(y: int, words: str, ink: Neutrals) -> dict[str, Any]:
    return _RIGHT | {"y": y, "text": words, "font": {"size": 12, "color": ink.muted}}


def _coverage(row: dict[Any, Any], t: Text, derived: bool) -> str:
    """`3,13 · 25 dari 29`, or in words that there is no value."""
    if not row["published"]:
        if derived:
            return t("provinces.no_value_derived")
        return t("provinces.no_value" if row["invited"] else "provinces.no_city", invited=row["invited"])
    key = "provinces.derived" if derived else "provinces.coverage"
    return t(key, mean=t.number(row["mean"]), published=row["published"], invited=row["invited"])
