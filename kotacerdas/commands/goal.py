"""`goal`: the cheapest upgrades with which a city reaches a final, a level, a rank or its peers' median."""

from __future__ import annotations

import argparse
from fractions import Fraction
from typing import Any

from kotacerdas import goal, goal_targets
from kotacerdas.commands.plain import plain, print_json, read_pairs, refuse
from kotacerdas.i18n import Text
from kotacerdas.published import Published, load
from kotacerdas.scenario import read_number
from kotacerdas.scoring import round_half_up


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("goal", help="the cheapest upgrades that reach a target, proven cheapest")
    parser.add_argument("--city", required=True, help="official code, e.g. 35.77")
    parser.add_argument("--year", type=int, required=True)
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--target-final", metavar="SCORE", help="reached by the unrounded final, e.g. 3.9")
    target.add_argument("--target-level", metavar="LEVEL", help="maturity level 1-5")
    target.add_argument("--target-rank", metavar="RANK", help="national rank, the others held constant")
    target.add_argument("--target-peers", metavar="STRATEGY", help="the median of a peer group, e.g. province")
    parser.add_argument("--reading", help="level reading of --target-level, e.g. literal")
    parser.add_argument("--unit", choices=("questions", "components"), help="default: the finest published")
    parser.add_argument("--step", default="1", help="by how much one step raises a score (default 1)")
    parser.add_argument("--lock", nargs="+", action="extend", default=[], metavar="ID", help="never change these")
    parser.add_argument(
        "--effort", nargs="+", action="extend", default=[], metavar="ID=EFFORT", help="effort per step (default 1)"
    )
    parser.add_argument("--json", action="store_true", help="JSON (the only form)")
    parser.set_defaults(run=_goal)


def _goal(options: argparse.Namespace, text: Text) -> int:
    efforts, faults = read_pairs(options.effort)
    published, step = load(options.data), read_number("--step", options.step)
    published.levels.reading(options.reading)
    where = published, options.city, options.year
    found = goal.levers(*where, unit=options.unit, step=step)
    faults += tuple(goal.setting_problems(found, options.lock, efforts))
    if faults:
        return refuse(faults, text)
    found = goal.settled(found, options.lock, efforts)
    ceiling = goal_targets.final_scale(*where).max
    print_json(as_dict(goal.seek(found, goal.start(*where), _target(options, published), step, ceiling=ceiling)))
    return 0


def as_dict(plan: goal.Plan) -> dict[str, Any]:
    """A plan as plain values; `final` is exact, `rounded` as it would be printed."""
    return {
        "reachable": plan.reachable,
        "cost": plain(plan.cost),
        "final": float(plan.final),
        "rounded": float(round_half_up(plan.final)),
        "start": float(plan.start),
        "target": float(plan.target),
        "changes": [{"id": c.id, "from": plain(c.start), "to": plain(c.to)} for c in plan.changes],
        "proven_optimal": plan.proven_optimal,
    }


def _target(options: argparse.Namespace, published: Published) -> Fraction:
    where = published, options.city, options.year
    if options.target_final is not None:
        return goal_targets.target_final(*where, read_number("--target-final", options.target_final))
    if options.target_level is not None:
        return goal_targets.target_level(*where, read_number("--target-level", options.target_level), options.reading)
    if options.target_rank is not None:
        return goal_targets.target_rank(*where, read_number("--target-rank", options.target_rank))
    return goal_targets.target_peers(*where, options.target_peers)
