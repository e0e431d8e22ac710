"""The waterfall: from one total to another through what added and what took away.

One row per step, first on top, so that long names stay readable on a phone. Totals are the marks of their status
(published solid, derived hollow, simulated dotted), changes are bars from the total before to the total after, each
with an arrow and a signed figure beside it; rises are blue, falls ochre, never green and red. There is no axis: every
figure is written out, and the rows say what they are.

Small and quick on purpose, because it is sent at every move of a slider: the figure is made in one piece (1.5 ms;
4 ms and more when built up by `add_trace`; a plain mapping saves nothing, Streamlit would validate it by making the
same figure) and serialises to about 3 KB with nine rows.
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import plotly.graph_objects as go

from kotacerdas.charts.frame import Sealed, base
from kotacerdas.charts.palette import MARKS, NEUTRALS, Theme
from kotacerdas.i18n import Text
from kotacerdas.scoring import RANK_DECIMALS

_ROW, _HEAD, _FOOT = 38, 26, 6
"""Pixels of a row, of the head of the column of figures, and under the last row."""

_NAME = 18
"""Characters in a line of a name: two such lines leave most of a phone's width to the bars."""

_FIGURES = 86
"""Pixels at the right for the figures."""

_BAR = 0.46
_PLACES = 4
"""Decimals of a position: a fraction of a pixel, and a third of the bytes of a float's full text."""

_MINUS, _WIDE = "\N{MINUS SIGN}", "\N{FIGURE SPACE}"
ARROWS = {"+": "\N{BLACK UP-POINTING TRIANGLE}", _MINUS: "\N{BLACK DOWN-POINTING TRIANGLE}"}


@dataclass(frozen=True)
class Step:
    """One row: a `change` of the running total or, without one, the total reached so far.

    `status` is what a total is: a key of `palette.MARKS` (`published`, `derived`, `simulated`).
    """

    name: str
    change: float | None = None
    status: str = "published"

    @property
    def kind(self) -> Literal["total", "change"]:
        """What the row shows."""
        return "total" if self.change is None else "change"


@dataclass(frozen=True)
class Row:
    """A step where it is drawn: row number from the top, ends on the axis, the figure beside it and its sign."""

    y: int
    step: Step
    before: float
    after: float
    figure: str
    sign: str


def waterfall(
    steps: Sequence[Step],
    start: float,
    t: Text,
    theme: Theme,
    *,
    height: int | None = None,
    decimals: int = 2,
    total_decimals: int | None = None,
    unit: str = "",
    countdown: bool = False,
) -> go.Figure:
    """`steps` from top to bottom over the total `start`; usually a total first and last.

    `unit` heads the column of figures. `decimals` are those of changes and, unless `total_decimals` says otherwise,
    of totals. With `countdown` a gain lowers the total (places gained and ranks); gains still point to the right.
    """
    drawn = rows(steps, start, t, decimals, decimals if total_decimals is None else total_decimals, countdown)
    ends = [end for row in drawn for end in (row.before, row.after)] or [0.0]
    room = (max(ends) - min(ends)) * 0.04 or 1.0
    low, high = min(ends) - room, max(ends) + room
    ink = NEUTRALS[theme]
    layout = base(
        theme,
        t,
        height=height or _HEAD + _ROW * len(drawn) + _FOOT,
        margin={"l": 4, "r": _FIGURES, "t": _HEAD, "b": _FOOT},
    )
    layout["xaxis"] = {"range": [low, high], "visible": False, "fixedrange": True}
    layout["yaxis"] = layout["yaxis"] | {
        "range": [len(drawn) - 0.5, -0.5],
        "tickvals": [row.y for row in drawn],
        "ticktext": ["<br>".join(map(html.escape, textwrap.wrap(row.step.name, _NAME))) for row in drawn],
        "tickfont": {"size": 13, "color": ink.text},
        "showgrid": False,
        "showline": False,
        "ticklabelstandoff": 6,
        "zeroline": False,
    }
    layout["annotations"] = [_head(unit, ink.muted)]
    return Sealed(_traces(drawn, high, t, theme, decimals), layout)


