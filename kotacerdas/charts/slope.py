"""The finals of several cities through the rounds: a line each, its letter and name at the end.

The years stand on a true time axis; a year without a source is a gap that no line crosses, and none joins rounds on
different scales. Published finals are full marks, derived ones hollow. End labels are moved apart so that none covers
another; the nation's median is a dashed line among them.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from kotacerdas.bounds import Bounds, widest
from kotacerdas.charts.frame import FONT, base
from kotacerdas.charts.lettered import Lettered, colour, spread_out
from kotacerdas.charts.palette import MARKS, NEUTRALS, Theme
from kotacerdas.charts.trend import axis, runs, with_ends
from kotacerdas.i18n import Text

_COARSE = 6
"""Marks of the whole scale, at most, where most of it is shown."""

_LINE, _LETTER = 17, 6.6
"""Pixels between two end labels, and of a letter in them."""

_TOP, _BOTTOM = 16, 52
"""Pixels over the axis, and under it for the years (the gap says why in three lines)."""

_SYMBOLS = {"chosen": "circle", "second": "diamond", "third": "square", "other": "circle"}


def slope(
    finals: pd.DataFrame,
    cities: Sequence[Lettered],
    band: pd.DataFrame,
    t: Text,
    theme: Theme,
    *,
    scales: Mapping[int, Bounds],
    height: int = 400,
) -> go.Figure:
    """`finals` is `compare.trends`, `band` is `Published.national_band`; `scales` are the ends of the scale of
    every round (`Published.scales`). The margin is as wide as the longest label."""
    ink = NEUTRALS[theme]
    years = list(range(int(band["year"].min()), int(band["year"].max()) + 1))
    sourced = set(band["year"])
    bounds = widest(scales.values())
    floor, ceiling, fine = axis(min([*band["median"], *finals["final"]]), bounds)
    step = fine if ceiling - floor < bounds.width else float(bounds.step(_COARSE))
    wishes = _wishes(finals, cities, band, scales, t, theme)
    room = max(len(wish.words) for wish in wishes if wish.year == years[-1]) * _LETTER + 12
    layout = base(theme, t, height=height, margin={"l": 8, "r": round(room), "t": _TOP, "b": _BOTTOM})
    layout["xaxis"] = layout["xaxis"] | {
        "range": [years[0] - 0.2, years[-1] + 0.1],
        "tickvals": years,
        "ticktext": [str(year) if year in sourced else t("city.trend_gap", year=year) for year in years],
        "showgrid": False,
        "tickangle": 0,
        "automargin": False,
    }
    layout["yaxis"] = layout["yaxis"] | {
        "range": [floor, ceiling], "dtick": step, "tickformat": ".1f", "zeroline": False,
    }  # fmt: skip
    traces: list[dict[str, Any]] = [_median(run, t, ink.nation) for run in runs(band, scales)]
    for city in reversed(cities):
        own = finals[finals["code"] == city.code]
        traces += [_line(run, city, theme) for run in runs(own, scales) if len(run) > 1]
        traces += [_marks(part, str(status), city, t, theme) for status, part in own.groupby("status", sort=False)]
    per_pixel = (ceiling - floor) / (height - _TOP - _BOTTOM)
    layout["annotations"] = _labels(wishes, per_pixel, floor, ceiling, years[-1])
    return go.Figure(data=traces, layout=layout)


def alt(title: str, finals: pd.DataFrame, cities: Sequence[Lettered], t: Text) -> str:
    """The lines in words: every city with every final and its status."""
    parts = []
    for city in cities:
        own = finals[finals["code"] == city.code]
        listed = "; ".join(
            t(
                "compare.trend_alt",
                year=row["year"],
                value=t.number(row["final"]),
                status=t(f"status.{row['status']}"),
            )
            for row in own.to_dict("records")
        )
        parts.append(f"{city.name}: {listed or t.number(None)}")
    return ". ".join([title, *parts]) + "."


def _median(run: pd.DataFrame, t: Text, line: str) -> dict[str, Any]:
    run = with_ends(run)
    return {
        "type": "scatter",
        "name": t("city.national_median"),
        "mode": "lines",
        "x": [float(year) for year in run["year"]],
        "y": [float(value) for value in run["median"]],
        "line": {"color": line, "width": 1.5, "dash": "dash"},
        "customdata": [
            [t.number(m), t.integer(n), int(year)]
            for m, n, year in zip(run["median"], run["cities"], run["at"], strict=True)
        ],
        "hovertemplate": t(
            "city.trend_band_hover", year="%{customdata[2]}", value="%{customdata[0]}", cities="%{customdata[1]}"
        )
        + "<extra></extra>",
    }


def _line(run: pd.DataFrame, city: Lettered, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [int(year) for year in run["year"]],
        "y": [float(value) for value in run["final"]],
        "line": {"color": colour(city.place, theme), "width": 1.25 if city.place == "other" else 2.5},
        "hoverinfo": "skip",
    }


def _marks(part: pd.DataFrame, status: str, city: Lettered, t: Text, theme: Theme) -> dict[str, Any]:
    """The finals of one status: full where published, hollow where derived."""
    line = colour(city.place, theme)
    return {
        "type": "scatter",
        "name": t(f"status.{status}"),
        "mode": "markers",
        "x": [int(year) for year in part["year"]],
        "y": [float(value) for value in part["final"]],
        "marker": {
            "size": 7 if city.place == "other" else 10,
            "symbol": _SYMBOLS[city.place],
            "color": line if MARKS[status].filled else NEUTRALS[theme].background,
            "line": {"width": 2, "color": line},
        },
        "customdata": [
            [t.number(row["final"]), t.integer(row["rank"]), t.integer(row["ranked"])]
            for row in part.to_dict("records")
        ],
        "hovertemplate": f"<b>{html.escape(city.tag)}</b><br>"
        + t(
            "city.trend_hover",
            year="%{x}",
            value="%{customdata[0]}",
            rank="%{customdata[1]}",
            ranked="%{customdata[2]}",
        )
        + "<extra>%{fullData.name}</extra>",
        "cliponaxis": False,
    }


@dataclass(frozen=True)
class _Wish:
    """The end of a line, and what is to stand there."""

    year: int
    height: float
    words: str
    colour: str
    bold: bool = True


def _wishes(
    finals: pd.DataFrame, cities: Sequence[Lettered], band: pd.DataFrame, scales: Mapping[int, Bounds], t: Text,
    theme: Theme,
) -> list[_Wish]:  # fmt: skip
    """Where each line ends; a line that ends before the last round has its letter only, inside the picture.

    The grey lines look alike, so those that go on behind the gap carry their letter before it too.
    """
    last = band.iloc[-1]
    wishes: list[_Wish] = []
    for city in cities:
        own = finals[finals["code"] == city.code]
        before = [run.iloc[-1] for run in runs(own, scales)][:-1] if city.place == "other" else []
        wishes += [
            _Wish(int(end["year"]), float(end["final"]), city.letter, colour(city.place, theme)) for end in before
        ]
        if len(own):
            year, value = int(own["year"].iloc[-1]), float(own["final"].iloc[-1])
            name = city.label if year == last["year"] else city.letter
            wishes.append(_Wish(year, value, f"{name} {t.number(value)}", colour(city.place, theme)))
    words = t("compare.trend_median", value=t.number(last["median"]))
    return [*wishes, _Wish(int(last["year"]), float(last["median"]), words, NEUTRALS[theme].nation, bold=False)]


def _labels(wishes: Sequence[_Wish], per_pixel: float, floor: float, ceiling: float, last: int) -> list[dict[str, Any]]:
    """The labels of lines that end in the same year, moved apart; each stands right of its line's end."""
    notes = []
    for year in sorted({wish.year for wish in wishes}):
        ends = [wish for wish in wishes if wish.year == year]
        room = 8 * per_pixel
        heights = spread_out([end.height for end in ends], _LINE * per_pixel, floor + room, ceiling - room)
        for end, height in zip(ends, heights, strict=True):
            words = html.escape(end.words)
            notes.append(
                {
                    "x": 1 if year == last else year, "xref": "paper" if year == last else "x", "xanchor": "left",
                    "xshift": 6 if year == last else 9, "y": height, "yref": "y", "showarrow": False, "align": "left",
                    "text": f"<b>{words}</b>" if end.bold else words,
                    "font": {"family": FONT, "size": 12, "color": end.colour},
                }
            )  # fmt: skip
    return notes
