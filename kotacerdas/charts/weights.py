"""Sets of component weights side by side: one column each, the parts that differ between them brought out."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from fractions import Fraction

import plotly.graph_objects as go

from kotacerdas.charts.frame import figure
from kotacerdas.charts.palette import NEUTRALS, Theme
from kotacerdas.i18n import Text

WeightSets = Mapping[str, Mapping[str, Fraction]]
"""Name of a set as shown -> component id -> share of the final."""


def differing(sets: WeightSets) -> set[str]:
    """The components whose weight is not the same in all sets (absent counts as no weight)."""
    every = {component for weights in sets.values() for component in weights}
    return {c for c in every if len({weights.get(c, Fraction(0)) for weights in sets.values()}) > 1}


def columns(sets: WeightSets, theme: Theme, t: Text) -> go.Figure:
    """A stacked column per set, first component on top, each part labelled with its name and weight.

    A component that a set lacks is not drawn in its column.
    """
    ink = NEUTRALS[theme]
    marked = differing(sets)
    names = list(sets)
    heads = {name: "<br>".join(textwrap.wrap(name, 14)) for name in names}
    result = figure(
        theme,
        t,
        height=420,
        barmode="stack",
        bargap=0.12,
        yaxis={"visible": False, "range": [1.004, -0.004]},
        xaxis={"side": "top", "showgrid": False, "showline": False, "tickfont": {"size": 12, "color": ink.text}},
    )
    for component in dict.fromkeys(c for weights in sets.values() for c in weights):
        having = [name for name in names if component in sets[name]]
        strong = component in marked
        label = t(f"component.{component}")
        result.add_bar(
            name=label,
            x=[heads[name] for name in having],
            y=[float(sets[name][component]) for name in having],
            text=[f"{label} {t.percent(sets[name][component])}" for name in having],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": ink.background if strong else ink.text, "size": 13},
            marker={"color": ink.primary if strong else ink.surface, "line": {"color": ink.border, "width": 1}},
            hovertemplate="%{x}<br>%{text}<extra></extra>",
        )
    return result.update_xaxes(categoryorder="array", categoryarray=list(heads.values()), tickangle=0)


def alt(sets: WeightSets, t: Text) -> str:
    """The picture in a sentence: every set with its weights."""
    told = [
        f"{name}: " + ", ".join(f"{t(f'component.{c}')} {t.percent(share)}" for c, share in weights.items())
        for name, weights in sets.items()
    ]
    return "; ".join(told)
