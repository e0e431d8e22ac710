"""Simulated rounds: exact against plain references, reproducible, lawful, and the figures of the published rounds."""

from __future__ import annotations

import dataclasses
import hashlib
import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import rankdata

from kotacerdas.draws import mark_errors, panel_draws, panel_errors, weight_draws
from kotacerdas.ensemble import Ensemble
from kotacerdas.field import Field, field_of
from kotacerdas.instrument import DATA, load_instrument
from kotacerdas.levels import load_levels
from kotacerdas.pairs import groups, telling_distance
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.rank_counts import competition_ranks_many, nearest_rank, shares_above, tally
from kotacerdas.robustness import PRESETS, RANDOM, Settings, assumption_effects, bands, ensemble, ensemble_of
from kotacerdas.scoring import competition_ranks

LEVELS = load_levels()
INSTRUMENTS = (load_instrument("evaluation-2024-regular"), load_instrument("evaluation-2024-priority"))
COMPONENTS = ("baseline", "output", "outcome", "impact", "quick_win", "collaboration")
WEIGHTS = np.array([[float(i.weights[c]) if c in i.by_id else 0.0 for c in COMPONENTS] for i in INSTRUMENTS])

wholes = hnp.arrays(np.int16, st.tuples(st.integers(1, 230), st.integers(1, 12)), elements=st.integers(0, 400))


def synthetic(values: Sequence[Sequence[float]], group: Sequence[int]) -> Field:
    """A field of both 2024 weight sets over made-up values; its finals count as the printed ones."""
    own = np.array(values, dtype=float).reshape(len(group), 6)
    own[np.array(group) == 0, 5] = 0
    field = Field(
        2024,
        tuple(f"{i:03d}" for i in range(len(group))),
        COMPONENTS,
        own,
        np.array(group, dtype=np.intp),
        INSTRUMENTS,
        WEIGHTS,
        np.zeros(len(group)),
        np.zeros(len(group)),
    )
    return dataclasses.replace(field, printed=field.finals())


@st.composite
def fields(draw: st.DrawFn, most: int = 12) -> Field:
    n = draw(st.integers(2, most))
    marks = st.integers(100, 400).map(lambda hundredth: hundredth / 100)
    values = draw(st.lists(st.lists(marks, min_size=6, max_size=6), min_size=n, max_size=n))
    return synthetic(values, draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)))


# -- counting ------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(wholes)
def test_ranks_by_counting_are_those_of_scipy(values: np.ndarray) -> None:
    expected = rankdata(-values.astype(int), method="min", axis=1)
    np.testing.assert_array_equal(competition_ranks_many(values), expected)


@settings(deadline=None)
@given(wholes, st.integers(1, 100))
def test_percentiles_of_a_tally_are_numpys_nearest_rank(values: np.ndarray, percent: int) -> None:
    counts = tally(values, 401)
    assert (counts.sum(axis=1) == len(values)).all()
    expected = np.percentile(values, percent, axis=0, method="inverted_cdf")
    np.testing.assert_array_equal(nearest_rank(counts, percent), expected)


@settings(deadline=None)
@given(wholes)
def test_shares_above_compare_every_pair_in_every_draw(values: np.ndarray) -> None:
    expected = (values[:, :, None] > values[:, None, :]).mean(axis=0)
    np.testing.assert_allclose(shares_above(values), expected, atol=1e-12)


# -- the draws -----------------------------------------------------------------------------------------------------


def plain_weight_finals(published: Published, year: int, draws: int, seed: int) -> np.ndarray:
    """The rule of the issue, city by city in plain Python floats: draws x n finals in hundredths.

    A city's components are as printed, but the means of its questions where all of these are published.
    """
    field, matrix = field_of(published, year), published.question_matrix(year)
    cities = []
    for i, code in enumerate(field.codes):
        instrument, printed = field.instruments[field.group[i]], published.results(year).loc[code].to_dict()
        parts = [c for c in field.components if c in instrument]
        if matrix.reindex([code]).notna().all(axis=None):
            for c in parts:
                printed[c] = matrix.loc[code, [node.id for node in instrument.children[c]]].mean()
        cities.append(({c: float(instrument.weights[c]) for c in parts}, printed))
    rows = []
    for drawn in np.random.default_rng(seed).uniform(0.75, 1.25, (draws, len(field.components))):
        factor = dict(zip(field.components, drawn, strict=True))
        finals = []
        for weights, printed in cities:
            raw = {c: factor[c] * weight for c, weight in weights.items()}
            total = sum(w * (0 if pd.isna(printed[c]) else printed[c]) for c, w in raw.items()) / sum(raw.values())
            finals.append(int(np.floor(total * 100 + 0.5 + 1e-9)) + round(float(printed["difference"]) * 100))
        rows.append(finals)
    return np.array(rows)


