"""The cheapest way to gather enough points: a whole-number programme with a proof.

A `Piece` is something that can be had a number of times: so many points for so much cost. `cheapest` finds how often
to take each so that the points reach a need at the least cost and, among those plans, the one with the most points.
All figures are integers, so every plan is checked exactly; what the solver (HiGHS: branch and bound in floating
point) says about the cost is believed only where its own lower bound, rounded up to a whole number, is that cost.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

Counts = tuple[int, ...]
"""How often each piece is taken, in the order of the pieces."""

Kind = tuple[int, int]
"""Points and cost of a piece."""

Condition = Mapping[int, int]
"""Place of a piece -> factor: the sum of factor times count must not be negative."""

_LARGEST = 2**31
"""Totals of points and of costs up to here are far inside what a double holds exactly."""

_SECONDS = 5.0
"""The solver stops here; what it has found by then is a plan without a proof."""


_TRIES = 12
"""Further programmes solved for plans of the same cost."""

_INFEASIBLE = 2
"""SciPy's status of a programme that nothing satisfies."""


@dataclass(frozen=True)
class Piece:
    """`points` for `cost`, at most `limit` times."""

    points: int
    cost: int
    limit: int

    @property
    def kind(self) -> Kind:
        """Pieces of one kind can stand for each other."""
        return self.points, self.cost


@dataclass(frozen=True)
class Found:
    """A plan, whether it is proven that none is cheaper, and plans of the same cost that are made up differently.

    `complete` says that there are no further `others`: the search for them ended by itself.
    """

    counts: Counts
    proven: bool
    others: tuple[Counts, ...]
    complete: bool


def cheapest(pieces: Sequence[Piece], conditions: Sequence[Condition], need: int, others: int = 5) -> Found | None:
    """The cheapest counts with at least `need` points (there must be as many), and up to `others` of the same cost.

    None where the figures are too large for the solver, or where its answer does not hold in exact numbers; the
    slower `tabulated` can decide such a case.
    """
    if max(sum(p.points * p.limit for p in pieces), sum(p.cost * p.limit for p in pieces)) > _LARGEST:
        return None
    programme = _Programme(pieces, conditions, need)
    best, bound = programme.cheapest()
    if best is None:
        return None
    cost = programme.cost(best)
    proven = bound is not None and math.ceil(bound - 1e-6) == cost
    richest, _ = programme.richest(cost)
    if richest is not None and programme.points(richest) > programme.points(best):
        best = richest
    if not proven:
        return Found(best, False, (), False)
    further, complete = _others(programme, best, others)
    return Found(best, True, tuple(further), complete)


def _others(programme: _Programme, best: Counts, most: int) -> tuple[list[Counts], bool]:
    """Plans of equal cost that are made up differently, those with the most points first, and whether these are all.

    A different plan of the same cost has to take less of some kind of piece. So each kind of a plan found is capped
    below what it takes there, which leads to others, and these lead on in the same way, until nothing is left to cap
    (these are all), or enough is found or tried, or the solver gives no sound answer (there may be more).
    """
    cost, tries, sound = programme.cost(best), 0, True
    found = {programme.made_up(best): best}
    waiting = [{kind: count - 1} for kind, count in programme.made_up(best)]
    while waiting and len(found) <= most + 1 and tries < _TRIES:
        caps = waiting.pop(0)
        if not programme.conceivable(cost, caps):
            continue
        tries += 1
        other, decided = programme.richest(cost, caps)
        sound = sound and decided
        if other is not None:
            found.setdefault(programme.made_up(other), other)
            waiting += [caps | {kind: count - 1} for kind, count in programme.made_up(other)]
    further = sorted(list(found.values())[1:], key=programme.points, reverse=True)
    return further[:most], sound and not waiting and len(further) <= most


