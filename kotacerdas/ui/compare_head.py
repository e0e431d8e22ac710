"""The set of cities: the box that adds one, and a card for each with its letter, its result and a way out."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from kotacerdas.charts.lettered import Lettered, disc
from kotacerdas.compare import MOST
from kotacerdas.i18n import Text
from kotacerdas.ui import cache, compare_view, compare_words, notice, state
from kotacerdas.ui.compare_view import View

NAME = "compare-add"


def add(t: Text, codes: Sequence[str]) -> None:
    """The search box; a choice joins the set and the box is empty again. A full set has a sentence in its place."""
    if len(codes) >= MOST:
        st.caption(t("compare.full", most=MOST))
        return
    names = {code: name for code, name in cache.city_names().items() if code not in codes}
    key = state.widget_key(NAME)
    st.selectbox(
        t("compare.add"),
        list(names),
        index=None,
        format_func=names.__getitem__,
        key=key,
        placeholder=t("compare.add_hint"),
        on_change=_added,
        args=(key, tuple(codes)),
    )


def _added(key: str, codes: Sequence[str]) -> None:
    code = st.session_state[key]
    st.session_state[key] = None
    if code:
        compare_view.add(codes, code)


def cities(view: View) -> None:
    """One card per city."""
    grid = st.grid(4, min_column_width=250, gap="xsmall", border=True, key="compare-cities")
    for city in view.cities:
        with grid.cell(), st.container(key=f"card-{city.code}", gap=None):
            _card(view, city)


def _card(view: View, city: Lettered) -> None:
    """Letter, name as a link to the profile, result, and why the city is in the set."""
    t, absent = view.t, city not in view.known
    lines = [_result(view, city.code), *([_reason(view, city)] if view.group else [])]
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
        st.image(disc(city.letter, city.place, view.mode, hollow=absent or view.derived), width=26, alt=city.letter)
        with st.container(width="stretch"):
            state.page_link("kota", f"**{notice.literal(city.name)}**", city=city.code)
        st.button(
            "",
            key=f"remove-{city.code}",
            icon=":material/close:",
            type="tertiary",
            help=t("compare.remove", city=city.name),
            on_click=compare_view.remove,
            args=(view.codes, city.code),
        )
    st.caption("  \n".join(map(notice.literal, lines)))


def _reason(view: View, city: Lettered) -> str:
    if view.group and city.code in view.group.codes:
        return compare_words.reason(view, view.group, city.code)
    return view.t("compare.base" if city == view.base else "compare.by_hand")


def _result(view: View, code: str) -> str:
    """`3,80 · peringkat 3 dari 140 · tingkat 4`, or why there is no figure."""
    t = view.t
    final = view.finals.values.at["final", code]
    if pd.isna(final):
        return view.why_absent(code)
    row = view.data.results(view.year).loc[code]
    said = t(
        "compare.result",
        final=t.number(final),
        rank=t.integer(row["rank"]),
        ranked=t.integer(row["ranked"]),
        level=t.integer(row["level"]),
    )
    return t("compare.result_provisional", result=said) if row["status"] == "panel_provisional" else said
