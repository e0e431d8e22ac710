"""A sealed figure is sent as it was made, and is the figure Plotly would build."""

from __future__ import annotations

import json

import plotly.graph_objects as go
import plotly.io
import pytest

from kotacerdas.charts.frame import Sealed, base
from kotacerdas.i18n import Text

TRACE = {"type": "scatter", "mode": "lines", "x": [1, 2], "y": [3, None]}


def sealed() -> Sealed:
    return Sealed([TRACE], base("light", Text("id"), height=200))


def test_it_is_a_figure_for_streamlit_and_for_tests() -> None:
    fig = sealed()
    assert isinstance(fig, go.Figure)
    assert list(fig.data[0].x) == [1, 2]
    assert fig.layout.height == 200 and fig.layout.separators == ",."


def test_what_is_sent_is_what_plotly_would_send() -> None:
    built = go.Figure(sealed().to_dict())
    sent = json.loads(plotly.io.to_json(sealed().to_dict(), validate=False))
    assert sent["data"] == json.loads(built.to_json())["data"]
    assert "template" not in sent["layout"], "the browser has none unless one is sent"


def test_a_fault_shows_when_the_figure_is_looked_at() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        _ = Sealed([{"type": "scatter", "nonsense": 1}], {}).data
