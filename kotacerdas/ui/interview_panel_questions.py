"""Question by question: the most disputed first as a picture, one in hand beside it, all of them in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from kotacerdas.i18n import MISSING
from kotacerdas.interview.agreement import Dispute
from kotacerdas.ui import interview_panel_change, interview_panel_detail, notice, shell, state, tables
from kotacerdas.ui.interview_entry_state import QUESTION, go
from kotacerdas.ui.interview_panel_state import COMPONENT, Table

DRAWN, DRAWN_NARROW = 12, 10
"""Questions in the picture; the table has them all."""
ROW, ROWS_SHOWN = 35, 14
_NAME = 118
"""Pixels for the names on a phone, so that the marks of a panel stand beside them."""


def draw(table: Table) -> None:
    """Draw the questions."""
    t = table.t
    rows = _filtered(table)
    if not rows:
        notice.missing(t("panel.no_marks"), detail=t("panel.no_marks_help"))
        return
    order = [row.question for row in rows]
    if table.sheet.current.id not in order:
        by_id = {node.id: node for node in table.sheet.questions}
        table = Table(replace(table.sheet, current=by_id[order[0]]))
    if shell.on_phone():
        _in_hand(table, order)
        _picture(table, rows, width=340, most=DRAWN_NARROW)
    else:
        left, right = st.columns([6, 5], gap="large")
        with left:
            _picture(table, rows, width=560, most=DRAWN)
        with right:
            _in_hand(table, order)
    _all(table, rows)


def _filtered(table: Table) -> list[Dispute]:
    """The questions of the chosen component, the most disputed first."""
    t = table.t
    parts = {part.id: part for part in table.sheet.instrument.parts}
    asked = {table.sheet.component(question).id for question in table.questions}
    chosen = state.choose(
        COMPONENT,
        [part for part in parts if part in asked],
        label=t("panel.component"),
        shown=lambda part: t.label(parts[part].label),
        look="pills",
        quiet=True,
    )
    return [row for row in table.disputes if chosen is None or table.sheet.component(row.question).id == chosen]


def _picture(table: Table, rows: Sequence[Dispute], *, width: int, most: int) -> None:
    from kotacerdas.charts import spread
    from kotacerdas.charts.frame import CONFIG

    t = table.t
    drawn = [row for row in rows if row.spread][:most]
    if not drawn:
        st.markdown(notice.literal(t("panel.no_dispute")))
        return
    title = t("panel.disputed", count=t.integer(len(drawn)), all=t.integer(len(rows)))
    st.markdown(f"**{notice.literal(title)}**")
    key = f"panel-spread@{t.lang}"
    st.plotly_chart(
        spread.spread(
            drawn,
            table.names,
            table.labels,
            t,
            table.desk.mode,
            bounds=table.sheet.instrument.scale(drawn[0].question).bounds,
            chosen=table.sheet.current.id,
            width=width,
        ),
        key=key,
        theme=None,
        config=CONFIG,
        on_select=lambda: _picked(key),
        selection_mode="points",
        alt=spread.alt(title, drawn, table.names, table.labels, t, most=most),
    )


def _picked(key: str) -> None:
    points = st.session_state[key]["selection"]["points"]
    if points and points[0].get("customdata"):
        state.put(QUESTION, str(points[0]["customdata"][0]))


def _in_hand(table: Table, order: Sequence[str]) -> None:
    t, place = table.t, order.index(table.sheet.current.id)
    with st.container(key="panel-steps", horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            t("entry.back"),
            key="panel-back",
            icon=":material/chevron_left:",
            on_click=go,
            args=(order[place - 1] if place else None,),
            disabled=not place,
        )
        last = place + 1 == len(order)
        st.button(
            t("entry.on"),
            key="panel-on",
            icon=":material/chevron_right:",
            icon_position="right",
            on_click=go,
            args=(None if last else order[place + 1],),
            disabled=last,
        )
        st.caption(t("panel.place", place=t.integer(place + 1), all=t.integer(len(order))), width="content")
    interview_panel_detail.draw(table)
    interview_panel_change.draw(table)


def _all(table: Table, rows: Sequence[Dispute]) -> None:
    """Every question with every mark; a row opens the question."""
    t = table.t
    st.header(t("panel.all"), anchor=False)
    st.caption(notice.literal(t("panel.all_help")))
    tables.room_for_tools()
    own = table.view.self_answers
    cells = pd.DataFrame(
        {
            "question": [table.names[row.question] for row in rows],
            **{f"seat-{number}": [row.marks[number] for row in rows] for number in range(len(table.seats))},
            "mean": [row.mean for row in rows],
            "spread": [row.spread for row in rows],
            "self": [_number(own[row.question].value) if row.question in own else None for row in rows],
            "changed": [
                t.integer(len(table.changes[row.question])) if row.question in table.changes else "" for row in rows
            ],
        }
    )
    of, phone = st.column_config, shell.on_phone()
    config = {
        "question": of.TextColumn(t("panel.head.question"), width=_NAME if phone else "large", pinned=not phone),
        **{
            f"seat-{number}": of.NumberColumn(str(number + 1), help=label, width=40)
            for number, label in enumerate(table.labels)
        },
        "mean": of.NumberColumn(t("panel.head.mean"), width=80),
        "spread": of.NumberColumn(t("panel.head.spread"), width=90, help=t("panel.spread_help")),
        "self": of.NumberColumn(t("panel.head.self"), width=70),
        "changed": of.TextColumn(t("panel.head.changed"), width=70),
    }
    key = f"panel-all@{t.lang}-{state.param(COMPONENT) or ''}"
    ids = [row.question for row in rows]
    whole = dict.fromkeys(["self", *(f"seat-{number}" for number in range(len(table.seats)))], t.integer)
    st.dataframe(
        tables.styled(cells, {**whole, "mean": t.number, "spread": t.number}),
        key=key,
        hide_index=True,
        height=ROW * (min(len(cells), ROWS_SHOWN) + 1) + 3,
        row_height=ROW,
        placeholder=MISSING,
        column_config=config,
        on_select=lambda: _chosen(key, ids),
        selection_mode="single-row",
        alt=t("panel.all_alt", count=t.integer(len(rows))),
    )


def _number(value: str | None) -> float | None:
    return None if value is None else float(value)


def _chosen(key: str, ids: Sequence[str]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    if rows and rows[0] < len(ids):
        state.put(QUESTION, ids[rows[0]])
