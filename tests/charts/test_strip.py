"""The distribution strip shows every final at its value, nothing where there is none, and says so in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kotacerdas.charts import strip
from kotacerdas.charts.palette import LEVELS, NEUTRALS
from kotacerdas.i18n import Text
from kotacerdas.published import Published

FAINT, CHOSEN = 0, 1


@pytest.fixture(scope="module")
def field(published: Published) -> pd.DataFrame:
    return published.results(2024)


def draw(published: Published, frame: pd.DataFrame, selected: pd.Index, **options):  # type: ignore[no-untyped-def]
    captions = {str(code): f"caption {code}" for code in frame.index}
    return strip.strip(frame, selected, captions, published.levels, Text("id"), "light", **options)


def values(trace) -> dict[str, float]:  # type: ignore[no-untyped-def]
    return {str(data[0]): float(x) for data, x in zip(trace.customdata, trace.x, strict=True)}


def test_every_final_is_a_dot_at_its_value_and_nothing_else(published: Published, field: pd.DataFrame) -> None:
    figure = draw(published, field, field.index)
    assert values(figure.data[CHOSEN]) == field["final"].dropna().to_dict()
    assert len(values(figure.data[CHOSEN])) == 140 and len(figure.data[FAINT].x) == 0


def test_cities_outside_the_selection_are_faint_and_still_there(published: Published, field: pd.DataFrame) -> None:
    chosen = field.index[field["kind"] == "kota"]
    figure = draw(published, field, chosen)
    finals = field["final"].dropna()
    assert values(figure.data[CHOSEN]) == finals[finals.index.isin(chosen)].to_dict()
    assert values(figure.data[FAINT]) == finals[~finals.index.isin(chosen)].to_dict()
    assert figure.data[FAINT].marker.color == NEUTRALS["light"].faint


@pytest.mark.parametrize("reading", ["linear", "literal"])
def test_a_dot_has_the_colour_of_its_level(published: Published, field: pd.DataFrame, reading: str) -> None:
    trace = draw(published, field, field.index, reading=reading).data[CHOSEN]
    codes = [str(data[0]) for data in trace.customdata]
    assert list(trace.marker.color) == [LEVELS[published.levels.of(field.at[code, "final"], reading)] for code in codes]


def test_derived_finals_are_hollow(published: Published) -> None:
    frame = published.results(2023)
    marker = draw(published, frame, frame.index).data[CHOSEN].marker
    assert marker.color == NEUTRALS["light"].background
    assert set(marker.line.color) <= set(LEVELS.values())


def test_the_median_is_that_of_the_selection(published: Published, field: pd.DataFrame) -> None:
    chosen = field.index[field["island"] == "papua"]
    whole = [note.text for note in draw(published, field, field.index).layout.annotations]
    part = [note.text for note in draw(published, field, chosen).layout.annotations]
    assert f"Median {Text('id').number(field['final'].median())}" in whole
    assert f"Median pilihan {Text('id').number(field.loc[chosen, 'final'].median())}" in part


def test_level_cuts_stand_where_the_levels_begin(published: Published, field: pd.DataFrame) -> None:
    for reading, cuts in {"linear": [1.75, 2.5, 3.25, 4.0], "literal": [2.0, 3.0, 4.0]}.items():
        shapes = draw(published, field, field.index, reading=reading).layout.shapes
        assert [shape.x0 for shape in shapes if shape.line.dash == "dot"] == pytest.approx(cuts)


def test_levels_are_named_where_there_is_room_and_numbered_on_a_phone(
    published: Published, field: pd.DataFrame
) -> None:
    wide = [note.text for note in draw(published, field, field.index).layout.annotations]
    phone = [note.text for note in draw(published, field, field.index, width=300).layout.annotations]
    assert wide[:5] == ["1 Inisiasi", "2 Terencana", "3 Berkembang", "4 Terintegrasi", "5"]
    assert phone[:5] == ["1", "2", "3", "4", "5"]


def test_a_final_below_the_scale_is_inside_the_picture(published: Published, field: pd.DataFrame) -> None:
    low, high = draw(published, field, field.index).layout.xaxis.range
    assert low < field["final"].min() < 1 and high > 4


def test_names_cannot_bring_markup(published: Published, field: pd.DataFrame) -> None:
    frame = field.head(3).assign(name=["<b>x</b>", "<img src=x>", "a & b"])
    figure = strip.strip(frame, frame.index, {}, published.levels, Text("id"), "dark")
    hovers = {data[1] for trace in figure.data for data in trace.customdata}
    assert hovers <= {"&lt;b&gt;x&lt;/b&gt;", "&lt;img src=x&gt;", "a &amp; b"}


def test_an_empty_field_draws_an_empty_strip(published: Published, field: pd.DataFrame) -> None:
    empty = field[field["final"].isna()]
    figure = draw(published, empty, empty.index)
    assert all(len(trace.x) == 0 for trace in figure.data)
    assert not any("Median" in note.text for note in figure.layout.annotations)
    assert strip.alt("Judul.", empty, empty.index, Text("id")) == "Judul."


def test_the_alternative_text_holds_the_figures(field: pd.DataFrame) -> None:
    finals = field["final"].dropna()
    for t in (Text("id"), Text("en")):
        words = strip.alt("Judul.", field, field.index, t)
        for value in (finals.min(), finals.max(), finals.median(), finals.quantile(0.25), finals.quantile(0.75)):
            assert t.number(value) in words
        assert str(len(finals)) in words


def test_stacked_dots_do_not_cover_each_other() -> None:
    places = np.sort(np.random.default_rng(7).normal(500, 60, 120))
    heights = strip.stacked(places, 8.0, 1e6)
    apart = np.hypot(places[:, None] - places[None, :], heights[:, None] - heights[None, :])
    np.fill_diagonal(apart, np.inf)
    assert apart.min() >= 8.0 - 1e-6


def test_a_pile_is_pressed_into_its_height() -> None:
    heights = strip.stacked(np.full(40, 100.0), 8.0, 60.0)
    assert len(set(heights)) == 40
    assert np.abs(heights).max() == pytest.approx(30.0)


def test_a_single_dot_stands_on_the_middle_line() -> None:
    assert strip.stacked(np.array([3.0]), 8.0, 60.0).tolist() == [0.0]
    assert strip.stacked(np.array([]), 8.0, 60.0).tolist() == []
