"""All finals through the rounds: points are the finals, derived hollow, no line over the gap, no label over another."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest

from kotacerdas import compare
from kotacerdas.charts import slope
from kotacerdas.charts.lettered import LETTERS, OVERLAID, Lettered, colour
from kotacerdas.charts.palette import NEUTRALS
from kotacerdas.i18n import Text
from kotacerdas.published import Published

MADIUN, BANDUNG, WAKATOBI, OUTSIDER = "35.77", "32.73", "74.07", "11.01"
TOP = ("35.77", "32.73", "34.03", "33.21", "34.02", "73.71", "63.71", "52.01")


def lettered(published: Published, codes: tuple[str, ...]) -> list[Lettered]:
    places = (*OVERLAID, *["other"] * 5)
    rows = published.cities.loc[list(codes)]
    return [
        Lettered(code, letter, name, short, place)  # type: ignore[arg-type]
        for code, letter, name, short, place in zip(
            codes, LETTERS, rows["name"], rows["short_name"], places, strict=False
        )
    ]


def drawn(published: Published, codes: tuple[str, ...], lang: str = "id"):  # type: ignore[no-untyped-def]
    finals = compare.trends(published, codes)
    return slope.slope(
        finals, lettered(published, codes), published.national_band, Text(lang), "light", scales=published.scales
    )  # type: ignore[arg-type]


def test_the_points_are_the_finals(published: Published) -> None:
    marks = [trace for trace in drawn(published, (MADIUN,)).data if trace.mode == "markers"]
    found = {x: y for trace in marks for x, y in zip(trace.x, trace.y, strict=True)}
    assert found == {2020: 3.51, 2021: 3.46, 2023: 3.71, 2024: 3.80}


def test_derived_marks_are_hollow_and_published_full(published: Published) -> None:
    marks = {tuple(trace.x): trace for trace in drawn(published, (MADIUN,)).data if trace.mode == "markers"}
    assert marks[2020, 2023].marker.color == NEUTRALS["light"].background
    assert marks[2021, 2024].marker.color == colour("chosen", "light")


def test_no_line_crosses_the_year_without_a_source(published: Published) -> None:
    lines = [trace for trace in drawn(published, (MADIUN, BANDUNG)).data if trace.mode == "lines"]
    assert {tuple(trace.x) for trace in lines} == {(2020, 2021), (2023, 2024)}
    assert "tanpa" in drawn(published, (MADIUN,)).layout.xaxis.ticktext[2]


@pytest.mark.parametrize("codes", [TOP, (MADIUN, "33.21"), (MADIUN, BANDUNG, WAKATOBI)])
def test_end_labels_do_not_cover_each_other(published: Published, codes: tuple[str, ...]) -> None:
    fig = drawn(published, codes)
    low, high = fig.layout.yaxis.range
    pixels = (fig.layout.height - slope._TOP - slope._BOTTOM) / (high - low)
    for x in {note.x for note in fig.layout.annotations}:
        places = sorted(note.y * pixels for note in fig.layout.annotations if note.x == x)
        assert all(b - a >= slope._LINE - 0.01 for a, b in itertools.pairwise(places))
        assert low * pixels <= places[0] and places[-1] <= high * pixels


def test_labels_are_letter_name_and_final_in_the_colour_of_the_line(published: Published) -> None:
    notes = {note.text: note for note in drawn(published, (MADIUN, BANDUNG), "en").layout.annotations}
    assert notes["<b>A Madiun 3.80</b>"].font.color == colour("chosen", "light")
    assert notes["<b>B Bandung 3.93</b>"].font.color == colour("second", "light")
    assert notes["Median 2.99"].font.color == NEUTRALS["light"].nation


def test_a_line_that_ends_early_is_labelled_where_it_ends(published: Published) -> None:
    early = next(
        str(code)
        for code, row in published.finals.iterrows()
        if pd.notna(row[2021]) and pd.isna(row[2024]) and pd.isna(row[2023])
    )
    notes = [note for note in drawn(published, (MADIUN, early)).layout.annotations if note.x == 2021]
    assert [note.text[:5] for note in notes] == ["<b>B "]


def test_a_grey_line_carries_its_letter_before_the_gap_too(published: Published) -> None:
    fig = drawn(published, TOP)
    before = sorted(note.text for note in fig.layout.annotations if note.x == 2021)
    grey = [code for code in TOP[3:] if pd.notna(published.finals.at[code, 2021])]
    assert before == [f"<b>{LETTERS[TOP.index(code)]}</b>" for code in grey]


def test_a_city_without_finals_has_no_line_and_no_label(published: Published) -> None:
    fig = drawn(published, (MADIUN, OUTSIDER))
    assert all(" B " not in f" {note.text}" for note in fig.layout.annotations)
    assert sum(trace.mode == "markers" for trace in fig.data) == 2
    assert 0 not in [y for trace in fig.data for y in trace.y]


def test_the_axis_reaches_a_final_below_the_scale(published: Published) -> None:
    fig = drawn(published, (MADIUN, WAKATOBI))
    assert fig.layout.yaxis.range[0] < 0.94


def test_the_margin_has_room_for_the_longest_label(published: Published) -> None:
    short, long = drawn(published, (MADIUN,)), drawn(published, (MADIUN, "64.09"))
    assert long.layout.margin.r > short.layout.margin.r


def test_the_sentence_names_every_final_with_its_status(published: Published) -> None:
    codes = (MADIUN, OUTSIDER)
    sentence = slope.alt("Title", compare.trends(published, codes), lettered(published, codes), Text("en"))
    assert sentence.startswith("Title. Kota Madiun: 2020: 3.51 (derived); 2021: 3.46 (official, published)")
    assert sentence.endswith("Kabupaten Aceh Selatan: –.")
