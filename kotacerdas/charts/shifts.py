"""How far assumptions move ranks: one hatched bar per assumption, because what they show is simulated."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from kotacerdas.charts.frame import base
from kotacerdas.charts.palette import NEUTRALS, Theme, css
from kotacerdas.i18n import Text

_ROW, _HEAD = 34, 10
_NAME, _NAME_NARROW = 48, 22
"""Characters in a line of a name."""


def shifts(
    means: pd.Series[float], names: Mapping[str, str], t: Text, theme: Theme, *, narrow: bool = False
) -> go.Figure:
    """`means` (index: assumption, largest first) is the mean absolute rank change; `names` gives their words."""
    ink, places = NEUTRALS[theme], list(range(len(means)))
    layout = base(theme, t, height=_ROW * len(means) + 2 * _HEAD, margin={"l": 4, "r": 44, "t": _HEAD, "b": _HEAD})
    layout["xaxis"] = layout["xaxis"] | {"visible": False, "range": [0, float(means.max()) * 1.02 if len(means) else 1]}
    layout["yaxis"] = layout["yaxis"] | {
        "range": [len(means) - 0.5, -0.5],
        "tickvals": places,
        "ticktext": [_wrapped(names[str(name)], _NAME_NARROW if narrow else _NAME) for name in means.index],
        "tickfont": {"size": 13, "color": ink.text},
        "showgrid": False,
    }
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": places,
        "x": means.to_list(),
        "width": 0.56,
        "marker": {
            "color": css(ink.primary, 0.22),
            "line": {"width": 1, "color": css(ink.primary, 0.55)},
            "pattern": {"shape": "/", "size": 5, "solidity": 0.18, "fillmode": "replace", "fgcolor": ink.primary},
        },
        "text": [t.number(mean, 1) for mean in means],
        "textposition": "outside",
        "textfont": {"size": 13, "color": ink.text},
        "hovertext": _told(means, names, t),
        "hoverinfo": "text",
        "cliponaxis": False,
    }
    return go.Figure(data=[bars], layout=layout)


def alt(title: str, means: pd.Series[float], names: Mapping[str, str], t: Text) -> str:
    """The chart in words."""
    return ". ".join([title, *_told(means, names, t)]) + "."


def _told(means: pd.Series[float], names: Mapping[str, str], t: Text) -> Sequence[str]:
    return [t("shifts.hover", name=names[str(name)], places=t.number(mean, 2)) for name, mean in means.items()]


def _wrapped(name: str, width: int) -> str:
    return "<br>".join(html.escape(line) for line in textwrap.wrap(name, width))
