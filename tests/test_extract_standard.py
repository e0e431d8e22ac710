"""Reading the draft standard's tables: layout traps on made-up tables, then the curated file.

The second part compares the file with the source document: KOTACERDAS_SOURCES names the folder it
lies in, without it those tests skip.
"""

from __future__ import annotations

import os
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from kotacerdas.instrument import DATA
from tools.extract.standard_2025 import (
    LOWER_IS_BETTER,
    MENDS,
    Interval,
    cut_points,
    figures,
    interval,
    printed_intervals,
    read_document,
    read_rows,
    rubrics,
    undate,
)

SOURCES = os.environ.get("KOTACERDAS_SOURCES")
needs_sources = pytest.mark.skipif(not SOURCES, reason="KOTACERDAS_SOURCES names no folder")


def table(*lines: tuple[str, ...]) -> str:
    """Table lines of eight cells, given by column number: ("0=7", "2=unit", "6=1", "7=<10%")."""
    text = []
    for line in lines:
        cells = [""] * 8
        for entry in line:
            column, _, content = entry.partition("=")
            cells[int(column)] = content
        text.append("\t".join(cells))
    return "\n".join(text)


def criteria(text: str) -> list[tuple[int, int, str]]:
    return [(row.number, row.level, row.criterion) for row in read_rows(text)]


def test_a_plain_table_with_a_page_break_in_a_rubric() -> None:
    text = table(
        ("0=No.", "6=Rubrik", "7=Kriteria"),
        ("0=7", "1=Trees", "2=Share", "6=1", "7=<10%"),
        ("3=continued", "6=2", "7=10%  -  <30%"),
    )
    assert criteria(text) == [(7, 1, "<10%"), (7, 2, "10% - <30%")]
    assert [row.line for row in read_rows(text)] == [2, 3]


def test_levels_that_slid_into_the_number_column() -> None:
    text = table(
        ("0=52", "1=Trees", "2=Share", "6=1", "7=< 20%"),
        ("0=3", "6=40% - <60%"),
        ("0=5", "1=90% - 100% Trees"),
    )
    assert criteria(text)[1:] == [(52, 3, "40% - <60%"), (52, 5, "90% - 100% Trees")]


def test_a_number_below_six_with_a_unit_is_an_indicator() -> None:
    assert criteria(table(("0=5", "1=Trees", "2=Share", "6=1", "7=<10%"))) == [(5, 1, "<10%")]


def test_levels_joined_in_one_cell() -> None:
    joined = "Kurang dari 1% 2% - <4% 4% - <8% 8 - <12% ≥12%"
    text = table(("0=78", "1=Trees", "2=Share", "6=1 2 3 4 5", f"7={joined}"))
    assert [c for _, _, c in criteria(text)] == [
        "Kurang dari 1%", "2% - <4%", "4% - <8%", "8 - <12%", "≥12%",
    ]  # fmt: skip


def test_a_joined_cell_that_does_not_split_is_an_error() -> None:
    with pytest.raises(ValueError, match="3 levels but 2 criteria"):
        read_rows(table(("0=78", "1=Trees", "2=Share", "6=1 2 3", "7=<1% 2% - <4%")))


def test_a_repeated_level_is_stray() -> None:
    lines: list[tuple[str, ...]] = [("0=31", "1=Trees", "2=Share", "6=1", "7=<1")]
    lines += [(f"6={level}", f"7={level}-<{level + 1}") for level in (2, 3, 4, 5, 4)]
    found, strays = rubrics(read_rows(table(*lines)))
    assert found == {31: ["<1", "2-<3", "3-<4", "4-<5", "5-<6"]}
    assert [(row.level, row.line) for row in strays] == [(4, 6)]


@pytest.mark.parametrize(
    ("criterion", "short"),
    [
        ("2,5% dari APBD", "2,5%"),
        ("Kurang dari 20%", "Kurang dari 20%"),
        ("10 permil - <40 permil", "10 permil - <40 permil"),
        ("tidak ada", "tidak ada"),
    ],
)
def test_figures_drop_the_base_only(criterion: str, short: str) -> None:
    assert figures(criterion) == short


@pytest.mark.parametrize(
    ("dated", "range_"),
    [
        ("01-Apr", "1-4"),
        ("05-Oct", "5-10"),
        ("Nov-20", "11-20"),
        ("02-May", "2-5"),
        ("5-<7", "5-<7"),
    ],
)
def test_spreadsheet_dates_are_ranges_again(dated: str, range_: str) -> None:
    assert undate(dated) == range_


@pytest.mark.parametrize(
    ("criterion", "low", "low_in", "high", "high_in"),
    [
        ("2.000.000 - <3.000.000", 2000000, True, 3000000, False),
        ("1,8 - <2,6", "1.8", True, "2.6", False),
        ("≥20% - <40%", 20, True, 40, False),
        ("60 - <90 m³/detik", 60, True, 90, False),
        ("16-30 menit", 16, True, 30, True),
        ("Nov-20", 11, True, 20, True),
        ("ada 3 sampai 5", 3, True, 5, True),
        ("1 Kemitraan", 1, True, 1, True),
        ("Tidak Ada", 0, True, 0, True),
    ],
)
def test_a_range_is_read(criterion: str, low: Any, low_in: bool, high: Any, high_in: bool) -> None:
    assert interval(criterion) == Interval(Fraction(low), low_in, Fraction(high), high_in)


