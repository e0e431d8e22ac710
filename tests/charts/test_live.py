"""Waterfall and radar as markup: the rows, shapes and figures of the Plotly charts, and nothing a name could add."""

from __future__ import annotations

import math
import re
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotacerdas.charts import live
from kotacerdas.charts.palette import NEUTRALS, Theme
from kotacerdas.charts.radar import Shape
from kotacerdas.charts.waterfall import Step
from kotacerdas.i18n import Text
from tests.builders import ONE_TO_FOUR

ID, EN = Text("id"), Text("en")
STEPS = (Step("Resmi"), Step("Outcome", 0.25), Step("Impact", -0.1), Step("Simulasi", status="simulated"))
AXES = {"a": "Alpha", "b": "Beta", "c": "Gamma", "d": "Delta"}
FULL = Shape("Own", {"a": 1.0, "b": 2.5, "c": 3.5, "d": 4.0}, "chosen")
PART = Shape("Part", {"a": 1.5, "b": math.nan, "c": 3.5, "d": 2.0}, "chosen")
WHAT_IF = Shape("What if", {"a": 2.0, "b": 2.5, "c": 3.5, "d": 4.0}, "simulated")

BAR = re.compile(r"d='M([\d.]+) \d+\.25H([\d.]+)v.5H[\d.]+z' fill='(#\w+)'")
"""A bar of the waterfall: its two ends in percent of the track, and its colour."""


class _Words(HTMLParser):
    """The words of a piece of markup, and how its elements open and close."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.feed(markup)
        assert not self.open, "every element is closed"

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        if tag not in ("img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def words(markup: str) -> list[str]:
    return _Words(markup).words


def drawing(markup: str) -> str:
    found = re.search(r'src="data:image/svg\+xml,([^"]*)"', markup)
    assert found
    return unquote(found[1])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_bars_run_from_the_total_before_to_the_total_after(theme: Theme) -> None:
    ink = NEUTRALS[theme]
    (low, high, blue), (down, top, ochre) = BAR.findall(drawing(live.waterfall(STEPS, 3.5, ID, theme, alt="x")))
    assert (blue, ochre) == (ink.rise, ink.fall)
    assert (float(low), float(high)) == (3, 97), "3.50 to 3.75 is the whole track"
    assert float(top) == 97 and float(down) == pytest.approx(97 - 94 * 0.4, abs=0.1)


def test_every_row_says_name_arrow_and_figure() -> None:
    said = words(live.waterfall(STEPS, 3.5, ID, "light", alt="x", unit="poin"))
    assert said == ["poin", "Resmi", "3,50", "Outcome", "▲", "+0,25", "Impact", "▼", "−0,10", "Simulasi", "3,65"]


def test_names_and_words_stay_text() -> None:
    evil = '<img src=x onerror="alert(1)">'
    shape = Shape(evil, FULL.values, "chosen")
    for markup in (
        live.waterfall([Step(evil, 1.0)], 0, ID, "light", alt=evil, unit=evil),
        live.radar({**AXES, "a": evil}, [shape, WHAT_IF], ID, "light", bounds=ONE_TO_FOUR, alt=evil),
    ):
        assert "<img src=x" not in markup and evil in words(markup)


def test_a_closed_shape_is_filled_and_a_gap_is_left_open() -> None:
    whole, broken = (
        drawing(live.radar(AXES, [shape], ID, "light", bounds=ONE_TO_FOUR, alt="x")) for shape in (FULL, PART)
    )
    assert re.search(r"d='M100.0 84.0L156.0 100.0L100.0 182.7L4.0 100.0Z' fill='rgba", whole)
    assert whole.count("h0") == 4 and broken.count("h0") == 3, "a dot for every value"
    path = re.search(rf"<path d='([^']*)' fill='none' stroke='{NEUTRALS['light'].chosen}'", broken)
    assert path and path[1].count("M") == 2, "two pairs of neighbours have both values"


def test_a_simulated_shape_is_dotted_hollow_and_says_its_figure_only_where_it_moved() -> None:
    markup = live.radar(AXES, [FULL, WHAT_IF], EN, "dark", bounds=ONE_TO_FOUR, alt="x")
    assert "stroke-dasharray='2 3'" in drawing(markup) and f"stroke='{NEUTRALS['dark'].background}'" in drawing(markup)
    said = words(markup)
    assert [word for word in said if "2.00" in word] and sum("2.50" in word for word in said) == 1
    assert said[-2:] == ["Own", "What if"], "the legend"


def test_the_markup_is_small_and_only_what_the_browser_lets_through() -> None:
    steps = [Step("Nilai resmi 2024"), *(Step(f"Komponen nomor {i}", 0.123456789 * (-1) ** i) for i in range(7))]
    bars = live.waterfall([*steps, Step("Simulasi", status="simulated")], 3.56, ID, "dark", alt="x", unit="poin")
    shapes = live.radar(
        {str(i): f"Komponen nomor {i}" for i in range(7)}, [FULL, WHAT_IF], ID, "dark", bounds=ONE_TO_FOUR, alt="x"
    )
    assert len(bars.encode()) <= 3_200 and len(shapes.encode()) <= 3_800
    assert _Words(bars).tags | _Words(shapes).tags <= {"figure", "div", "span", "i", "b", "br", "img"}


def test_parts_of_a_total_are_no_changes() -> None:
    steps = [Step("Baseline", 0.4), Step("Output", 0.7), Step("Resmi")]
    markup = live.waterfall(steps, 0, ID, "light", alt="x", parts=True)
    assert words(markup) == ["Baseline", "0,40", "Output", "0,70", "Resmi", "1,10"]
    assert {colour for *_, colour in BAR.findall(drawing(markup))} == {NEUTRALS["light"].nation}


def test_nothing_to_show_is_an_empty_picture() -> None:
    assert words(live.waterfall([], 1.0, ID, "light", alt="x")) == []


@given(st.lists(st.integers(-400, 400), min_size=1, max_size=9), st.integers(0, 400))
def test_a_bar_begins_where_the_one_before_ended(changes: list[int], start: int) -> None:
    markup = live.waterfall([Step("x", change / 100) for change in changes], start / 100, EN, "light", alt="x")
    ends = [(float(left), float(right)) for left, right, _ in BAR.findall(drawing(markup))]
    assert len(ends) == len(changes)
    for before, after in pairwise(ends):
        assert any(one == pytest.approx(two, abs=0.2) for one in before for two in after)
