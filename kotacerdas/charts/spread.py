"""The marks of a panel, question by question: a numbered disc per assessor on the scale, a line at their mean.

Discs of the same mark stand side by side, so that none covers another; the number is that of the seat. Rows come in
the order given (`agreement.disputes`: the most disputed first). A mark that was not given has no disc.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import plotly.graph_objects as go

from kotacerdas.bounds import Bounds, multiples
from kotacerdas.charts.frame import FONT, base
from kotacerdas.charts.palette import NEUTRALS, Theme
from kotacerdas.i18n import Text
from kotacerdas.interview.agreement import Dispute

_DISC, _DISC_NARROW = 20, 18
"""Pixels across a disc: large enough for its number and, with the row, for a finger."""

_AIR = 16
"""Pixels between the discs of neighbouring rows; the line at the mean reaches into it."""

_NAME = 22
"""Pixels of the name over its row on a phone."""

_REACH = 1.45
"""Plotly draws a line mark this much longer than its size."""

_HEAD, _FOOT = 74, 8
_WIDE, _NARROW = 42, 40
"""Characters of a name before it is cut."""

_FIGURES = 130
"""Pixels at the right for mean and standard deviation."""

_TICKS = 11
"""Marks of the axis, at most; they are whole points."""

_WORDS = 300
"""Pixels at the left for the names, where there is room for them beside the rows."""


def spread(
    rows: Sequence[Dispute],
    names: Mapping[str, str],
    seats: Sequence[str],
    t: Text,
    theme: Theme,
    *,
    bounds: Bounds,
    chosen: str | None = None,
    width: int = 1080,
) -> go.Figure:
    """One row per question, first on top; `bounds` are the ends of their scale. `names` gives its words, `seats` what
    the assessors are called ("Asesor 1").

    Every disc and mean carries its question as first custom value. `chosen` is the question in hand. `width` is the
    expected width in pixels: it decides where the names stand and how many discs fit side by side.
    """
    ink, narrow = NEUTRALS[theme], width < 600
    apart = max(Fraction(1), bounds.step(_TICKS))
    low, high = float(bounds.low - apart / 2), float(bounds.high + apart / 2)
    disc = _DISC_NARROW if narrow else _DISC
    point = max(1.0, (width - _FIGURES - (0 if narrow else _WORDS)) / (high - low))
    across = max(1, int(0.94 * point // (disc + 1)))
    tall = [_lines(row, across) * (disc + 1) + _AIR for row in rows]
    full = [height + (_NAME if narrow else 0) for height in tall]
    middles = [sum(full[: n + 1]) - tall[n] / 2 for n in range(len(rows))]
    layout = base(theme, t, height=sum(full) + _HEAD + _FOOT, margin={"l": 4, "r": _FIGURES, "t": _HEAD, "b": _FOOT})
    layout["xaxis"] = layout["xaxis"] | {
        "range": [low, high],
        "tickvals": multiples(bounds.low, bounds.high, apart),
        "tickfont": {"size": 13, "color": ink.text},
        "side": "top",
        "zeroline": False,
    }
    layout["yaxis"] = layout["yaxis"] | {
        "range": [max(1, sum(full)), 0],
        "tickvals": [] if narrow else middles,
        "ticktext": [] if narrow else [_label(row, names, chosen, ink.chosen, _WIDE) + "  " for row in rows],
        "tickfont": {"family": FONT, "size": 13, "color": ink.text},
        "showgrid": False,
        "zeroline": False,
    }
    layout |= {
        "showlegend": bool(rows),
        "legend": {
            "orientation": "h", "x": 0, "xref": "container", "xanchor": "left", "y": 1, "yref": "container",
            "yanchor": "top", "traceorder": "reversed", "itemclick": False, "itemdoubleclick": False,
            "bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "size": 13, "color": ink.text},
        },
        "shapes": [_between(row, y, ink.border) for row, y in zip(rows, middles, strict=True)],
        "clickmode": "event+select",
    }  # fmt: skip
    heads = [_figure(t(key), place, 0, ink.muted, head=True) for key, place in _COLUMNS.items()] if rows else []
    beside = [
        _figure(words, place, y, ink.text)
        for row, y in zip(rows, middles, strict=True)
        for words, place in zip((t.number(row.mean), t.number(row.spread)), _COLUMNS.values(), strict=True)
    ]
    over = [
        _over(_label(row, names, chosen, ink.chosen, _NARROW), y - height / 2 - _NAME, ink.text)
        for row, y, height in zip(rows, middles, tall, strict=True)
    ]
    layout["annotations"] = [*heads, *beside, *(over if narrow else [])]
    traces = [
        _means(rows, middles, tall, names, t, ink.text),
        _discs(rows, middles, names, seats, t, disc, (disc + 1) / point, across, ink.primary, ink.background),
    ]
    return go.Figure(data=traces, layout=layout)


def alt(
    title: str, rows: Sequence[Dispute], names: Mapping[str, str], seats: Sequence[str], t: Text, *, most: int = 30
) -> str:
    """The picture in words: every mark of every row up to `most`, then how many rows more there are."""
    parts = [
        t(
            "panel_spread.alt",
            question=names[row.question],
            marks=", ".join(f"{seat}: {_whole(mark, t)}" for seat, mark in zip(seats, row.marks, strict=True)),
            mean=t.number(row.mean),
            spread=t.number(row.spread),
        )
        for row in rows[:most]
    ]
    if len(rows) > most:
        parts.append(t("panel_spread.alt_more", count=t.integer(len(rows) - most)))
    return ". ".join([title, *parts]) + "."


_COLUMNS = {"panel_spread.mean": 60, "panel_spread.deviation": 126}
"""Head of a column of figures -> where it ends, in pixels from the end of the scale."""


def _lines(row: Dispute, across: int) -> int:
    """Lines of discs that the fullest mark of a row needs, where `across` fit side by side."""
    given = [mark for mark in row.marks if mark is not None]
    return max((math.ceil(given.count(mark) / across) for mark in given), default=1)


def _places(row: Dispute, across: int) -> Iterator[tuple[int, float, float, float]]:
    """Seat and mark, and how many discs to the right of and below its mark each disc stands."""
    for mark in sorted({mark for mark in row.marks if mark is not None}):
        seats = [seat for seat, own in enumerate(row.marks) if own == mark]
        lines = [seats[i : i + across] for i in range(0, len(seats), across)]
        for down, line in enumerate(lines):
            for right, seat in enumerate(line):
                yield seat, mark, right - (len(line) - 1) / 2, down - (len(lines) - 1) / 2


def _discs(
    rows: Sequence[Dispute], middles: Sequence[float], names: Mapping[str, str], seats: Sequence[str], t: Text,
    disc: int, step: float, across: int, fill: str, ink: str,
) -> dict[str, Any]:  # fmt: skip
    found = [(row, y, place) for row, y in zip(rows, middles, strict=True) for place in _places(row, across)]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": t("panel_spread.mark"),
        "x": [mark + right * step for _, _, (_, mark, right, _) in found],
        "y": [y + down * (disc + 1) for _, y, (*_, down) in found],
        "text": [str(seat + 1) for _, _, (seat, *_) in found],
        "textfont": {"family": FONT, "size": 11 if disc < _DISC else 12, "color": ink},
        "marker": {"size": disc, "color": fill, "opacity": 1, "line": {"width": 0}},
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}, "textfont": {"color": ink}},
        "customdata": [
            [row.question, html.escape(names[row.question]), html.escape(seats[seat]), _whole(mark, t)]
            for row, _, (seat, mark, *_) in found
        ],
        "hovertemplate": t("panel_spread.hover", question="%{customdata[1]}", seat="%{customdata[2]}",
                           mark="%{customdata[3]}") + "<extra></extra>",
        "cliponaxis": False,
    }  # fmt: skip


def _means(
    rows: Sequence[Dispute], middles: Sequence[float], tall: Sequence[int], names: Mapping[str, str], t: Text, ink: str
) -> dict[str, Any]:
    """A line at each mean, behind the discs and longer than they are."""
    known = [(row, y, height) for row, y, height in zip(rows, middles, tall, strict=True) if row.mean is not None]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": t("panel_spread.mean"),
        "x": [row.mean for row, _, _ in known],
        "y": [y for _, y, _ in known],
        "marker": {
            "symbol": "line-ns",
            "size": [height / _REACH for _, _, height in known],
            "line": {"width": 2, "color": ink},
            "opacity": 1,
        },
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
        "customdata": [
            [row.question, html.escape(names[row.question]), t.number(row.mean), t.number(row.spread), row.count]
            for row, _, _ in known
        ],
        "hovertemplate": t("panel_spread.hover_mean", question="%{customdata[1]}", mean="%{customdata[2]}",
                           spread="%{customdata[3]}", count="%{customdata[4]}") + "<extra></extra>",
        "cliponaxis": False,
    }  # fmt: skip


def _between(row: Dispute, y: float, colour: str) -> dict[str, Any]:
    """The stretch from the lowest to the highest mark."""
    low, high = (row.low, row.high) if row.low is not None and row.high is not None else (0.0, 0.0)
    return {
        "type": "line", "layer": "below", "x0": low, "x1": high, "y0": y, "y1": y,
        "line": {"color": colour, "width": 4}, "visible": high > low,
    }  # fmt: skip


def _label(row: Dispute, names: Mapping[str, str], chosen: str | None, accent: str, longest: int) -> str:
    name = names[row.question]
    words = html.escape(name if len(name) <= longest else name[: longest - 1].rstrip() + "…")
    return f"<b><span style='color:{accent}'>{words}</span></b>" if row.question == chosen else words


def _over(words: str, y: float, colour: str) -> dict[str, Any]:
    """A name over its row, from the left edge."""
    return {
        "xref": "paper", "x": 0, "xanchor": "left", "yref": "y", "y": y, "yanchor": "top", "yshift": -4,
        "showarrow": False, "align": "left", "text": words, "font": {"family": FONT, "size": 13, "color": colour},
    }  # fmt: skip


def _figure(words: str, place: int, y: float, colour: str, *, head: bool = False) -> dict[str, Any]:
    size = 12 if head else 14
    return {
        "xref": "paper", "x": 1, "xshift": place, "xanchor": "right", "showarrow": False, "text": words,
        "font": {"family": FONT, "size": size, "color": colour},
    } | ({"yref": "paper", "y": 1, "yanchor": "bottom", "yshift": 4} if head else {"yref": "y", "y": y})  # fmt: skip


def _whole(mark: float | None, t: Text) -> str:
    """A mark as it was given: whole ones without decimals."""
    return t.number(mark) if mark is None or mark % 1 else t.integer(mark)
