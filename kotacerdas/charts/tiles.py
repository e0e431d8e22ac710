"""The tile map: every kabupaten and kota one equal tile near its true place, readable as Indonesia at a glance.

Tiles are bars of one width and height in rows that stand half a tile apart (the hexagonal layout of `geo/tiles.csv`),
so they grow and shrink with the page, can be clicked, and print sharp. The level's number stands inside and falls
away by itself where tiles are too small for it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from kotacerdas.charts import caption
from kotacerdas.charts.frame import figure
from kotacerdas.charts.palette import LEVEL_INK, LEVELS, NEUTRALS, Neutrals, Theme, css
from kotacerdas.geo import ROW_HEIGHT
from kotacerdas.i18n import Text
from kotacerdas.levels import Levels
from kotacerdas.published import OUTSIDE

PITCH = 20
"""Distance between two tiles of a row, and between two rows: whole numbers keep the figure small."""

LEAST = 26
"""The fewest tiles the picture is wide."""

TALLEST = 1.5
"""How much taller than true a row may be on a narrow picture."""

TILE = 18
"""Width and height of a tile in the same units; the rest is the gap."""

ACROSS = 15
"""Tiles in a row of a province's block: with 358 pixels on a phone each is more than 20 wide."""

PATTERNS = {"did_not_take_part": "x", "not_in_copy": ".", "not_final": "+"}
"""Status without a value -> pattern of its tiles."""

_ROOM = 34
"""Width and height of the invisible bar that carries a number: Plotly keeps 3 pixels free inside, too many here."""


def city_tiles(
    frame: pd.DataFrame,
    theme: Theme,
    t: Text,
    levels: Levels,
    *,
    year: int,
    level: str,
    derived: bool,
    width: int = 1120,
    height: int = 500,
    blocks: bool = False,
) -> go.Figure:
    """The tile map of a `national` frame with the columns of `geo.load_tiles` and `caption.captioned`.

    The customdata of a tile is, or begins with, the city's code. Cities without a value have a pattern instead of a
    fill: crossed for those that did not take part, dotted for those not in the copy, with a plus for those whose
    result is not final; a faint tile outside the round.

    `blocks` gives up the true places for size: the tiles of each province in rows of `ACROSS` under the province's
    name. A phone is too narrow for the map, and a tile must hold a finger; `height` then follows from `width`.
    """
    ink = NEUTRALS[theme]
    labels: list[dict[str, Any]] = []
    if blocks:
        frame, labels, down_to = _blocks(frame, t, ink)
        height = round(down_to * width / ACROSS)
        across, down = [-PITCH / 2, (ACROSS - 0.5) * PITCH], [(0.5 - down_to) * PITCH, PITCH / 2]
    else:
        frame = _true_places(frame)
        across, down = _ranges(frame, width, height)
    fig = figure(theme, t, height=height, margin={"l": 0, "r": 0, "t": 0, "b": 0})
    outside = frame[frame["status"] == OUTSIDE]
    why = caption.NO_VALUE if derived else OUTSIDE
    faint = {"color": css(ink.faint, 0.38), "line": {"width": 0}}
    for prefix, part in outside.groupby(outside["name"].str.split(" ", n=1).str[0]):  # said once, not 300 times
        trace = _tiles(part, OUTSIDE, faint, caption.unscored(t, why, year))
        trace.hovertext = part["name"].str.removeprefix(f"{prefix} ").tolist()
        trace.hovertemplate = trace.hovertemplate.replace("%{hovertext}", f"{prefix} %{{hovertext}}", 1)
        fig.add_trace(trace)
    for status, shape in PATTERNS.items():
        part = frame[frame["final"].isna() & (frame["status"] == status)]
        words = caption.unscored(t, str(part["why"].iloc[0]), year) if len(part) else ""
        fig.add_trace(_tiles(part, status, _patterned(shape, ink), words))
    for number, colour in LEVELS.items():
        part = frame[frame[level] == number]
        marker: dict[str, Any] = {"color": colour, "line": {"width": 0.6, "color": css(ink.stroke, 0.6)}}
        if derived:
            marker = {"color": css(colour, 0.14), "line": {"width": 2, "color": colour}}
        words = caption.scored(
            t,
            final="%{customdata[1]:.2f}",
            status=str(part["status"].iloc[0]) if len(part) else "published",
            level=caption.level_name(number, t, levels),
            rank="%{customdata[2]}",
            ranked=t.integer(part["ranked"].iloc[0]) if len(part) else "",
            trend="%{customdata[3]}",
        )
        fig.add_trace(_tiles(part, f"level-{number}", marker, words, ["final", "rank", "trend"]))
    inks = dict.fromkeys(LEVEL_INK, ink.text) if derived else LEVEL_INK
    fig.add_trace(_numbers(frame.dropna(subset=[level]), level, inks))
    fig.update_layout(
        annotations=labels,
        barmode="overlay",
        barcornerradius="18%",
        uniformtext={"minsize": 9, "mode": "hide"},
        xaxis={"visible": False, "range": across},
        yaxis={"visible": False, "range": down},
    )
    return fig


