"""The field of a round: the ranked cities as arrays, so that a whole nation can be rescored and re-ranked at once.

Weight scenarios and robustness ask the same question thousands of times: what would every city's final and rank be
if the weights (or some values) were different? Finals are rounded half-up to two decimals, as officially done, before
they are ranked; what the printed final differs from its finest published components (2021: up to 0.02) is kept as
`residue`, so that official weights always give the printed finals back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from kotacerdas.bounds import Bounds, widest
from kotacerdas.instrument import Instrument
from kotacerdas.problem import Problem, span
from kotacerdas.published import Published
from kotacerdas.scoring import Floats, round_half_up, round_half_up_many

HIGHEST = np.iinfo(np.int16).max // 100
"""Finals up to here are counted in hundredths, from 0 on (`Field.hundredths`)."""


@dataclass(frozen=True)
class Field:
    """The n ranked cities of a round with published components, and its g instruments (weight sets).

    `components` are the m component ids of the round; `values` is n x m: the score that counts (the exact mean where
    every question of a city is published, as in `Published.card`), 0 where the instrument counts an absent component
    as 0, and 0 (with weight 0) where the city's instrument has no such component. `group` gives each city's row of
    `weights` (g x m, rows add up to 1). `printed` are the official finals, `residue` what they differ from the
    rounded weighted sum of these very values.
    """

    year: int
    codes: tuple[str, ...]
    components: tuple[str, ...]
    values: Floats
    group: NDArray[np.intp]
    instruments: tuple[Instrument, ...]
    weights: Floats
    printed: Floats
    residue: Floats

    @property
    def bounds(self) -> Bounds:
        """The ends of the scale the round is scored on."""
        return widest(instrument.bounds for instrument in self.instruments)

    def row(self, code: str) -> int:
        """The place of a city. Raises KeyError for a city that is not ranked."""
        try:
            return self.codes.index(code)
        except ValueError:
            raise KeyError(code) from None

    def finals(self, weights: Floats | None = None, values: Floats | None = None) -> Floats:
        """Finals as they would be printed (n), under other `weights` (g x m) or other `values` (n x m)."""
        shares = (self.weights if weights is None else weights)[self.group]
        return self.printed_as((shares * (self.values if values is None else values)).sum(axis=1))

    def printed_as(self, sums: Floats) -> Floats:
        """Weighted sums (... x n) as finals: rounded half-up to two decimals, then moved by the residue."""
        lowest = [float(instrument.scale(instrument.root.id).min) for instrument in self.instruments]
        highest = [float(instrument.scale(instrument.root.id).max) for instrument in self.instruments]
        finals = np.round(round_half_up_many(sums) + self.residue, 2)
        return np.clip(finals, np.array(lowest)[self.group], np.array(highest)[self.group])

    def hundredths(self, sums: Floats) -> NDArray[np.int16]:
        """`printed_as` as whole hundredths of a point, for counting and fast ranking of many draws."""
        return np.rint(self.printed_as(sums) * 100).astype(np.int16)

    def shares(self, named: Mapping[str, Fraction]) -> Floats:
        """The weight sets (g x m) under named weights; see `shared`."""
        sets = [shared(instrument, named, strict=False) for instrument in self.instruments]
        return np.array([[float(shares.get(part, 0)) for part in self.components] for shares in sets])


def shared(instrument: Instrument, named: Mapping[str, Fraction], *, strict: bool = True) -> dict[str, Fraction]:
    """All component weights of an instrument when some are named.

    A named weight is fixed and the others share the remainder in official proportion. Where every component is named
    they must add up to 1. With `strict=False` (another weight set than the one they were chosen for) components the
    instrument does not have fall away, and weights beyond 1 are brought to 1 in proportion.

    Raises `Problem` for a weight outside 0..1, where nothing is left to weigh, and, if `strict`, for a component the
    instrument does not have and for named weights that do not add up.
    """
    parts = [node.id for node in instrument.parts]
    for name, weight in named.items():
        if strict and name not in parts:
            raise Problem("weight_unknown", value=str(name)[:40], accepted=", ".join(parts))
        if not 0 <= weight <= 1:
            raise Problem("weight_range", node=name, value=weight)
    fixed = {name: weight for name, weight in named.items() if name in parts}
    rest = {name: instrument.weights[name] for name in parts if name not in fixed}
    taken, official = sum(fixed.values(), start=Fraction(0)), sum(rest.values(), start=Fraction(0))
    exhausted = taken > 1 or (taken < 1 and not official)
    if exhausted and strict:
        raise Problem("weights_named", total=taken)
    if exhausted and not taken:
        raise Problem("weights_empty", instrument=instrument.id, accepted=", ".join(parts))
    if exhausted:
        fixed = {name: weight / taken for name, weight in fixed.items()}
        taken = Fraction(1)
    left = 1 - taken
    return {name: fixed[name] if name in fixed else left * rest[name] / official for name in parts}


def field_of(published: Published, year: int) -> Field:
    """The field of a round.

    Raises `Problem` for an unknown year, for a round that holds derived finals only and for one on a scale whose
    hundredths cannot be counted (`Field.hundredths`).
    """
    entry = published.round(year)
    if not entry.instruments:
        raise Problem("instrument_none", year=year)
    results = published.results(year)
    ranked = results[results["final"].notna() & results["recomputed"].notna()]
    names = list(entry.instruments)
    instruments = tuple(published.data.instruments[entry.instruments[name]] for name in names)
    for scale, name in ((instrument.scale(instrument.root.id), instrument.id) for instrument in instruments):
        if scale.min < 0 or scale.max > HIGHEST:
            raise Problem("scale_beyond", instrument=name, accepted=span(0, HIGHEST))
    components = tuple(dict.fromkeys(part.id for instrument in instruments for part in instrument.parts))
    named = [str(name) if name in names else "all" for name in ranked["group"]]
    group = np.array([names.index(name) for name in named], dtype=np.intp)
    official = [[float(i.weights[part]) if part in i.by_id else 0.0 for part in components] for i in instruments]
    values = np.nan_to_num(ranked[list(components)].to_numpy(float))
    residue = ranked["difference"].to_numpy(float, copy=True)
    questions = published.question_matrix(year)
    for code in questions.index[questions.notna().all(axis=1)].intersection(ranked.index):
        row, card = ranked.index.get_loc(code), published.card(code, year)
        for part in card.children:
            values[row, components.index(part.id)] = float(part.value or 0)
        residue[row] = ranked.at[code, "final"] - float(round_half_up(card.value or Fraction(0)))
    return Field(
        year=year,
        codes=tuple(ranked.index),
        components=components,
        values=values,
        group=group,
        instruments=instruments,
        weights=np.array(official),
        printed=ranked["final"].to_numpy(float),
        residue=residue.round(9),
    )
