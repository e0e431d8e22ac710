"""The services of KotaCerdas without a screen: `python -m kotacerdas COMMAND`.

Results go to standard output, one clear sentence about bad input to standard error (exit status 2); `check` exits
with 1 and lists what is wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd

from kotacerdas.dataset import file_problems, write_package
from kotacerdas.dataset_checks import content_problems
from kotacerdas.export import safe_text
from kotacerdas.i18n import Text
from kotacerdas.instrument import DATA, exact, load_instrument
from kotacerdas.problem import Problem
from kotacerdas.published import Published, load
from kotacerdas.schema import COMPONENTS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    text = Text(options.lang)
    try:
        return int(options.run(options, text))
    except Problem as problem:
        print(text.problem(problem), file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def results_rows(published: Published, year: int) -> list[dict[str, Any]]:
    """One plain object per programme city of a round, as `results --json` prints them."""
    return [_result(row) for row in published.results(year).to_dict("records")]


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
            components = ", ".join(name for name in COMPONENTS if pd.isna(results.at[code, name]))
            problems.append(Problem("row_missing", file="results.csv", value=f"{code}, {year}, {components}"))
    return problems


def _results(options: argparse.Namespace, text: Text) -> int:
    rows = results_rows(load(options.data), options.year)
    if options.csv:
        flat = pd.json_normalize(rows, sep="_").astype({"rank": "Int64", "level": "Int64", "source_row": "Int64"})
        flat.map(lambda cell: safe_text(cell) if isinstance(cell, str) else cell).to_csv(
            sys.stdout, index=False, lineterminator="\n"
        )
    else:
        _print_json(rows)
    return 0


def _card(options: argparse.Namespace, text: Text) -> int:
    _print_json(load(options.data).card(options.city, options.year).as_dict(options.lang))
    return 0


def _rubric(options: argparse.Namespace, text: Text) -> int:
    instrument = load_instrument(options.instrument, options.data / "instruments")
    node_id = options.indicator if options.indicator in instrument else f"i{options.indicator}"
    if node_id not in instrument or instrument[node_id].rubric is None:
        raise Problem("indicator_unknown", value=options.indicator[:40], instrument=instrument.id)
    rubric = instrument[node_id].rubric
    assert rubric is not None
    try:
        value = exact(options.value.strip().replace(",", "."))
    except ValueError as error:
        raise Problem("answer_number", node=node_id, value=options.value[:40]) from error
    try:
        points = rubric.score(value)
    except ValueError as error:
        raise Problem("answer_scale", node=node_id, value=options.value[:40], accepted=rubric.accepted) from error
    number = node_id.removeprefix("i")
    _print_json({"indicator": int(number) if number.isdigit() else number, "value": _plain(value), "score": points})
    return 0


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


def _result(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "code": row["code"],
        "name": row["name"],
        "kind": row["kind"],
        "province": row["province"],
        "group": _plain(row["group"]),
        "status": row["status"],
        "components": {name: _plain(row[name]) for name in COMPONENTS},
        "final": _plain(row["final"]),
        "improvement": _plain(row["improvement"]),
        "recomputed": _plain(row["recomputed"]),
        "rank": _whole(row["rank"]),
        "level": _whole(row["level"]),
        "source": {
            "document": _plain(row["source_document"]),
            "table": _plain(row["source_table"]),
            "row": _whole(row["source_row"]),
        },
    }


def _plain(value: Any) -> Any:
    if value is None or pd.isna(value):
        return None
    if isinstance(value, str):
        return value
    number = float(value)
    return int(number) if isinstance(value, int | Fraction) and number.is_integer() else number


def _whole(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)


def _print_json(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
    sys.stdout.write("\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m kotacerdas", description="KotaCerdas on the command line.")
    parser.add_argument("--lang", choices=("id", "en"), default="id", help="language of labels and messages")
    parser.add_argument("--data", type=Path, default=DATA, help="data folder (default: the one of this checkout)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    results = commands.add_parser("results", help="the results of a round, one object per programme city")
    results.add_argument("--year", type=int, required=True)
    shape = results.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="JSON array (default)")
    shape.add_argument("--csv", action="store_true")
    results.set_defaults(run=_results)

    card = commands.add_parser("card", help="the explained score of one city, as a tree")
    card.add_argument("--city", required=True, help="official code, e.g. 35.77")
    card.add_argument("--year", type=int, required=True)
    card.add_argument("--json", action="store_true", help="JSON (the only form)")
    card.set_defaults(run=_card)

    rubric = commands.add_parser("rubric", help="the score of one raw indicator value")
    rubric.add_argument("instrument", help="e.g. standard-2025")
    rubric.add_argument("--indicator", required=True, help="number of the indicator, e.g. 21")
    rubric.add_argument("--value", required=True, help="raw value")
    rubric.add_argument("--json", action="store_true", help="JSON (the only form)")
    rubric.set_defaults(run=_rubric)

    check = commands.add_parser("check", help="validate everything in data/ and geo/")
    check.set_defaults(run=_check)

    package = commands.add_parser("package", help="renew data/datapackage.json after an intended change")
    package.add_argument("--version", required=True)
    package.add_argument("--created", required=True, help="date, YYYY-MM-DD")
    package.set_defaults(run=_package)
    return parser