@pytest.mark.parametrize(
    ("criterion", "end", "from_above", "included"),
    [
        ("Kurang dari 5%", 5, True, False),
        ("< 500.000", 500000, True, False),
        ("Lebih dari 20", 20, False, False),
        ("ada, dan lebih dari 5", 5, False, False),
        ("Lebih dari sama dengan 75%", 75, False, True),
        (">= 20%", 20, False, True),
    ],
)
def test_a_threshold_is_read(criterion: str, end: int, from_above: bool, included: bool) -> None:
    read = interval(criterion)
    assert (read.high if from_above else read.low) == end
    assert (read.high_in if from_above else read.low_in) is included


@pytest.mark.parametrize("criterion", ["", "banyak", "15-2-", "0,25%-<0,0,4%", "40%->60%"])
def test_what_is_no_criterion_is_refused(criterion: str) -> None:
    with pytest.raises(ValueError, match="cannot read"):
        interval(criterion)


def cuts(*criteria: str, lower: bool = False) -> str:
    return " ".join(cut_points([interval(text) for text in criteria], lower_is_better=lower))


def test_clean_intervals_give_their_own_bounds() -> None:
    assert cuts("<10", "10-<30", "30-<50", "50-<70", "70-100") == "10 30 50 70"
    assert cuts("60-100", "40-<60", "20-<40", "5-<20", "<5", lower=True) == "5- 20- 40- 60-"


def test_gaps_and_overlaps_fall_to_the_lower_level() -> None:
    assert cuts("<1", "1-2", "2-4", "5-7", ">7") == "1 2+ 5 7+"
    assert cuts(">5", "4", "3", "2", "1", lower=True) == "1 2 3 4"
    assert cuts("> 70", "40-<70", "20-<39", "10-<20", "<10", lower=True) == "10- 20- 39- 70-"


@pytest.fixture(scope="module")
def text() -> str:
    return read_document(Path(SOURCES or ""))


@pytest.fixture(scope="module")
def printed(text: str) -> dict[int, list[str]]:
    return rubrics(read_rows(text))[0]


@pytest.fixture(scope="module")
def curated() -> dict[int, dict[str, Any]]:
    file = yaml.safe_load((DATA / "instruments" / "standard-2025.yaml").read_text(encoding="utf-8"))
    return {int(n["id"][1:]): n["rubric"] for n in file["nodes"] if n["kind"] == "indicator"}


@needs_sources
def test_document_holds_the_indicators_of_the_file(printed: Any, curated: Any) -> None:
    assert list(printed) == list(curated)


@needs_sources
def test_only_indicator_31_has_stray_rows(text: str) -> None:
    strays = rubrics(read_rows(text))[1]
    assert [(row.number, row.level) for row in strays] == [(31, 4), (31, 5)]


@needs_sources
def test_printed_criteria_are_those_of_the_document(printed: Any, curated: Any) -> None:
    for number, rubric in curated.items():
        assert rubric["printed"] == [figures(text) for text in printed[number]], number


@needs_sources
def test_bounds_follow_from_the_print_by_the_rule(printed: Any, curated: Any) -> None:
    for number, rubric in curated.items():
        lower = number in LOWER_IS_BETTER
        assert rubric["better"] == ("lower" if lower else "higher")
        derived = cut_points(printed_intervals(number, printed[number]), lower_is_better=lower)
        assert rubric["bounds"] == derived, number


def changed_levels(number: int, criteria: list[str], rubric: dict[str, Any]) -> set[int]:
    """Levels that cannot stand as printed: misprinted, or covering other values than they say."""
    bottom, top = Fraction(rubric["domain"]["min"]), rubric["domain"]["max"]
    # a cut as (value, True when it lies just above the value), the notation of cut_points
    ends: list[tuple[Any, bool]] = [(bottom, False)]
    for bound in rubric["bounds"]:
        marked = bound[-1] in "+-"
        ends.append((Fraction(bound.rstrip("+-")), marked != (rubric["better"] == "lower")))
    ends.append((float("inf"), False) if top is None else (Fraction(top), True))
    final = list(pairwise(ends))
    if rubric["better"] == "lower":
        final.reverse()
    changed = {level for mended_number, level in MENDS if mended_number == number}
    intervals = printed_intervals(number, criteria)
    for level, (text, read, kept) in enumerate(zip(criteria, intervals, final, strict=True), 1):
        start = max((read.low, not read.low_in), ends[0])
        stop = min((read.high, read.high_in), ends[-1])
        if (start, stop) != kept or undate(text) != text:
            changed.add(level)
    return changed


LAYOUT = {31: {4, 5}, 43: {3}, 52: {3}, 78: {1}, 79: {1}, 80: {1}, 81: {1}, 82: {1}}
"""Levels whose figures stand but whose place or unit sign was put right.

Several levels in one cell, or in the wrong columns, are recorded once, under the first of them.
"""


@needs_sources
def test_every_change_to_the_print_is_recorded_and_nothing_else(printed: Any, curated: Any) -> None:
    for number, rubric in curated.items():
        recorded = {mend["level"] for mend in rubric.get("mended", [])}
        expected = changed_levels(number, printed[number], rubric) | LAYOUT.get(number, set())
        assert recorded == expected, number


@needs_sources
def test_mends_quote_the_document(text: str, curated: Any) -> None:
    rows = read_rows(text)
    for number, rubric in curated.items():
        for mend in rubric.get("mended", []):
            place = (number, mend["level"])
            criteria = [row.criterion for row in rows if (row.number, row.level) == place]
            assert any(text.startswith(mend["printed"]) for text in criteria), place
