"""The chair's side: each reply of the city beside the panel's marks, an answer to it, and the step to the final."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from kotacerdas.interview.stages import Layer
from kotacerdas.ui import (
    interview_panel_change,
    interview_panel_detail,
    interview_panel_step,
    interview_reply_list,
    notice,
)
from kotacerdas.ui.interview_entry_evidence import listed, row
from kotacerdas.ui.interview_entry_save import put_note
from kotacerdas.ui.interview_entry_state import Sheetful
from kotacerdas.ui.interview_panel_state import Table
from kotacerdas.ui.interview_words import moment
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
