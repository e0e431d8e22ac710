"""Cities by place: short lists of links with what is known of each, for the picker and for pages without a result."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.ui import notice, state


def links(t: Text, frame: pd.DataFrame, *, key: str, islands: bool = False) -> None:
    """One link per row of a `Published.national` frame: name, and its final with rank or why there is none.

    `islands` adds where it lies.
    """
    with st.grid(min_column_width=300, gap=("small", "xsmall"), key=key):
        for code, row in frame.iterrows():
            said = words(t, row)
            if islands:
                said = t("city.link_island", link=said, island=t(f"island.{row['island']}"))
            state.step(notice.literal(said), key=f"{key}-{code}", icon=":material/chevron_right:", city=code)


def words(t: Text, row: pd.Series[Any]) -> str:
    """`Kota Madiun · 3,80 · peringkat 3`, or the name with the reason why there is no figure."""
    if pd.isna(row["final"]):
        return t("city.link_status", city=row["name"], status=t(f"city.status_word.{row['status']}"))
    return t("city.link_final", city=row["name"], final=t.number(row["final"]), rank=t.integer(row["rank"]))


def best(frame: pd.DataFrame, count: int) -> pd.DataFrame:
    """The rows with the highest finals, ties by name."""
    return frame[frame["final"].notna()].sort_values(["rank", "name"]).head(count)
