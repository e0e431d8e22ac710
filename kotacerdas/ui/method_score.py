"""Part 1 of the method page: from the answers to a score, a rank and a level, in words and in formulae."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd
import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.instrument import Instrument, exact
from kotacerdas.published import Published
from kotacerdas.scoring import Scorecard, round_half_up
from kotacerdas.ui import method_checks
from kotacerdas.ui.method_table import figure


@dataclass(frozen=True)
class Step:
    """One step of the calculation: the id of its words, its formula, and the figures its words and example need."""

    id: str
    formula: str
    example: str


def draw(t: Text, data: Published, whole: bool) -> None:
    """Four figures, then one row per step: words on the left, formula and an example from the data on the right."""
    found = _steps(data.data.digest, t, data, t.lang)
    st.header(t("method.score.title", count=len(found)), anchor="score")
    _figures(t, data)
    for number, step in enumerate(found, start=1):
        with st.container(key=f"step-{step.id}"):
            words, sums = st.columns([5, 6], gap="medium")
            with words:
                st.subheader(t("method.score.step", number=number, name=t(f"method.step.{step.id}")), anchor=step.id)
                st.markdown(t(f"method.step_text.{step.id}"))
            with sums:
                st.latex(step.formula + _ROOM)
                st.caption(step.example, text_alignment="center")


def _figures(t: Text, data: Published) -> None:
    """How far the published finals could be checked, and how many of those who took part the copy shows."""
    year = next(year for year in data.years if data.round(year).status == "published")
    with st.container(horizontal=True, gap="medium", key="method-figures"):
        for check in method_checks.checks(data).values():
            if check.kind != "components":
                st.metric(
                    t(f"method.figure.{check.variant}", year=check.year, limit=t.number(method_checks.NEAR)),
                    t("method.figure.of", count=t.integer(check.headline), of=t.integer(check.count)),
                    help=t(f"method.check_text.{check.variant}"),
                )
        st.metric(
            t("method.figure.copy", year=year),
            t(
                "method.figure.of",
                count=t.integer(int(data.results(year)["final"].notna().sum())),
                of=t.integer(data.round(year).counts.get("took_part")),
            ),
            help=t("method.figure.copy_help"),
        )


@st.cache_resource(max_entries=4, show_spinner=False)
def _steps(digest: str, _t: Text, _data: Published, lang: str) -> list[Step]:
    return steps(_t, _data)


def steps(t: Text, data: Published) -> list[Step]:
    """The steps with their formulae and with examples computed from the data."""
    newest = max(entry.derived_from for entry in data.rounds.values() if entry.derived_from)  # all steps have examples
    card = _explained(data, newest)
    city = data.city(card[0])["name"] if card else ""
    derived = [entry for entry in data.rounds.values() if entry.derived_from == newest]
    return [
        Step("mean", _mean_formula(_panel(data, newest)), _mean_example(t, card[1], city, newest) if card else ""),
        Step("sum", _SUM, _sum_example(t, data, newest, card, city)),
        Step("round", _ROUND, _round_example(t, data, newest)),
        Step("level", _level_formula(data), _level_example(t, data, newest)),
        Step("rank", _RANK, _rank_example(t, data, newest)),
        Step("change", _CHANGE, t("method.example.change", **_both(data, newest))),
        Step("derived", _DERIVED, _derived_example(t, data, newest, derived[0].year)),
        Step("dimension", _DIMENSION, _dimension_example(t, data, newest)),
        Step("coverage", _COVERAGE, _coverage_example(t, data)),
    ]


_ROOM = r"\;"
"""A thin space after a formula: without it the slant of the last letter makes the line a scrolling region."""
_SUM = r"S=\sum_{k} w_k\,c_k \qquad \sum_{k} w_k=1"
_ROUND = r"F=\frac{\left\lfloor 100\,S+\tfrac{1}{2}\right\rfloor}{100}"
_RANK = r"r_i=1+\bigl|\{\,j : F_j>F_i\,\}\bigr|"
_CHANGE = (
    r"\begin{gathered}\Delta r_i=r_i^{(t-1)}-r_i^{(t)}\\"
    r" i\in B=\{\,i : \exists F_i^{(t-1)},\ \exists F_i^{(t)}\,\}\end{gathered}"
)
_DERIVED = r"F^{(t-1)}=F^{(t)}-\Delta F^{(t)}"
_DIMENSION = r"D_{d,k}=\frac{1}{|Q_{d,k}|}\sum_{i\in Q_{d,k}} q_i"
_COVERAGE = r"v=\frac{\sum_{i\in A} w_i}{\sum_{i} w_i}"


def _panel(data: Published, year: int) -> int | None:
    """The number of assessors of a round, where its instruments say."""
    sizes = [data.data.instruments[name].rules.panel_size for name in data.round(year).instruments.values()]
    return next((size for size in sizes if size), None)


def _mean_formula(panel: int | None) -> str:
    """A component from its questions and, where a panel marks them, a question from the marks."""
    component = r"c_k=\frac{1}{n_k}\sum_{i=1}^{n_k} q_i"
    return component + rf" \qquad q_i=\frac{{1}}{{{panel}}}\sum_{{a=1}}^{{{panel}}} m_{{i,a}}" if panel else component


def _level_formula(data: Published) -> str:
    """The position on the level scale under the default and the other readings, from `levels.yaml`."""
    lines = []
    for name, reading in data.levels.readings.items():
        slope, offset = reading.slope, reading.offset
        if slope == 1 and offset == 0:
            place = "F"
        else:
            place = (
                rf"1+{_fraction(slope)}\,(F-1)"
                if slope + offset == 1
                else rf"{_fraction(slope)}\,F+({_fraction(offset)})"
            )
        mark = "" if name == data.levels.default_reading else "'"
        lines.append(rf"P{mark}={place}")
    places = r"\qquad ".join(lines)
    return rf"\begin{{gathered}}{places}\\ L=\max\{{1,\ \max\{{\,l : P\ge l\,\}}\}}\end{{gathered}}"


def _fraction(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else rf"\tfrac{{{value.numerator}}}{{{value.denominator}}}"


def _explained(data: Published, year: int) -> tuple[str, Scorecard] | None:
    """The first city of the round whose questions are all published, with its explained score."""
    matrix = data.question_matrix(year)
    complete = matrix.index[matrix.notna().all(axis=1)]
    return (complete[0], data.card(complete[0], year)) if len(complete) else None


def _mean_example(t: Text, card: Scorecard, city: str, year: int) -> str:
    """The component with the longest decimal tail shows best what the mean does."""
    parts = [part for part in card.children if part.children and part.value is not None]
    part = max(parts, key=lambda node: (node.value or Fraction(0)).denominator)
    answers = [child.value for child in part.children if child.value is not None]
    return t(
        "method.example.mean",
        city=city,
        year=year,
        component=t.label(part.label),
        sum=figure(t, sum(answers, start=Fraction(0))),
        count=len(answers),
        mean=t.number(part.value, 4),
        published=t.number(part.published),
    )


def _sum_example(t: Text, data: Published, year: int, card: tuple[str, Scorecard] | None, city: str) -> str:
    if card is None:
        return ""
    row = data.results(year).loc[card[0]]
    instrument = data.instrument_of(year, row["group"])
    terms = [
        f"{figure(t, instrument.weights[part.id])} × {t.number(row[part.id])}"
        for part in instrument.of_kind("component")
    ]
    return t(
        "method.example.sum", city=city, year=year, terms=" + ".join(terms), sum=figure(t, _exact_sum(instrument, row))
    )


def _exact_sum(instrument: Instrument, row: pd.Series[Any]) -> Fraction:
    parts = [part for part in instrument.of_kind("component") if pd.notna(row[part.id])]
    return sum((instrument.weights[part.id] * exact(row[part.id]) for part in parts), start=Fraction(0))


def _round_example(t: Text, data: Published, year: int) -> str:
    """A city whose exact sum is a tie that binary arithmetic gets wrong."""
    frame = data.binary_rounding(year)
    missed = frame[frame["tie"] & (frame["nearest"] != frame["final"])]
    if missed.empty:
        return ""
    code = missed.index[0]
    row = data.results(year).loc[code]
    total = _exact_sum(data.instrument_of(year, row["group"]), row)
    return t(
        "method.example.round",
        city=row["name"],
        sum=figure(t, total),
        rounded=t.number(round_half_up(total)),
        binary=t.number(missed.at[code, "nearest"]),
    )


def _level_example(t: Text, data: Published, year: int) -> str:
    """A city near the median under both readings."""
    frame = data.results(year).dropna(subset=["final"]).sort_values(["final", "name"])
    row = frame.iloc[len(frame) // 2]
    default = data.levels.readings[data.levels.default_reading]
    return t(
        "method.example.level",
        city=row["name"],
        final=t.number(row["final"]),
        place=t.number(default.place(row["final"])),
        level=int(row["level"]),
        name=t.label(data.levels[int(row["level"])].label),
        literal=int(row["level_literal"]),
        literal_name=t.label(data.levels[int(row["level_literal"])].label),
    )


def _rank_example(t: Text, data: Published, year: int) -> str:
    """The highest rank that two or more cities share, and the number that follows it."""
    ranks = data.results(year)["rank"].dropna().astype(int)
    counts = ranks.value_counts().sort_index()
    shared = counts[counts > 1]
    if shared.empty:
        return ""
    rank, count = int(shared.index[0]), int(shared.iloc[0])
    return t("method.example.rank", count=count, rank=rank, next=rank + count, ranked=len(ranks), year=year)


def _both(data: Published, year: int) -> dict[str, object]:
    frame = data.results(year)
    base = data.round(year).base_year
    return {"year": year, "base": base, "count": int((frame["final"].notna() & frame["base_final"].notna()).sum())}


def _derived_example(t: Text, data: Published, year: int, base: int) -> str:
    frame = data.results(year).dropna(subset=["improvement", "final"])
    row = frame.sort_values(["rank", "name"]).iloc[0]
    return t(
        "method.example.derived",
        city=row["name"],
        final=t.number(row["final"]),
        change=t.signed(row["improvement"]),
        base=base,
        year=year,
        derived=t.number(row["base_final"]),
    )


def _dimension_example(t: Text, data: Published, year: int) -> str:
    """How many cities have dimension scores, per round."""
    counts = [(round_, len(data.dimension_scores(round_))) for round_ in data.years if data.round(round_).instruments]
    return t(
        "method.example.dimension",
        counts=", ".join(t("method.example.dimension_count", year=y, count=n) for y, n in counts),
    )


def _coverage_example(t: Text, data: Published) -> str:
    """The round and component with the most ragged coverage."""
    rows = []
    for year in data.years:
        frame = data.coverage(year)
        for row in frame.itertuples():
            cities = int(data.results(year)["final"].notna().sum())
            if row.questions and row.cells and row.cities > 1:
                rows.append((row.cells / (row.questions * cities), year, row.component))
    if not rows:
        return ""
    share, year, component = min(rows)
    return t("method.example.coverage", year=year, component=t(f"component.{component}"), share=t.percent(share, 1))