@pytest.mark.parametrize("year", [2024, 2021])
def test_weight_draws_are_those_of_the_plain_rule(published: Published, year: int) -> None:
    expected = plain_weight_finals(published, year, 40, 7)
    np.testing.assert_array_equal(weight_draws(field_of(published, year), 40, 7), expected)


def test_bands_are_those_of_the_plain_rule(published: Published) -> None:
    finals = plain_weight_finals(published, 2024, 150, 3)
    ranks = rankdata(-finals, method="min", axis=1)
    frame = bands(published, ensemble(published, 2024, Settings(draws=150, seed=3)))
    codes = list(field_of(published, 2024).codes)
    assert list(frame.columns[:6]) == ["name", "rank", "p5", "median", "p95", "top10"]
    assert frame.index.name == "code" and len(frame) == 140 and frame["rank"].is_monotonic_increasing
    for name, percent in (("p5", 5), ("median", 50), ("p95", 95)):
        expected = np.percentile(ranks, percent, axis=0, method="inverted_cdf")
        np.testing.assert_array_equal(frame.loc[codes, name], expected)
    np.testing.assert_allclose(frame.loc[codes, "top10"], (ranks <= 10).mean(axis=0))
    for reading in ("linear", "literal"):
        shown = bands(published, ensemble(published, 2024, Settings(draws=150, seed=3)), reading).loc[codes]
        level_of = np.array([LEVELS.of(f"{hundredth / 100:.2f}", reading) for hundredth in range(401)])
        for level in range(1, 6):
            np.testing.assert_allclose(shown[f"level_{level}"], (level_of[finals] == level).mean(axis=0))


def test_the_panel_moves_components_by_the_stated_error(published: Published) -> None:
    field = field_of(published, 2024)
    errors = panel_errors(field, deviation=0.5)
    madiun = dict(zip(field.components, errors[field.row("35.77")], strict=True))
    questions = {"baseline": 5, "output": 11}
    for part, count in questions.items():
        assert madiun[part] == pytest.approx(0.5 / np.sqrt(5 * count))
    assert madiun["collaboration"] == 0, "a regular city has no such component"
    assert errors[field.row("74.07")][5] == 0, "counted as 0 by rule: no marks, no error"
    programme = next(i for i in range(len(field.codes)) if field.values[i, 5] > 0)
    assert errors[programme][5] == pytest.approx(0.5 / np.sqrt(5)), "no questions of its own: one mark per assessor"
    draws = panel_draws(field, errors, 4000, seed=2)
    middle = [i for i in range(len(field.codes)) if (np.abs(field.values[i, :5] - 2.6) < 0.7).all()]
    expected = np.sqrt((np.square(errors * field.weights[field.group])).sum(axis=1))
    assert len(middle) > 20
    np.testing.assert_allclose(draws[:, middle].std(axis=0) / 100, expected[middle], rtol=0.08)


def test_panel_draws_stay_on_the_scale_and_a_missing_programme_stays_zero(published: Published) -> None:
    field = field_of(published, 2024)
    wild = panel_draws(field, panel_errors(field, deviation=3), 500)
    assert wild.max() <= 400
    lowest = np.where(field.group == 1, 90, 100)
    assert (wild.min(axis=0) >= lowest).all()
    assert wild[:, field.row("74.07")].max() <= 360, "Wakatobi: at most 4 on the other 90 percent"


def test_blocks_do_not_change_the_panel_stream(published: Published) -> None:
    field = field_of(published, 2024)
    errors = panel_errors(field)
    np.testing.assert_array_equal(panel_draws(field, errors, 350, 5)[:130], panel_draws(field, errors, 130, 5))


def test_combined_takes_the_same_weight_factors_and_without_error_is_the_weights_preset(published: Published) -> None:
    field = field_of(published, 2024)
    exact = panel_draws(field, np.zeros_like(field.values), 120, 4, weight_spread=0.25)
    np.testing.assert_array_equal(exact, weight_draws(field, 120, 4))
    combined = ensemble(published, 2024, Settings("combined", draws=400))
    alone = ensemble(published, 2024, Settings("weights", draws=400))
    assert combined.changes()["mean"].mean() > alone.changes()["mean"].mean()


