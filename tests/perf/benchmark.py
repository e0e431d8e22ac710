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
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two cores shared with anything else make threaded products jump

import numpy as np
import pandas as pd

from kotacerdas.instrument import DATA, load_instrument
from kotacerdas.scoring import Plan, competition_ranks

ROOT = DATA.parent
REPORT = Path(__file__).with_name("benchmark.md")
ROWS = 514 * 4


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
    sections = [scoring(), imports()]
    try:
        from tests.perf.screens import screens
    except ImportError:
        pass
    else:
        sections.append(screens())
    head = [
        "# Benchmark",
        "",
        "Made by `make bench` in one run. Times depend on the machine, the ratios are what counts.",
        f"Python {platform.python_version()}, numpy {np.__version__}, pandas {pd.__version__}, {os.cpu_count()} cores.",
    ]
    report = "\n\n".join("\n".join(section) for section in (head, *sections)) + "\n"
    print(report)
    if options.write:
        REPORT.write_text(report, encoding="utf-8")


if __name__ == "__main__":
    main()
