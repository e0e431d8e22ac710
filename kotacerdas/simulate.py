"""A scenario beside the published round it is laid over: final, level and rank of one city, or of the whole nation.

A scenario's final is the exact weighted value rounded half-up to two decimals, as officially done, moved by the
city's residue (its printed final minus the rounded recomputed one) and kept on the scale: so the empty scenario gives
the printed final. It is ranked among the printed finals of the other cities, which are held constant; a change of
weights recomputes and re-ranks every city the same way. Nothing published is ever changed.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kotacerdas.field import Field, field_of, shared
from kotacerdas.instrument import Instrument
from kotacerdas.levels import Levels
from kotacerdas.overlay import Ground, ground, overlay
from kotacerdas.published import Published
from kotacerdas.scenario import Scenario, problems, used_instrument
from kotacerdas.scoring import Scorecard, competition_ranks, round_half_up, score

Hundredths = NDArray[np.int64]


@dataclass(frozen=True)
class Outcome:
    """One side of a simulation, by component id in the order of the instrument used.

    `components`: printed scores, exact ones where a change reached them, None where there is none. `points`: what each
    adds to `value`, the exact sum before rounding. `final`, `level` and `rank` of `ranked` follow from it; `weights`
    are the shares used. `card` explains every step; below a component only where something there was changed.
    """

    components: dict[str, Fraction | None]
    points: dict[str, Fraction]
    value: Fraction
    final: Decimal
    level: int
    rank: int
    ranked: int
    weights: dict[str, Fraction]
    card: Scorecard


@dataclass(frozen=True)
class Simulation:
    """A scenario beside its baseline, and the nation under it: finals and places gained in the order of the field.

    Only a change of weights moves the finals of the other cities; `nation` makes a table of all.
    """

    scenario: Scenario
    baseline: Outcome
    outcome: Outcome
    finals: Hundredths = dataclasses.field(compare=False)
    moved: Hundredths = dataclasses.field(compare=False)


@dataclass(frozen=True)
class Stage:
    """What every scenario of one city's round shares, prepared once: a screen keeps it between two moves of a slider.

    `field` holds the finest published figures of every ranked city, `before` their names and printed standing,
    `printed` their finals in hundredths, `ranks` their ranks, `by_name` their places in the order of names; `row` is
    the city's place among them, `residue` what its printed final differs from the rounded recomputed one.
    """

    ground: Ground
    field: Field
    before: pd.DataFrame
    printed: Hundredths
    ranks: Hundredths
    by_name: NDArray[np.intp]
    row: int
    residue: Fraction
    baseline: Outcome


def stage(published: Published, code: str, year: int) -> Stage:
    """Prepare the scenarios of a city's round. Raises `Problem` where the city has no result to simulate."""
    standing = ground(published, code, year)
    field = field_of(published, year)
    row, printed = field.row(code), _hundredths(field.printed)
    before = published.results(year).loc[list(field.codes), ["name", "group", "final", "rank", "level"]]
    before = before.astype({"rank": int, "level": int})
    empty = Scenario(code, year)
    card = _card(standing, empty, standing.instrument, whole=True)
    final = round_half_up(standing.printed["final"])
    baseline = _outcome(published, standing, empty, card, final, printed, row)
    return Stage(
        ground=standing,
        field=field,
        before=before,
        printed=printed,
        ranks=before["rank"].to_numpy(np.int64),
        by_name=before["name"].to_numpy(str).argsort().argsort(),
        row=row,
        residue=Fraction(final) - Fraction(round_half_up(_value(card))),
        baseline=baseline,
    )


def changeable(published: Published, code: str, year: int) -> Literal["questions", "components"]:
    """What can be changed for a city: its questions (and components) or, where only these are published, components.

    Raises `Problem` where the city has no result.
    """
    standing = ground(published, code, year)
    parts = {part.id for part in standing.instrument.parts}
    return "components" if standing.answers.keys() <= parts else "questions"


def simulate(published: Published, scenario: Scenario, prepared: Stage | None = None) -> Simulation:
    """The scenario beside its baseline. Raises the first of the scenario's `problems`.

    `prepared` is the `stage` of the same city and round, for callers that simulate again and again.
    """
    for problem in problems(published, scenario, None if prepared is None else prepared.ground):
        raise problem
    return simulated(published, scenario, prepared or stage(published, scenario.city, scenario.year))


def simulated(published: Published, scenario: Scenario, on: Stage) -> Simulation:
    """`simulate` for a scenario that is known to have no `problems`."""
    instrument = used_instrument(published, scenario, on.ground.instrument)
    card = _card(on.ground, scenario, instrument)
    final = _final(card, instrument, on.residue)
    finals = on.printed
    if scenario.weights:
        finals = _hundredths(on.field.finals(on.field.shares(scenario.weights)))
    outcome = _outcome(published, on.ground, scenario, card, final, finals, on.row)
    finals = np.where(np.arange(len(finals)) == on.row, int(final * 100), finals)
    return Simulation(scenario, on.baseline, outcome, finals, on.ranks - _ranks(finals))