def test_known_marks_replace_the_assumption(published: Published) -> None:
    field = field_of(published, 2024)
    marks = np.tile([3.0, 4.0, 3.0, 4.0, 4.0], (5, 1))
    each = mark_errors(marks)
    np.testing.assert_allclose(each, np.std(marks[0], ddof=1) / np.sqrt(5))
    errors = panel_errors(field, marks={("35.77", "baseline"): marks})
    row, others = errors[field.row("35.77")], panel_errors(field)
    assert row[0] == pytest.approx(each[0] / np.sqrt(5))
    assert row[1] == others[field.row("35.77"), 1]
    some = mark_errors([[3, np.nan, 4], [4, np.nan, np.nan]])
    assert some[0] == pytest.approx(0.5) and np.isnan(some[1])


# -- laws ----------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(fields(), st.integers(0, 2**40), st.sampled_from(RANDOM), st.sampled_from([1, 7, 40]))
def test_laws_of_every_random_preset(field: Field, seed: int, preset: str, draws: int) -> None:
    simulated = ensemble_of(field, Settings(preset, draws=draws, seed=seed))
    frame = simulated.bands(LEVELS)
    np.testing.assert_allclose(frame.filter(like="level_").sum(axis=1), 1)
    assert (frame["p5"] <= frame["median"]).all() and (frame["median"] <= frame["p95"]).all()
    assert frame["top10"].between(0, 1).all() and (simulated.top(len(field.codes)) == 1).all()
    a, b = field.codes[0], field.codes[-1]
    assert sum(simulated.above(a, b)) == pytest.approx(1)
    assert simulated.above(a, b) == simulated.above(b, a)[::-1]
    assert simulated.pairs().at[a, b] == simulated.above(a, b)[0]
    assert sorted(code for group in simulated.groups() for code in group) == sorted(field.codes)


@settings(deadline=None, max_examples=40)
@given(fields(), st.randoms(use_true_random=False))
def test_the_order_of_cities_does_not_matter(field: Field, random) -> None:
    order = list(range(len(field.codes)))
    random.shuffle(order)
    shuffled = dataclasses.replace(
        field, codes=tuple(field.codes[i] for i in order), values=field.values[order], group=field.group[order],
        printed=field.printed[order], residue=field.residue[order],
    )  # fmt: skip
    one, two = (Ensemble(f, weight_draws(f, 60)) for f in (field, shuffled))
    pd.testing.assert_frame_equal(one.bands(LEVELS), two.bands(LEVELS).loc[list(field.codes)])
    assert one.telling_distance() == two.telling_distance()
    assert one.within() == pytest.approx(two.within()) and one.groups() == two.groups()


@settings(deadline=None, max_examples=40)
@given(fields())
def test_without_spread_every_draw_is_the_published_round(field: Field) -> None:
    simulated = Ensemble(field, weight_draws(field, 5, spread=0))
    frame = simulated.bands(LEVELS)
    np.testing.assert_array_equal(frame["rank"], competition_ranks(field.printed))
    for name in ("p5", "median", "p95"):
        np.testing.assert_array_equal(frame[name], frame["rank"])
    assert simulated.within(0) == simulated.coverage() == 1
    assert simulated.changes()["most"].eq(0).all()


@settings(deadline=None, max_examples=40)
@given(fields(), st.integers(0, 50))
def test_a_dominated_city_never_ranks_above(field: Field, seed: int) -> None:
    simulated = Ensemble(field, weight_draws(field, 50, seed))
    for i in range(len(field.codes)):
        for j in range(len(field.codes)):
            if field.group[i] == field.group[j] and (field.values[i] >= field.values[j]).all():
                assert (simulated.ranks()[:, i] <= simulated.ranks()[:, j]).all()


# -- pairs ---------------------------------------------------------------------------------------------------------


def test_groups_follow_their_leader_only() -> None:
    above = np.array([[0, 0.5, 0.94, 0.95, 1], [0.5, 0, 0.96, 0.9, 1], [0, 0, 0, 0.6, 0.99], [0, 0, 0, 0, 0.9],
                      [0, 0, 0, 0, 0]])  # fmt: skip
    assert groups(above, np.arange(5)) == ((0, 1, 2), (3, 4))
    assert groups(above, np.arange(5), confidence=0.5) == ((0,), (1,), (2,), (3,), (4,))


