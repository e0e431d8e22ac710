"""`check` validates everything in `data/` and `geo/`; `package` renews the data package after an intended change."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pandas as pd

from kotacerdas.dataset import file_problems, write_package
from kotacerdas.dataset_checks import content_problems
from kotacerdas.i18n import Text
from kotacerdas.problem import Problem
from kotacerdas.published import Published, load


def add(commands: Any) -> None:
    """Register both commands."""
    check = commands.add_parser("check", help="validate everything in data/ and geo/")
    check.set_defaults(run=_check)

    package = commands.add_parser("package", help="renew data/datapackage.json after an intended change")
    package.add_argument("--version", required=True)
    package.add_argument("--created", required=True, help="date, YYYY-MM-DD")
    package.set_defaults(run=_package)


def check_all(folder: Path) -> list[Problem]:
    """Everything that is wrong in the data folder and the map files; empty when all is well."""
    from kotacerdas.geo import geo_problems

    problems = file_problems(folder) + content_problems(folder)
    if not problems:
        try:
            published = load(folder)
            problems += _score_problems(published) + geo_problems(published.cities.index)
        except Problem as problem:
            return [problem]
    return problems


def _score_problems(published: Published) -> list[Problem]:
    """Finals that do not follow from their components within what the round's rounding explains."""
    problems = []
    for year, entry in published.rounds.items():
        frame = published.reconciliation(year) if entry.instruments else pd.DataFrame(columns=["difference", "name"])
        for row in frame[frame["difference"].abs() > entry.tolerance + 1e-9].itertuples():
            problems.append(Problem("final_differs", city=row.name, year=year, final=row.final, rounded=row.rounded))
        results = published.results(year)
        alone = results["final"].notna() & results["recomputed"].isna() & bool(entry.instruments)
        for code in results.index[alone]:
            components = ", ".join(name for name in published.components if pd.isna(results.at[code, name]))
            problems.append(Problem("row_missing", file="results.csv", value=f"{code}, {year}, {components}"))
    return problems


def _check(options: argparse.Namespace, text: Text) -> int:
    problems = check_all(options.data)
    for problem in problems:
        print(text.problem(problem))
    if problems:
        print(text("cli.check_failed", count=len(problems)))
        return 1
    print(text("cli.check_ok"))
    return 0


def _package(options: argparse.Namespace, text: Text) -> int:
    print(write_package(options.data, options.version, options.created).name)
    return 0
