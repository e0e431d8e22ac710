"""Bars of what a step is worth: as long as the figures say, in full colour where the plan uses them."""

from __future__ import annotations

from typing import get_args

import pytest

from kotacerdas.charts import goal_worth
from kotacerdas.charts.goal_worth import Bar
from kotacerdas.charts.palette import NEUTRALS, Theme
from kotacerdas.i18n import Text

BARS = [Bar("7. Output", 0.0182, True), Bar("19. Outcome", 0.0091, False)]


@pytest.mark.parametrize("theme", get_args(Theme))
def test_bars_hold_the_points_and_mark_the_plan(theme: Theme) -> None:
    (bars,) = goal_worth.worth(BARS, Text("en"), theme).data
    assert list(bars.x) == [0.0182, 0.0091] and list(bars.text) == ["0.0182", "0.0091"]
    assert list(bars.y) == [2, 1], "the first stands on top"
    assert list(bars.marker.color) == [NEUTRALS[theme].primary, NEUTRALS[theme].faint]


def test_the_words_say_which_are_in_the_plan() -> None:
    words = goal_worth.alt("Title", BARS, Text("en"))
    assert words == "Title. 7. Output 0.0182 points (in the plan). 19. Outcome 0.0091 points."
