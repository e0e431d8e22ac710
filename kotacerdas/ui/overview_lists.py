"""The lists of the page `ringkasan`: who rose and fell most, who needs help, and the tables behind the pictures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from kotacerdas.charts import caption
from kotacerdas.i18n import Text
from kotacerdas.ui import assets, notice, state
from kotacerdas.ui.overview_look import Look, province_finding, province_table

MOVERS, MOVERS_BESIDE, LOWEST = 5, 3, 5
"""Risers, and fallers, under the picture and beside it, where the first screen has no room for more; lowest finals."""

Figures = Callable[[dict[str, Any]], str]

FIGURES = 108
"""Pixels for the figures before a name: the names of all lists stand under one another."""

EM_SPACE = "\N{EM SPACE}"

TABLE_HEIGHT = 480
"""Height of a table, which scrolls under its heads."""


def movers(look: Look, *, many: bool) -> list[Callable[[], None]]:
    """Who rose most, who fell most, whose final is lowest: a part to draw for each list, and for what there is not."""
    t = look.t
    risers, fallers = look.data.movers(look.year, MOVERS if many else MOVERS_BESIDE, look.programme)
    base = look.data.round(look.year).base_year
    parts: list[Callable[[], None]] = []
    if risers.empty and fallers.empty:
        why = "derived" if look.derived else "empty" if look.selection.narrowed else "unknown"
        parts.append(partial(notice.missing, t("overview.movers_none"), detail=t(f"overview.movers_{why}")))
    else:
        for frame, key in ((risers, "risers"), (fallers, "fallers")):
            parts.append(partial(_list, t, key, t(f"overview.{key}", base=base), frame, partial(_change, t)))
    lowest = lowest_finals(look.programme)
    if len(lowest):
        title = t("overview.lowest_derived" if look.derived else "overview.lowest")
        parts.append(partial(_list, t, "lowest", title, lowest, partial(_level, look)))
    return parts


def movers_source(look: Look) -> None:
    """Where the changes come from."""
    if look.programme["improvement"].notna().any():
        entry = look.data.round(look.year)
        if entry.status == "panel":
            st.caption(look.t("overview.movers_source_panel", base=entry.base_year, year=look.year))
        else:
            st.caption(look.t("overview.movers_source", base=entry.base_year))


def lowest_finals(programme: pd.DataFrame) -> pd.DataFrame:
    """The rows with the lowest finals, lowest first; of a small selection at most its lower half."""
    valued = programme.dropna(subset=["final"]).sort_values(["final", "name"])
    return valued.head(min(LOWEST, len(valued) // 2))


def _list(t: Text, key: str, title: str, frame: pd.DataFrame, figures: Figures) -> None:
    """A list of cities, each linked to its profile, with its `figures` before the name."""
    with st.container(key=key, gap=None):
        st.markdown(f"**{title}**{EM_SPACE}:small[:gray[{t(f'overview_columns.{key}')}]]")
        for row in frame.to_dict("records"):
            with st.container(horizontal=True, vertical_alignment="center", gap=None, wrap=False):
                st.markdown(f":small[{figures(row)}]", width=FIGURES)
                state.page_link("kota", notice.literal(row["name"]), city=row["code"])
        if frame.empty:
            st.caption(t("overview.movers_no_one"))


def _change(t: Text, row: dict[str, Any]) -> str:
    """The final, and the change with its arrow."""
    colour, arrow = ("blue", "▲") if row["improvement"] > 0 else ("orange", "▼")
    return f"{t.number(row['final'])}{EM_SPACE}:{colour}[{arrow} {t.signed(row['improvement'])}]"


def _level(look: Look, row: dict[str, Any]) -> str:
    """The final, and the badge of its level."""
    kind = "derived" if look.derived else "level"
    badge = assets.url(f"marks/{kind}-{int(row['level_shown'])}.svg")
    return f"{look.t.number(row['final'])}{EM_SPACE}![]({badge})"


def city_table(look: Look) -> None:
    """The table twin of map and tiles, sent only when it is opened."""
    t = look.t
    title = t("overview.list", n=t.integer(len(look.programme)))
    with st.expander(title, key="city-table", on_change="rerun") as part:
        if not part.open:
            return
        frame = look.programme.sort_values(["rank", "name"], na_position="last")
        rank, final = t("measure.rank"), t("measure.final")
        shown = pd.DataFrame(
            {
                rank: frame["rank"].astype("Int64"),
                t("overview.city"): frame["name"],
                t("overview.province"): frame["province"],
                t("measure.level"): [caption.level_name(level, t, look.data.levels) for level in frame["level_shown"]],
                final: frame["final"],
                t("overview.status"): [t(f"status.{status}") for status in frame["status"]],
            }
        )
        st.dataframe(
            shown.style.format({final: t.number, rank: t.integer}), hide_index=True, height=TABLE_HEIGHT, alt=title
        )


def province_averages(look: Look, *, at_once: bool) -> None:
    """The table twin of the provinces; open where they are the picture, else sent only when it is opened."""
    t = look.t
    title = t("overview.provinces", n=look.around["province_code"].nunique())
    with st.expander(title, expanded=at_once, key=f"province-table-{at_once}", on_change="rerun") as part:
        if not part.open:
            return
        table = province_table(look)
        if not at_once:
            st.caption(province_finding(look, table))
        counts = ("published", "cities") if look.derived else ("published", "invited", "cities")
        shown = pd.DataFrame(
            {
                t("province_table.province"): table["province"],
                t("province_table.mean"): [t.number(mean) for mean in table["mean"]],
                t("province_table.level"): [caption.level_name(level, t, look.data.levels) for level in table["level"]],
                **{t(f"province_table.{name}"): table[name] for name in counts},
            }
        )
        st.table(shown.reset_index(drop=True), border="horizontal", hide_index=True, height=TABLE_HEIGHT, alt=title)