class _Programme:
    """At least `need` points within the limits of the pieces and the conditions."""

    def __init__(self, pieces: Sequence[Piece], conditions: Sequence[Condition], need: int) -> None:
        self.pieces = pieces
        self._conditions = conditions
        self._need = need
        self._rows = [[float(piece.points) for piece in pieces], *map(self._row, conditions)]
        self._low = [need - 0.5, *(-0.5 for _ in conditions)]  # half a unit apart from every whole number

    @cached_property
    def _by_worth(self) -> list[Piece]:
        """The pieces with the most points per cost first."""
        return sorted(self.pieces, key=lambda piece: Fraction(piece.points, piece.cost), reverse=True)

    def cheapest(self) -> tuple[Counts | None, float | None]:
        """The cheapest counts, and the solver's lower bound of the cost where it ended with an optimum."""
        result = self._solve([piece.cost for piece in self.pieces])
        return self._checked(result), result.mip_dual_bound if result.status == 0 else None

    def richest(self, cost: int, caps: Mapping[Kind, int] = MappingProxyType({})) -> tuple[Counts | None, bool]:
        """The most points for exactly this cost, with at most so many of some kinds of pieces.

        None where there is no such plan; the second says whether that, or the plan, can be relied on.
        """
        rows = [([float(piece.cost) for piece in self.pieces], cost - 0.5, cost + 0.5)]
        rows += [([float(p.kind == kind) for p in self.pieces], -np.inf, most + 0.5) for kind, most in caps.items()]
        result = self._solve([-piece.points for piece in self.pieces], rows)
        counts = self._checked(result)
        if counts is None or self.cost(counts) != cost:
            return None, result.status == _INFEASIBLE
        made = dict(self.made_up(counts))
        holds = all(made.get(kind, 0) <= most for kind, most in caps.items())
        return counts if holds else None, holds

    def conceivable(self, cost: int, caps: Mapping[Kind, int]) -> bool:
        """Whether pieces that may be cut anywhere could bring enough for this cost: where not, nothing can."""
        left, total = Fraction(cost), Fraction(0)
        room = {kind: Fraction(most) for kind, most in caps.items()}
        for piece in self._by_worth:
            count = min(Fraction(piece.limit), left / piece.cost)
            if piece.kind in caps:
                count = min(count, room[piece.kind])
                room[piece.kind] -= count
            left, total = left - count * piece.cost, total + count * piece.points
        return total >= self._need

    def cost(self, counts: Counts) -> int:
        """What the counts cost."""
        return sum(piece.cost * count for piece, count in zip(self.pieces, counts, strict=True))

    def points(self, counts: Counts) -> int:
        """What the counts bring."""
        return sum(piece.points * count for piece, count in zip(self.pieces, counts, strict=True))

    def made_up(self, counts: Counts) -> tuple[tuple[Kind, int], ...]:
        """How many of each kind are taken: plans made up alike differ only in names."""
        total: dict[Kind, int] = {}
        for piece, count in zip(self.pieces, counts, strict=True):
            if count:
                total[piece.kind] = total.get(piece.kind, 0) + count
        return tuple(sorted(total.items()))

    def _row(self, factors: Mapping[int, int]) -> list[float]:
        return [float(factors.get(place, 0)) for place in range(len(self.pieces))]

    def _solve(self, objective: Sequence[int], rows: Sequence[tuple[Sequence[float], float, float]] = ()) -> Any:
        """The smallest `objective` under further rows `(factors, low, high)`, in SciPy's words."""
        from scipy.optimize import Bounds, LinearConstraint, milp  # half a second, paid on first use

        matrix = np.array([*self._rows, *(row for row, _, _ in rows)])
        low = np.array([*self._low, *(low for _, low, _ in rows)])
        high = np.array([*(np.inf for _ in self._rows), *(high for _, _, high in rows)])
        return milp(
            np.array(objective, dtype=float),
            constraints=LinearConstraint(matrix, low, high),
            integrality=np.ones(len(self.pieces)),
            bounds=Bounds(0, np.array([piece.limit for piece in self.pieces], dtype=float)),
            options={"mip_rel_gap": 0, "time_limit": _SECONDS, "presolve": False},
        )

    def _checked(self, result: Any) -> Counts | None:
        """The solver's answer as whole numbers, if these hold exactly; None if there is none that does."""
        if result.x is None:
            return None
        counts = tuple(round(value) for value in result.x)
        holds = (
            all(0 <= count <= piece.limit for piece, count in zip(self.pieces, counts, strict=True))
            and all(sum(factor * counts[place] for place, factor in c.items()) >= 0 for c in self._conditions)
            and self.points(counts) >= self._need
        )
        return counts if holds else None


def tabulated(options: Sequence[Sequence[tuple[int, int]]], need: int, largest: int = 20_000_000) -> Counts | None:
    """The same question decided by an exact table over all costs: one option is chosen for each of several things.

    `options` are pairs (points, cost), the first of each thing being (0, 0); together they must be able to reach
    `need`. Returns the place of the option chosen for each thing: the cheapest choice, and the richest of those. None
    where the table would take more than `largest` operations.
    """
    width = sum(max(cost for _, cost in each) for each in options) + 1
    if width * sum(map(len, options)) > largest:
        return None
    best = np.zeros(width, dtype=object)  # Python's own integers: none is too large
    chosen = np.zeros((len(options), width), dtype=np.int32)
    for thing, each in enumerate(options):
        before = best.copy()
        for place, (points, cost) in enumerate(each):
            reached = before[: width - cost] + points
            better = reached > best[cost:]
            best[cost:][better] = reached[better]
            chosen[thing, cost:][better] = place
    left = int(np.argmax(best >= need))
    places: list[int] = []
    for thing in reversed(range(len(options))):
        places.append(int(chosen[thing, left]))
        left -= options[thing][places[-1]][1]
    return tuple(reversed(places))