def _head(unit: str, colour: str) -> dict[str, Any]:
    """The unit over the column of figures, where their arrows stand."""
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 2}
    place |= {"y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False}
    return place | {"text": html.escape(unit), "font": {"size": 12, "color": colour}}


def _traces(rows: Sequence[Row], edge: float, t: Text, theme: Theme, decimals: int) -> list[dict[str, Any]]:
    """The lines from row to row, the bars of changes, the marks of totals, and the figures right of the `edge`."""
    ink = NEUTRALS[theme]
    changes = [row for row in rows if row.step.kind == "change"]
    totals = [row for row in rows if row.step.kind == "total"]
    colours = {"+": ink.rise, _MINUS: ink.fall, "": ink.muted}
    links = {
        "type": "scatter",
        "mode": "lines",
        "x": [x for row in rows[:-1] for x in (row.after, row.after, None)],
        "y": [y for row in rows[:-1] for y in (row.y, row.y + 1, None)],
        "line": {"color": ink.peer, "width": 1},
        "hoverinfo": "skip",
    }
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": [row.y for row in changes],
        "base": [row.before for row in changes],
        "x": [round(row.after - row.before, _PLACES) for row in changes],
        "width": _BAR,
        "marker": {"color": [colours[row.sign] for row in changes], "line": {"width": 0}},
        "hovertext": [f"{html.escape(r.step.name)}: {t.signed(r.step.change, decimals + 2)}" for r in changes],
        "hoverinfo": "text",
    }
    marks = {
        "type": "scatter",
        "mode": "markers",
        "x": [row.after for row in totals],
        "y": [row.y for row in totals],
        "marker": {
            "size": 13,
            "symbol": [MARKS[row.step.status].symbol for row in totals],
            "color": ink.chosen,
            "line": {"width": 2, "color": ink.chosen},
        },
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    figures = {
        "type": "scatter",
        "mode": "text",
        "x": [edge] * len(rows),
        "y": [row.y for row in rows],
        "text": [_beside(row, max(len(row.figure) for row in rows)) for row in rows],
        "textposition": "middle right",
        "textfont": {
            "size": 14,
            "color": [ink.text if row.step.kind == "total" else colours[row.sign] for row in rows],
        },
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    return [links, bars, marks, figures]


def alt(
    title: str,
    steps: Sequence[Step],
    start: float,
    t: Text,
    *,
    decimals: int = 2,
    total_decimals: int | None = None,
    unit: str = "",
    countdown: bool = False,
) -> str:
    """The waterfall in words, row by row, with the figures it shows."""
    told = rows(steps, start, t, decimals, decimals if total_decimals is None else total_decimals, countdown)
    parts = [
        t("waterfall.total", name=row.step.name, total=row.figure)
        if row.step.kind == "total"
        else t("waterfall.change", name=row.step.name, change=row.figure, unit=unit).rstrip()
        for row in told
    ]
    return ". ".join([title, *parts]) + "."


def rows(
    steps: Sequence[Step], start: float, t: Text, decimals: int, total_decimals: int, countdown: bool = False
) -> list[Row]:
    """Every step with the totals before and after it; on a countdown the axis runs from high to low."""
    way = -1 if countdown else 1
    made, total = [], float(start)
    for y, step in enumerate(steps):
        before = total
        total = round(total + way * float(step.change or 0), RANK_DECIMALS)  # 3.79499999 would be shown as 3.79
        words = t.number(total, total_decimals) if step.change is None else t.signed(step.change, decimals)
        sign = words[0] if step.change is not None and words[0] in ARROWS else ""
        made.append(Row(y, step, round(way * before, _PLACES), round(way * total, _PLACES), words, sign))
    return made


def _beside(row: Row, width: int) -> str:
    """The figure as it stands beside its bar: arrow, then the number ending where all others end."""
    room = _WIDE * (width - len(row.figure))
    if row.step.kind == "total":
        return f"{_WIDE} {room}<b>{row.figure}</b>"
    return f"{ARROWS.get(row.sign, _WIDE)} {room}{row.figure}"
