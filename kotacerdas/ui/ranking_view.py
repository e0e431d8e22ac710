"""What a reader of the ranking looks at, and the sentences that say it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from kotacerdas.i18n import Text
from kotacerdas.published import Published
from kotacerdas.schema import VALUED
from kotacerdas.ui import filters, provenance

FEW = 8
"""Below so many finals the whole range is told instead of the middle half."""


@dataclass(frozen=True)
class View:
    """The selection, its rows of the round's results, and the reading that gives the levels."""

    t: Text
    data: Published
    selection: filters.Selection
    rows: pd.DataFrame
    reading: str

    @property
    def year(self) -> int:
        """The year of the round."""
        return self.selection.year

    @property
    def derived(self) -> bool:
        """Whether the round's finals are derived."""
        return not self.data.round(self.year).evaluated

    @property
    def ranked(self) -> int:
        """How many cities of the whole round have a rank."""
        return int(self.data.results(self.year)["final"].notna().sum())

    @property
    def finals(self) -> pd.Series[float]:
        """The finals of the selection, without the cities that have none."""
        return self.rows["final"].dropna()

    @property
    def source(self) -> str:
        """The document of the round, in words."""
        return provenance.words(self.t, self.data, self.data.round(self.year).source.document)

    def level_name(self, level: int) -> str:
        """`4 Terintegrasi`."""
        return f"{level} {self.t.label(self.data.levels[level].label)}"

    def statuses(self, codes: pd.Index[str]) -> list[str]:
        """The status of each city's final in words; what is only inferred says so."""
        rows = self.rows.loc[codes, ["status", "note"]]
        return [self._status(*row) for row in rows.itertuples(index=False, name=None)]

    def _status(self, status: str, note: object) -> str:
        if status in VALUED:
            return self.t(f"status.{status}")
        inferred = status == "did_not_take_part" and not pd.isna(note)
        return self.t(f"map_status.{'inferred' if inferred else status}", year=self.year)


def lead(view: View, written: Callable[[str], str] = str) -> str:
    """Who leads the selection; `written` prepares names for where the sentence stands."""
    t, finals = view.t, view.finals
    if not len(finals):
        return t("ranking.lead_none", year=view.year)
    leaders = view.rows[view.rows["final"] == finals.max()].sort_values("name")
    alone = len(leaders) == 1
    facts = {
        "cities": _joined([written(name) for name in leaders["name"]], t),
        "count": t.integer(len(finals)),
        "year": view.year,
        "value": t("ranking.value_derived" if view.derived else "ranking.value", final=t.number(finals.max())),
        "rank": t.integer(leaders["rank"].iloc[0]),
    }
    if not view.selection.narrowed:
        if len(finals) == 1:
            return t("ranking.lead_first", **facts)
        return t("ranking.lead" if alone else "ranking.lead_tie", **facts)
    if len(finals) == 1:
        return t("ranking.lead_single", **facts)
    return t("ranking.lead_selection" if alone else "ranking.lead_selection_tie", **facts)


def context(view: View) -> str:
    """What the ranks mean: among how many, two weight sets in one ranking, and that filters leave them alone."""
    t, entry = view.t, view.data.round(view.year)
    if view.derived:
        return (
            f"{filters.derivation(view.year, t, view.data)} {t('ranking.scope_derived', ranked=t.integer(view.ranked))}"
        )
    took_part, invited = entry.counts.get("took_part"), entry.counts.get("invited")
    if took_part is None and invited is not None:
        scope = t("ranking.scope_invited", ranked=t.integer(view.ranked), invited=t.integer(invited))
    else:
        scope = t("ranking.scope", ranked=t.integer(view.ranked), took_part=t.integer(took_part or view.ranked))
    panel = entry.status == "panel"
    said = [t("ranking.panel", source=view.source)] if panel else []
    if len(view.data.results(view.year)["group"].dropna().unique()) > 1:
        said.append(t("ranking.weights_panel" if panel else "ranking.weights"))
    return " ".join([*said, scope])


def distribution(view: View) -> str:
    """What the strip shows."""
    t, finals = view.t, view.finals
    if not len(finals):
        return t("strip.title_none", year=view.year)
    if len(finals) == 1:
        return t("strip.title_one", year=view.year, final=t.number(finals.iloc[0]))
    few = len(finals) < FEW
    low, high = (finals.min(), finals.max()) if few else (finals.quantile(0.25), finals.quantile(0.75))
    return t(
        "strip.title_few" if few else "strip.title",
        count=t.integer(len(finals)),
        year=view.year,
        low=t.number(low),
        high=t.number(high),
    )


def _joined(names: Sequence[str], t: Text) -> str:
    return names[0] if len(names) == 1 else t("ranking.pair", first=", ".join(names[:-1]), last=names[-1])
