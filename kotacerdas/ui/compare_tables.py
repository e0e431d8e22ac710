"""Tables of the comparison: signed differences from the comparator, and the figures in which the cities differ most."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from kotacerdas.charts.palette import NEUTRALS
from kotacerdas.compare import Table
from kotacerdas.i18n import MISSING
from kotacerdas.ui import compare_words, notice, state
from kotacerdas.ui.compare_view import View
from kotacerdas.ui.method_table import short
from kotacerdas.ui.tables import places

WIDEST = 5
"""Questions in which the cities differ most."""


def differences(view: View) -> None:
    """Each city's final and components minus the comparator's, whose own figures stand in the first row."""
    t, table = view.t, view.figures
    gaps = table.differences
    st.header(compare_words.difference(view), anchor=False)
    shown = [city for city in view.known if city.code != view.vs]
    if not shown:
        return
    ink = NEUTRALS[view.mode]
    words = [view.word(row) for row in table.values.index]
    figures = pd.DataFrame(
        [table.comparator.to_numpy(float), *(gaps[city.code].to_numpy(float) for city in shown)], columns=words
    )
    against = notice.literal(view.against)
    names = [city.letter if view.phone else notice.literal(city.tag) for city in shown]
    links = [f"[{name}]({state.href('kota', city=city.code)})" for name, city in zip(names, shown, strict=True)]
    alt = t("compare.differences_alt", against=view.against)

    def show(frame: pd.DataFrame, gaps: Any) -> None:
        """The figures, with the differences among them signed and coloured."""
        styled = (
            frame.style.format(t.number, subset=list(frame.columns[1:]), na_rep=MISSING)
            .format(t.signed, subset=gaps, na_rep=MISSING)
            .map(lambda gap: "" if not abs(gap) > 0 else f"color: {ink.rise if gap > 0 else ink.fall}", subset=gaps)
        )
        st.table(styled, hide_index=True, border="horizontal", alt=alt)

    if view.phone:  # a column per city, by its letter, is half as wide as one per component
        turned = figures.T.reset_index(drop=True).set_axis([against, *links], axis=1)
        turned.insert(0, t("compare.figure"), words)
        for cities in view.side_by_side(shown):
            here = [links[shown.index(city)] for city in cities]
            show(turned[[t("compare.figure"), against, *here]], pd.IndexSlice[:, here])
    else:
        figures.insert(0, t("compare.city"), [against, *links])
        show(figures, pd.IndexSlice[1:, words])
    st.caption(notice.literal(_note(view)))


def _note(view: View) -> str:
    """What the signs mean, over how many cities the comparator is, and what an empty cell is."""
    t, counted = view.t, view.figures.counted
    parts = [t("compare.signs", against=view.against_mid)]
    if view.vs in ("nation", "peers"):
        low, high = int(counted.min()), int(counted.max())
        span = t.integer(low) if low == high else t("city.span", low=t.integer(low), high=t.integer(high))
        parts.append(t("compare.counted", cities=span))
    if "collaboration" in view.components.values.index:
        parts.append(t("compare.collaboration"))
    frame = view.data.results(view.year).reindex([city.code for city in view.known])
    if not view.derived and any(_zero_rule(view, row) for row in frame.to_dict("records")):
        parts.append(t("city.receipt_zero_rule"))
    return " ".join(parts)


def _zero_rule(view: View, row: dict[str, Any]) -> bool:
    """Whether a component of a city is empty and counts as 0 by its instrument."""
    parts = view.data.instrument_of(view.year, row["group"]).parts
    return any(part.missing == "zero" and pd.isna(row[part.id]) for part in parts)


# ---- where they differ most --------------------------------------------------------------------------------------


def widest(view: View) -> None:
    """The components, and the questions, with the largest distance between highest and lowest."""
    t = view.t
    rows = view.components.widest(len(view.components.values))
    if not rows:
        return
    st.header(compare_words.widest(view, view.components, rows[0], view.word(rows[0])), anchor=False)
    _spreads(view, view.components, [(row, view.word(row)) for row in rows], t("compare.figure"), 2)
    asked = view.questions.widest(WIDEST)
    if asked:
        instrument = view.data.asked_in(view.year)
        named = [
            (
                q,
                t(
                    "compare.question_of",
                    component=t(f"component.{instrument[q].parent}"),
                    question=t.label(instrument[q].label),
                ),
            )
            for q in asked
        ]
        st.markdown(notice.literal(t("compare.widest_questions", count=len(asked))))
        decimals = places([*view.questions.values.loc[asked].to_numpy().flat, *view.questions.spread[asked]])
        _spreads(view, view.questions, named, t("city.question"), decimals)


def _spreads(view: View, table: Table, rows: list[tuple[str, str]], head: str, decimals: int) -> None:
    t = view.t

    def end(row: str, *, highest: bool) -> str:
        codes = table.at_end(row, highest=highest)
        value = t.number(table.values.at[row, codes[0]], decimals)
        return t("city.named_value", name=view.labels(codes), value=value)

    frame = pd.DataFrame(
        {
            head: [name for _, name in rows],
            t("compare.spread"): [table.spread[row] for row, _ in rows],
            t("compare.highest"): [end(row, highest=True) for row, _ in rows],
            t("compare.lowest"): [end(row, highest=False) for row, _ in rows],
        }
    )
    short(frame, alt=head, formats={t("compare.spread"): lambda spread: t.number(spread, decimals)})
