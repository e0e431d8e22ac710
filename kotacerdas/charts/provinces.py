"""Provinces: one row each, the mean as a level dot over the finals it is made of, and how many cities that is."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from kotacerdas.bounds import Bounds
from kotacerdas.charts.frame import figure
from kotacerdas.charts.palette import LEVELS, NEUTRALS, Neutrals, Theme, css
from kotacerdas.i18n import Text

ROW, TALL_ROW = 24, 36
"""Pixels of a row with the coverage beside it, and under the province's name on a narrow picture."""

_TICKS = 6
"""Marks of the axis, at most."""


def province_dots(
    table: pd.DataFrame,
    finals: pd.DataFrame,
    theme: Theme,
    t: Text,
    *,
    bounds: Bounds,
    derived: bool,
    narrow: bool = False,
) -> go.Figure:
    """Means of printed finals per province, highest first; under a heading of their own those of too few values
    (they have a `mean` but no `level`), in the order of codes, and last the provinces without a value.

    `table` is `Published.provinces` with `level` under the chosen reading; `finals` holds `province_code`, `name` and
    `final` of the cities behind the means; `bounds` are the ends of their scale. Every row carries its
    coverage: a mean is never shown bare.
    """
    ink = NEUTRALS[theme]
    full, few, none = parts(table)
    order = pd.concat([full, few, none])
    first_few = len(full) if len(few) else len(order)  # the heading takes a row
    place = {code: -(number + (number >= first_few)) for number, code in enumerate(order.index)}
    rows = len(order) + (len(few) > 0)
    coverage = {
        code: _coverage(row, t, derived) for code, row in zip(order.index, order.to_dict("records"), strict=True)
    }
    height = (TALL_ROW if narrow else ROW) * rows + 56
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
    colours = [LEVELS[int(level)] for level in full["level"]]
    look = {"color": colours, "line": {"width": 0.8, "color": ink.stroke}}
    if derived:
        look = {"color": ink.background, "line": {"width": 3, "color": colours}}
    hollow = {"color": ink.background, "line": {"width": 2, "color": ink.peer}}
    for name, part, marker in (("means", full, {"size": 15, **look}), ("few", few, {"size": 11, **hollow})):
        fig.add_trace(
            go.Scatter(
                x=part["mean"],
                y=[place[code] for code in part.index],
                name=name,
                mode="markers",
                marker=marker,
                text=[coverage[code] for code in part.index],
                customdata=part["province"],
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
            "range": [float(bounds.low) - bounds.share(1 / 12), float(bounds.high) + bounds.share(1 / 30)],
            "tickvals": bounds.marks(_TICKS),
            "side": "top",
            "zeroline": False,
            "domain": [0, 1 if narrow else 0.8],
        },
        yaxis={
            "tickvals": list(place.values()),
            "ticktext": names,
            "range": [0.7 - rows, 0.7],
            "gridcolor": css(ink.grid, 0.6),
            "tickfont": {"color": ink.text, "size": 12 if narrow else 13},
            "zeroline": False,
        },
    )
    notes = [_heading(-first_few, t, ink)] if len(few) else []
    if not narrow:
        notes += [_head(t, ink, derived), *(_beside(place[code], words, ink) for code, words in coverage.items())]
    fig.update_layout(annotations=notes)
    return fig


def parts(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Provinces with a level, highest mean first; those of too few values for one; those without a value."""
    valued = table["mean"].notna()
    full = table[valued & table["level"].notna()].sort_values("mean", ascending=False, kind="stable")
    return full, table[valued & table["level"].isna()].sort_index(), table[~valued].sort_index()


_RIGHT: dict[str, Any] = {"xref": "paper", "x": 0.815, "xanchor": "left", "showarrow": False}


def _head(t: Text, ink: Neutrals, derived: bool) -> dict[str, Any]:
    words = t("provinces.head_derived" if derived else "provinces.head")
    return _RIGHT | {"yref": "paper", "y": 1, "yshift": 26, "text": words, "font": {"size": 12, "color": ink.muted}}


def _beside(y: int, words: str, ink: Neutrals) -> dict[str, Any]:
    return _RIGHT | {"y": y, "text": words, "font": {"size": 12, "color": ink.muted}}


def _heading(y: int, t: Text, ink: Neutrals) -> dict[str, Any]:
    """What the provinces below it have in common, in the row over them."""
    look = {"text": f"<b>{t('provinces.few_head')}</b>", "font": {"size": 12, "color": ink.muted}, "showarrow": False}
    return look | {"y": y, "xref": "paper", "x": 0, "xanchor": "left"}


def _coverage(row: dict[Any, Any], t: Text, derived: bool) -> str:
    """`3,13 · 25 dari 29`, or in words that there is no value."""
    if not row["published"]:
        if derived:
            return t("provinces.no_value_derived")
        return t("provinces.no_value" if row["invited"] else "provinces.no_city", invited=row["invited"])
    key = "provinces.derived" if derived else "provinces.coverage"
    return t(key, mean=t.number(row["mean"]), published=row["published"], invited=row["invited"])
