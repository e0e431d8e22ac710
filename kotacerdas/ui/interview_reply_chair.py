"""The chair's side: each reply of the city beside the panel's marks, an answer to it, and the step to the final."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial

import streamlit as st

from kotacerdas.interview import lateness, rounds
from kotacerdas.interview import store as stores
from kotacerdas.interview.stages import Layer, Stage
from kotacerdas.interview.standing import Entry
from kotacerdas.ui import (
    interview_panel_change,
    interview_panel_detail,
    interview_panel_step,
    interview_reply_list,
    notice,
)
from kotacerdas.ui.interview_act import turn
from kotacerdas.ui.interview_desk import Desk
from kotacerdas.ui.interview_entry_evidence import listed, row
from kotacerdas.ui.interview_entry_save import put_note
from kotacerdas.ui.interview_entry_state import Sheetful
from kotacerdas.ui.interview_panel_state import Table, do, fault
from kotacerdas.ui.interview_words import local, moment
from kotacerdas.ui.note_component import Place, note


def replied(sheet: Sheetful) -> tuple[str, ...]:
    """The questions the city replied to."""
    replies = sheet.view.replies
    return tuple(node.id for node in sheet.questions if node.id in replies and replies[node.id].note.strip())


def unanswered(sheet: Sheetful) -> tuple[str, ...]:
    """Those of them without an answer."""
    given = sheet.view.answers
    return tuple(question for question in replied(sheet) if question not in given or not given[question].note.strip())


def order(sheet: Sheetful) -> Sequence[str]:
    """What waits for an answer first."""
    return list(dict.fromkeys([*unanswered(sheet), *replied(sheet)]))


def draw(sheet: Sheetful) -> None:
    """Draw the reply in hand, and beside it the list and the next step."""
    t, table = sheet.t, Table(sheet)
    groups = {"waiting": list(unanswered(sheet)), "replied": list(replied(sheet))}
    if not groups["waiting"]:
        groups = {"replied": groups["replied"], "waiting": []}
    left, right = st.columns([7, 5], gap="large")
    with right:
        shown = groups["replied"]
        if shown:
            st.subheader(t("reply.replies"), anchor=False)
            shown = list(interview_reply_list.filters(sheet, groups))
            interview_reply_list.jumps(sheet, shown, partial(_told, sheet))
        _extend(sheet)
        interview_panel_step.steps(table)
    with left:
        if not groups["replied"]:
            notice.missing(t("reply.no_replies"), detail=t("reply.no_replies_help"))
            return
        interview_reply_list.steps(sheet, groups["replied"])
        with st.container(key="reply-question", gap="small"):
            interview_panel_detail.head(table)
            _reply(sheet)
            _answer(sheet)
            interview_panel_detail.marks(table)
            interview_panel_detail.city(table)
            interview_panel_detail.changes(table)
            interview_panel_change.draw(table)


def _told(sheet: Sheetful, question: str) -> str:
    return sheet.t("reply.waits" if question in unanswered(sheet) else "reply.is_answered")


def _reply(sheet: Sheetful) -> None:
    t, reply = sheet.t, sheet.view.replies.get(sheet.current.id)
    with st.container(border=True, key="reply-of-city", gap="small"):
        if reply is None or not reply.note.strip():
            st.caption(t("reply.no_reply_here"))
            return
        st.caption(notice.literal(t("reply.reply_at", moment=moment(t, reply.at))))
        st.text(reply.note)
        for one in listed(sheet):
            if one.layer is Layer.REPLY:
                row(sheet, one, mine=False)


def _answer(sheet: Sheetful) -> None:
    t, desk = sheet.t, sheet.desk
    note(
        t,
        place=Place.of(desk.store, sheet.entry, Layer.ANSWER, sheet.owner),
        question=sheet.current.id,
        saved=sheet.answer,
        save=partial(put_note, desk.store, desk.actor, sheet.entry, Layer.ANSWER),
        label=t("reply.answer"),
        placeholder=t("reply.answer_placeholder" if sheet.open else "reply.no_answer"),
        readonly=not sheet.open,
        names={node.id: sheet.name(node.id) for node in sheet.questions},
        slot="answer",
        me=desk.actor.who,
    )


# ---- more time for the city --------------------------------------------------------------------------------------


def _extend(sheet: Sheetful) -> None:
    """A later end of the right of reply, where it has one; earlier is the secretariat's to set, not the chair's."""
    t, desk, entry = sheet.t, sheet.desk, sheet.view.entry
    with desk.store.read() as tx:
        due = lateness.due_of(tx, entry, Stage.REPLY)
    if entry.stage is not Stage.REPLY or due is None or not desk.store.writable:
        return
    place, key = f"extend-{entry.id}", f"reply-extend-{turn()}"
    problem = fault(place)
    first = max(local(due).date(), local(stores.now()).date()) + dt.timedelta(days=1)
    with st.expander(t("reply.extend"), icon=":material/event_upcoming:", expanded=problem is not None):
        st.caption(notice.literal(t("reply.extend_about", moment=moment(t, due))))
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.date_input(t("reply.extend_to"), value=first, min_value=first, format="DD/MM/YYYY", key=key, width=180)
            st.button(t("reply.extend_do"), key="reply-extend-do", on_click=_put_off, args=(desk, entry, key, place))
        if problem is not None:
            st.warning(notice.literal(t.problem(problem)), icon=":material/report:")


def _put_off(desk: Desk, entry: Entry, key: str, place: str) -> None:
    t, day = desk.t, st.session_state[key]

    def deed() -> str:
        at = rounds.deadline(desk.store, desk.actor, entry.round_id, Stage.REPLY, day.isoformat(), entry.city)
        return t("reply.extended", moment=moment(t, at))

    do(place, deed)
