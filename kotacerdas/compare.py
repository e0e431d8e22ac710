"""Several cities side by side in a round: values, signed differences from one comparator, who leads, where they differ.

Pure selections over `published`. A `Table` holds printed (or derived) figures of the chosen cities in the order they
were chosen, rows without values included; what is missing stays missing and is never a zero. The comparator is one of
the cities, the national median, the median of the chosen cities, or the median of a peer group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from kotacerdas.instrument import Instrument
from kotacerdas.peers import PeerGroup, with_final
from kotacerdas.profile import LEAST_NATION, LEAST_PEERS
from kotacerdas.published import Published
from kotacerdas.schema import EVALUATED

MOST = 8
"""Cities side by side, at most."""

LEAST_SET = 2
"""The median of the chosen cities, and a leader among them, need this many with the figure."""

_DECIMALS = 9
"""Differences of scores are compared at this many decimals."""

Kind = Literal["city", "nation", "set", "peers"]


@dataclass(frozen=True)
class Comparator:
    """What differences are taken from: the figure of one city, or the median over some cities.

    `codes` are the cities behind it: one for `city`, the chosen ones for `set`, the members for `peers`; not used for
    `nation`, whose median is over every city with the figure. A median over too few cities is missing.
    """

    kind: Kind
    codes: tuple[str, ...] = ()

    @property
    def least(self) -> int:
        """How many cities with the figure it takes."""
        return {"city": 1, "nation": LEAST_NATION, "set": LEAST_SET, "peers": LEAST_PEERS}[self.kind]

    def of(self, frame: pd.DataFrame) -> tuple[pd.Series[float], pd.Series[int]]:
        """Its figure in every column of a frame of cities, and over how many cities."""
        rows = frame if self.kind == "nation" else frame.reindex(list(self.codes))
        counts = rows.notna().sum()
        return rows.median().where(counts >= self.least), counts


@dataclass(frozen=True)
class Table:
    """Figures (rows, by id) of cities (columns, by code), the comparator's figure and over how many cities it is."""

    values: pd.DataFrame
    comparator: pd.Series[float]
    counted: pd.Series[int]

    @property
    def differences(self) -> pd.DataFrame:
        """Each value minus the comparator's; missing where either is."""
        return self.values.sub(self.comparator, axis=0).round(_DECIMALS)

    @property
    def spread(self) -> pd.Series[float]:
        """Highest minus lowest value of each row; missing where fewer than two cities have one."""
        known = self.values.notna().sum(axis=1) >= LEAST_SET
        return (self.values.max(axis=1) - self.values.min(axis=1)).where(known).round(_DECIMALS)

    @property
    def comparable(self) -> bool:
        """Whether some figure is there for two cities or more."""
        return bool(self.spread.notna().any())

    def at_end(self, row: object, *, highest: bool) -> tuple[str, ...]:
        """The cities with the highest (or lowest) value of a row, all of them where several share it."""
        values = self.values.loc[row].dropna().round(_DECIMALS)
        if not len(values):
            return ()
        return tuple(values.index[values == (values.max() if highest else values.min())])

    def leaders(self) -> dict[str, tuple[str, ...]]:
        """Row -> the cities that lead it, for rows that two cities or more have, and in which they differ."""
        spread = self.spread
        return {str(row): self.at_end(row, highest=True) for row in self.values.index if spread[row] > 0}

    def widest(self, count: int) -> list[str]:
        """The rows in which the cities differ most, the largest spread first; rows without a spread are left out."""
        spread = self.spread[self.spread > 0]
        return [str(row) for row in spread.sort_values(ascending=False, kind="stable").index[:count]]


def joined(first: Table, second: Table) -> Table:
    """The rows of two tables over the same cities and comparator, one below the other."""
    return Table(
        pd.concat([first.values, second.values]),
        pd.concat([first.comparator, second.comparator]),
        pd.concat([first.counted, second.counted]),
    )


def _table(frame: pd.DataFrame, codes: Sequence[str], comparator: Comparator) -> Table:
    """The table of some cities out of a frame of all (cities x figures)."""
    middle, counted = comparator.of(frame)
    return Table(frame.reindex(list(codes)).T, middle, counted)


def finals(published: Published, codes: Sequence[str], year: int, comparator: Comparator) -> Table:
    """The final of the round: one row, `final`."""
    return _table(published.results(year)[["final"]], codes, comparator)


