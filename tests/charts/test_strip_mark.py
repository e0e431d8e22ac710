"""The city on the strip: its own dot in the accent, both medians named, the strip's own median replaced."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go
import pytest

from kotacerdas.charts import strip, strip_mark
from kotacerdas.charts.palette import NEUTRALS
from kotacerdas.i18n import Text
from kotacerdas.published import Published

MADIUN = "35.77"


@pytest.fixture
def fig(published: Published) -> go.Figure:
    frame = published.results(2024)
    peers = frame.index[frame["kind"] == "kota"].drop(MADIUN)
    return strip.strip(frame, pd.Index(peers), {}, published.levels, Text("id"), "light")


def texts(fig: go.Figure) -> list[str]:
    return [note.text for note in fig.layout.annotations]


def test_the_city_has_the_accent_and_its_name(fig: go.Figure, published: Published) -> None:
    strip_mark.mark_city(fig, MADIUN, "published", Text("id"), "light")
    dot = fig.data[-1]
    assert list(dot.x) == [published.results(2024).at[MADIUN, "final"]]
    assert dot.marker.color == NEUTRALS["light"].chosen
    assert "<b>Kota Madiun 3,80</b>" in texts(fig)


def test_a_derived_city_is_hollow(fig: go.Figure) -> None:
    dot = strip_mark.mark_city(fig, MADIUN, "derived", Text("id"), "light").data[-1]
    assert dot.marker.color == NEUTRALS["light"].background and dot.marker.line.color == NEUTRALS["light"].chosen


def test_a_city_without_a_dot_is_not_marked(fig: go.Figure) -> None:
    before = len(fig.data), texts(fig)
    strip_mark.mark_city(fig, "11.01", "published", Text("id"), "light")
    assert (len(fig.data), texts(fig)) == before


def test_both_medians_replace_the_strips_own(fig: go.Figure) -> None:
    lines = len(fig.layout.shapes)
    strip_mark.mark_medians(fig, 2.99, 3.25, Text("id"), "light")
    assert [line.x0 for line in fig.layout.shapes[-2:]] == [2.99, 3.25]
    assert len(fig.layout.shapes) == lines + 1
    found = texts(fig)
    assert "Median nasional 2,99" in found and "Median pembanding 3,25" in found
    assert not any(text.startswith(Text("id")("strip.median_selection", median="")) for text in found)


def test_a_median_that_does_not_exist_is_not_drawn(fig: go.Figure) -> None:
    strip_mark.mark_medians(fig, 2.99, math.nan, Text("en"), "dark")
    assert "National median 2.99" in texts(fig) and not any("Peer median" in text for text in texts(fig))
