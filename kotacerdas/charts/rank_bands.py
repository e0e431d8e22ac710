"""Rank bands: for each city a hatched bar from the 5th to the 95th percentile of its simulated ranks, a tick at the
median, and a dot at the published rank.

One row per city, rank 1 at the left and on top. The bar is hatched and the tick thin because both are simulated; only
the dot, in the colour of its level, is a published figure. Beside each bar stands its band in numbers.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from kotacerdas.charts.band import band
from kotacerdas.charts.frame import FONT, base
from kotacerdas.charts.palette import LEVELS, MARKS, NEUTRALS, Theme, css
from kotacerdas.i18n import Text

_ROW, _DENSE = 26, 18
"""Pixels of a row; the smaller one from `_MANY` rows on."""

_MANY = 40
_HEAD, _FOOT = 62, 8
_HALF = 0.3
"""How far a bar reaches beyond its ranks, so that a band of a single rank is still a bar."""

_CLEAR = "\N{EN SPACE}" * 2
"""Keeps the figures beside a bar clear of the dot."""

_WIDE, _NARROW = 34, 21
"""Characters of a name before it is cut."""


def rank_bands(
    frame: pd.DataFrame, names: Mapping[str, str], t: Text, theme: Theme, *, chosen: str | None = None,
    narrow: bool = False,
) -> go.Figure:  # fmt: skip
    """`frame` (index code) holds `rank`, `p5`, `median`, `p95`, `level` (published), in the order of the rows.

    `names` maps codes to the words at the left; `chosen` is drawn in the accent. `narrow` is a phone.
    """
    ink, rows = NEUTRALS[theme], np.arange(len(frame))
    height = (_ROW if len(frame) < _MANY else _DENSE) * len(frame) + _HEAD + _FOOT
    low, high = _range(frame)
    layout = base(theme, t, height=height, margin={"l": 4, "r": 52, "t": _HEAD, "b": _FOOT})
    layout["xaxis"] = layout["xaxis"] | {
        "range": [low, high],
        "tickvals": _ticks(low, high, narrow=narrow),
        "side": "top",
        "zeroline": False,
        "title": {"text": t("rank_bands.axis"), "standoff": 4, "font": {"color": ink.muted, "size": 12}},
    }
    layout["yaxis"] = layout["yaxis"] | {
        "range": [len(frame) - 0.4, -0.6],
        "tickvals": list(rows),
        "ticktext": [_label(code, names, chosen, ink.chosen, narrow=narrow) for code in frame.index],
        "tickfont": {"size": 13 if len(frame) < _MANY else 12, "color": ink.text},
        "showgrid": False,
        "zeroline": False,
    }
    layout |= {
        "showlegend": True,
        "legend": {
            "orientation": "h", "x": 0, "xref": "container", "xanchor": "left", "y": 1, "yref": "container",
            "yanchor": "top", "itemclick": False, "itemdoubleclick": False, "bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "size": 13, "color": ink.text},
        },
    }  # fmt: skip
    return go.Figure(data=_traces(frame, rows, names, chosen, t, theme), layout=layout)


def _traces(
    frame: pd.DataFrame, rows: np.ndarray[Any, Any], names: Mapping[str, str], chosen: str | None, t: Text, theme: Theme
) -> list[dict[str, Any]]:
    ink = NEUTRALS[theme]
    accents = [code == chosen for code in frame.index]
    low, high = frame["p5"].to_numpy(float), frame["p95"].to_numpy(float)
    hover = [_hover(str(code), row, names, t) for code, row in zip(frame.index, frame.to_dict("records"), strict=True)]
    bars = {
        "type": "bar",
        "orientation": "h",
        "name": t("rank_bands.band"),
        "y": rows,
        "base": low - _HALF,
        "x": high - low + 2 * _HALF,
        "width": 0.56,
        "marker": {
            "color": [css(ink.chosen if accent else ink.primary, 0.22) for accent in accents],
            "line": {"width": 1, "color": [ink.chosen if accent else css(ink.primary, 0.55) for accent in accents]},
            "pattern": {
                "shape": "/", "size": 5, "solidity": 0.18, "fillmode": "replace",
                "fgcolor": [ink.chosen if accent else ink.primary for accent in accents],
            },
        },
        "hovertext": hover,
        "hoverinfo": "text",
    }  # fmt: skip
    ticks = {
        "type": "scatter",
        "mode": "markers",
        "name": t("rank_bands.median"),
        "x": frame["median"],
        "y": rows,
        "marker": {
            "symbol": "line-ns",
            "size": 15 if len(frame) < _MANY else 12,
            "line": {"width": 2, "color": ink.text},
        },
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    of = frame["level"].to_numpy(int)
    dots = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": t("rank_bands.published", level=level),
            "x": frame["rank"][of == level],
            "y": rows[of == level],
            "marker": {
                "symbol": MARKS["published"].symbol,
                "size": 10 if len(frame) < _MANY else 8,
                "color": LEVELS[level],
                "line": {"width": 1, "color": ink.stroke},
            },
            "hoverinfo": "skip",
            "cliponaxis": False,
        }
        for level in sorted({*of.tolist()}, reverse=True)
    ]
    figures = {
        "type": "scatter",
        "mode": "text",
        "x": np.maximum(high + _HALF, frame["rank"].to_numpy(float)),
        "y": rows,
        "text": [_CLEAR + band(p5, p95, t) for p5, p95 in zip(low, high, strict=True)],
        "textposition": "middle right",
        "textfont": {"family": FONT, "size": 12, "color": [ink.text if accent else ink.muted for accent in accents]},
        "hoverinfo": "skip",
        "showlegend": False,
        "cliponaxis": False,
    }
    return [bars, ticks, *dots, figures]


def alt(title: str, frame: pd.DataFrame, names: Mapping[str, str], t: Text, *, most: int = 30) -> str:
    """The chart in words: every row up to `most`, then how many more there are."""
    head = frame.head(most)
    parts = [
        t(
            "rank_bands.alt",
            city=names[str(code)],
            rank=t.integer(row["rank"]),
            band=band(row["p5"], row["p95"], t),
            median=t.integer(row["median"]),
        )
        for code, row in zip(head.index, head.to_dict("records"), strict=True)
    ]
    if len(frame) > most:
        parts.append(t("rank_bands.alt_more", count=t.integer(len(frame) - most)))
    return ". ".join([title, *parts]) + "."


def _hover(code: str, row: Mapping[Any, Any], names: Mapping[str, str], t: Text) -> str:
    return t(
        "rank_bands.hover",
        city=html.escape(names[code]),
        rank=t.integer(row["rank"]),
        band=band(row["p5"], row["p95"], t),
        median=t.integer(row["median"]),
        level=int(row["level"]),
    )


def _label(code: object, names: Mapping[str, str], chosen: str | None, accent: str, *, narrow: bool) -> str:
    name, longest = names[str(code)], _NARROW if narrow else _WIDE
    words = html.escape(name if len(name) <= longest else name[: longest - 1].rstrip() + "…") + "  "
    return f"<b><span style='color:{accent}'>{words}</span></b>" if code == chosen else words


def _range(frame: pd.DataFrame) -> tuple[float, float]:
    """The ranks in view, with half a place of room at either side."""
    places = frame[["rank", "p5", "p95", "median"]].to_numpy(float)
    return max(0.4, float(places.min()) - 0.8), float(places.max()) + 0.8


def _ticks(low: float, high: float, *, narrow: bool) -> list[int]:
    """Rank 1 where it is in view, and round ranks at equal steps: about ten, or five on a phone."""
    aim = (high - low) / (5 if narrow else 10)
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200) if step >= aim)
    first = int(np.ceil(low / step)) * step
    round_ones = range(max(step, first), int(high) + 1, step)
    return list(dict.fromkeys([*([1] if low <= 1 else []), *round_ones]))
