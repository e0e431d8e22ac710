"""Speed as ratios against named alternatives, measured in one process and one run.

`python -m tests.perf.benchmark [--write]` prints a Markdown report; `--write` keeps it in tests/perf/benchmark.md.
Absolute times depend on the machine; the ratios are what is promised (see README). Nothing here is a test.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two cores shared with anything else make threaded products jump

import numpy as np
import pandas as pd
from pymcdm.methods import WSM

from kotacerdas import goal
from kotacerdas.draws import weight_draws
from kotacerdas.ensemble import Ensemble
from kotacerdas.field import Field
from kotacerdas.instrument import DATA, load_instrument
from kotacerdas.published import load
from kotacerdas.scoring import Plan, competition_ranks
from tests.perf.report import keep, split

ROOT = DATA.parent
ROWS = 514 * 4
DRAWS = 10_000
MCDM_DRAWS = 200
"""pymcdm ranks one draw at a time; so many are measured and scaled up to all."""


def medians_of(rounds: int, **ways: Callable[[], object]) -> dict[str, float]:
    """Median seconds of each way, the ways taken in turn so that a drifting machine hits all alike."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in times.items()}


def scoring() -> list[str]:
    """514 cities x 115 questions x 4 years through the engine, a bare matrix product and a pandas groupby."""
    plan = Plan(load_instrument("evaluation-2024-regular"))
    instrument = load_instrument("evaluation-2024-regular")
    rng = np.random.default_rng(1)
    raw = rng.integers(5, 21, (ROWS, len(plan.leaves))) / 5
    raw[rng.random(raw.shape) < 0.1] = np.nan
    mask = (~np.isnan(raw)).astype(float)
    values = np.where(mask > 0, raw, 0.0)
    components = [c.id for c in instrument.of_kind("component")]
    parent = {leaf.id: leaf.parent for leaf in instrument.leaves}
    share = np.array([[parent[leaf] == c for c in components] for leaf in plan.leaves], dtype=float)
    weights = np.array([float(instrument.weights[c]) for c in components])
    long = pd.DataFrame(
        {
            "code": np.repeat([f"{i // 4:05d}" for i in range(ROWS)], len(plan.leaves)),
            "year": np.repeat(np.arange(ROWS) % 4 + 2021, len(plan.leaves)),
            "component": np.tile([parent[leaf] for leaf in plan.leaves], ROWS),
            "value": raw.ravel(),
        }
    )

    def bare() -> object:
        return ((values @ share) / (mask @ share)) @ weights

    def grouped() -> object:
        means = long.groupby(["code", "year", "component"])["value"].mean().unstack()
        return means[components] @ weights

    np.testing.assert_allclose(plan.score_matrix(raw)[:, -1], bare(), atol=1e-12)
    np.testing.assert_allclose(np.asarray(grouped()), bare(), atol=1e-12)
    seconds = medians_of(
        41,
        bare=bare,
        prepared=lambda: plan.score_matrix(values, mask),
        raw=lambda: plan.score_matrix(raw),
        ranks=lambda: competition_ranks(values[:, 0]),
        pandas=grouped,
    )
    lines = [f"## Scoring {ROWS:,} x {len(plan.leaves)} answers", "", "| way | median | ratio |", "|---|---|---|"]
    for name, label in {
        "bare": "bare numpy matrix products, values and mask prepared",
        "prepared": "engine, values and mask prepared (promise: at most 3 x bare)",
        "raw": "engine, raw array with missing values (promise: at most 10 x bare)",
        "pandas": "pandas groupby over the long table (promise: at least 10 x the engine)",
        "ranks": f"competition ranks of {ROWS:,} scores",
    }.items():
        against = seconds["raw"] if name == "pandas" else seconds["bare"]
        of = "x engine (raw)" if name == "pandas" else "x bare"
        lines.append(f"| {label} | {seconds[name] * 1000:.2f} ms | {seconds[name] / against:.1f} {of} |")
    return lines


