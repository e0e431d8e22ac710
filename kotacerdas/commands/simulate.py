"""`simulate`: a what-if beside the published result of one city."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kotacerdas.commands.plain import plain, print_json, read_pairs, refuse
from kotacerdas.i18n import Text
from kotacerdas.problem import Problem
from kotacerdas.published import Published, load
from kotacerdas.scenario import LIMIT, Scenario, from_json, problems
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
        return refuse(found, text)
    simulation = simulate(published, scenario)
    sides = {"baseline": simulation.baseline, "scenario": simulation.outcome}
    print_json({name: _side(outcome, published.components) for name, outcome in sides.items()})
    return 0


def _scenario(options: argparse.Namespace, published: Published) -> tuple[Scenario | None, tuple[Problem, ...]]:
    """The scenario the options describe, as far as it can be read, and what cannot."""
    start: Scenario | None = None
    if options.scenario is not None:
        start, found = from_json(_content(options.scenario), published)
        if start is None:
            return None, found
    changes, wrong = read_pairs(options.set)
    weights, wrong_weights = read_pairs(options.weight)
    faults = (*wrong, *wrong_weights)
    if start is None:
        if options.city is None or options.year is None:
            return None, (Problem("scenario_city"), *faults)
        start = Scenario(options.city, options.year)
    over = {"city": options.city, "year": options.year, "instrument": options.method, "reading": options.reading}
    scenario = dataclasses.replace(
        start,
        changes={**start.changes, **changes},
        weights={**start.weights, **weights},
        **{name: value for name, value in over.items() if value is not None},
    )
    return scenario, faults


def _content(path: Path) -> bytes:
    """The start of a file: one byte more than a scenario may have. Raises `Problem` where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(LIMIT + 1)
    except OSError as error:
        raise Problem("scenario_file", file=path.name) from error


def _side(outcome: Outcome, components: Sequence[str]) -> dict[str, Any]:
    return {
        "components": dict.fromkeys(components) | {name: plain(score) for name, score in outcome.components.items()},
        "final": plain(outcome.final),
        "level": outcome.level,
        "rank": outcome.rank,
        "ranked": outcome.ranked,
        "unrounded": plain(outcome.value),
        "weights": {name: plain(weight) for name, weight in outcome.weights.items()},
    }
