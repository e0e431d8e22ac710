"""SYNTHETIC rounds on other scales: levels, scenarios, targets, rank bands and pictures take the scale as it comes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest

from kotacerdas import compare, goal, goal_targets, movement, profile
from kotacerdas.bounds import Bounds, widest
from kotacerdas.charts import bars, dumbbell, live, radar, slope, strip, trend
from kotacerdas.charts.lettered import LETTERS, OVERLAID, Lettered
from kotacerdas.charts.radar import Shape
from kotacerdas.commands.check import check_all
from kotacerdas.dataset import write_package
from kotacerdas.dataset_checks import content_problems
from kotacerdas.draws import deviations, panel_draws, panel_errors, usual_deviation
from kotacerdas.field import field_of
from kotacerdas.i18n import LANGUAGES, Text
from kotacerdas.levels import load_levels
from kotacerdas.overlay import methods
from kotacerdas.problem import Problem
from kotacerdas.published import RADAR_COMPONENTS, Published, load
from kotacerdas.ranking import sorts, table
from kotacerdas.robustness import Settings, bands, ensemble
from kotacerdas.scenario import Scenario
from kotacerdas.simulate import nation, simulate
from tests.builders import COMPONENTS, ONE_TO_FOUR
from tests.other_scale import (
    CITY,
    PARTS,
    SCALES,
    SECOND,
    TAGGED,
    THIRD,
    YEAR,
    synthetic_instrument,
    with_round,
    write_round,
)

F = Fraction
LEVELS = load_levels()
ENDS = {"ten": (0, 10), "half": (F(1, 2), 3), "hundred": (0, 100)}


@pytest.fixture(scope="module", params=list(SCALES))
def scale(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def other(published: Published, scale: str) -> Published:
    return with_round(published, scale)


# ---- the ends of a scale ----------------------------------------------------------------------------------------


def test_every_official_round_is_on_one_to_four(published: Published) -> None:
    assert set(published.scales.values()) == {ONE_TO_FOUR} and published.levels.bounds == ONE_TO_FOUR
    assert all(published.levels_of(year) is published.levels for year in published.years)
    assert published.components == COMPONENTS
    instruments = [published.data.instruments[name] for name in published.round(2024).instruments.values()]
    assert all(instrument.dimensioned == RADAR_COMPONENTS for instrument in instruments)


def test_the_instrument_says_the_scale(other: Published, scale: str) -> None:
    low, high = ENDS[scale]
    assert other.bounds(YEAR) == Bounds(F(low), F(high)) == synthetic_instrument(scale).bounds
    assert other.bounds(2023) == ONE_TO_FOUR, "a derived round has the scale of the one it is derived from"


def test_round_steps_divide_any_scale() -> None:
    for low, high in ((1, 4), (0, 10), (0, 100), (F(1, 2), 3), (0, 1), (1, 5), (-5, 5)):
        bounds = Bounds(F(low), F(high))
        for most in (4, 6, 7, 11, 16):
            marks = bounds.marks(most)
            assert 2 <= len(marks) <= most and low <= marks[0] and marks[-1] <= high
    assert widest([ONE_TO_FOUR, Bounds(F(0), F(3))]) == Bounds(F(0), F(4))


# ---- levels -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reading", list(LEVELS.readings))
def test_a_score_reads_as_the_one_in_its_place_from_one_to_four(scale: str, reading: str) -> None:
    bounds = Bounds(*map(F, ENDS[scale]))
    moved = LEVELS.over(bounds)
    for hundredth in range(100, 401):
        score = F(hundredth, 100)
        own = bounds.low + (score - 1) * bounds.width / 3
        assert moved.of(own, reading) == LEVELS.of(score, reading)
        assert moved.of_many([float(own)], reading)[0] == LEVELS.of(score, reading)
    assert moved.over(ONE_TO_FOUR) == LEVELS, "and back"


def test_levels_of_the_round_are_used_everywhere(other: Published) -> None:
    levels, results = other.levels_of(YEAR), other.results(YEAR)
    assert results["level"].tolist() == levels.of_many(results["final"]).tolist()
    assert results["level"].nunique() > 1, "not all at one end, as if a mark of 6 were one of a scale from 1 to 4"
    ranked = table(other, YEAR, results)
    assert ranked["level"].to_dict() == results["level"].to_dict() and set(PARTS) <= set(sorts(other, ranked))


# ---- scenarios, targets, bands ----------------------------------------------------------------------------------


def test_the_empty_scenario_changes_nothing_and_a_full_mark_is_the_top(other: Published) -> None:
    same = simulate(other, Scenario(CITY, YEAR))
    assert same.baseline.components == same.outcome.components and same.baseline.final == same.outcome.final
    assert not same.moved.any() and same.baseline.level == other.results(YEAR).at[CITY, "level"]
    top = other.bounds(YEAR).high
    best = simulate(other, Scenario(CITY, YEAR, changes=dict.fromkeys(PARTS, top))).outcome
    assert (best.final, best.level, best.rank) == (top, 5, 1)
    with pytest.raises(Problem, match="answer_scale"):
        simulate(other, Scenario(CITY, YEAR, changes={"service": top + 1}))
    frame = nation(other, Scenario(CITY, YEAR, weights={"service": F(6, 10)}))
    assert frame["new_final"].between(float(other.bounds(YEAR).low), float(top)).all()


def test_a_method_on_another_scale_is_refused(other: Published, published: Published) -> None:
    with pytest.raises(Problem, match="method_scale"):
        simulate(other, Scenario(CITY, YEAR, instrument="evaluation-2024-regular"))
    with pytest.raises(Problem, match="method_scale"):
        simulate(other, Scenario(CITY, 2024, instrument="synthetic"))
    own = other.instrument_of(2024, "regular")
    assert list(methods(other, own)) == list(methods(published))


def test_goal_seek_reaches_a_score_a_level_and_a_rank(other: Published) -> None:
    levers, start = goal.levers(other, CITY, YEAR), goal.start(other, CITY, YEAR)
    steps = {other.instrument_of(YEAR).scale(lever.id).step for lever in levers}
    level = int(other.results(YEAR).at[CITY, "level"]) + 1
    for target in (
        goal_targets.target_final(other, CITY, YEAR, start + other.bounds(YEAR).width / 20),
        goal_targets.target_level(other, CITY, YEAR, level),
        goal_targets.target_rank(other, CITY, YEAR, 1),
    ):
        plan = goal.seek(levers, start, target, next(iter(steps)))
        assert plan.final >= target
        reached = simulate(other, Scenario(CITY, YEAR, changes={each.id: each.to for each in plan.changes}))
        assert reached.outcome.value == plan.final
    with pytest.raises(Problem, match="goal_scale"):
        goal_targets.target_final(other, CITY, YEAR, other.bounds(YEAR).high + 1)


def test_the_scatter_of_an_assessor_follows_the_scale(other: Published, published: Published) -> None:
    assert usual_deviation(ONE_TO_FOUR) == 0.5 == deviations(ONE_TO_FOUR)[4]
    assert deviations(ONE_TO_FOUR) == [tenth / 10 for tenth in range(1, 16)]
    field = field_of(other, YEAR)
    width = float(field.bounds.width)
    usual = usual_deviation(field.bounds)
    assert usual in deviations(field.bounds) and width / 8 < usual < width / 4
    assert np.allclose(panel_errors(field), panel_errors(field, usual))
    finals = panel_draws(field, panel_errors(field), 200) / 100
    assert (finals >= float(field.bounds.low)).all() and (finals <= float(field.bounds.high)).all()
    frame = bands(other, ensemble(other, YEAR, Settings("panel", draws=200, deviation=width)))
    assert len(frame) == len(field.codes)
    with pytest.raises(Problem, match="deviation_range"):
        ensemble(other, YEAR, Settings("panel", draws=10, deviation=width + 0.1))
    with pytest.raises(Problem, match="deviation_range"):
        ensemble(published, 2024, Settings("panel", draws=10, deviation=3.1))


def test_rounds_on_two_scales_are_not_split_point_by_point(other: Published) -> None:
    assert movement.earlier(other, CITY, YEAR) is None and movement.earlier(other, CITY, 2024) is not None
    assert YEAR not in movement.after(other, CITY, 2021)
    with pytest.raises(Problem, match="movement_scales"):
        movement.score_split(other, CITY, 2024, YEAR)


def test_a_scale_that_cannot_be_counted_is_named(published: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SCALES, "thousand", {"min": 0, "max": 1000, "step": 1})
    with pytest.raises(Problem, match="scale_beyond"):
        field_of(with_round(published, "thousand"), YEAR)


# ---- pictures ---------------------------------------------------------------------------------------------------


def lettered(published: Published, codes: tuple[str, ...]) -> list[Lettered]:
    names = published.cities["name"]
    return [Lettered(code, LETTERS[i], names[code], names[code], OVERLAID[i]) for i, code in enumerate(codes)]


def inside(values: object, ends: tuple[float, float]) -> bool:
    low, high = ends
    return bool(pd.Series(values, dtype=float).dropna().between(low, high).all())


def test_the_axes_hold_the_whole_scale(other: Published) -> None:
    t, bounds = Text("id"), other.bounds(YEAR)
    low, high = float(bounds.low), float(bounds.high)
    results, codes = other.results(YEAR), (CITY, SECOND, THIRD)
    parts = profile.components(other, CITY, YEAR, codes)
    names = {part: t.label(other.component_labels[part]) for part in parts.index}
    fig = bars.component_bars(parts, names, t, "light", bounds=bounds)
    assert fig.layout.xaxis.range[0] < low and fig.layout.xaxis.range[1] > high
    assert fig.data[0].base == low and list(fig.layout.xaxis.tickvals) == bounds.marks(6)
    fig = strip.strip(results, results.index, {}, other.levels_of(YEAR), t, "light")
    assert fig.layout.xaxis.range[0] < low and fig.layout.xaxis.range[1] > high
    assert f"{t.brief(bounds.low)}–{t.brief(bounds.high)}" in fig.layout.xaxis.title.text
    comparator = compare.Comparator("nation")
    figures = compare.components(other, codes, YEAR, comparator)
    assert list(figures.values.index) == list(PARTS)
    fig = dumbbell.dumbbell(
        figures.values, names, lettered(other, codes), figures.comparator, "Median", t, "light", bounds=bounds
    )
    assert fig.layout.xaxis.range[1] > high and inside(figures.values.to_numpy().ravel(), fig.layout.xaxis.range)
    assert 2 <= len(fig.layout.xaxis.tickvals) <= 7 and inside(fig.layout.xaxis.tickvals, fig.layout.xaxis.range)
    shape = Shape("Kota", parts["value"].to_dict(), "chosen")
    axis = radar.radar(names, [shape], t, "light", bounds=bounds).layout.polar.radialaxis
    assert axis.range[0] < low and axis.range[1] == high and list(axis.tickvals) == bounds.marks(6)
    markup = unquote(live.radar(names, [shape], t, "light", bounds=bounds, alt="x"))
    assert all(f">{t.brief(mark)}</text>" in markup for mark in bounds.marks(6))


def test_no_line_joins_rounds_on_two_scales(other: Published) -> None:
    t, codes = Text("en"), (CITY, SECOND)
    beside = {year: other.scales[2024] if year != 2025 else other.scales[YEAR] for year in range(2020, 2027)}
    frame = pd.DataFrame({"year": [2023, 2024, 2025], "final": [3.0, 3.5, 2.0]})
    assert [list(run["year"]) for run in trend.runs(frame, beside)] == [[2023, 2024], [2025]]
    top = max(float(bounds.high) for bounds in other.scales.values())
    for fig in (
        trend.trend(other.trend(CITY), other.national_band, "Kota", t, "light", scales=other.scales),
        slope.slope(
            compare.trends(other, codes), lettered(other, codes), other.national_band, t, "light", scales=other.scales
        ),
    ):
        floor, ceiling = fig.layout.yaxis.range
        assert ceiling > top and inside(other.trend(CITY)["final"], (floor, ceiling))


# ---- words ------------------------------------------------------------------------------------------------------


def test_a_component_goes_by_the_name_its_instrument_gives(other: Published) -> None:
    for lang in LANGUAGES:
        t = Text(lang, named=other.component_labels.get)
        assert t("component.culture") == ("Bagian culture" if lang == "id" else "Part culture")
        assert t("component.outcome") == Text(lang)("component.outcome")
    with pytest.raises(KeyError):
        Text("id")("component.culture")


def test_smart_dimensions_are_where_the_instrument_tags_them(other: Published) -> None:
    assert compare.dimensioned(other, YEAR) == (TAGGED,) and compare.dimensioned(other, 2024) == RADAR_COMPONENTS
    dimensions = compare.dimensions(other, (CITY, SECOND), YEAR, compare.Comparator("nation"), TAGGED)
    assert dimensions.values.notna().all(axis=None) and len(dimensions.values) == PARTS[TAGGED][1]


# ---- as files ---------------------------------------------------------------------------------------------------


def test_the_data_folder_holds_such_a_round(other: Published, scale: str, data_copy: Path) -> None:
    write_round(other, scale, data_copy)
    write_package(data_copy, "test", "2026-01-01")
    read = load(data_copy)
    assert read.results(YEAR)["final"].equals(other.results(YEAR)["final"]) and read.bounds(YEAR) == other.bounds(YEAR)
    assert not check_all(data_copy)


@pytest.mark.parametrize(("measure", "value"), [("final", "10.5"), ("humour", "3.0"), ("outcome", "3.0")])
def test_figures_no_instrument_of_the_round_knows_are_named(
    published: Published, data_copy: Path, measure: str, value: str
) -> None:
    other = with_round(published, "ten")
    write_round(other, "ten", data_copy)
    lines = (data_copy / "results.csv").read_text(encoding="utf-8").splitlines()
    row = next(i for i, line in enumerate(lines) if line.startswith(f"{CITY},{YEAR},final,"))
    old = lines[row].split(",")
    lines[row if measure == "final" else row - 1] = ",".join([CITY, str(YEAR), measure, value, *old[4:]])
    (data_copy / "results.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = {(problem.key, problem.params.get("value")) for problem in content_problems(data_copy)}
    assert found == {("cell_invalid", value) if measure == "final" else ("cell_unknown", measure)}
