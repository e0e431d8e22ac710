"""Part 3 of the method page: the five maturity levels, two readings of a score against them, and who is where."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from kotacerdas.charts.frame import CONFIG
from kotacerdas.i18n import Text
from kotacerdas.instrument import Interval
from kotacerdas.levels import Levels, Reading
from kotacerdas.published import Published
from kotacerdas.ui import shell, state
from kotacerdas.ui.method_rubric import interval_words
from kotacerdas.ui.method_table import short
from kotacerdas.ui.tables import Formats


def draw(t: Text, data: Published, whole: bool) -> None:
    """The finding, the picture of both readings, the table of levels, and why the default is the default."""
    from kotacerdas.charts import readings

    year = next(year for year in data.years if data.round(year).status == "published")
    levels = data.levels_of(year)
    finals = data.results(year)["final"].dropna()
    counted = counts(levels, finals)
    default = levels.default_reading
    fullest = max(levels.levels, key=lambda level: counted[default][level.id])
    heading, badge = st.container(horizontal=True, vertical_alignment="center"), t("status.draft")
    heading.header(
        t(
            "method.levels.title",
            year=year,
            count=t.integer(counted[default][fullest.id]),
            of=t.integer(len(finals)),
            level=fullest.id,
            name=t.label(fullest.label),
        ),
        anchor="levels",
        width="content",
    )
    heading.badge(badge, color="orange", icon=":material/edit_note:")
    st.markdown(t("method.levels.lead"))
    st.plotly_chart(
        readings.picture(levels, counted, finals, shell.theme_mode(), t),
        theme=None,
        config=CONFIG,
        key="readings",
        alt=readings.alt(levels, counted, t),
    )
    st.caption(t("method.levels.picture", year=year, count=t.integer(len(finals))))
    short(
        table(t, levels, counted),
        alt=readings.alt(levels, counted, t),
        formats=_formats(t, levels),
        links=[state.href("peringkat", year=year)] * len(levels.levels),
    )
    st.subheader(t("method.levels.why"), anchor="why-linear")
    literal = next(name for name in levels.readings if name != default)
    top = levels.levels[-1]
    crowded = sorted(levels.levels, key=lambda level: -counted[literal][level.id])[:2]
    st.markdown(
        t(
            "method.levels.why_text",
            two=t.integer(sum(counted[literal][level.id] for level in crowded)),
            of=t.integer(len(finals)),
            first=min(level.id for level in crowded),
            second=max(level.id for level in crowded),
            top=top.id,
            best=t.number(finals.max()),
        )
    )
    st.markdown(t("method.levels.draft"))


def counts(levels: Levels, finals: pd.Series[float]) -> dict[str, dict[int, int]]:
    """Reading -> level -> number of cities, zero where nobody is."""
    found = {}
    for reading in levels.readings:
        placed = pd.Series(levels.of_many(finals.to_numpy(), reading)).value_counts()
        found[reading] = {level.id: int(placed.get(level.id, 0)) for level in levels.levels}
    return found


def table(t: Text, levels: Levels, counted: dict[str, dict[int, int]]) -> pd.DataFrame:
    """The levels with their meaning, and per reading the scores that lead to each and the number of cities."""
    rows = []
    for level in levels.levels:
        row: dict[str, object] = {
            t("method.levels.level"): t("method.levels.named", level=level.id, name=t.label(level.label)),
        }
        for name, reading in levels.readings.items():
            row[_scores(t, reading)] = score_words(t, levels, level.id, name)
            row[_cities(t, reading)] = counted[name][level.id]
        row[t("method.levels.meaning")] = t.label(level.meaning)
        rows.append(row)
    return pd.DataFrame(rows)


def _scores(t: Text, reading: Reading) -> str:
    return t("method.levels.scores", reading=t.label(reading.label).lower())


def _cities(t: Text, reading: Reading) -> str:
    return t("method.levels.cities", reading=t.label(reading.label).lower())


def _formats(t: Text, levels: Levels) -> Formats:
    return {_cities(t, reading): t.integer for reading in levels.readings.values()}


def score_words(t: Text, levels: Levels, level: int, reading: str) -> str:
    """The scores of a level under a reading, in words; a level above the scale says that it is out of reach."""
    (low, high), top = levels.score_range(level, reading), levels.bounds.high
    if low > top:
        return t("method.levels.unreachable")
    if low == top:
        return t("method.interval.exactly", low=t.number(low))
    if level == 1 and high is not None:
        return t("method.interval.below", high=t.number(high))
    if high is None or high > top:
        return interval_words(t, Interval(low, None, True, False))
    return t("method.interval.from", low=t.number(low), high=t.number(high))
