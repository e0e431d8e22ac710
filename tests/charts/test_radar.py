"""The radar: the figure holds the values it was given, gaps stay open, at most three shapes."""

from __future__ import annotations

import math

import pytest

from kotacerdas.charts import radar
from kotacerdas.charts.palette import NEUTRALS
from kotacerdas.charts.radar import Shape
from kotacerdas.i18n import Text
from tests.builders import ONE_TO_FOUR

AXES = {"a": "Alpha", "b": "Beta", "c": "Gamma", "d": "Delta"}
FULL = Shape("Own", {"a": 1.5, "b": 2.5, "c": 3.5, "d": 4.0}, "chosen")
OPEN = Shape("Part", {"a": 1.5, "b": math.nan, "c": 3.5}, "second")


def test_a_full_shape_is_closed_and_filled() -> None:
    trace = radar.radar(AXES, [FULL], Text("id"), "light", bounds=ONE_TO_FOUR).data[0]
    assert list(trace.r) == [1.5, 2.5, 3.5, 4.0, 1.5]
    assert list(trace.theta) == ["Alpha", "Beta", "Gamma", "Delta", "Alpha"]
    assert trace.fill == "toself" and trace.line.color == NEUTRALS["light"].chosen


def test_a_gap_stays_open_and_is_never_a_zero() -> None:
    trace = radar.radar(AXES, [OPEN], Text("id"), "light", bounds=ONE_TO_FOUR).data[0]
    assert list(trace.r) == [1.5, None, 3.5, None, 1.5]
    assert trace.fill == "none" and trace.connectgaps is False
    assert trace.customdata[1] == "–"


def test_the_axes_carry_the_figures_of_every_shape() -> None:
    labels = radar.radar(AXES, [FULL, OPEN], Text("id"), "dark", bounds=ONE_TO_FOUR).layout.polar.angularaxis.ticktext
    assert labels[0].count("1,50") == 2 and labels[0].startswith("Alpha<br>")
    assert "2,50" in labels[1] and "–" in labels[1]


def test_the_scale_runs_from_one_to_four_in_the_given_order() -> None:
    layout = radar.radar(AXES, [FULL], Text("en"), "light", bounds=ONE_TO_FOUR).layout
    assert list(layout.polar.radialaxis.tickvals) == [1, 2, 3, 4]
    assert layout.polar.angularaxis.direction == "clockwise" and layout.polar.angularaxis.rotation == 90


def test_only_the_city_is_filled() -> None:
    nation = Shape("Nation", FULL.values, "nation")
    traces = radar.radar(AXES, [FULL, nation], Text("id"), "light", bounds=ONE_TO_FOUR).data
    assert [trace.fill for trace in traces] == ["toself", "none"]


def test_more_than_three_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 3"):
        radar.radar(AXES, [FULL] * 4, Text("id"), "light", bounds=ONE_TO_FOUR)


def test_the_sentence_names_every_value() -> None:
    sentence = radar.alt("Title", AXES, [FULL, OPEN], Text("en"))
    assert sentence.startswith("Title. Own: Alpha 1.50; Beta 2.50") and "Part: Alpha 1.50; Beta –" in sentence


def test_a_simulated_shape_is_dotted_hollow_and_said_once() -> None:
    after = Shape("After", {**FULL.values, "b": 3.0}, "simulated")
    fig = radar.radar(AXES, [FULL, after], Text("id"), "light", bounds=ONE_TO_FOUR)
    trace = fig.data[1]
    assert trace.line.dash == "dot" and trace.marker.symbol == "circle-open-dot" and trace.fill == "none"
    labels = fig.layout.polar.angularaxis.ticktext
    assert "2,50" in labels[1] and "◌ 3,00" in labels[1]
    assert labels[0].count("1,50") == 1, "where nothing moved the figure stands once"
