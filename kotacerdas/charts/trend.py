"""The trend of a city's finals on a true time axis: published solid, derived hollow, the nation as its middle half.

Years without a source are a gap: no line crosses them, nor from a round to one on another scale. Labels
stand at the ends instead of a legend.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from kotacerdas.bounds import Bounds, widest
from kotacerdas.charts.frame import FONT, figure
from kotacerdas.charts.palette import MARKS, NEUTRALS, Theme, css
from kotacerdas.i18n import Text

_LEAST_GAP = 0.14
"""Labels closer than this share of the axis are moved apart."""
_ALONE = 0.12
"""Half the width, in years, of the nation's band in a year between two gaps."""
AIR = 1 / 20
"""Free space over the scale and under the lowest figure, as a share of the scale."""
FINE = 7
"""Marks of the whole scale, at most."""


def trend(
    finals: pd.DataFrame,
    band: pd.DataFrame,
    name: str,
    t: Text,
    theme: Theme,
    *,
    scales: Mapping[int, Bounds],
    height: int = 340,
) -> go.Figure:
    """`finals` is `Published.trend(code)`, `band` is `Published.national_band`; `name` the city's name.

    `scales` are the ends of the scale of every round (`Published.scales`); the axis has room for the widest.
    """
    ink = NEUTRALS[theme]
    years = list(range(int(band["year"].min()), int(band["year"].max()) + 1))
    sourced = set(band["year"])
    lowest = min([*band["low"], *finals["final"]])
    floor, ceiling, step = axis(lowest, widest(scales.values()))
    fig = figure(theme, t, height=height, margin={"r": 120, "t": 16, "b": 16})
    fig.update_xaxes(
        range=[years[0] - 0.25, years[-1] + 0.15],
        tickvals=years,
        showgrid=False,
        tickangle=0,
        ticktext=[str(year) if year in sourced else t("city.trend_gap", year=year) for year in years],
    )
    fig.update_yaxes(range=[floor, ceiling], tickformat=".1f", dtick=step)
    for run in runs(band, scales):
        _add_band(fig, run, t, theme)
    for run in runs(finals, scales):
        fig.add_trace(
            go.Scatter(
                x=run["year"], y=run["final"], mode="lines", line={"color": ink.chosen, "width": 2.5}, hoverinfo="skip"
            )
        )
    for status, part in finals.groupby("status"):
        mark = MARKS[str(status)]
        fig.add_trace(
            go.Scatter(
                x=part["year"],
                y=part["final"],
                name=t(f"status.{status}"),
                mode="markers+text",
                text=[t.number(value) for value in part["final"]],
                textposition="top center",
                textfont={"family": FONT, "size": 13, "color": ink.text},
                marker={
                    "size": 11,
                    "symbol": mark.symbol.removesuffix("-open"),
                    "color": ink.chosen if mark.filled else ink.background,
                    "line": {"width": 2.5, "color": ink.chosen},
                },
                customdata=[
                    [t.number(row["final"]), t.integer(row["rank"]), t.integer(row["ranked"])]
                    for row in part.to_dict("records")
                ],
                hovertemplate=t(
                    "city.trend_hover",
                    year="%{x}",
                    value="%{customdata[0]}",
                    rank="%{customdata[1]}",
                    ranked="%{customdata[2]}",
                )
                + "<extra>%{fullData.name}</extra>",
                cliponaxis=False,
            )
        )
    fig.update_layout(annotations=_end_labels(finals, band, name, t, theme, ceiling - floor))
    return fig


def alt(title: str, finals: pd.DataFrame, band: pd.DataFrame, t: Text) -> str:
    """The trend in words: every final with its status, and the national median of its year."""
    median = band.set_index("year")["median"]
    parts = [
        t(
            "city.trend_alt",
            year=row["year"],
            value=t.number(row["final"]),
            status=t(f"status.{row['status']}"),
            national=t.number(median.get(row["year"])),
        )
        for row in finals.to_dict("records")
    ]
    return ". ".join([title, *parts]) + "."


