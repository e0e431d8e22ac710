"""The tile map: one tile for every city, in its place, with its level, and small enough to send."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from kotacerdas import geo
from kotacerdas.charts import caption, tiles
from kotacerdas.charts.palette import LEVELS
from kotacerdas.i18n import Text
from kotacerdas.published import OUTSIDE, Published


def prepared(published: Published, year: int = 2024, t: Text | None = None) -> pd.DataFrame:
    frame = published.national(year).join(geo.load_tiles()[["col", "row"]])
    return caption.captioned(frame, t or Text(), published.levels, published.finals, year, "level", published.derived)


def drawn(published: Published, year: int = 2024, frame: pd.DataFrame | None = None, **more: Any) -> go.Figure:
    t = more.pop("t", Text())
    frame = prepared(published, year, t) if frame is None else frame
    derived = published.round(year).status == "derived"
    return tiles.city_tiles(frame, "light", t, published.levels, year=year, level="level", derived=derived, **more)


def codes(trace: go.Bar) -> list[str]:
    return [row if isinstance(row, str) else row[0] for row in trace.customdata]


def traces(fig: go.Figure, name: str) -> list[go.Bar]:
    return [trace for trace in fig.data if trace.name == name]


def test_every_city_is_one_tile_of_its_level_or_status(published: Published) -> None:
    fig, frame = drawn(published), prepared(published)
    everyone = [code for trace in fig.data if trace.name != "numbers" for code in codes(trace)]
    assert sorted(everyone) == sorted(published.cities.index)
    for level in LEVELS:
        (trace,) = traces(fig, f"level-{level}")
        assert set(codes(trace)) == set(frame.index[frame["level"] == level])
        assert trace.marker.color == LEVELS[level]
    outside = [code for trace in traces(fig, OUTSIDE) for code in codes(trace)]
    assert set(outside) == set(frame.index[frame["status"] == OUTSIDE])


def test_tiles_have_one_size_and_do_not_overlap(published: Published) -> None:
    fig = drawn(published)
    shown = [trace for trace in fig.data if trace.name != "numbers"]
    assert {trace.width for trace in shown} == {tiles.TILE}
    assert {size for trace in shown for size in np.asarray(trace.y).tolist()} == {tiles.TILE}
    places = {(x, base) for trace in shown for x, base in zip(np.asarray(trace.x).tolist(), trace.base, strict=True)}
    assert len(places) == 514


def test_north_is_up_and_east_is_right(published: Published) -> None:
    fig = drawn(published)
    where = {
        code: (x, base)
        for trace in fig.data
        if trace.name != "numbers"
        for code, x, base in zip(codes(trace), np.asarray(trace.x).tolist(), trace.base, strict=True)
    }
    sabang, merauke, rote = where["11.72"], where["93.01"], where["53.14"]
    assert sabang[0] < merauke[0]
    assert sabang[1] > merauke[1] > rote[1]


def test_figures_in_the_hover_are_those_of_the_frame(published: Published) -> None:
    frame = prepared(published)
    for level in LEVELS:
        for trace in traces(drawn(published), f"level-{level}"):
            for name, (code, final, rank, trend) in zip(trace.hovertext, trace.customdata, strict=True):
                row = frame.loc[code]
                assert (name, final, rank, trend) == (row["name"], row["final"], row["rank"], row["trend"])


def test_the_number_stands_in_every_valued_tile(published: Published) -> None:
    (numbers,) = traces(drawn(published), "numbers")
    assert sorted(numbers.text) == sorted(str(int(level)) for level in prepared(published)["level"].dropna())
    assert numbers.hoverinfo == "skip", "it must not stand between pointer and tile"
    assert drawn(published).layout.uniformtext.mode == "hide"


def test_cities_without_a_value_have_a_pattern_and_no_level(published: Published) -> None:
    fig = drawn(published)
    for status, shape in tiles.PATTERNS.items():
        (trace,) = traces(fig, status)
        assert trace.marker.pattern.shape == shape
        assert trace.marker.color == "rgba(0,0,0,0)"
        assert "Nilai" not in trace.hovertemplate
    assert len(codes(traces(fig, "did_not_take_part")[0])) == 24
    assert len(codes(traces(fig, "not_in_copy")[0])) == 27


def test_derived_tiles_are_hollow(published: Published) -> None:
    (trace,) = traces(drawn(published, 2023), "level-3")
    assert trace.marker.color != LEVELS[3]
    assert trace.marker.line.color == LEVELS[3]
    assert "turunan" in trace.hovertemplate


def test_names_outside_the_programme_are_whole(published: Published) -> None:
    fig = drawn(published, t=Text("en"))
    said = {
        code: trace.hovertemplate.split("</b>")[0].removeprefix("<b>").replace("%{hovertext}", name)
        for trace in traces(fig, OUTSIDE)
        for code, name in zip(codes(trace), trace.hovertext, strict=True)
    }
    assert said["31.71"] == "Kota Jakarta Pusat"
    assert said == {code: published.cities.at[code, "name"] for code in said}


def test_an_island_alone_fills_the_picture_and_an_empty_selection_breaks_nothing(published: Published) -> None:
    frame = prepared(published)
    java = drawn(published, frame=frame[frame["island"] == "jawa"])
    whole = drawn(published)
    span = lambda fig: fig.layout.xaxis.range[1] - fig.layout.xaxis.range[0]  # noqa: E731
    assert span(java) < span(whole) / 2
    assert span(drawn(published, frame=frame[frame["code"] == "81.71"])) >= tiles.LEAST * tiles.PITCH
    assert (
        sum(len(codes(trace)) for trace in drawn(published, frame=frame.iloc[0:0]).data if trace.name != "numbers") == 0
    )


@pytest.mark.parametrize("year", [2024, 2021, 2023])
def test_the_figure_is_small(published: Published, year: int) -> None:
    assert len(drawn(published, year).to_json()) < 36_000


def test_on_a_phone_a_tile_holds_a_finger(published: Published) -> None:
    """Blocks by province: 119 tiles of Java on 358 pixels, each at least 20 wide and high, with its number."""
    frame = prepared(published)
    java = frame[frame["island"] == "jawa"]
    fig = drawn(published, frame=java, width=358, blocks=True)
    across = fig.layout.xaxis.range[1] - fig.layout.xaxis.range[0]
    down = fig.layout.yaxis.range[1] - fig.layout.yaxis.range[0]
    assert tiles.TILE / across * 358 >= 20
    assert tiles.TILE / down * fig.layout.height >= 20
    shown = [trace for trace in fig.data if trace.name != "numbers"]
    places = {
        (x, base): code
        for trace in shown
        for code, x, base in zip(codes(trace), np.asarray(trace.x).tolist(), trace.base, strict=True)
    }
    assert sorted(places.values()) == sorted(java.index), "nobody is lost, nobody stands on another"
    (numbers,) = traces(fig, "numbers")
    assert len(numbers.text) == int(java["level"].notna().sum())


def test_a_block_is_a_province_with_its_highest_first(published: Published) -> None:
    frame = prepared(published)
    java = frame[frame["island"] == "jawa"]
    fig = drawn(published, frame=java, width=358, blocks=True, t=Text("en"))
    said = [note.text for note in fig.layout.annotations]
    assert len(said) == java["province"].nunique()
    east = java[java["province"] == "Jawa Timur"]
    assert f"Jawa Timur: {east['final'].count()} of {len(east)} with a score" in said
    tops = [note.y for note in fig.layout.annotations]
    assert tops == sorted(tops, reverse=True)
    order, _, _ = tiles._blocks(java, Text(), tiles.NEUTRALS["light"])
    finals = order.loc[order["province"] == "Jawa Timur", "final"]
    assert finals.dropna().is_monotonic_decreasing
    assert finals.isna().tolist() == sorted(finals.isna()), "those without a final last"


def test_no_tiles_no_blocks(published: Published) -> None:
    fig = drawn(published, frame=prepared(published).iloc[0:0], width=358, blocks=True)
    assert fig.layout.height > 0 and not fig.layout.annotations
