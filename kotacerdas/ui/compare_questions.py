"""Question by question: signed differences or scores of the cities whose questions are published."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from kotacerdas import compare
from kotacerdas.compare import LEAST_SET
from kotacerdas.i18n import MISSING
from kotacerdas.ui import city_radar, notice, state, tables
from kotacerdas.ui.compare_view import View, listed

SHOWS = ("difference", "value")
HEIGHT = 460


def draw(view: View) -> None:
    """The table, with coverage; where fewer than two of the cities have question scores, a sentence instead."""
    t, table = view.t, view.questions
    if view.derived:
        return
    known = [city for city in view.cities if table.values[city.code].notna().any()]
    if len(known) < LEAST_SET or not table.comparable:
        _none(view, [city.code for city in known])
        return
    rows = table.values.index[table.spread.notna()]
    wide = int((table.spread[rows] > 0).sum())
    st.header(t("compare.questions_title", differ=t.integer(wide), count=t.integer(len(rows))), anchor=False)
    show = state.choose(
        "show",
        SHOWS,
        label=t("compare.show"),
        shown=lambda name: t(f"compare.shows.{name}"),
        default="difference",
        look="segmented",
        quiet=True,
    )
    instrument = view.data.asked_in(view.year)
    columns: dict[str, object] = {
        t("city.number_head"): [int(row.lstrip("q")) for row in rows],
        t("city.question"): [t.label(instrument[row].label) for row in rows],
    }
    if not view.phone:
        columns[t("city.component")] = [t(f"component.{instrument[row].parent}") for row in rows]
    against = {view.against: table.comparator[rows]}
    figures = table.differences if show == "difference" else table.values
    shown = [city for city in known if show == "value" or city.code != view.vs]
    heads = {city.code: city.letter if view.phone else city.label for city in shown}
    own = {head: figures.loc[rows, code] for code, head in heads.items()}
    columns |= own | against if view.phone else against | own  # on a phone the cities come first into view
    places = tables.places([*pd.concat(list(own.values())), *against[view.against]] if own else against[view.against])
    written = {
        head: (lambda v: t.signed(v, places)) if show == "difference" else (lambda v: t.number(v, places))
        for head in heads.values()
    }
    written[view.against] = lambda v: t.number(v, places)
    frame = pd.DataFrame(columns, index=rows)
    row = tables.WRAPPED if view.phone else tables.ROW
    tables.room_for_tools()
    st.dataframe(
        frame.style.format(written, na_rep=MISSING),
        hide_index=True,
        height=tables.height(len(frame), HEIGHT, row),
        row_height=row,
        placeholder=MISSING,
        key="compare-questions",
        column_config={
            t("city.number_head"): st.column_config.NumberColumn(width=44 if view.phone else 56, pinned=view.phone),
            t("city.question"): st.column_config.TextColumn(width=138 if view.phone else "large", pinned=view.phone),
            **({head: st.column_config.NumberColumn(width=58) for head in heads.values()} if view.phone else {}),
        },
        alt=t("compare.questions_alt", count=len(frame), year=view.year, against=view.against),
    )
    st.caption(notice.literal(" ".join(_notes(view, len(table.values), len(rows)))))


def _none(view: View, codes: list[str]) -> None:
    """Fewer than two of the cities have questions: say which have, and who has any in this round."""
    t = view.t
    everybody = view.data.question_matrix(view.year).index
    st.header(t("compare.questions_none", year=view.year), anchor=False)
    if len(everybody) <= LEAST_SET:
        names = listed(t, list(view.data.cities.loc[everybody, "name"]))
        st.markdown(notice.literal(t("compare.questions_only", year=view.year, cities=names)))
    else:
        who = view.named(codes) or t("compare.nobody")
        st.markdown(notice.literal(t("compare.questions_few", year=view.year, cities=who)))


def _notes(view: View, asked: int, shared: int) -> list[str]:
    t = view.t
    covered = compare.coverage(view.questions)
    parts = [
        t(
            "compare.coverage_part",
            city=view.name(str(code)),
            known=t.integer(row["known"]),
            asked=t.integer(row["asked"]),
        )
        for code, row in covered.iterrows()
    ]
    notes = [
        t("compare.questions_shared", count=t.integer(shared), asked=t.integer(asked)),
        t("city.coverage", parts="; ".join(parts)),
    ]
    if city_radar.whole_numbers(view.data, view.year):
        notes.append(t("city.whole_numbers", year=view.year))
    return notes
