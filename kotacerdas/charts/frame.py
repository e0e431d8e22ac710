"""The empty picture every Plotly chart starts from: theme colours, type, the reader's decimal mark, no tool bar."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from kotacerdas.charts.palette import NEUTRALS, Theme
from kotacerdas.i18n import Text

CONFIG: dict[str, Any] = {"displayModeBar": False, "scrollZoom": False, "showTips": False, "doubleClick": False}
"""Plotly behaviour for `st.plotly_chart(config=...)`: a chart never catches the page's scrolling or dragging."""


def figure(theme: Theme, t: Text, *, height: int, margin: dict[str, int] | None = None, **layout: Any) -> go.Figure:
    """An empty figure in the theme's colours; `layout` overrides. Decimal mark and thousands follow the language."""
    return go.Figure(layout=go.Layout(base(theme, t, height=height, margin=margin))).update_layout(layout)


def base(theme: Theme, t: Text, *, height: int, margin: dict[str, int] | None = None) -> dict[str, Any]:
    """The layout of an empty figure, as a plain mapping.

    For charts that are sent at every move of a slider: one `go.Figure(data=..., layout=base(...) | {...})` takes a
    third of the time of a figure built up piece by piece.

    The template is emptied: Streamlit's own chart theme would fight the palette (`st.plotly_chart(theme=None)`), and
    Plotly's own would add 7 KB to every chart (`None` means that one; the empty one is called "none").
    """
    ink = NEUTRALS[theme]
    axis = {
        "gridcolor": ink.grid,
        "linecolor": ink.border,
        "tickcolor": ink.border,
        "zerolinecolor": ink.border,
        "tickfont": {"color": ink.muted, "size": 12},
        "title": {"font": {"color": ink.muted, "size": 12}},
        "ticks": "",
        "fixedrange": True,
        "automargin": True,
    }
    return {
        "template": "none",
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8} | (margin or {}),
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 13, "color": ink.text},
        "separators": ",." if t.lang == "id" else ".,",
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": ink.surface,
            "bordercolor": ink.border,
            "font": {"family": FONT, "size": 13, "color": ink.text},
            "align": "left",
        },
        "xaxis": axis,
        "yaxis": axis,
    }


class Sealed(go.Figure):  # type: ignore[misc]
    """A finished figure, sent as the mapping it was made from.

    Plotly builds and checks a hundred objects for a small figure (3 ms), Streamlit copies them and writes the mapping
    again: too much for every move of a slider. `data` and `layout` are built, and thereby checked, when asked for;
    nothing can be added to a sealed figure.
    """

    def __init__(self, data: list[dict[str, Any]], layout: dict[str, Any]) -> None:
        # Without Plotly's own constructor; the browser has no template where none is sent.
        given = {"data": data, "layout": {name: value for name, value in layout.items() if name != "template"}}
        object.__setattr__(self, "_given", given)

    @property
    def data(self) -> Any:
        """The traces."""
        return go.Figure(self._given).data

    @property
    def layout(self) -> Any:
        """The layout."""
        return go.Figure(self._given).layout

    def to_dict(self) -> dict[str, Any]:
        """What is sent."""
        return dict(self._given)


FONT = "'Source Sans', sans-serif"
"""The family of `.streamlit/config.toml`, named again because a chart's text is drawn outside the page's styles."""
