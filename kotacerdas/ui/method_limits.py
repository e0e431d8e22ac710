"""Part 9 of the method page: what must not be concluded from these figures, and how far each caution reaches."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.published import Published

CLOSE = 0.05
"""Two finals this near are within what a mark or two of one assessor can move."""


def draw(t: Text, data: Published, whole: bool) -> None:
    """The cautions as short paragraphs, each with its figure from the data."""
    st.header(t("method.limits.title"), anchor="limits")
    for key, facts in cautions(t, data):
        name, words = st.columns([1, 2], gap="medium")
        name.markdown(f"**{t(f'method.limit.{key}')}**")
        words.markdown(t(f"method.limit_text.{key}", **facts))


def cautions(t: Text, data: Published) -> list[tuple[str, dict[str, object]]]:
    """Each caution with the figures its sentence needs."""
    year = next(year for year in data.years if data.round(year).status == "published")
    frame = data.results(year)
    published = frame.dropna(subset=["final"])
    groups = published["group"].value_counts()
    entry = data.round(year)
    unseen = frame[frame["status"] == "not_in_copy"]
    medians = published.groupby("kind")["final"].median()
    return [
        (
            "ranks",
            {"close": t.number(CLOSE), "others": t.integer(neighbours(published["final"], CLOSE)), "year": year},
        ),
        (
            "groups",
            {
                "regular": t.integer(groups.get("regular", 0)),
                "priority": t.integer(groups.get("priority", 0)),
                "year": year,
            },
        ),
        (
            "copy",
            {
                "ranked": t.integer(len(published)),
                "took_part": t.integer(entry.counts.get("took_part")),
                "hidden": t.integer(entry.counts.get("took_part", 0) - len(published)),
                "unseen": t.integer(len(unseen)),
                "kota": t.integer(int(unseen["kind"].eq("kota").sum())),
                "median_kota": t.number(medians.get("kota")),
                "median_kabupaten": t.number(medians.get("kabupaten")),
            },
        ),
        ("levels", {}),
        ("years", {}),
        ("missing", {"count": t.integer(int(frame["final"].isna().sum())), "year": year}),
        (
            "dimensions",
            {
                "count": t.integer(int(data.question_matrix(year).notna().all(axis=1).sum())),
                "of": t.integer(len(published)),
                "year": year,
            },
        ),
        ("subject", {}),
    ]


def neighbours(finals: pd.Series[float], distance: float) -> int:
    """How many other cities the median city has within `distance` of its final (whole number, rounded)."""
    values = np.sort(finals.to_numpy(dtype=float))
    low = np.searchsorted(values, np.round(values - distance, 9) - 1e-9)
    high = np.searchsorted(values, np.round(values + distance, 9) + 1e-9)
    return round(float(np.median(high - low - 1))) if len(values) else 0
