"""Assessors about the line of the others: a clear difference, a chance one and too few marks look and read apart."""

from __future__ import annotations

import pytest

from kotacerdas.charts import severity
from kotacerdas.charts.palette import NEUTRALS
from kotacerdas.i18n import Text
from kotacerdas.interview.agreement import Severity

ROWS = [
    Severity(0, 0.42, 0.30, 0.55, 115, 115),
    Severity(1, -0.13, -0.26, 0.004, 115, 115),
    Severity(2, -0.9, -1.2, -0.61, 40, 42),
    Severity(3, 0.25, None, None, 4, 4),
    Severity(4, None, None, None, 0, 0),
]
"""Synthetic."""

SEATS = ["Asesor 1", "Asesor <2>", "Asesor 3", "Asesor 4", "Asesor 5"]


def draw(width: int = 1080):  # type: ignore[no-untyped-def]
    return severity.severity(ROWS, SEATS, Text("id"), "light", width=width)


def test_what_can_be_said_of_an_assessor() -> None:
    assert [severity.kind(row) for row in ROWS] == ["clear", "unclear", "clear", "sparse", None]
    assert severity.kind(Severity(0, 0.1, 0.004, 0.2, 20, 20)) == "unclear", "printed as reaching 0,00"


def test_dots_stand_at_the_deviation_with_their_interval() -> None:
    clear, unclear, sparse = draw().data
    assert list(clear.x) == [0.42, -0.9] and list(clear.y) == [0, 2]
    assert [x + up for x, up in zip(clear.x, clear.error_x.array, strict=True)] == pytest.approx([0.55, -0.61])
    assert [x - down for x, down in zip(clear.x, clear.error_x.arrayminus, strict=True)] == pytest.approx([0.30, -1.2])
    assert list(unclear.x) == [-0.13] and list(sparse.x) == [0.25] and sparse.error_x.visible is False


def test_the_three_kinds_look_different_and_are_named() -> None:
    clear, unclear, sparse = draw().data
    ink = NEUTRALS["light"]
    assert (clear.marker.color, unclear.marker.color, sparse.marker.color) == (ink.primary, ink.peer, ink.background)
    assert len({trace.name for trace in (clear, unclear, sparse)}) == 3


def test_the_scale_is_even_about_nothing_and_holds_every_end() -> None:
    low, high = draw().layout.xaxis.range
    assert low == -high and high > 1.2
    small = severity.severity([Severity(0, 0.01, -0.02, 0.03, 115, 115)], SEATS, Text("id"), "dark").layout.xaxis
    assert small.range[1] >= 0.5, "a small difference looks small"
    assert list(small.tickvals) == [-0.5, 0, 0.5] and list(small.ticktext) == ["−0,5", "0", "+0,5"]


@pytest.mark.parametrize("reach", [0.54, 1.3, 2.9, 4.5])
def test_ticks_are_few_and_in_view(reach: float) -> None:
    ticks = severity._ticks(reach)
    assert 3 <= len(ticks) <= 7 and 0 in ticks and all(abs(tick) <= reach for tick in ticks)


def test_figures_stand_beside_the_rows_and_a_missing_one_is_a_dash() -> None:
    texts = [note.text for note in draw().layout.annotations]
    assert texts[4:] == ["+0,42", "115", "−0,13", "115", "−0,90", "40", "+0,25", "4", "–", "0"]
    phone = [note.text for note in draw(390).layout.annotations]
    assert phone[3:] == ["+0,42", "−0,13", "−0,90", "+0,25", "–"]
    assert draw(390).layout.margin.r < draw().layout.margin.r


def test_names_are_shown_literally() -> None:
    fig = draw()
    assert fig.layout.yaxis.ticktext[1].strip() == "Asesor &lt;2&gt;"
    assert all("<2>" not in words for trace in fig.data for words in trace.hovertext)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_sentence_tells_every_assessor(lang: str) -> None:
    t = Text(lang)  # type: ignore[arg-type]
    words = severity.alt("T.", ROWS, SEATS, t)
    for seat in SEATS:
        assert seat in words
    for number in (0.42, 0.13, 0.9):
        assert t.number(number) in words
    assert "None" not in words and "nan" not in words
    assert severity.told(ROWS[0], SEATS, t) != severity.told(ROWS[1], SEATS, t)


def test_above_below_and_equal_are_told_in_words() -> None:
    t = Text("id")
    assert "0,42 poin di atas" in severity.told(ROWS[0], SEATS, t)
    assert "0,90 poin di bawah" in severity.told(ROWS[2], SEATS, t)
    assert "sama dengan" in severity.told(Severity(0, 0.0, -0.1, 0.1, 20, 20), SEATS, t)


def test_nobody_is_an_empty_picture() -> None:
    fig = severity.severity([], SEATS, Text("id"), "light")
    assert len(fig.data) == 0 and not fig.layout.showlegend
    assert severity.alt("T.", [], SEATS, Text("id")) == "T."
