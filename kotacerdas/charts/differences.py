"""How far recomputed figures lie from the printed ones: a bar per size of difference."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from kotacerdas.charts.frame import figure
from kotacerdas.charts.palette import NEUTRALS, Theme
from kotacerdas.i18n import Text


def bins(differences: pd.Series[float], step: float) -> pd.Series[int]:
    """How many differences fall to each multiple of `step` (rounded to the nearest), without gaps in between.

    Missing differences are not counted.

    >>> bins(pd.Series([0.0, 0.01, 0.03]), 0.01).to_dict()
    {0.0: 1, 0.01: 1, 0.02: 0, 0.03: 1}
    """
    places = np.round(differences.dropna().to_numpy(dtype=float) / step).astype(int)
    if not len(places):
        return pd.Series(dtype=int)
    counts = pd.Series(places).value_counts()
    every = range(int(places.min()), int(places.max()) + 1)
    return counts.reindex(every, fill_value=0).set_axis([round(place * step, 9) for place in every]).astype(int)


def histogram(counted: pd.Series[int], theme: Theme, t: Text, decimals: int = 2) -> go.Figure:
    """Bars with their counts; exact agreement in the app's own colour, the rest quiet."""
    ink = NEUTRALS[theme]
    sizes = [t.signed(size, decimals) for size in counted.index]
    result = figure(
        theme,
        t,
        height=240,
        margin={"t": 24},
        xaxis_title_text=t("method.chart.difference"),
        xaxis_type="category",
        xaxis_showgrid=False,
        yaxis_visible=False,
        bargap=0.25,
    )
    return result.add_bar(
        x=sizes,
        y=counted.to_list(),
        text=[t.integer(count) for count in counted],
        textposition="outside",
        cliponaxis=False,
        marker_color=[ink.primary if size == 0 else ink.peer for size in counted.index],
        hovertemplate=t("method.chart.difference_hover", size="%{x}", count="%{text}") + "<extra></extra>",
    )


def alt(counted: pd.Series[int], t: Text, decimals: int = 2) -> str:
    """The picture in a sentence."""
    parts = [
        t("method.chart.difference_part", size=t.signed(size, decimals), count=t.integer(count))
        for size, count in counted.items()
        if count
    ]
    return t("method.chart.difference_alt", parts="; ".join(parts))