def components(published: Published, codes: Sequence[str], year: int, comparator: Comparator) -> Table:
    """The printed components, one row each, in the instrument's order; those that none of the cities has are left out.

    A cell that the instrument counts as 0 is missing here too: nothing was printed.
    """
    table = _table(published.results(year)[list(published.components)], codes, comparator)
    rows = table.values.index[table.values.notna().any(axis=1)]
    return Table(table.values.loc[rows], table.comparator[rows], table.counted[rows])


def questions(published: Published, codes: Sequence[str], year: int, comparator: Comparator) -> Table:
    """Published question scores, one row per question of the round's instrument; no rows where there are none."""
    matrix = published.question_matrix(year)
    instrument = _instrument(published, year)
    asked = [node.id for node in instrument.of_kind("question")] if instrument else []
    return _table(matrix.reindex(columns=asked).astype(float), codes, comparator)


def dimensioned(published: Published, year: int) -> tuple[str, ...]:
    """The components of a round whose questions carry smart dimensions (`outcome` and `impact` in the evaluations)."""
    instrument = _instrument(published, year)
    return instrument.dimensioned if instrument else ()


def dimensions(published: Published, codes: Sequence[str], year: int, comparator: Comparator, component: str) -> Table:
    """Smart-dimension scores within one component (`dimensioned`), one row per dimension."""
    instrument = _instrument(published, year)  # none for a derived round, which has no dimensions either
    if instrument and component not in instrument.dimensioned:
        raise ValueError(f"{component} has no smart dimensions")
    scores = published.dimension_scores(year)
    part = scores[component] if component in scores.columns.get_level_values(0) else pd.DataFrame(index=scores.index)
    return _table(part.astype(float), codes, comparator)


def coverage(table: Table) -> pd.DataFrame:
    """How many of the rows each city has: index code, `known` of `asked`."""
    return pd.DataFrame({"known": table.values.notna().sum(), "asked": len(table.values)})


def _instrument(published: Published, year: int) -> Instrument | None:
    names = published.round(year).instruments
    return published.data.instruments[next(iter(names.values()))] if names else None


# ---- through the years -------------------------------------------------------------------------------------------


TREND = ["code", "year", "final", "status", "rank", "ranked"]


def trends(published: Published, codes: Sequence[str]) -> pd.DataFrame:
    """The finals of the cities in every round they have one, city by city, oldest first; columns as `TREND`."""
    parts = []
    for year in sorted(published.rounds):
        results = published.results(year)
        rows = results.loc[results.index.intersection(list(codes)), ["code", *TREND[2:]]]
        parts.append(rows[rows["final"].notna()].assign(year=year))
    order = {code: place for place, code in enumerate(codes)}
    frame = pd.concat(parts, ignore_index=True)[TREND]
    return frame.sort_values("code", key=lambda column: column.map(order), kind="stable", ignore_index=True)


@dataclass(frozen=True)
class Move:
    """How far a final went between two published rounds."""

    code: str
    first: int
    last: int
    change: float


def moves(finals: pd.DataFrame) -> tuple[Move, ...]:
    """The change of each city of a frame of `trends` from its oldest to its newest published final, largest first.

    Cities with fewer than two published finals are left out.
    """
    found = []
    for code, rows in finals[finals["status"].isin(EVALUATED)].groupby("code", sort=False):
        if len(rows) > 1:
            change = round(float(rows["final"].iloc[-1] - rows["final"].iloc[0]), _DECIMALS)
            found.append(Move(str(code), int(rows["year"].iloc[0]), int(rows["year"].iloc[-1]), change))
    return tuple(sorted(found, key=lambda move: -move.change))


# ---- sets to begin with ------------------------------------------------------------------------------------------


def highest(published: Published, year: int, count: int = 5, kind: str | None = None) -> tuple[str, ...]:
    """The cities with the highest finals (of a kind); equal finals by code."""
    results = published.results(year)
    chosen = results if kind is None else results[results["kind"] == kind]
    return tuple(chosen["final"].dropna().sort_values(ascending=False, kind="stable").index[:count])


def highest_by_island(published: Published, year: int) -> tuple[str, ...]:
    """The city with the highest final in each island group that has one, the highest first."""
    results = published.results(year)
    known = results[["final", "island"]].dropna().sort_values("final", ascending=False, kind="stable")
    return tuple(known.drop_duplicates("island").index[:MOST])


def risers(published: Published, year: int, count: int = 5) -> tuple[str, ...]:
    """The cities whose printed final rose most since the round before; none where no change is printed."""
    return tuple(published.movers(year, count)[0].index)


def peer_set(published: Published, code: str, year: int, group: PeerGroup) -> tuple[str, ...]:
    """A city with the closest of its peers that have a final in the round."""
    return (code, *with_final(published, year, group)[: MOST - 1])
