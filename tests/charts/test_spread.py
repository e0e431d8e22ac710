"""Every mark of a panel is a numbered disc at its place, none covers another, and the words say the same."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotacerdas.bounds import Bounds
from kotacerdas.charts import spread
from kotacerdas.charts.palette import NEUTRALS
from kotacerdas.i18n import Text
from kotacerdas.interview.agreement import Dispute, disputes
from tests.builders import ONE_TO_FOUR

MARKS = np.array([[4, 1, 2, np.nan], [4, 4, 2, np.nan], [4, 4, 3, np.nan], [4, 1, 2, np.nan], [4, 4, np.nan, np.nan]])
QUESTIONS = ["q1", "q2", "q3", "q4"]
ROWS = disputes(MARKS, QUESTIONS)
"""Synthetic: q2 most disputed, then q3 (a mark missing), q1 (all alike), q4 (no mark)."""

NAMES = {"q1": "1. Satu", "q2": "2. <b>Dua</b>", "q3": "3. " + "panjang " * 9, "q4": "4. Empat"}
SEATS = [f"Asesor {n}" for n in range(1, 6)]
MEANS, DISCS = 0, 1


def draw(width: int = 1080, **options):  # type: ignore[no-untyped-def]
    return spread.spread(ROWS, NAMES, SEATS, Text("id"), "light", bounds=ONE_TO_FOUR, width=width, **options)


def test_every_mark_is_a_disc_with_the_number_of_its_seat() -> None:
    discs = draw().data[DISCS]
    found = {(data[0], int(seat)): data[3] for data, seat in zip(discs.customdata, discs.text, strict=True)}
    given = {
        (question, seat + 1): f"{MARKS[seat, column]:.0f}"
        for column, question in enumerate(QUESTIONS)
        for seat in range(5)
        if not math.isnan(MARKS[seat, column])
    }
    assert found == given
    assert all(data[2] == f"Asesor {seat}" for data, seat in zip(discs.customdata, discs.text, strict=True))


@pytest.mark.parametrize("width", [390, 1080])
def test_discs_stand_at_their_mark(width: int) -> None:
    discs = draw(width).data[DISCS]
    for x, data in zip(discs.x, discs.customdata, strict=True):
        assert abs(x - int(data[3])) < 0.5, "nearer to its own mark than to any other"
    for question in ("q1", "q2"):
        own = [(x, int(d[3])) for x, d in zip(discs.x, discs.customdata, strict=True) if d[0] == question]
        for mark in {mark for _, mark in own}:
            assert np.mean([x for x, of in own if of == mark]) == pytest.approx(mark, abs=0.12)


@given(
    st.lists(st.lists(st.sampled_from([1.0, 2.0, 3.0, 4.0, None]), min_size=7, max_size=7), min_size=1, max_size=6),
    st.integers(320, 1600),
)
def test_no_disc_covers_another_or_leaves_the_picture(marks: list[list[float | None]], width: int) -> None:
    rows = [Dispute(f"q{n}", tuple(own), 7, 2.0, 1.0, 1.0, 4.0) for n, own in enumerate(marks)]
    names, seats = {row.question: row.question for row in rows}, [str(n) for n in range(7)]
    fig = spread.spread(rows, names, seats, Text("en"), "dark", bounds=ONE_TO_FOUR, width=width)
    discs = fig.data[DISCS]
    words = 0 if width < 600 else 300
    point = (width - 130 - words) / 4
    x, y = np.array(discs.x, dtype=float) * point, np.array(discs.y, dtype=float)
    apart = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :]) + np.eye(len(x)) * 1e6
    assert apart.min(initial=1e6) >= discs.marker.size
    bottom = fig.layout.yaxis.range[0]
    assert y.min(initial=bottom) > 0 and y.max(initial=0) < bottom


def test_a_line_stands_at_the_mean_and_figures_beside_it() -> None:
    fig = draw()
    assert list(fig.data[MEANS].x) == [row.mean for row in ROWS if row.mean is not None] == [2.8, 2.25, 4.0]
    texts = [note.text for note in fig.layout.annotations]
    assert texts[2:] == ["2,80", "1,64", "2,25", "0,50", "4,00", "0,00", "–", "–"]


def test_rows_keep_their_order_and_the_first_is_on_top() -> None:
    fig = draw()
    assert [text[:2] for text in fig.layout.yaxis.ticktext] == ["2.", "3.", "1.", "4."]
    assert fig.layout.yaxis.range[0] > fig.layout.yaxis.range[1]
    assert list(fig.layout.yaxis.tickvals) == sorted(fig.layout.yaxis.tickvals)


def test_on_a_phone_names_stand_over_their_rows_and_rows_are_taller() -> None:
    phone, wide = draw(390), draw()
    assert len(phone.layout.yaxis.tickvals) == 0
    assert sum("Empat" in note.text for note in phone.layout.annotations) == 1
    assert phone.layout.height > wide.layout.height


def test_names_are_shown_literally_and_cut_where_there_is_no_room() -> None:
    for width in (390, 1080):
        fig = draw(width)
        shown = "".join([*fig.layout.yaxis.ticktext, *(note.text for note in fig.layout.annotations)])
        assert "<b>Dua" not in shown and "&lt;b&gt;Dua" in shown and "…" in shown
        assert all("<b>Dua" not in data[1] for trace in fig.data for data in trace.customdata)


def test_the_question_in_hand_carries_the_accent() -> None:
    chosen = draw(chosen="q3").layout.yaxis.ticktext
    assert [NEUTRALS["light"].chosen in text for text in chosen] == [False, True, False, False]
    assert all("span" not in text for text in draw().layout.yaxis.ticktext)


def test_no_rows_no_picture_and_no_legend() -> None:
    fig = spread.spread([], {}, SEATS, Text("id"), "light", bounds=ONE_TO_FOUR)
    assert all(len(trace.x) == 0 for trace in fig.data) and not fig.layout.showlegend
    assert spread.alt("Judul", [], {}, SEATS, Text("id")) == "Judul."


def test_another_scale_is_drawn_whole() -> None:
    rows = disputes(np.array([[0.0], [5.0]]), ["q1"])
    axis = spread.spread(
        rows, NAMES, SEATS[:2], Text("id"), "light", bounds=Bounds(Fraction(0), Fraction(5))
    ).layout.xaxis
    assert list(axis.tickvals) == [0, 1, 2, 3, 4, 5] and axis.range[0] < 0 and axis.range[1] > 5


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_sentence_holds_every_mark_and_counts_the_rest(lang: str) -> None:
    t = Text(lang)  # type: ignore[arg-type]
    words = spread.alt("T", ROWS, NAMES, SEATS, t)
    assert "Asesor 1: 1, Asesor 2: 4, Asesor 3: 4, Asesor 4: 1, Asesor 5: 4" in words and t.number(2.8) in words
    assert "Asesor 5: –" in words and "nan" not in words and "None" not in words
    cut = spread.alt("T", ROWS, NAMES, SEATS, t, most=1)
    assert "Empat" not in cut and cut.endswith("3.")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_numbers_can_be_read_on_their_discs(theme: str) -> None:
    fig = spread.spread(ROWS, NAMES, SEATS, Text("id"), theme, bounds=ONE_TO_FOUR)  # type: ignore[arg-type]
    discs, ink = fig.data[DISCS], NEUTRALS[theme]  # type: ignore[index]
    assert (discs.marker.color, discs.textfont.color) == (ink.primary, ink.background)
