"""The way to a target in figures of the plan: every point, the target, and the words for who cannot see it."""

from __future__ import annotations

from fractions import Fraction
from typing import get_args

import pytest

from kotacerdas.charts import goal_path
from kotacerdas.charts.palette import MARKS, NEUTRALS, Theme
from kotacerdas.goal import Lever, Plan, seek
from kotacerdas.i18n import Text

F = Fraction
FOUND = [Lever(f"q{n}", F(2), F(4), F(1), F(1, 10 * n), effort=F(n)) for n in (1, 2, 3)]
NAMES = {f"q{n}": f"Tanya {n}" for n in (1, 2, 3)}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return seek(FOUND, F(2), F(227, 100), F(1))


@pytest.mark.parametrize("theme", get_args(Theme))
def test_the_points_are_the_running_finals_over_the_effort(plan: Plan, theme: Theme) -> None:
    t, moves = Text("id"), dict.fromkeys(NAMES, "2,0→4,0")
    fig = goal_path.path(plan, NAMES, moves, "Usaha", t, theme)
    line, points, begin = fig.data
    assert list(points.y) == [float(change.final_after) for change in plan.changes]
    assert list(points.x) == pytest.approx([float(sum(c.effort for c in plan.changes[: k + 1])) for k in range(2)])
    assert list(line.y) == [2.0, *points.y] and line.line.shape == "hv"
    assert (list(begin.x), list(begin.y)) == ([0], [2.0])
    assert points.marker.symbol == MARKS["simulated"].symbol and begin.marker.symbol == MARKS["published"].symbol
    assert fig.layout.shapes[0].y0 == 2.27 and points.marker.color == NEUTRALS[theme].chosen
    assert list(points.customdata[0]) == ["Tanya 1", "2,0→4,0", "2,2000"]
    low, high = fig.layout.yaxis.range
    assert low < 2 and high > max(points.y)


def test_the_words_name_every_change(plan: Plan) -> None:
    words = goal_path.alt("Judul", plan, NAMES, dict.fromkeys(NAMES, "2,0→4,0"), Text("id"))
    assert words.startswith("Judul. Semula 2,0000. Tanya 1 2,0→4,0: nilai akhir 2,2000.")
    assert all(NAMES[change.id] in words for change in plan.changes)
