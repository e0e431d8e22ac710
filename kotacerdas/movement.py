"""Why did the score or the rank of a city move between two rounds? Exact splits that add up, with nothing left over.

**Score.** With weights w and components v, the change of a weighted sum splits without remainder into the part of each
component, (mean of both weights) x (change of the component), and the part of the weights, the sum over components of
(change of the weight) x (mean of both values). What the printed finals move beyond that (rounding, and printed
components that are themselves rounded) is a part of its own.

**Rank.** A rank depends on everybody, and what a change is worth depends on what has moved before it: five hundredths
overtake nobody or ten cities. The Shapley value (Shapley 1953; applied to the decomposition of indices by Shorrocks
2013) credits each part with the places it gains, averaged over every order in which the parts could have moved. The
players are the city's own components, its weights and the rounding, the other cities ranked in both rounds, the
newcomers (ranked only in the later) and the leavers (only in the earlier). A coalition is worth the places gained once
exactly its members stand as in the later round. So the parts are fractions of places; equal contributions get equal
parts, what changes nothing gets nothing, and the sum is exactly the difference of the two official ranks, because
nobody moved and everybody moved are the two printed rankings.

A round that holds derived finals only (2020, 2023) has no components: the city's own part is then its final.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kotacerdas.instrument import exact
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.scoring import RANK_DECIMALS
from kotacerdas.shapley import Game, shapley

Kind = Literal["component", "weights", "rounding", "final", "others", "newcomers", "leavers"]
Pair = tuple[Fraction, Fraction]
Whole = NDArray[np.int64]

OWN: tuple[Kind, ...] = ("component", "weights", "rounding", "final")
FIELD: tuple[Kind, ...] = ("others", "newcomers", "leavers")
"""What is the city's own, and what is the rest of the field."""

_UNIT = 10**RANK_DECIMALS
"""Finals are compared as whole billionths, at as many decimals as the official ranks are."""


@dataclass(frozen=True)
class Part:
    """One reason and what it is worth: points of the score, or places gained.

    `before` and `after` are what moved: a component or final as printed, the rounding as printed minus computed, the
    median final of the others, newcomers or leavers. None where there is no such figure.
    """

    id: str
    kind: Kind
    amount: Fraction
    before: Fraction | None = None
    after: Fraction | None = None


@dataclass(frozen=True)
class _Split:
    """What both splits say. `detailed` is false where a round has no components: the own part is then the final.

    `weights` are the shares of the final in both rounds by component, 0 where the instrument has none; empty if not
    `detailed`.
    """

    code: str
    years: tuple[int, int]
    finals: Pair
    parts: tuple[Part, ...]
    weights: Mapping[str, Pair]

    @property
    def detailed(self) -> bool:
        """Whether components are known in both rounds."""
        return bool(self.weights)

    def total(self, kinds: Iterable[Kind] = (*OWN, *FIELD)) -> Fraction:
        """What all parts of these kinds are worth together."""
        return sum((part.amount for part in self.parts if part.kind in kinds), start=Fraction(0))


@dataclass(frozen=True)
class ScoreSplit(_Split):
    """The points a final gained from one round to another; `parts` add up to `change` exactly."""

    @property
    def change(self) -> Fraction:
        """Points gained."""
        return self.finals[1] - self.finals[0]


@dataclass(frozen=True)
class RankSplit(_Split):
    """The places a city gained from one round to another; `parts` add up to `change` exactly.

    `ranked` says among how many it stood in each round, `cities` how many the parts of the field are.
    """

    ranks: tuple[int, int]
    ranked: tuple[int, int]
    cities: Mapping[str, int]

    @property
    def change(self) -> int:
        """Places gained: positive where the city rose."""
        return self.ranks[0] - self.ranks[1]


def years_of(published: Published, code: str) -> tuple[int, ...]:
    """The rounds in which a city has a final, oldest first."""
    return tuple(int(year) for year in published.trend(code)["year"])


def after(published: Published, code: str, year: int) -> tuple[int, ...]:
    """The later rounds a round can be compared with: those on its scale, for points of two scales are not the same."""
    own = published.bounds(year)
    return tuple(later for later in years_of(published, code) if later > year and published.bounds(later) == own)