def bands() -> list[str]:
    """10,000 weight draws of 514 made-up cities: full ranks, bands and top-10 chance, against three other ways."""
    field, levels = _synthetic_field(514), load().levels
    finals = weight_draws(field, DRAWS) / 100
    wholes = np.rint(finals * 100).astype(np.int16)
    weights = np.random.default_rng(1).uniform(0.75, 1.25, (MCDM_DRAWS, 6)) * field.weights[1]
    weights /= weights.sum(axis=1, keepdims=True)
    matrix, types, body = field.values + 0.01, np.ones(6), WSM(lambda column, cost: column)

    def by_pandas() -> pd.DataFrame:
        return pd.DataFrame(finals).rank(axis=1, method="min", ascending=False)

    def by_pymcdm(validation: bool) -> object:
        ranks = [body.rank(np.round(body(matrix, row, types, validation=validation), 2)) for row in weights]
        return np.percentile(ranks, [5, 50, 95], axis=0, method="inverted_cdf"), (np.array(ranks) <= 10).mean(axis=0)

    np.testing.assert_array_equal(Ensemble(field, wholes).ranks(), by_pandas())
    seconds = medians_of(
        7,
        ranks=lambda: Ensemble(field, wholes).ranks(),
        bands=lambda: Ensemble(field, wholes).bands(levels),
        all=lambda: Ensemble(field, weight_draws(field, DRAWS)).bands(levels),
        sort=lambda: np.sort(finals, axis=1),
        pandas=by_pandas,
    )
    slow = medians_of(1, mcdm=lambda: by_pymcdm(True), lean=lambda: by_pymcdm(False))
    seconds |= {name: took * DRAWS / MCDM_DRAWS for name, took in slow.items()}
    lines = [
        f"## Rank bands: {DRAWS:,} weight draws x {len(field.codes)} cities",
        "",
        "| way | median | of ours, everything | of a bare sort |",
        "|---|---|---|---|",
    ]
    for name, label in {
        "all": "ours, everything: weights, finals, ranks, bands, top 10, levels",
        "bands": "ours from given finals on",
        "ranks": "ours, ranks alone of given finals",
        "pandas": "pandas `rank(axis=1)` alone of given finals (promise: at least 3 x)",
        "mcdm": f"pymcdm: finals, ranks, bands (promise: at least 50 x); {MCDM_DRAWS} draws, scaled up",
        "lean": "the same with its validation of every call switched off",
        "sort": "numpy sort of the finals, no ranks",
    }.items():
        took = seconds[name]
        ratios = f"{took / seconds['all']:.1f} x | {took / seconds['sort']:.1f} x"
        lines.append(f"| {label} | {took * 1000:,.0f} ms | {ratios} |")
    return lines


def _synthetic_field(cities: int) -> Field:
    """Made-up values in hundredths for both weight sets of 2024, a sixth of the cities in the second."""
    instruments = tuple(load_instrument(f"evaluation-2024-{group}") for group in ("regular", "priority"))
    components = tuple(node.id for node in instruments[1].of_kind("component"))
    weights = np.array([[float(i.weights[c]) if c in i.by_id else 0.0 for c in components] for i in instruments])
    rng = np.random.default_rng(1)
    values = np.round(np.clip(rng.normal(2.8, 0.5, (cities, len(components))), 1, 4), 2)
    group = (np.arange(cities) % 6 == 0).astype(np.intp)
    values[group == 0, -1] = 0
    codes = tuple(f"{city:03d}" for city in range(cities))
    field = Field(2024, codes, components, values, group, instruments, weights, np.zeros(cities), np.zeros(cities))
    return replace(field, printed=field.finals())


def goal_seek() -> list[str]:
    """The cheapest plan for Kota Madiun's 115 questions to each of 200 random targets, plans proven."""
    published = load()
    levers, start = goal.levers(published, "35.77", 2024), goal.start(published, "35.77", 2024)
    most = start + sum(lever.gain * (lever.top - lever.value) for lever in levers)
    rng = np.random.default_rng(1)
    lines = ["## Goal-seek: Kota Madiun, 115 questions, 200 random targets", "", "| step | median | worst | proven |"]
    lines.append("|---|---|---|---|")
    for step in (Fraction(1), Fraction(1, 5)):
        times, proven = [], 0
        for share in rng.random(200):
            target = start + (most - start) * Fraction(float(share)).limit_denominator(10**6)
            began = time.perf_counter()
            proven += goal.seek(levers, start, target, step).proven_optimal
            times.append(time.perf_counter() - began)
        median, worst = statistics.median(times) * 1000, max(times) * 1000
        lines.append(f"| {float(step):g} | {median:.0f} ms | {worst:.0f} ms | {proven} of 200 |")
    return [*lines, "", "Promise: median below 50 ms, worst below 1 s."]


def imports() -> list[str]:
    """Import time of the hot start path, and what must not be on it."""
    lines = ["## Import of the start path", "", "| module | median of 5 | of `import pandas` |", "|---|---|---|"]

    def seconds(statement: str) -> float:
        code = f"import time; a=time.perf_counter(); {statement}; print(time.perf_counter()-a)"
        runs = [
            subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True) for _ in range(5)
        ]
        return statistics.median(float(run.stdout) for run in runs)

    base = seconds("import pandas")
    for statement in ("import pandas", "import kotacerdas.published", "import streamlit", "import kotacerdas.ui.shell"):
        took = seconds(statement)
        lines.append(f"| `{statement.removeprefix('import ')}` | {took * 1000:.0f} ms | {took / base:.2f} |")
    return lines


def main() -> None:
    """Run all sections and print (or keep) the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    sections = [scoring(), bands(), goal_seek(), imports()]
    try:
        from tests.perf.moves import slider_moves
        from tests.perf.screens import screens
    except ImportError:
        pass
    else:
        sections += [slider_moves(), screens()]
    head = [
        "# Benchmark",
        "",
        "Made by `make bench` in one run. Times depend on the machine, the ratios are what counts.",
        f"Python {platform.python_version()}, numpy {np.__version__}, pandas {pd.__version__}, {os.cpu_count()} cores.",
    ]
    texts = [text for section in sections for text in split("\n".join(section))[1:]]
    print("\n\n".join(["\n".join(head), *texts]))
    if options.write:
        keep(texts, "\n".join(head))


if __name__ == "__main__":
    main()
