"""`simulate`: a what-if beside the published result of one city."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from kotacerdas.commands.plain import plain, print_json
from kotacerdas.i18n import Text
from kotacerdas.problem import Problem
from kotacerdas.published import Published, load
from kotacerdas.scenario import LIMIT, Scenario, from_json, problems, read_number
from kotacerdas.schema import COMPONENTS
from kotacerdas.simulate import Outcome, simulate


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("simulate", help="a what-if beside the published result of one city")
    parser.add_argument("--city", help="official code, e.g. 35.77")
    parser.add_argument("--year", type=int)
    parser.add_argument("--set", action="append", default=[], metavar="ID=VALUE", help="a component or question score")
    parser.add_argument("--weight", action="append", default=[], metavar="ID=SHARE", help="a fixed weight, e.g. 0.3")
    parser.add_argument("--method", help="instrument to score with, e.g. evaluation-2024-priority")
    parser.add_argument("--reading", help="level reading: linear or literal")
    parser.add_argument("--scenario", type=Path, metavar="FILE", help="a scenario file; the other options go over it")
    parser.add_argument("--json", action="store_true", help="JSON (the only form)")
    parser.set_defaults(run=_simulate)


def _simulate(options: argparse.Namespace, text: Text) -> int:
    published = load(options.data)
    scenario, found = _scenario(options, published)
    if scenario is not None:
        found = (*found, *problems(published, scenario))
    if found or scenario is None:
        for problem in found:
            print(text.problem(problem), file=sys.stderr)
        return 2
    simulation = simulate(published, scenario)
    print_json({"baseline": _side(simulation.baseline), "scenario": _side(simulation.outcome)})
    return 0


def _scenario(options: argparse.Namespace, published: Published) -> tuple[Scenario | None, tuple[Problem, ...]]:
    """The scenario the options describe, as far as it can be read, and what cannot."""
    start: Scenario | None = None
    if options.scenario is not None:
        start, found = from_json(_content(options.scenario), published)
        if start is None:
            return None, found
    changes, wrong = _numbers(options.set)
    weights, wrong_weights = _numbers(options.weight)
    faults = (*wrong, *wrong_weights)
    if start is None:
        if options.city is None or options.year is None:
            return None, (Problem("scenario_city"), *faults)
        start = Scenario(options.city, options.year)
    scenario = dataclasses.replace(
        start,
        city=options.city or start.city,
        year=options.year or start.year,
        changes={**start.changes, **changes},
        weights={**start.weights, **weights},
        instrument=options.method or start.instrument,
        reading=options.reading or start.reading,
    )
    return scenario, faults


def _content(path: Path) -> bytes:
    """The start of a file: one byte more than a scenario may have."""
    try:
        with path.open("rb") as file:
            return file.read(LIMIT + 1)
    except OSError as error:
        raise Problem("file_missing", file=path.name) from error


def _numbers(given: Sequence[str]) -> tuple[dict[str, Fraction], tuple[Problem, ...]]:
    """`ID=VALUE` options as numbers, and one problem for each that cannot be read."""
    numbers: dict[str, Fraction] = {}
    faults = []
    for option in given:
        name, equals, value = (part.strip() for part in option.partition("="))
        try:
            if not equals or not name:
                raise Problem("change_form", value=option)
            if name in numbers:
                raise Problem("change_repeated", node=name)
            numbers[name] = read_number(name, value)
        except Problem as problem:
            faults.append(problem)
    return numbers, tuple(faults)


def _side(outcome: Outcome) -> dict[str, Any]:
    return {
        "components": {name: plain(outcome.components.get(name)) for name in COMPONENTS},
        "final": plain(outcome.final),
        "level": outcome.level,
        "rank": outcome.rank,
        "ranked": outcome.ranked,
        "unrounded": plain(outcome.value),
        "weights": {name: plain(weight) for name, weight in outcome.weights.items()},
    }