def earlier(published: Published, code: str, year: int) -> int | None:
    """The round to compare a round with: the newest before it that has components, if the round itself has them too;
    of those on its scale.

    Else the newest before it; None where the city has no final in the round, or none before it.
    """
    known = years_of(published, code)
    before = [one for one in known if year in after(published, code, one)]
    detailed = [one for one in before if published.round(one).instruments and published.round(year).instruments]
    return max(detailed or before) if before and year in known else None


def score_split(published: Published, code: str, from_year: int, to_year: int) -> ScoreSplit:
    """Split the change of a city's final. Raises `Problem` for the same year twice and for a round without a final."""
    own = _own(published, code, from_year, to_year)
    amounts = {name: _mean(own.weights[name]) * _change(own.values[name]) for name in own.components}
    amounts["weights"] = sum((_change(own.weights[n]) * _mean(own.values[n]) for n in own.values), start=Fraction(0))
    amounts["rounding"], amounts["final"] = _change(own.rounding), _change(own.finals)
    parts = tuple(own.part(name, amounts[name]) for name in own.players)
    return ScoreSplit(code, (from_year, to_year), own.finals, parts, own.weights)


def rank_split(published: Published, code: str, from_year: int, to_year: int) -> RankSplit:
    """Split the change of a city's rank. Raises `Problem` for the same year twice and for a round without a final."""
    own = _own(published, code, from_year, to_year)
    before, after = (published.results(year)["final"].dropna() for year in (from_year, to_year))
    both = before.index.intersection(after.index).drop(code)
    others = _billionths(before[both]), _billionths(after[both])
    newcomers = _billionths(after[after.index.difference(before.index)])
    leavers = _billionths(before[before.index.difference(after.index)])
    above = _above_each(own.totals(), others, newcomers, leavers)
    amounts = shapley(above.flat[0] - above)
    field: tuple[tuple[Kind, Fraction | None, Fraction | None], ...] = (
        ("others", _median(others[0]), _median(others[1])),
        ("newcomers", None, _median(newcomers)),
        ("leavers", _median(leavers), None),
    )
    parts = [own.part(name, amount) for name, amount in zip(own.players, amounts, strict=False)]
    parts += [Part(kind, kind, amount, *m) for (kind, *m), amount in zip(field, amounts[-len(field) :], strict=True)]
    return RankSplit(
        code,
        (from_year, to_year),
        own.finals,
        tuple(parts),
        own.weights,
        ranks=(1 + int(above.flat[0]), 1 + int(above.flat[-1])),
        ranked=(len(before), len(after)),
        cities={"others": len(both), "newcomers": len(newcomers), "leavers": len(leavers)},
    )


# ---- the city itself -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Own:
    """A city in both rounds: its finals, and the values and weights of all components of either instrument.

    `components` are those both rounds have, the only ones that can have changed. All empty where a round has none.
    """

    finals: Pair
    values: Mapping[str, Pair]
    weights: Mapping[str, Pair]
    components: tuple[str, ...]

    @cached_property
    def rounding(self) -> Pair:
        """What the printed finals differ from the exact weighted sums."""
        sums = [sum((self.weights[n][i] * self.values[n][i] for n in self.values), start=Fraction(0)) for i in (0, 1)]
        return self.finals[0] - sums[0], self.finals[1] - sums[1]

    @property
    def players(self) -> tuple[str, ...]:
        """What can move; the rounding only where it did."""
        if not self.values:
            return ("final",)
        return (*self.components, "weights", *(["rounding"] if _change(self.rounding) else []))

    def part(self, name: str, amount: Fraction) -> Part:
        """The part of a player, with what moved."""
        if name == "weights":
            return Part(name, "weights", amount)
        if name == "rounding":
            return Part(name, "rounding", amount, *self.rounding)
        if name == "final":
            return Part(name, "final", amount, *self.finals)
        return Part(name, "component", amount, *self.values[name])

    def totals(self) -> Whole:
        """The final in every coalition of the players, in whole billionths rounded down; one axis per player.

        Rounding down keeps every comparison with a printed final exact: a whole number is above a number exactly if
        it is above its whole part.
        """
        if not self.values:
            return np.array([int(final * _UNIT) for final in self.finals], dtype=np.int64)
        shape = (2,) * len(self.players)
        moved = dict(zip(self.players, np.indices(shape), strict=True))
        still = np.zeros(shape, dtype=np.intp)
        rounding = np.array(self.rounding, dtype=object)
        totals = rounding[moved.get("rounding", still)]
        for name, values in self.values.items():
            points = np.array([[weight * value for value in values] for weight in self.weights[name]], dtype=object)
            totals = totals + points[moved["weights"], moved.get(name, still)]
        below: Whole = np.floor(totals * _UNIT).astype(np.int64)
        return below