def _true_places(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with `x` and `y`, the middles of its tiles; odd rows stand half a tile to the right."""
    return frame.assign(x=frame["col"] * PITCH + frame["row"] % 2 * (PITCH // 2), y=-frame["row"] * PITCH)


def _blocks(frame: pd.DataFrame, t: Text, ink: Neutrals) -> tuple[pd.DataFrame, list[dict[str, Any]], int]:
    """The frame with `x` and `y` by province, the names over them, and how many rows of tiles that is.

    Provinces in the order of their codes, about west to east; in each the highest final first, then the programme
    cities without one, then the rest.
    """
    order = frame.assign(outside=frame["status"] == OUTSIDE).sort_values(
        ["province_code", "final", "outside", "status", "name"], ascending=[True, False, True, True, True]
    )
    x, y, labels, at = [], [], [], 0
    for _, part in order.groupby("province_code", sort=False):
        words = t("overview.block", province=part["province"].iloc[0], n=len(part), valued=int(part["final"].count()))
        look = {"text": words, "showarrow": False, "font": {"size": 13, "color": ink.text}}
        labels.append(look | {"x": -PITCH / 2, "xanchor": "left", "y": -at * PITCH, "yshift": -4})
        x += [number % ACROSS * PITCH for number in range(len(part))]
        y += [-(at + 1 + number // ACROSS) * PITCH for number in range(len(part))]
        at += 1 + -(-len(part) // ACROSS)
    return order.assign(x=x, y=y), labels, max(at, 1)


def _patterned(shape: str, ink: Neutrals) -> dict[str, Any]:
    return {
        "color": "rgba(0,0,0,0)",
        "line": {"width": 1, "color": ink.peer},
        "pattern": {"shape": shape, "fgcolor": ink.peer, "bgcolor": ink.background, "size": 5, "solidity": 0.25},
    }


def _ranges(frame: pd.DataFrame, width: int, height: int) -> tuple[list[float], list[float]]:
    """The ends of both axes: all tiles with a little air, a true hexagonal grid on a picture of `width` x `height`.

    A picture too narrow for that (a phone) may be up to `TALLEST` times too tall; few tiles do not become giants.
    """
    if frame.empty:
        return [0, 1], [0, 1]
    x, y = frame["x"], frame["y"]
    spans = max(float(x.max() - x.min()) + 1.2 * PITCH, LEAST * PITCH), float(y.max() - y.min()) + 1.2 * PITCH
    pixels = min(width / spans[0], height / spans[1] / ROW_HEIGHT)  # per unit across
    tall = min(height / spans[1] / ROW_HEIGHT / pixels, TALLEST)
    seen = width / pixels, height / (pixels * ROW_HEIGHT * tall)
    middles = float(x.max() + x.min()) / 2, float(y.max() + y.min()) / 2
    across, down = ([round(m - s / 2, 1), round(m + s / 2, 1)] for m, s in zip(middles, seen, strict=True))
    return across, down


def _bars(part: pd.DataFrame, size: int) -> dict[str, Any]:
    """Bars of one size centred on their tiles, as short arrays."""
    return {
        "x": part["x"].to_numpy("int16"),
        "base": (part["y"] - size // 2).astype(int).tolist(),
        "y": np.full(len(part), size, dtype="int8"),
        "width": size,
    }


def _tiles(
    part: pd.DataFrame, name: str, marker: dict[str, Any], words: str, columns: list[str] | None = None
) -> go.Bar:
    """The tiles of one look. What they share is said once, in the hover template."""
    return go.Bar(
        **_bars(part, TILE),
        name=name,
        marker=marker,
        hovertext=part["name"].tolist(),
        customdata=part[["code", *columns]].to_numpy(dtype=object).tolist() if columns else part["code"].tolist(),
        hovertemplate=f"<b>%{{hovertext}}</b>\n{words}<extra></extra>".replace("\n", "<br>"),
    )


def _numbers(part: pd.DataFrame, level: str, inks: dict[int, str]) -> go.Bar:
    numbers = part[level].astype(int).tolist()
    return go.Bar(
        **_bars(part, _ROOM),
        name="numbers",
        marker={"color": "rgba(0,0,0,0)", "line": {"width": 0}},
        text=[str(number) for number in numbers],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"color": [inks[number] for number in numbers], "size": 14},
        hoverinfo="skip",
    )
