"""What the page `ringkasan` shows, gathered once for all its parts, and the figures they have in common."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from kotacerdas.charts import caption
from kotacerdas.charts.palette import Theme
from kotacerdas.i18n import Text
from kotacerdas.published import OUTSIDE, Published, Summary
from kotacerdas.ui import scale_words
from kotacerdas.ui.filters import Selection


@dataclass(frozen=True)
class Look:
    """What the page shows: the selection with its rows (`national` columns, captions, tiles), reading and theme."""

    t: Text
    data: Published
    selection: Selection
    reading: str
    theme: Theme
    frame: pd.DataFrame
    around: pd.DataFrame
    """The selection without its group: who was invited there. Nobody knows the group of a city without a row."""
    summary: Summary

    @property
    def year(self) -> int:
        """The round shown."""
        return self.selection.year

    @property
    def derived(self) -> bool:
        """Whether the round has derived finals only."""
        return not self.data.round(self.year).evaluated

    @cached_property
    def programme(self) -> pd.DataFrame:
        """The rows of the selection that belong to the round."""
        return self.frame[self.frame["status"] != OUTSIDE]

    @cached_property
    def counts(self) -> dict[int, int]:
        """Cities per level under the chosen reading."""
        found = self.frame["level_shown"].dropna().astype(int).value_counts()
        return {level.id: int(found.get(level.id, 0)) for level in self.data.levels.levels}


def shares_in_words(look: Look) -> str:
    """The cities per level as a sentence part: `1 Inisiasi 5, 2 Terencana 29 ...`."""
    t, levels = look.t, look.data.levels
    return ", ".join(f"{caption.level_name(level, t, levels)}: {t.integer(n)}" for level, n in look.counts.items())


FEW = 4
"""With fewer values than this, "half of them" says nothing."""


def middle_half(look: Look) -> str:
    """`2,40–3,20`: the finals between which the middle half of the selection lies; nothing for a few."""
    finals = look.frame["final"].dropna()
    if len(finals) < FEW:
        return look.t.number(None)
    return f"{look.t.number(finals.quantile(0.25))}–{look.t.number(finals.quantile(0.75))}"


LEAST = 3
"""With fewer values a province's mean has no level."""


def province_table(look: Look) -> pd.DataFrame:
    """The provinces of the selection with means, coverage and the level of the mean under the chosen reading.

    A mean of fewer than `LEAST` values, or of fewer than half of the programme cities, has no level and stands after
    the rest: one well-scored city does not make a province the nation's first.
    """
    from kotacerdas.charts.provinces import parts

    table = look.data.provinces(look.year, look.around)
    means = look.data.provinces(look.year, look.frame).reindex(table.index)
    table = table.assign(mean=means["mean"], published=means["published"].fillna(0).astype(int))
    few = (table["published"] < LEAST) | (table["published"] * 2 < table["invited"])
    table["level"] = look.data.levels_of(look.year).of_many(table["mean"], look.reading)
    table["level"] = table["level"].mask(few)
    return pd.concat(parts(table))


def province_levels(table: pd.DataFrame) -> dict[int, int]:
    """Provinces per level of their mean."""
    return {int(level): int(n) for level, n in table["level"].dropna().astype(int).value_counts().items()}


def province_finding(look: Look, table: pd.DataFrame) -> str:
    """How many provinces have a mean at all, how many of these means are complete, and which have no level."""
    t = look.t
    valued = table[table["published"] > 0]
    few = int(valued["level"].isna().sum())
    words: dict[str, object] = {"provinces": len(table), "valued": len(valued), "none": len(table) - len(valued)}
    words |= scale_words.ends(t, look.data.bounds(look.year))
    if look.derived:
        sentence = t("provinces.say_derived", **words)
    else:
        sentence = t("provinces.say", complete=int((valued["published"] == valued["invited"]).sum()), **words)
    if not few:
        return sentence
    return f"{sentence} {t('provinces.few_derived' if look.derived else 'provinces.few', n=few, least=LEAST)}"
