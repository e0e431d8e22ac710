"""The comparison without a city: the search box and a few sets to begin with."""

from __future__ import annotations

import streamlit as st

from kotacerdas import compare
from kotacerdas.compare import MOST
from kotacerdas.i18n import Text
from kotacerdas.published import Published
from kotacerdas.ui import compare_head, compare_view, filters, notice, shell, state


def draw(t: Text, data: Published) -> None:
    """The page without a city."""
    shell.title(t("room.bandingkan"))
    st.title(t("compare.pick_title", most=MOST), anchor=False)
    st.markdown(t("compare.pick_about"))
    with st.container(key="compare-bar", horizontal=True, vertical_alignment="bottom", gap="small"):
        year = state.choose_year(shown=lambda value: filters.year_name(value, t, data))
        compare_head.add(t, ())
    st.header(t("compare.pick_examples", year=year), anchor=False)
    grid = st.grid(4, min_column_width=240, gap="small", key="compare-examples")
    for name, codes in examples(data, year).items():
        with grid.cell(), st.container(border=True, height="stretch", gap="small", key=f"example-{name}"):
            st.markdown(f"**{t(f'compare.example.{name}')}**")
            names = " · ".join(str(data.cities.at[code, "name"]) for code in codes)
            st.caption(notice.literal(names))
            st.button(
                t("compare.pick_this"),
                key=f"pick-{name}",
                icon=":material/arrow_forward:",
                type="tertiary",
                on_click=compare_view.put,
                args=(codes, None),
            )


def examples(data: Published, year: int) -> dict[str, tuple[str, ...]]:
    """Sets to begin with, by name; those the round has no figures for are left out."""
    found = {
        "highest": compare.highest(data, year),
        "islands": compare.highest_by_island(data, year),
        "regencies": compare.highest(data, year, kind="kabupaten"),
        "risers": compare.risers(data, year),
    }
    return {name: codes for name, codes in found.items() if len(codes) > 1}