def _own(published: Published, code: str, from_year: int, to_year: int) -> _Own:
    """The city in both rounds.

    A component that one of the instruments does not ask for has no value there, and no value is not 0: it takes the
    other round's, so that its coming or going is wholly a change of weights.
    """
    name = str(published.city(code)["name"])
    sides = [_side(published, code, year, name) for year in (from_year, to_year)]
    if from_year == to_year:
        raise Problem("movement_same", year=from_year)
    if published.bounds(from_year) != published.bounds(to_year):
        raise Problem("movement_scales", first=from_year, last=to_year)
    (first, values, weights), (last, later_values, later_weights) = sides
    if not (values and later_values):
        return _Own((first, last), {}, {}, ())
    every = tuple(dict.fromkeys([*values, *later_values]))
    return _Own(
        finals=(first, last),
        values={n: ((later_values | values)[n], (values | later_values)[n]) for n in every},
        weights={n: (weights.get(n, Fraction(0)), later_weights.get(n, Fraction(0))) for n in every},
        components=tuple(n for n in every if n in values and n in later_values),
    )


def _side(
    published: Published, code: str, year: int, name: str
) -> tuple[Fraction, dict[str, Fraction], dict[str, Fraction]]:
    """A city in one round: printed final, printed components, their weights (both empty for a derived final)."""
    results = published.results(year)
    if code not in results.index or pd.isna(results.at[code, "final"]):
        raise Problem("movement_final", city=name, year=year)
    row: dict[str, Any] = results.loc[code].to_dict()
    if pd.isna(row["recomputed"]):
        return exact(row["final"]), {}, {}
    instrument = published.instrument_of(year, row["group"])
    parts = [part.id for part in instrument.children[instrument.root.id]]
    # The sum exists, so an empty cell is one that the instrument's rule counts as 0.
    values = {part: Fraction(0) if pd.isna(row[part]) else exact(row[part]) for part in parts}
    return exact(row["final"]), values, {part: instrument.weights[part] for part in parts}


def _change(pair: Pair) -> Fraction:
    return pair[1] - pair[0]


def _mean(pair: Pair) -> Fraction:
    return (pair[0] + pair[1]) / 2


# ---- the field -----------------------------------------------------------------------------------------------


def _billionths(finals: pd.Series[float]) -> Whole:
    """Printed finals as whole billionths, sorted."""
    return np.sort(np.rint(finals.to_numpy(float) * _UNIT).astype(np.int64))


def _median(finals: Whole) -> Fraction | None:
    if not len(finals):
        return None
    middle = (len(finals) - 1) // 2, len(finals) // 2
    return Fraction(int(finals[middle[0]]) + int(finals[middle[1]]), 2 * _UNIT)


def _above(finals: Whole, scores: Whole) -> Whole:
    """How many of the sorted finals are higher than each score."""
    return len(finals) - np.searchsorted(finals, scores, side="right")


def _above_each(scores: Whole, others: tuple[Whole, Whole], newcomers: Whole, leavers: Whole) -> Game:
    """How many cities stand above the city in every coalition: the axes of `scores`, then one each of the field."""
    nobody = np.zeros_like(scores)
    by_others = np.stack([_above(others[0], scores), _above(others[1], scores)], axis=-1)
    by_newcomers = np.stack([nobody, _above(newcomers, scores)], axis=-1)
    by_leavers = np.stack([_above(leavers, scores), nobody], axis=-1)
    above: Game = by_others[..., :, None, None] + by_newcomers[..., None, :, None] + by_leavers[..., None, None, :]
    return above
