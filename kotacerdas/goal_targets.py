"""Targets of goal-seek as thresholds on the exact final: a score, a maturity level, a rank, the peers' median.

A score and a median are reached when the unrounded final is at least as high. A level and a rank follow from the
rounded final, as in a simulation: there the exact final must reach half a hundredth below the printed one needed.
"""

from __future__ import annotations

import math
import statistics
from fractions import Fraction

from kotacerdas.instrument import Scale, exact
from kotacerdas.peers import DEFAULT, peers
from kotacerdas.problem import Problem, span
from kotacerdas.published import Published

HALF = Fraction(1, 200)
"""What half-up rounding to two decimals gives for free."""


def final_scale(published: Published, code: str, year: int) -> Scale:
    """The scale of a city's final. Raises `Problem` where the city has no result in the round."""
    published.card(code, year)
    instrument = published.instrument_of(year, published.results(year).at[code, "group"])
    return instrument.scale(instrument.root.id)


def target_final(published: Published, code: str, year: int, score: Fraction) -> Fraction:
    """A final score. Raises `Problem` outside the scale."""
    scale = final_scale(published, code, year)
    if not scale.min <= score <= scale.max:
        raise Problem("goal_scale", value=score, accepted=span(scale.min, scale.max))
    return score


def needed_for_level(
    published: Published, code: str, year: int, level: Fraction | int, reading: str | None = None
) -> Fraction:
    """The lowest final with two decimals that has a maturity level (any final has the first).

    Raises `Problem` for an unknown level, and for one that begins above the scale under this reading.
    """
    scale, levels = final_scale(published, code, year), published.levels_of(year)
    if level not in [each.id for each in levels.levels]:
        raise Problem("goal_level", value=Fraction(level), accepted=span(levels.levels[0].id, levels.levels[-1].id))
    begins = levels.score_range(int(level), reading)[0]
    if begins > scale.max:
        raise Problem("goal_level_beyond", level=int(level), value=begins, most=scale.max)
    return max(scale.min, Fraction(math.ceil(begins * 100), 100)) if level > 1 else scale.min


def target_level(
    published: Published, code: str, year: int, level: Fraction | int, reading: str | None = None
) -> Fraction:
    """The exact final from which the rounded one has a maturity level."""
    return _rounded(published, code, year, needed_for_level(published, code, year, level, reading))


def needed_for_rank(published: Published, code: str, year: int, rank: Fraction | int) -> Fraction:
    """The lowest final with two decimals that has this rank or a better one among the others' printed finals.

    Raises `Problem` for a rank below 1 or beyond the number of ranked cities.
    """
    scale = final_scale(published, code, year)
    others = published.results(year)["final"].drop(code).dropna().sort_values(ascending=False)
    if rank != int(rank) or not 1 <= rank <= len(others) + 1:
        raise Problem("goal_rank", value=Fraction(rank), most=len(others) + 1)
    return exact(others.iloc[int(rank) - 1]) if rank <= len(others) else scale.min


def target_rank(published: Published, code: str, year: int, rank: Fraction | int) -> Fraction:
    """The exact final from which the rounded one has this rank or a better one."""
    return _rounded(published, code, year, needed_for_rank(published, code, year, rank))


def target_peers(published: Published, code: str, year: int, strategy: str = DEFAULT) -> Fraction:
    """The median of the peers' printed finals. Raises `Problem` for an unknown strategy and where no peer has one."""
    final_scale(published, code, year)
    group = peers(published, code, year, strategy)
    finals = published.results(year)["final"].reindex(list(group.codes)).dropna()
    if finals.empty:
        raise Problem("goal_peers_none", value=strategy, year=year)
    return statistics.median(map(exact, finals))


def _rounded(published: Published, code: str, year: int, needed: Fraction) -> Fraction:
    return max(final_scale(published, code, year).min, needed - HALF)
