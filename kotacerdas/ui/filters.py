"""The quiet row of filters that the overview and the ranking share: year, group, kind and island, by id in the URL.

`row` draws it and returns a `Selection`; `apply` is the pure step from the frame of a round to the rows selected.
Filters never change the national rank: they only choose which rows are shown, and `sentence` says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.published import OUTSIDE, Published
from kotacerdas.schema import ISLANDS
from kotacerdas.ui import notice, state

UNKNOWN = "unknown"
"""Programme cities whose group the source does not give."""

KINDS = ("kabupaten", "kota")
NAMES = ("group", "kind", "island")
"""The URL parameters of the filters (the year is a view of its own and is not cleared with them)."""


@dataclass(frozen=True)
class Selection:
    """What the reader chose: a round, and at most one group, one kind and any number of islands. Empty means all."""

    year: int
    group: str | None = None
    kind: str | None = None
    islands: tuple[str, ...] = ()

    @property
    def narrowed(self) -> bool:
        """Whether anything but the year is chosen."""
        return bool(self.group or self.kind or self.islands)


def apply(frame: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """The rows of a round's frame (`results` or `national`) that fit; the frame itself is not changed.

    A missing `group` is the group `unknown` of a programme city; cities outside the programme are in no group.
    """
    fits = pd.Series(True, index=frame.index)
    if selection.group == UNKNOWN:
        fits &= frame["group"].isna() & (frame["status"] != OUTSIDE)
    elif selection.group:
        fits &= (frame["group"] == selection.group).fillna(False).astype(bool)
    if selection.kind:
        fits &= frame["kind"] == selection.kind
    if selection.islands:
        fits &= frame["island"].isin(selection.islands)
    return frame[fits] if selection.narrowed else frame


def row(t: Text, data: Published) -> Selection:
    """Draw the row and return what is chosen. The group is offered only for rounds that were scored by groups."""
    with st.container(key="filters", horizontal=True, vertical_alignment="center", gap="small"):
        year = state.choose_year(shown=lambda value: year_name(value, t, data), quiet=True)
        selection = Selection(
            year=year,
            group=_group(t, data, year),
            kind=state.choose(
                "kind",
                KINDS,
                label=t("filters.kind"),
                shown=lambda value: t(f"kind.{value}"),
                empty=t("filters.all_kinds"),
                quiet=True,
                width="stretch",
            ),
            islands=_islands(t),
        )
        state.reset(NAMES, label=t("filters.clear"))
    return selection


def _group(t: Text, data: Published, year: int) -> str | None:
    if not has_groups(data, year):
        if state.param("group"):
            notice.say(t("filters.group_absent", year=year))
        return None
    return state.choose(
        "group",
        groups(data, year),
        label=t("filters.group"),
        shown=lambda value: group_name(value, t),
        empty=t("filters.all_groups"),
        quiet=True,
        width="stretch",
    )


def _islands(t: Text) -> tuple[str, ...]:
    """Several may be chosen; the button says which. A multiselect would write white on the dark theme's light blue."""
    chosen = [island for island in (state.param("island") or "").split(",") if island in ISLANDS]
    title = ", ".join(t(f"island.{island}") for island in chosen) or t("filters.all_islands")
    with st.popover(title, width="stretch", key="islands"):
        return state.choose_many(
            "island", ISLANDS, label=t("filters.island"), shown=lambda value: t(f"island.{value}"), look="pills"
        )


def has_groups(data: Published, year: int) -> bool:
    """Whether the round was scored by groups (regular and priority-area cities)."""
    return bool(data.results(year)["group"].notna().any())


def groups(data: Published, year: int) -> tuple[str, ...]:
    """The groups a round was scored by, in its own order, and `unknown`."""
    entry = data.round(year)
    named = data.round(entry.derived_from).instruments if entry.derived_from else entry.instruments
    return (*(name for name in named if name != "all"), UNKNOWN)


def year_name(year: int, t: Text, data: Published) -> str:
    """The year as the reader sees it; what is not an official evaluation says so."""
    status = data.round(year).status
    return str(year) if status == "published" else t(f"filters.year.{status}", year=year)


def group_name(group: str, t: Text) -> str:
    """The words of a group, also for the cities whose group the source does not give.

    A round published here may have groups of its own; these go by the name they were given.
    """
    if group == UNKNOWN:
        return t("group.none")
    return t(f"group.{group}") if f"group.{group}" in t else group


def sentence(selection: Selection, t: Text, *, shown: int, of: int) -> str:
    """What is selected, how many rows that is, and that the national rank stays as it is; for all rows just that.

    A group is known only for cities with a published row; the sentence says so, or the group would look complete.
    """
    if not selection.narrowed:
        return t("filters.everything", of=t.integer(of))
    parts = [
        group_name(selection.group, t) if selection.group else "",
        t(f"kind.{selection.kind}") if selection.kind else "",
        ", ".join(t(f"island.{island}") for island in selection.islands),
    ]
    words = t(
        "filters.narrowed",
        shown=t.integer(shown),
        of=t.integer(of),
        parts="; ".join(part for part in parts if part),
    )
    return f"{words} {t('filters.group_known')}" if selection.group and selection.group != UNKNOWN else words


def derivation(year: int, t: Text, data: Published) -> str | None:
    """For a round with derived finals: one sentence that says from what; None for a published round."""
    entry = data.round(year)
    if entry.evaluated:
        return None
    return t("filters.derived", year=year, base=entry.derived_from)
