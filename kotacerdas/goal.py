"""Goal-seek: the cheapest set of upgrades with which a city reaches a target, proven cheapest.

The final meant here is exact, before rounding (`goal_targets` turns a level or a rank into such a threshold), and
carries the city's residue (see `field`), so that rounded half-up it is the final of the same scenario in `simulate`.

Levers with the same steps are one piece of a whole-number programme (`goal_search`): the 115 questions of an
evaluation become about 25 integers. Whatever the solver answers is checked in exact fractions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kotacerdas.goal_levers import (
    ZERO,
    Climb,
    Lever,
    Marginal,
    Unit,
    climb,
    effort_problem,
    levers,
    marginal,
    setting_problems,
    settled,
    start,
)
from kotacerdas.goal_search import Condition, Counts, Piece, cheapest, tabulated
from kotacerdas.problem import Problem

__all__ = [
    "Change",
    "Choice",
    "Lever",
    "Marginal",
    "Plan",
    "Unit",
    "choices",
    "effort_problem",
    "levers",
    "marginal",
    "seek",
    "setting_problems",
    "settled",
    "start",
]

Kind = tuple[Fraction, Fraction]
"""Gain and effort of one step: steps of one kind can stand for each other."""

Places = tuple[int | None, int | None, int | None]
"""Where the first jump, the whole steps and the cut last steps of a group stand among the pieces."""

_MOST_OPTIONS = 10_000
"""Steps up to which a case too fine for the solver is decided by a table."""


@dataclass(frozen=True)
class Change:
    """One lever of a plan: its score before and after, what that costs and brings, and the final reached with it."""

    id: str
    start: Fraction
    to: Fraction
    steps: int
    effort: Fraction
    gain: Fraction
    final_after: Fraction


@dataclass(frozen=True)
class Plan:
    """The answer: where not `reachable`, `final` is the most there is, `cost` is None and `changes` are empty.

    `changes` stand in the order of points per effort. `alternatives` are plans of the same cost that are made up of
    other steps; `exhaustive` says that there are no more of these. `proven_optimal` says that no cheaper plan exists,
    or that the most there is falls short.
    """

    reachable: bool
    cost: Fraction | None
    final: Fraction
    changes: tuple[Change, ...]
    proven_optimal: bool
    target: Fraction
    alternatives: tuple[tuple[Change, ...], ...]
    start: Fraction
    exhaustive: bool = True


@dataclass(frozen=True)
class Choice:
    """Freedom within a plan: any `steps` of the `most` equal steps that these levers have will do as well."""

    ids: tuple[str, ...]
    steps: int
    most: int


def seek(
    found: Sequence[Lever], start: Fraction, target: Fraction, step: Fraction, *, ceiling: Fraction | None = None
) -> Plan:
    """The cheapest changes that lift the exact final from `start` to at least `target`; the richest of the cheapest.

    `ceiling` is the top of the final's scale, where finals are cut when they are told (a residue can lead above it).
    Raises `Problem` where a step or an effort is so fine that no exact answer can be given.
    """
    usable = [lever for lever in found if not lever.locked and lever.gain > 0 and lever.value < lever.top]
    most = start + sum((lever.gain * (lever.top - lever.value) for lever in usable), start=ZERO)
    if start >= target:
        return Plan(True, ZERO, _cut(start, ceiling), (), True, target, (), start)
    if most < target:
        return Plan(False, None, _cut(most, ceiling), (), True, target, (), start)
    taken, proven, others, exhaustive = _search(usable, target - start, step)
    changes = _changes(usable, taken, start, step, ceiling)
    reached = start + sum((change.gain for change in changes), start=ZERO)
    if reached < target:
        raise AssertionError("the plan does not reach its target")
    return Plan(
        reachable=True,
        cost=sum((change.effort for change in changes), start=ZERO),
        final=_cut(reached, ceiling),
        changes=changes,
        proven_optimal=proven,
        target=target,
        alternatives=tuple(_changes(usable, other, start, step, ceiling) for other in others),
        start=start,
        exhaustive=exhaustive,
    )


def _cut(final: Fraction, ceiling: Fraction | None) -> Fraction:
    return final if ceiling is None else min(final, ceiling)


def _search(usable: Sequence[Lever], need: Fraction, step: Fraction) -> tuple[list[int], bool, list[list[int]], bool]:
    """Steps of each lever in the cheapest plan, whether it is proven, in further plans of the same cost, and whether
    these are all."""
    groups: dict[Climb, list[int]] = {}
    for number, lever in enumerate(usable):
        groups.setdefault(climb(lever, step), []).append(number)
    point = _measure({gain for one in groups for gain in (one.jump_gain, one.whole_gain, one.rest_gain) if gain})
    coin = _measure({one.effort for one in groups})
    pieces, conditions, places = _pieces(groups, point, coin)
    points = math.ceil(need / point)
    answer = cheapest(pieces, conditions, points)
    if answer is not None and answer.proven:
        plans = [_deal(groups, places, counts, len(usable)) for counts in (answer.counts, *answer.others)]
        return plans[0], True, plans[1:], answer.complete
    exact = _by_table(usable, point, coin, points, step)
    if exact is not None:
        return exact, True, [], False
    if answer is None:
        raise Problem("goal_fine")
    return _deal(groups, places, answer.counts, len(usable)), False, [], False


def _measure(numbers: Iterable[Fraction]) -> Fraction:
    """The largest number of which all these are whole multiples."""
    numbers = list(numbers)
    fine = math.lcm(*(number.denominator for number in numbers))
    return Fraction(math.gcd(*(int(number * fine) for number in numbers)), fine)


def _pieces(
    groups: Mapping[Climb, Sequence[int]], point: Fraction, coin: Fraction
) -> tuple[list[Piece], list[Condition], list[Places]]:
    """The pieces of the programme in whole points and coins, their conditions, and where those of each group stand."""
    pieces: list[Piece] = []
    conditions: list[Condition] = []
    places: list[Places] = []

    def add(gain: Fraction, effort: Fraction, limit: int) -> int | None:
        if not gain or not limit:
            return None
        pieces.append(Piece(int(gain / point), int(effort / coin), limit))
        return len(pieces) - 1

    for one, members in groups.items():
        jump = add(one.jump_gain, one.jump * one.effort, len(members))
        whole = add(one.whole_gain, one.effort, len(members) * one.whole)
        rest = add(one.rest_gain, one.effort, len(members))
        if jump is not None and whole is not None:
            conditions.append({jump: one.whole, whole: -1})
        if rest is not None and whole is not None:
            conditions.append({whole: 1, rest: -one.whole})
        elif rest is not None and jump is not None:
            conditions.append({jump: 1, rest: -1})
        places.append((jump, whole, rest))
    return pieces, conditions, places


def _deal(groups: Mapping[Climb, Sequence[int]], places: Sequence[Places], counts: Counts, levers: int) -> list[int]:
    """Steps of each lever: first those whose cut last step is used get all theirs, then the others in printed order."""
    taken = [0] * levers
    left: dict[Kind, int] = {}
    open_to: dict[Kind, list[tuple[int, int]]] = {}
    for (one, members), (jump, whole, rest) in zip(groups.items(), places, strict=True):
        opened = len(members) if jump is None else counts[jump]
        full = 0 if rest is None else counts[rest]
        for number in members[: opened if one.jump else 0]:
            taken[number] += one.jump
        for number in members[:full]:
            taken[number] += one.whole + 1
        if whole is not None:
            kind = one.whole_gain, one.effort
            left[kind] = left.get(kind, 0) + counts[whole] - full * one.whole
            open_to.setdefault(kind, []).extend((number, one.whole) for number in members[full:opened])
    for kind, steps in left.items():
        for number, most in sorted(open_to[kind]):
            taken[number] += min(steps, most)
            steps -= min(steps, most)
    return taken


def _by_table(usable: Sequence[Lever], point: Fraction, coin: Fraction, need: int, step: Fraction) -> list[int] | None:
    """The same search without a solver, for figures it cannot hold exactly; None where that would take too long."""
    if sum(lever.steps(step) for lever in usable) > _MOST_OPTIONS:
        return None
    counts = [[0, *range(lever.jump(step) or 1, lever.steps(step) + 1)] for lever in usable]
    options = [
        [
            (int(lever.gain * (lever.after(k, step) - lever.value) / point), int(k * lever.effort / coin))
            for k in choices
        ]
        for lever, choices in zip(usable, counts, strict=True)
    ]
    chosen = tabulated(options, need)
    return None if chosen is None else [choices[k] for choices, k in zip(counts, chosen, strict=True)]


def _changes(
    usable: Sequence[Lever], taken: Sequence[int], start: Fraction, step: Fraction, ceiling: Fraction | None
) -> tuple[Change, ...]:
    """The plan as changes, most points per effort first, with the running final."""
    moved = [(lever, steps) for lever, steps in zip(usable, taken, strict=True) if steps]

    def worth(item: tuple[Lever, int]) -> Fraction:
        lever, steps = item
        return lever.gain * (lever.after(steps, step) - lever.value) / (steps * lever.effort)

    final = start
    changes = []
    for lever, steps in sorted(moved, key=worth, reverse=True):
        to = lever.after(steps, step)
        gain = lever.gain * (to - lever.value)
        final += gain
        changes.append(Change(lever.id, lever.value, to, steps, steps * lever.effort, gain, _cut(final, ceiling)))
    return tuple(changes)


def choices(found: Sequence[Lever], changes: Sequence[Change], step: Fraction) -> tuple[Choice, ...]:
    """Where a plan could raise other levers instead, at the same cost and with the same final; each for itself.

    What gains and costs the same can be moved between levers: whole steps (not away from one whose cut last step is
    used, nor to one whose first jump is not made), cut last steps (of levers all of whose whole steps are made), and
    first jumps (where nothing stands on them).
    """
    made = {change.id: change.steps for change in changes}
    pools: dict[Kind, dict[str, tuple[int, int]]] = {}

    def offer(kind: Kind, name: str, count: int, limit: int) -> None:
        taken, most = pools.setdefault(kind, {}).get(name, (0, 0))
        pools[kind][name] = taken + count, most + limit

    for lever in found:
        one, steps = climb(lever, step), made.get(lever.id, 0)
        if lever.locked or not lever.gain:
            continue
        whole = min(steps - one.jump, one.whole) if steps else 0
        cut = steps > one.jump + one.whole
        jump, wholes = (one.jump_gain, one.jump * one.effort), (one.whole_gain, one.effort)
        alike = jump == wholes  # then the jump is a whole step like those above it
        standing = not one.jump or steps > 0
        if one.jump and (steps <= one.jump or (alike and not cut)):
            offer(jump, lever.id, int(steps > 0), 1)
        if one.whole and not cut and (standing or alike):
            offer(wholes, lever.id, whole, one.whole)
        if one.rest_gain and whole == one.whole and standing:
            offer((one.rest_gain, one.effort), lever.id, int(cut), 1)
    found_choices = []
    for pool in pools.values():
        taken, most = (sum(figures) for figures in zip(*pool.values(), strict=True))
        if len(pool) > 1 and 0 < taken < most:
            found_choices.append(Choice(tuple(pool), taken, most))
    return tuple(found_choices)
