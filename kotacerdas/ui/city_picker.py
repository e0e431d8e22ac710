"""Choosing a city: by name, by province, or from a few that are often wanted."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.published import OUTSIDE, Published
from kotacerdas.schema import ISLANDS
from kotacerdas.ui import cache, city_places, filters, shell, state

TOP = 6
"""How many of the highest ranks are offered."""


def draw(t: Text, data: Published) -> None:
    """The page without a city."""
    shell.title(t("room.kota"))
    year = state.year()
    frame = data.national(year)
    st.title(t("city.pick_title"), anchor=False)
    outside = int((frame["status"] == OUTSIDE).sum())
    st.markdown(
        t(
            "city.pick_about",
            all=t.integer(len(frame)),
            programme=t.integer(len(frame) - outside),
            known=t.integer(int(frame["final"].notna().sum())),
            year=filters.year_name(year, t, data),
        )
    )
    left, right = st.columns(2, gap="large")
    with left:
        _find(t)
    with right:
        province = _province(t, data)
    if province:
        _browse(t, frame[frame["province_code"] == province])
    _suggestions(t, frame, year)


def _find(t: Text) -> None:
    """The find box; an own one, because a code that does not exist has already been answered."""
    names = cache.city_names()
    key = state.widget_key("pick")
    st.selectbox(
        t("city.pick_name"),
        list(names),
        index=None,
        format_func=names.__getitem__,
        key=key,
        placeholder=t("shell.find"),
        on_change=_go,
        args=(key,),
    )


def _go(key: str) -> None:
    state.clear(("province",))
    state.put("city", st.session_state[key])


def _province(t: Text, data: Published) -> str | None:
    cities = data.cities.drop_duplicates("province_code").sort_values("province")
    names = dict(zip(cities["province_code"], cities["province"], strict=True))
    return state.choose(
        "province",
        list(names),
        label=t("city.pick_province"),
        shown=names.__getitem__,
        empty=t("city.pick_province_empty"),
    )


def _browse(t: Text, frame: pd.DataFrame) -> None:
    known = int(frame["final"].notna().sum())
    province = frame["province"].iloc[0]
    st.header(
        t("city.pick_in_province", province=province, all=t.integer(len(frame)), known=t.integer(known)), anchor=False
    )
    city_places.links(t, frame.sort_values(["final", "short_name"], ascending=[False, True]), key="pick-province")


def _suggestions(t: Text, frame: pd.DataFrame, year: int) -> None:
    st.header(t("city.pick_top", year=year), anchor=False)
    city_places.links(t, city_places.best(frame, TOP), key="pick-top")
    st.header(t("city.pick_islands", year=year), anchor=False)
    tops = [city_places.best(frame[frame["island"] == island], 1) for island in ISLANDS]
    city_places.links(t, pd.concat([top for top in tops if len(top)]), key="pick-islands", islands=True)