def plain_distance(above: np.ndarray, ranks: np.ndarray, confidence: float) -> int | None:
    n, top = len(ranks), int(ranks.max() - ranks.min())
    fits = {}
    for d in range(1, top + 1):
        pairs = [(a, b) for a in range(n) for b in range(n) if ranks[b] - ranks[a] == d]
        fits[d] = not pairs or sum(above[a, b] >= confidence for a, b in pairs) >= confidence * len(pairs)
    return next((d for d in range(1, top + 1) if all(fits[e] for e in range(d, top + 1))), None)


@settings(deadline=None)
@given(st.integers(2, 9), st.integers(0, 10**6))
def test_telling_distance_is_the_smallest_that_holds_from_there_on(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    ranks = rankdata(rng.integers(0, n, n), method="min").astype(int)
    reach = rng.integers(1, n + 1)
    above = np.where(ranks[None, :] - ranks[:, None] >= reach, 0.97, rng.uniform(0.5, 1, (n, n)))
    assert telling_distance(above, ranks) == plain_distance(above, ranks, 0.95)


# -- the published rounds ------------------------------------------------------------------------------------------


def test_figures_of_2024(published: Published) -> None:
    simulated = ensemble(published, 2024, Settings())
    frame = bands(published, simulated)
    assert frame.loc["35.77", ["rank", "p5", "median", "p95"]].tolist() == [3, 2, 3, 4]
    assert simulated.within() == 1 and simulated.coverage() == 1
    assert simulated.telling_distance() == 8
    assert simulated.groups()[0] == ("32.73",)
    assert simulated.changes()["mean"].mean() == pytest.approx(1.10, abs=0.005)


def test_a_seed_gives_the_same_bands_in_another_process(published: Published) -> None:
    code = (
        "from kotacerdas.published import load; from kotacerdas.robustness import *;"
        "import hashlib; e = [ensemble(load(), 2024, Settings(p, draws=300, seed=11)).hundredths for p in RANDOM];"
        "print(hashlib.sha256(b''.join(x.tobytes() for x in e)).hexdigest())"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=DATA.parent, capture_output=True, text=True, check=True)
    here = [ensemble(published, 2024, Settings(preset, draws=300, seed=11)).hundredths for preset in RANDOM]
    assert run.stdout.strip() == hashlib.sha256(b"".join(x.tobytes() for x in here)).hexdigest()
    assert not np.array_equal(here[0], ensemble(published, 2024, Settings(draws=300, seed=12)).hundredths)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_runs_on_both_rounds_and_leaves_the_data_alone(published: Published, preset: str) -> None:
    for year in (2024, 2021):
        before = published.results(year).copy()
        frame = bands(published, ensemble(published, year, Settings(preset, draws=200, panel_size=5)))
        assert len(frame) == {2024: 140, 2021: 98}[year] and frame.notna().all(axis=None)
        pd.testing.assert_frame_equal(published.results(year), before)


def test_effects_are_sorted_and_the_official_method_changes_nothing(published: Published) -> None:
    table = assumption_effects(published, 2024, Settings(draws=300))
    assert table["mean"].is_monotonic_decreasing
    assert table.loc["arithmetic:official", ["mean", "most", "moved"]].tolist() == [0, 0, 0]
    assert table.index[0] == "without:quick_win"
    assert {"weights", "panel", "up:outcome", "geometric:equal", "without:outcome"} <= set(table.index)
    assert "panel" not in assumption_effects(published, 2021, Settings(draws=50)).index, "its sources state no panel"


@pytest.mark.parametrize(
    ("given_settings", "key"),
    [
        ({"preset": "luck"}, "preset_unknown"),
        ({"draws": 0}, "draws_range"),
        ({"draws": 100_001}, "draws_range"),
        ({"draws": 1.5}, "draws_range"),
        ({"seed": -1}, "seed_range"),
        ({"seed": True}, "seed_range"),
        ({"spread": 1}, "spread_range"),
        ({"spread": float("nan")}, "spread_range"),
        ({"deviation": -0.1}, "deviation_range"),
        ({"panel_size": 0}, "panel_size_range"),
    ],
)
def test_bad_settings_say_which(given_settings: dict, key: str) -> None:
    with pytest.raises(Problem) as caught:
        Settings(**given_settings)
    assert caught.value.key == key


def test_rounds_that_cannot_be_simulated(published: Published) -> None:
    for year, preset, key in ((2023, "weights", "instrument_none"), (1999, "weights", "year_unknown"),
                              (2021, "panel", "panel_size_unknown")):  # fmt: skip
        with pytest.raises(Problem) as caught:
            ensemble(published, year, Settings(preset))
        assert caught.value.key == key
