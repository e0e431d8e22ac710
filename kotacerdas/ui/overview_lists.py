"""The lists of the page `ringkasan`: who rose and fell most, and the tables behind the pictures."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from kotacerdas.charts import caption
from kotacerdas.i18n import Text
from kotacerdas.ui import notice, state
from kotacerdas.ui.overview_look import Look, province_finding, province_table

MOVERS = 5
"""Risers, and fallers, beside the picture."""

TABLE_HEIGHT = 480
"""Height of a table, which scrolls under its heads."""

EM_SPACE = "\N{EM SPACE}"


def movers(look: Look, *, beside: bool) -> None:
    """Who rose and who fell most, each linked to the profile; one list below the other where they stand `beside`."""
    t = look.t
    risers, fallers = look.data.movers(look.year, MOVERS, look.programme)
    if risers.empty and fallers.empty:
        detail = t("overview.movers_derived") if look.derived else t("overview.movers_empty")
        notice.missing(t("overview.movers_none"), detail=detail)
        return
    places = [st.container(), st.container()] if beside else st.columns(2, gap="large")
    base = look.data.round(look.year).base_year
    for place, frame, key in zip(places, (risers, fallers), ("risers", "fallers"), strict=True):
        with place, st.container(key=key, gap=None):
            with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
                st.markdown(f"**{t(f'overview.{key}', base=base)}**", width="content")
                st.caption(t("overview.movers_columns"), width="content")
            for row in frame.to_dict("records"):
                _mover(t, row)
            if frame.empty:
                st.caption(t("overview.movers_no_one"))
    st.caption(t("overview.movers_source", base=base))


def _mover(t: Text, row: dict[str, Any]) -> None:
    rose = row["improvement"] > 0
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"):
        state.page_link("kota", notice.literal(row["name"]), city=row["code"])
        st.markdown(
            f":small[:{'blue' if rose else 'orange'}[{'▲' if rose else '▼'} {t.signed(row['improvement'])}]"
            f"{EM_SPACE}:gray[{t.number(row['final'])}]]",
            width="content",
        )


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
    table = province_table(look)
    title = t("overview.provinces", n=len(table))
    with st.expander(title, expanded=at_once, key=f"province-table-{at_once}", on_change="rerun") as part:
        if not part.open:
            return
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