def nation(published: Published, scenario: Scenario, prepared: Stage | None = None) -> pd.DataFrame:
    """Every ranked city before and after a scenario, best new rank first.

    Index `code`; columns `name`, `group`, `final`, `rank`, `new_final`, `new_rank`, `moved` (places gained), `level`,
    `new_level`, both levels under the reading of the scenario. Only a change of weights moves the finals of the other
    cities. Raises `Problem` as `simulate` does.
    """
    on = prepared or stage(published, scenario.city, scenario.year)
    simulation = simulate(published, scenario, on)
    return _nation(published, on, simulation)


# ---- parts ---------------------------------------------------------------------------------------------------


def _card(standing: Ground, scenario: Scenario, instrument: Instrument, *, whole: bool = False) -> Scorecard:
    """The explained score of a scenario, with the official figures beside it.

    Unless the `whole` tree is asked for, the exact score of a component without a change in it stands for all that
    lies below: it need not be added up again for every scenario.
    """
    base = standing.under(instrument)
    if instrument is standing.instrument and not whole:
        untouched = {part: value for part, value in standing.parts.items() if not _changed(part, scenario, instrument)}
        below = {node.id for part in untouched for node in instrument.below(part)}
        base = {name: value for name, value in base.items() if name not in below} | untouched
    official = {name: value for name, value in standing.printed.items() if name in instrument}
    named = {name: weight for name, weight in scenario.weights.items() if name in instrument}
    weights = shared(instrument, named) if named else None
    return score(overlay(base, scenario.changes, instrument), instrument, {**base, **official}, weights=weights)


def _changed(part: str, scenario: Scenario, instrument: Instrument) -> bool:
    return any(node.id in scenario.changes for node in instrument.below(part))


def _outcome(
    published: Published,
    standing: Ground,
    scenario: Scenario,
    card: Scorecard,
    final: Decimal,
    finals: Hundredths,
    row: int,
) -> Outcome:
    """One side of a simulation. `finals` are those of all cities; the city's own, at `row`, does not count."""
    touched = {
        part.id
        for part in card.children
        for node in part.walk()
        if node.id in scenario.changes and scenario.changes[node.id] != node.published
    }
    level = published.levels_of(standing.year).of(final, scenario.reading)
    assert level is not None
    above = finals > int(final * 100)
    return Outcome(
        components={p.id: p.value if p.id in touched else standing.printed.get(p.id) for p in card.children},
        points={part.id: part.contribution or Fraction(0) for part in card.children},
        value=_value(card),
        final=final,
        level=level,
        rank=1 + int(above.sum()) - int(above[row]),
        ranked=len(finals),
        weights={part.id: part.weight for part in card.children},
        card=card,
    )


def _value(card: Scorecard) -> Fraction:
    assert card.value is not None, "a method without a required component is a problem of the scenario"
    return card.value


def _final(card: Scorecard, instrument: Instrument, residue: Fraction) -> Decimal:
    scale = instrument.scale(instrument.root.id)
    return round_half_up(min(max(Fraction(round_half_up(_value(card))) + residue, scale.min), scale.max))


def _hundredths(finals: NDArray[np.float64]) -> Hundredths:
    return np.rint(finals * 100).astype(np.int64)


def _ranks(finals: Hundredths) -> Hundredths:
    return competition_ranks(finals).astype(np.int64)


def _levels(levels: Levels, finals: ArrayLike, reading: str | None) -> NDArray[np.int64]:
    return levels.of_many(finals, reading).astype(np.int64)


def _nation(published: Published, on: Stage, simulation: Simulation) -> pd.DataFrame:
    """The table of `nation`."""
    new, ranks, reading = simulation.finals / 100, on.ranks - simulation.moved, simulation.scenario.reading
    order, levels = np.lexsort((on.by_name, ranks)), published.levels_of(simulation.scenario.year)
    before = {name: on.before[name].array[order] for name in on.before.columns}
    # One frame of ready columns: assigning to and sorting the old one costs three times as much.
    return pd.DataFrame(
        {
            "name": before["name"],
            "group": before["group"],
            "final": before["final"],
            "rank": before["rank"],
            "new_final": new[order],
            "new_rank": ranks[order],
            "moved": simulation.moved[order],
            "level": before["level"] if reading is None else _levels(levels, before["final"], reading),
            "new_level": _levels(levels, new[order], reading),
        },
        index=on.before.index[order],
    )
