"""The waterfall: bars run from the total before to the total after, and every figure is written beside its bar."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotacerdas.charts.palette import NEUTRALS
from kotacerdas.charts.waterfall import Step, alt, waterfall
from kotacerdas.i18n import Text

ID, EN = Text("id"), Text("en")
STEPS = (Step("Resmi"), Step("Outcome", 0.25), Step("Impact", -0.1), Step("Simulasi", status="simulated"))


def parts(fig: go.Figure) -> tuple[Any, Any, Any, Any]:
    links, bars, totals, words = fig.data
    return links, bars, totals, words


def test_bars_run_from_the_total_before_to_the_total_after() -> None:
    _, bars, totals, _ = parts(waterfall(STEPS, 3.5, ID, "light"))
    assert list(bars.base) == pytest.approx([3.5, 3.75])
    assert list(bars.x) == pytest.approx([0.25, -0.1])
    assert list(bars.y) == [1, 2]
    assert list(totals.x) == pytest.approx([3.5, 3.65]) and list(totals.y) == [0, 3]


def test_rises_are_blue_and_falls_ochre_with_arrow_and_real_minus() -> None:
    for theme in ("light", "dark"):
        _, bars, _, words = parts(waterfall(STEPS, 3.5, ID, theme))  # type: ignore[arg-type]
        ink = NEUTRALS[theme]  # type: ignore[index]
        assert list(bars.marker.color) == [ink.rise, ink.fall]
        assert [text.strip() for text in words.text] == ["<b>3,50</b>", "▲ +0,25", "▼ −0,10", "<b>3,65</b>"]
        assert list(words.textfont.color) == [ink.text, ink.rise, ink.fall, ink.text]


def test_a_change_that_rounds_to_nothing_has_no_arrow() -> None:
    _, bars, _, words = parts(waterfall([Step("a", 0.004), Step("b", -0.004)], 1.0, EN, "light"))
    assert [text.strip() for text in words.text] == ["0.00", "0.00"]
    assert set(bars.marker.color) == {NEUTRALS["light"].muted}
    assert "+0.0040" in bars.hovertext[0], "the small figure is kept for the pointer"


def test_gained_places_lower_the_rank_and_point_to_the_right() -> None:
    steps = [Step("2021"), Step("Own", 7.5), Step("Others", -1.5), Step("2024")]
    fig = waterfall(steps, 12, EN, "light", total_decimals=0, decimals=1, countdown=True)
    _, bars, totals, words = parts(fig)
    assert list(bars.x) == [7.5, -1.5]
    assert (words.text[0].strip(), words.text[-1].strip()) == ("<b>12</b>", "<b>6</b>")
    assert totals.x[1] > totals.x[0]


def test_figures_of_different_length_end_at_the_same_place() -> None:
    _, _, _, words = parts(waterfall([Step("a", 12.25), Step("b", -1.5)], 0, EN, "light"))
    assert len({len(text) for text in words.text}) == 1


def test_totals_carry_the_mark_of_their_status() -> None:
    steps = [Step("a"), Step("b", status="derived"), Step("c", status="simulated")]
    _, _, totals, _ = parts(waterfall(steps, 1, EN, "light"))
    assert list(totals.marker.symbol) == ["circle", "circle-open", "circle-open-dot"]


def test_names_are_wrapped_and_shown_literally() -> None:
    fig = waterfall([Step("<b>Daerah lain yang nilainya berubah</b>", 1.0)], 0, ID, "light")
    name = fig.layout.yaxis.ticktext[0]
    assert "<br>" in name and "&lt;b&gt;" in name and "<b>" not in name


def test_every_row_is_linked_to_the_next() -> None:
    links, *_ = parts(waterfall(STEPS, 3.5, ID, "light"))
    assert [x for x in links.x if x is not None] == pytest.approx([3.5, 3.5, 3.75, 3.75, 3.65, 3.65])


def test_the_sentence_says_every_row() -> None:
    sentence = alt("Nilai naik", STEPS, 3.5, ID, unit="poin")
    assert sentence == "Nilai naik. Resmi: 3,50. Outcome: +0,25 poin. Impact: −0,10 poin. Simulasi: 3,65."
    assert alt("T", [Step("a", 1.0)], 0, EN, decimals=0) == "T. a: +1."


def test_nine_rows_weigh_less_than_four_kilobytes() -> None:
    steps = [Step("Nilai resmi 2024"), *(Step(f"Komponen nomor {i}", 0.123456789 * (-1) ** i) for i in range(7))]
    fig = waterfall([*steps, Step("Simulasi", status="simulated")], 3.56, ID, "dark", unit="poin")
    assert len(fig.to_json().encode()) <= 4096


def test_nothing_to_show_is_an_empty_picture() -> None:
    fig = waterfall([], 1.0, ID, "light")
    assert not any(len(trace.y or ()) for trace in fig.data)


@given(st.lists(st.integers(-400, 400), max_size=9), st.integers(0, 400))
def test_the_last_total_is_the_start_and_all_changes(changes: list[int], start: int) -> None:
    steps = [*(Step("x", change / 100) for change in changes), Step("end")]
    _, _, totals, _ = parts(waterfall(steps, start / 100, EN, "light"))
    assert totals.x[0] == pytest.approx((start + sum(changes)) / 100)
