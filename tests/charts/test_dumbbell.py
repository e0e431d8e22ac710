"""Cities on the score axis: discs hold the values, nothing covers anything, what is missing has no disc."""

from __future__ import annotations

import itertools
import math

import pandas as pd
import pytest

from kotacerdas.charts import dumbbell
from kotacerdas.charts.lettered import LETTERS, OVERLAID, Lettered, colour
from kotacerdas.charts.palette import NEUTRALS
from kotacerdas.i18n import Text
from tests.builders import ONE_TO_FOUR

NAN = math.nan
VALUES = pd.DataFrame(
    {"1": [3.8, 4.0, 2.0], "2": [3.9, 4.0, NAN], "3": [NAN, NAN, NAN]}, index=["final", "outcome", "impact"]
)
NAMES = {"final": "Final", "outcome": "Outcome", "impact": "Impact"}
CITIES = [
    Lettered(code, LETTERS[i], f"Kota {code}", code, (*OVERLAID, "other")[i]) for i, code in enumerate(["1", "2", "3"])
]
COMPARATOR = pd.Series({"final": 3.0, "outcome": 2.5, "impact": NAN})


def drawn(values: pd.DataFrame = VALUES, cities: list[Lettered] = CITIES, **more):  # type: ignore[no-untyped-def]
    return dumbbell.dumbbell(
        values, NAMES, cities, COMPARATOR, "Median", Text("id"), "light", bounds=ONE_TO_FOUR, **more
    )


def trace(fig, name: str):  # type: ignore[no-untyped-def]
    return next(trace for trace in fig.data if trace.name == name)


def test_the_discs_are_the_values_with_their_letters() -> None:
    first, second = trace(drawn(), "Kota 1"), trace(drawn(), "Kota 2")
    assert list(first.x) == [3.8, 4.0, 2.0] and set(first.text) == {"<b>A</b>"}
    assert list(second.x) == [3.9, 4.0] and set(second.text) == {"<b>B</b>"}
    assert [row[2:] for row in first.customdata] == [["3,80", "+0,80"], ["4,00", "+1,50"], ["2,00", "–"]]


def test_a_city_without_figures_has_no_disc_and_is_no_zero() -> None:
    third = trace(drawn(), "Kota 3")
    assert len(third.x) == 0
    every = [x for t in drawn().data for x in t.x]
    assert 0 not in every


def test_a_row_names_the_letters_of_those_who_lack_only_it() -> None:
    words = drawn().layout.yaxis.ticktext
    assert words[0] == "Final" and "B" in words[2] and "C" not in words[2], "C has no figure at all"


def test_the_comparator_is_a_tick_where_it_has_a_figure() -> None:
    ticks = trace(drawn(), "Median")
    assert list(ticks.x) == [3.0, 2.5] and ticks.marker.symbol == "line-ns"
    assert "Median 3,00" in drawn().layout.annotations[0].text


def test_bars_span_lowest_to_highest_of_two_cities_or_more() -> None:
    assert [(line.x0, line.x1) for line in drawn().layout.shapes] == [(3.8, 3.9), (4.0, 4.0)]


@pytest.mark.parametrize("width", [240, 420, 960])
def test_discs_of_a_row_do_not_cover_each_other_nor_the_next_row(width: int) -> None:
    many = [Lettered(str(i), LETTERS[i], f"Kota {i}", str(i)) for i in range(8)]
    close = [3.95, 3.95, 3.96, 3.9, 3.97, 3.8, 3.99, 3.95]
    values = pd.DataFrame([close, close[::-1], close], index=list(NAMES), columns=[city.code for city in many])
    fig = dumbbell.dumbbell(
        values, NAMES, many, COMPARATOR, "Median", Text("en"), "dark", bounds=ONE_TO_FOUR, width=width
    )
    low, high = fig.layout.xaxis.range
    dots = [(x * width / (high - low), y) for city in many for x, y in zip(*_xy(fig, city.name), strict=True)]
    assert len(dots) == 24
    for (x1, y1), (x2, y2) in itertools.combinations(dots, 2):
        assert math.hypot(x1 - x2, y1 - y2) >= dumbbell.DISC - 1
    bottom, top = fig.layout.yaxis.range
    assert all(top + dumbbell.DISC / 2 <= y <= bottom - dumbbell.DISC / 2 for _, y in dots)


def _xy(fig, name: str):  # type: ignore[no-untyped-def]
    found = trace(fig, name)
    return found.x, found.y


def test_the_axis_shows_the_part_of_the_scale_in_use_and_figures_below_it() -> None:
    low, high = drawn().layout.xaxis.range
    assert 1.3 < low < 1.5 and high == pytest.approx(4.06), "from the half point below 2.00"
    below = drawn(VALUES.mask(VALUES == 2.0, 0.94)).layout.xaxis.range
    assert below[0] < 0.94
    lowest = drawn(VALUES.mask(VALUES == 2.0, 1.0)).layout.xaxis.range
    assert 0.9 < lowest[0] < 1.0, "never below the scale without a reason"


def test_derived_figures_are_hollow() -> None:
    ground = NEUTRALS["light"].background
    full, hollow = trace(drawn(), "Kota 1"), trace(drawn(derived=True), "Kota 1")
    assert full.marker.color == colour("chosen", "light") and hollow.marker.color == ground
    assert hollow.marker.line.color == colour("chosen", "light")


def test_names_from_the_data_cannot_carry_markup_into_the_hover() -> None:
    hostile = [Lettered("1", "A", "<img src=x>", "x", "chosen")]
    fig = drawn(VALUES[["1"]], hostile)
    assert "<img" not in fig.data[-1].hovertemplate


def test_the_sentence_names_every_figure() -> None:
    sentence = dumbbell.alt("Title", VALUES, NAMES, CITIES, COMPARATOR, "Median", Text("en"))
    assert sentence.startswith("Title. Final: Kota 1 3.80; Kota 2 3.90; Kota 3 –; Median 3.00. Outcome: ")
