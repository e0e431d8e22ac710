"""A city without a result in a round: what is missing, why, how that is known, and what can still be seen."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from kotacerdas import profile
from kotacerdas.charts.palette import Theme
from kotacerdas.i18n import Text
from kotacerdas.published import Published
from kotacerdas.ui import city_compare, city_places, city_trend, filters, notice, provenance, state

MOST = 9
"""Links to neighbours, at most."""


def draw(t: Text, data: Published, code: str, year: int, status: str, mode: Theme) -> None:
    """A programme city that did not take part, or whose result is not in the copy."""
    row = data.results(year).loc[code].to_dict()
    city = str(row["name"])
    how = "inferred" if _inferred(status, row) else status
    st.title(t(f"city.absent_title.{how}", city=city, year=year), anchor=False)
    _context(t, row, year, how)
    known = int(data.results(year)["final"].notna().sum())
    took_part = data.round(year).counts.get("took_part")
    notice.missing(
        t(f"city.absent_how.{how}", city=city, year=year, known=t.integer(known), took_part=t.integer(took_part)),
        detail=t(
            "city.absent_meaning",
            source=provenance.words(t, data, row["source_document"], row["source_table"], row["source_row"]),
        ),
    )
    latest = profile.newest(data, code)
    if latest:
        _latest(t, data, code, latest)
    _province(t, data, code, year)
    group = city_compare.peers_row(t, data, code, year)
    city_compare.strip(t, data, code, year, group, mode)
    if latest:
        st.header(t("city.latest_parts", year=latest), anchor=False)
        before = city_compare.peers_of(data, code, latest, group.strategy)
        city_compare.draw(t, data, code, latest, before, mode)
    if len(data.trend(code)):
        city_trend.draw(t, data, code, mode)


def _inferred(status: str, row: dict[str, object]) -> bool:
    """Whether non-participation is concluded from a missing row instead of being printed in the results table."""
    return status == "did_not_take_part" and isinstance(row["note"], str)


def _context(t: Text, row: dict[str, object], year: int, how: str) -> None:
    parts = [
        t("city.evaluation", year=year),
        t("city.place", province=row["province"], island=t(f"island.{row['island']}")),
        t("city.code", code=row["code"]),
        t("city.status", status=t(f"city.status_word.{how}")),
    ]
    st.caption(notice.literal(" · ".join(parts)))


def _latest(t: Text, data: Published, code: str, year: int) -> None:
    """The last published result in figures, with the way to its full profile."""
    row = data.results(year).loc[code].to_dict()
    standing = profile.standing(data, code, year)
    level = data.levels[int(row["level"])]
    st.header(t("city.latest_title", year=year, final=t.number(row["final"])), anchor=False)
    with st.container(key="city-figures", horizontal=True, gap="medium"):
        st.metric(
            t("city.latest_final", year=year),
            t.number(row["final"]),
            delta=t(f"status.{row['status']}"),
            delta_color="off",
            delta_arrow="off",
            help=notice.literal(provenance.of_row(t, data, row)),
            width=230,
        )
        st.metric(
            t("city.latest_rank", year=year, ranked=t.integer(standing.ranked)), t.integer(standing.rank), width=230
        )
        st.metric(
            t("city.latest_level", year=year),
            str(level.id),
            delta=t.label(level.label),
            delta_color="off",
            delta_arrow="off",
            width=230,
        )
    state.step(
        t("city.to_year", year=year),
        key="to-year",
        icon=":material/arrow_forward:",
        city=code,
        year=year,
    )


# ---- outside the programme -----------------------------------------------------------------------------------


def draw_outside(t: Text, data: Published, code: str, year: int, mode: Theme) -> None:
    """One of the kabupaten and kota that no round invited."""
    city = data.city(code)
    results = data.results(year)
    state.page_link("peringkat", t("city.to_ranking"), icon=":material/arrow_back:")
    st.title(
        t(
            "city.outside_title",
            city=city["name"],
            count=t.integer(len(results)),
            year=filters.year_name(year, t, data),
        ),
        anchor=False,
    )
    parts = [
        t("city.place", province=city["province"], island=t(f"island.{city['island']}")),
        t("city.code", code=code),
        t("city.status", status=t("city.status_word.outside_programme")),
    ]
    st.caption(notice.literal(" · ".join(parts)))
    rounds = ", ".join(str(entry) for entry in sorted(data.rounds) if data.round(entry).evaluated)
    notice.missing(t("city.outside_how", city=city["name"], rounds=rounds), detail=t("city.outside_meaning"))
    _province(t, data, code, year)
    group = city_compare.peers_row(t, data, code, year)
    city_compare.strip(t, data, code, year, group, mode)


# ---- the neighbourhood ---------------------------------------------------------------------------------------


def _province(t: Text, data: Published, code: str, year: int) -> None:
    """How the province does, and where its programme cities and the best of the island lie."""
    city = data.city(code)
    frame = data.national(year)
    table = data.provinces(year).loc[city["province_code"]]
    st.header(_province_finding(t, table, year), anchor=False)
    near = frame[(frame["province_code"] == city["province_code"]) & (frame.index != code)]
    st.caption(
        notice.literal(
            t(
                "city.province_about",
                invited=t.integer(table["invited"]),
                all=t.integer(table["cities"]),
                known=t.integer(table["published"]),
            )
        )
    )
    city_places.links(t, city_places.best(near, MOST), key="near-province")
    island = frame[(frame["island"] == city["island"]) & ~frame.index.isin(near.index) & (frame.index != code)]
    top = city_places.best(island, 3)
    if len(top):
        st.markdown(t("city.island_top", island=t(f"island.{city['island']}"), year=year))
        city_places.links(t, top, key="near-island")


def _province_finding(t: Text, table: pd.Series[Any], year: int) -> str:
    if not table["published"]:
        return t("city.province_none", province=table["province"], year=year)
    return t(
        "city.province_mean",
        province=table["province"],
        year=year,
        mean=t.number(table["mean"]),
        known=t.integer(table["published"]),
    )