def axis(lowest: float, bounds: Bounds) -> tuple[float, float, float]:
    """Floor, ceiling and step of an axis of finals: from the mark under the lowest one (never below zero unless the
    scale is) up to the top of the scale."""
    air, step = bounds.share(AIR), float(bounds.step(FINE))
    return max(min(0.0, float(bounds.low)), (lowest - air) // step * step), float(bounds.high) + air, step


def runs(frame: pd.DataFrame, scales: Mapping[int, Bounds]) -> Iterator[pd.DataFrame]:
    """Stretches of consecutive years on one scale: what a line may join."""
    if len(frame):
        scale = frame["year"].map(scales)
        breaks = frame["year"].diff().fillna(1).ne(1) | (scale.ne(scale.shift()) & scale.shift().notna())
        for _, run in frame.groupby(breaks.cumsum()):
            yield run


def with_ends(run: pd.DataFrame) -> pd.DataFrame:
    """The run with the column `at`, its true year. A line and an area need two ends: a year between two gaps gets a
    short stretch round it."""
    run = run.assign(at=run["year"])
    if len(run) > 1:
        return run
    return pd.concat([run.assign(year=run["year"] + shift) for shift in (-_ALONE, _ALONE)])


def _add_band(fig: go.Figure, run: pd.DataFrame, t: Text, theme: Theme) -> None:
    ink = NEUTRALS[theme]
    run = with_ends(run)
    years = [float(year) for year in run["year"]]
    fig.add_trace(
        go.Scatter(
            x=[*years, *reversed(years)],
            y=[*run["high"], *reversed(list(run["low"]))],
            fill="toself",
            mode="lines",
            line={"width": 0},
            fillcolor=css(ink.nation, 0.16),
            hoverinfo="skip",
        )
    )
    fig.add_trace(
        go.Scatter(
            x=years,
            y=run["median"],
            name=t("city.national_median"),
            mode="lines",
            line={"color": ink.nation, "width": 1.5, "dash": "dash"},
            customdata=[
                [t.number(value), t.integer(count), int(year)]
                for value, count, year in zip(run["median"], run["cities"], run["at"], strict=True)
            ],
            hovertemplate=t(
                "city.trend_band_hover", year="%{customdata[2]}", value="%{customdata[0]}", cities="%{customdata[1]}"
            )
            + "<extra></extra>",
        )
    )


def _end_labels(
    finals: pd.DataFrame, band: pd.DataFrame, name: str, t: Text, theme: Theme, span: float
) -> list[dict[str, Any]]:
    """Names at the right end of the axis: the nation at its last median, the city at its last final."""
    ink = NEUTRALS[theme]
    last = band.iloc[-1]
    labels = [(float(last["median"]), t("city.national_median"), ink.nation)]
    if len(finals) and finals["year"].iloc[-1] == last["year"]:
        value = float(finals["final"].iloc[-1])
        apart = max(abs(value - labels[0][0]), _LEAST_GAP * span)
        side = 1 if value >= labels[0][0] else -1
        labels.append((labels[0][0] + side * apart, f"<b>{name}</b>", ink.chosen))
    band_label = (float(last["low"]), t("city.trend_band"), ink.nation)
    if abs(band_label[0] - labels[0][0]) >= _LEAST_GAP * span and all(
        abs(band_label[0] - y) >= _LEAST_GAP * span for y, _, _ in labels
    ):
        labels.append(band_label)
    return [
        {
            "x": 1,
            "xref": "paper",
            "xanchor": "left",
            "xshift": 4,
            "y": y,
            "yref": "y",
            "showarrow": False,
            "text": text,
            "align": "left",
            "font": {"family": FONT, "size": 12, "color": colour},
        }
        for y, text, colour in labels
    ]
