"""What the page `ketahanan` looks at: a round, a preset, its simulated rounds, and perhaps one city in focus."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from kotacerdas.charts.band import band
from kotacerdas.charts.palette import Theme
from kotacerdas.draws import usual_deviation
from kotacerdas.ensemble import Ensemble
from kotacerdas.i18n import Text
from kotacerdas.pairs import CONFIDENCE
from kotacerdas.published import Published
from kotacerdas.robustness import RANDOM, Settings
from kotacerdas.ui import cache, notice


def years(data: Published) -> tuple[int, ...]:
    """The rounds that can be simulated, newest first: those whose components are published."""
    return tuple(year for year in data.years if data.round(year).instruments)


def panel_size(data: Published, year: int) -> int | None:
    """How many assessors mark a city in a round, if every instrument of the round says so."""
    sizes = [data.data.instruments[name].rules.panel_size for name in data.round(year).instruments.values()]
    return sizes[0] if all(sizes) else None


def city_band(t: Text, data: Published, code: str, year: int) -> str | None:
    """The band of a city under the weights preset in words (`2–6`); None where the round or city has none."""
    if not data.round(year).instruments:
        return None
    frame = cache.bands(year)
    return band(frame.at[code, "p5"], frame.at[code, "p95"], t) if code in frame.index else None


def chance(t: Text, share: float) -> str:
    """A chance as a percentage that never rounds an uncertainty away: `<1%` and `>99%` are neither never nor always."""
    if 0 < share < 0.005:
        return t("robustness.hardly", share=t.percent(0.01))
    if 0.995 <= share < 1:
        return t("robustness.nearly", share=t.percent(0.99))
    return t.percent(share)


@dataclass(frozen=True)
class View:
    """The round and the preset at work. `city` is a ranked city in focus, if any; `phone` a small screen."""

    t: Text
    data: Published
    year: int
    settings: Settings
    simulated: Ensemble
    bands: pd.DataFrame
    city: str | None
    mode: Theme
    phone: bool

    @property
    def random(self) -> bool:
        """Whether the simulated rounds are random draws, not a handful of named alternatives."""
        return self.settings.preset in RANDOM

    @property
    def ranked(self) -> int:
        """How many cities of the round have a rank."""
        return len(self.bands)

    @property
    def panel(self) -> int | None:
        """How many assessors mark a city: chosen by the reader, or stated by the sources."""
        return self.settings.panel_size or panel_size(self.data, self.year)

    @property
    def deviation(self) -> float:
        """How far one assessor's mark scatters, in points: chosen by the reader, or the usual of the scale."""
        stated = self.settings.deviation
        return usual_deviation(self.data.bounds(self.year)) if stated is None else stated

    @cached_property
    def effects(self) -> pd.DataFrame:
        """What each assumption does to the ranks of the round, under this page's deviation and panel size."""
        of = self.settings
        return cache.effects(self.year, Settings(deviation=of.deviation, panel_size=of.panel_size))

    def name(self, code: str) -> str:
        """The name of a city, for plain text."""
        return str(self.bands.at[code, "name"])

    def literal(self, code: str) -> str:
        """The name of a city, for Markdown."""
        return notice.literal(self.name(code))

    def short_name(self, code: str) -> str:
        """The name of a city as a phone has room for it."""
        name = self.name(code)
        return name.replace("Kabupaten ", self.t("ranking.kabupaten_short") + " ", 1) if self.phone else name

    def band(self, code: str) -> str:
        """The band of a city in words."""
        return band(self.bands.at[code, "p5"], self.bands.at[code, "p95"], self.t)

    def rank(self, code: str) -> str:
        """The published rank of a city in words."""
        return self.t.integer(self.bands.at[code, "rank"])

    @property
    def sure(self) -> str:
        """How often one city must be ahead for their order to be clear: a share of draws, or all of a few."""
        t, draws = self.t, self.simulated.draws
        way = "random" if self.random or CONFIDENCE * draws <= draws - 1 else "named"
        return t(f"robustness_sure.{way}", share=t.percent(CONFIDENCE), all=t.integer(draws))

    def points_apart(self, places: int) -> float | None:
        """The median difference in published finals between two cities so many places apart; None if there are none."""
        ranks = self.bands["rank"].to_numpy()
        finals = self.data.results(self.year)["final"].reindex(self.bands.index).to_numpy(float)
        better, worse = np.nonzero(ranks[None, :] - ranks[:, None] == places)
        return float(np.median(finals[better] - finals[worse])) if len(better) else None

    def often(self, share: float) -> str:
        """How often something happens: a share of random draws, or a count of named calculations."""
        t, draws = self.t, self.simulated.draws
        if self.random:
            return t("robustness.often_random", share=chance(t, share))
        return t("robustness.often_named", count=t.integer(round(share * draws)), all=t.integer(draws))
