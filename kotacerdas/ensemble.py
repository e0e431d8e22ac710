"""Many simulated rounds of one field, and what they say about the published ranks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kotacerdas.field import Field
from kotacerdas.levels import Levels
from kotacerdas.pairs import CONFIDENCE, groups, telling_distance
from kotacerdas.rank_counts import Counts, Shorts, competition_ranks_many, nearest_rank, shares_above, tally
from kotacerdas.scoring import Floats, competition_ranks


@dataclass(frozen=True)
class Ensemble:
    """Simulated finals of the n ranked cities of a field: draws x n whole hundredths of a point.

    `names` is empty for random draws; for named alternatives it names each row: `without:outcome`,
    `without_question:q12`, `up:outcome`, `down:outcome`, `arithmetic:official`, `arithmetic:equal`,
    `geometric:official`, `geometric:equal`, `one_set:evaluation-2024-regular`.

    Frames and matrices follow `field.codes`. Chances are shares of the draws, percentiles go by nearest rank.
    """

    field: Field
    hundredths: Shorts
    names: tuple[str, ...] = ()

    @property
    def draws(self) -> int:
        """How many simulated rounds there are."""
        return len(self.hundredths)

    @cached_property
    def published_ranks(self) -> NDArray[np.int64]:
        """The published competition ranks (n)."""
        return competition_ranks(self.field.printed).astype(np.int64)

    def ranks(self) -> Shorts:
        """Competition ranks of every draw (draws x n)."""
        return self._ranks

    def bands(self, levels: Levels, reading: str | None = None) -> pd.DataFrame:
        """One row per ranked city, indexed by code.

        Columns: `rank` (published), `p5`, `median`, `p95` (simulated ranks), `top10` (chance of rank 10 or better),
        `level_1` .. `level_5` (chance of each level under `reading`; they add up to 1), `final_p5`, `final_p95`
        (points).
        """
        of_finals = self._final_counts
        width = of_finals.shape[1]
        level = levels.of_many(np.arange(width) / 100, reading)
        frame = {
            "rank": self.published_ranks,
            **{name: nearest_rank(self._rank_counts, p) for name, p in (("p5", 5), ("median", 50), ("p95", 95))},
            "top10": self.top(10),
            **{f"level_{k.id}": of_finals[:, level == k.id].sum(axis=1) / self.draws for k in levels.levels},
            **{f"final_p{p}": nearest_rank(of_finals, p) / 100 for p in (5, 95)},
        }
        return pd.DataFrame(frame, index=pd.Index(self.field.codes, name="code"))

    def top(self, places: int) -> Floats:
        """The chance of each city (n) to rank `places` or better."""
        return np.asarray(self._rank_counts[:, : places + 1].sum(axis=1) / self.draws)

    # -- all cities at once -------------------------------------------------------------------------------------

    def within(self, places: int = 2) -> float:
        """The share of cities whose published rank lies within `places` of their median simulated rank."""
        return float((np.abs(self.published_ranks - nearest_rank(self._rank_counts, 50)) <= places).mean())

    def coverage(self) -> float:
        """The share of cities whose published rank lies inside their own band, ends included."""
        low, high = nearest_rank(self._rank_counts, 5), nearest_rank(self._rank_counts, 95)
        return float(((low <= self.published_ranks) & (self.published_ranks <= high)).mean())

    def changes(self) -> pd.DataFrame:
        """Absolute rank change against the published rank over the draws: index code, columns `mean` and `most`."""
        moved = np.abs(np.arange(self._rank_counts.shape[1]) - self.published_ranks[:, None])
        mean = (self._rank_counts * moved).sum(axis=1) / self.draws
        most = np.where(self._rank_counts > 0, moved, 0).max(axis=1)
        return pd.DataFrame({"mean": mean, "most": most}, index=pd.Index(self.field.codes, name="code"))

    # -- pairs --------------------------------------------------------------------------------------------------

    def above(self, a: str, b: str) -> tuple[float, float, float]:
        """The chances that city `a` scores above `b`, exactly as high, and below. Raises KeyError (not ranked)."""
        first, second = self.hundredths[:, self.field.row(a)], self.hundredths[:, self.field.row(b)]
        higher, lower = np.count_nonzero(first > second), np.count_nonzero(first < second)
        return higher / self.draws, (self.draws - higher - lower) / self.draws, lower / self.draws

    def pairs(self) -> pd.DataFrame:
        """n x n: the chance that the city of the row scores above the city of the column (ties count for neither)."""
        return pd.DataFrame(self._above, index=self.field.codes, columns=self.field.codes)

    def groups(self, confidence: float = CONFIDENCE) -> tuple[tuple[str, ...], ...]:
        """Groups of cities that cannot be told apart from their leader, down the published ranking: `pairs.groups`."""
        order = np.lexsort((np.array(self.field.codes), self.published_ranks))
        found = groups(self._above, order, confidence)
        return tuple(tuple(self.field.codes[city] for city in group) for group in found)

    def telling_distance(self, confidence: float = CONFIDENCE) -> int | None:
        """From how many places apart on the difference means something; None if never. See `pairs.telling_distance`."""
        return telling_distance(self._above, self.published_ranks, confidence)

    # -- counted once -------------------------------------------------------------------------------------------

    @cached_property
    def _ranks(self) -> Shorts:
        return competition_ranks_many(self.hundredths)

    @cached_property
    def _rank_counts(self) -> Counts:
        """n x (n + 1): how often each city holds each rank (column 0 stays empty)."""
        return tally(self._ranks, len(self.field.codes) + 1)

    @cached_property
    def _final_counts(self) -> Counts:
        return tally(self.hundredths, int(self.hundredths.max()) + 1)

    @cached_property
    def _above(self) -> Floats:
        return shares_above(self.hundredths)
