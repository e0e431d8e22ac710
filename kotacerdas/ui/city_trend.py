"""The finals of a city through the rounds, with the nation as its middle half."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from kotacerdas import ranking
from kotacerdas.charts.palette import Theme
from kotacerdas.i18n import Text
from kotacerdas.published import Published
from kotacerdas.ui import filters, notice, scale_words, tables


def draw(t: Text, data: Published, code: str, mode: Theme) -> None:
    """Chart, table and what the marks mean; one sentence where the city has no final at all."""
    finals = data.trend(code)
    finding = _finding(t, finals)
    st.header(finding, anchor="trend")
    if finals.empty:
        return
    from kotacerdas.charts import trend
    from kotacerdas.charts.frame import CONFIG

    band = data.national_band
    left, right = st.columns([1, 1], gap="large", vertical_alignment="center")
    with left, st.container(key="city-trend"):
        st.plotly_chart(
            trend.trend(finals, band, str(data.city(code)["name"]), t, mode, scales=data.scales),
            theme=None,
            config=CONFIG,
            key="trend",
            alt=trend.alt(finding, finals, band, t),
        )
    with right:
        _table(t, data, finals, band)


def _finding(t: Text, finals: pd.DataFrame) -> str:
    if finals.empty:
        return t("city.trend_none")
    first, last = finals.iloc[0], finals.iloc[-1]
    if len(finals) == 1:
        return t("city.trend_one", year=last["year"], value=t.number(last["final"]))
    rise = round(float(last["final"] - first["final"]), 9)
    key = "city.trend_rise" if rise > 0 else "city.trend_fall" if rise < 0 else "city.trend_same"
    return t(
        key,
        change=t.number(abs(rise)),
        first=first["year"],
        last=last["year"],
        earlier=t.number(first["final"]),
        value=t.number(last["final"]),
    )


def _table(t: Text, data: Published, finals: pd.DataFrame, band: pd.DataFrame) -> None:
    median = band.set_index("year")["median"]
    heads = [t("state.year"), t("measure.final"), t("measure.rank"), t("city.national_median")]
    rows = [
        [
            filters.year_name(row["year"], t, data),
            t.number(row["final"]),
            t("city.rank_of", rank=t.integer(row["rank"]), ranked=t.integer(row["ranked"])),
            t.number(median.get(row["year"])),
        ]
        for row in reversed(finals.to_dict("records"))
    ]
    tables.short(heads, rows, figures=(1, 2, 3))
    st.caption(notice.literal(marks(t, data, finals)))


def marks(t: Text, data: Published, finals: pd.DataFrame) -> str:
    """What the marks of a trend mean, the years without a source, and which of its finals are no official ones."""
    gap = f" {t('city.and')} ".join(str(year) for year in ranking.span(data) if year not in data.rounds)
    said = [t("city.trend_marks", gap=gap), *scale_words.changed(t, data)]
    for year, rows in finals.groupby("year"):
        if data.round(int(year)).status == "panel":
            provisional = rows["status"].eq("panel_provisional")
            status = "panel_provisional" if provisional.all() else "panel"
            some = provisional.any() and not provisional.all()
            key = "city.trend_panel_some" if some else "city.trend_panel"
            said.append(t(key, year=year, status=t(f"status.{status}")))
        said.append(filters.derivation(int(year), t, data) or "")
    return " ".join(sentence for sentence in said if sentence)
