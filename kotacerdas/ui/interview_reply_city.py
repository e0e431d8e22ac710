"""The city's side: its mean per question beside its own assessment, and a reply where it sees it otherwise.

How many marks a mean rests on is told, who gave which is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial

import streamlit as st

from kotacerdas.i18n import MISSING
from kotacerdas.instrument import exact
from kotacerdas.interview.lateness import is_over
from kotacerdas.interview.stages import Layer, Stage
from kotacerdas.ui import interview_entry_evidence, interview_panel_result, interview_reply_list, notice
from kotacerdas.ui.interview_entry_save import put_note
from kotacerdas.ui.interview_entry_state import Sheetful, go
from kotacerdas.ui.interview_panel_state import result_of
from kotacerdas.ui.interview_words import moment
from kotacerdas.ui.note_component import Place, note

_FAR = Fraction(99)
"""Further than marks can be apart: what cannot be compared comes last."""


def order(sheet: Sheetful) -> Sequence[str]:
    """Where the panel stays furthest below the city's own assessment first; then in the order of the instrument."""
    apart = {node.id: difference(sheet, node.id) for node in sheet.questions}
    return sorted(apart, key=lambda question: _FAR if (one := apart[question]) is None else one)


def difference(sheet: Sheetful, question: str) -> Fraction | None:
    """The panel's mean minus the city's own score."""
    mean, own = sheet.view.means.get(question), sheet.view.self_answers.get(question)
    return None if mean is None or own is None or own.value is None else mean.value - exact(own.value)


def draw(sheet: Sheetful) -> None:
    """Draw the question in hand, and beside it the result and the list."""
    by_difference = order(sheet)
    replies, answers = sheet.view.replies, sheet.view.answers
    groups = {
        "difference": by_difference,
        "all": [node.id for node in sheet.questions],
        "replied": [node.id for node in sheet.questions if node.id in replies and replies[node.id].note.strip()],
        "answered": [node.id for node in sheet.questions if node.id in answers and answers[node.id].note.strip()],
    }
    left, right = st.columns([7, 5], gap="large")
    with right:
        st.subheader(sheet.t("reply.result"), anchor=False)
        live = result_of(sheet)
        st.caption(notice.literal(interview_panel_result.outlook(sheet, live)))
        interview_panel_result.components(sheet, live, brief=True)
        shown = interview_reply_list.filters(sheet, groups)
        interview_reply_list.jumps(sheet, shown, partial(_told, sheet))
    with left:
        interview_reply_list.steps(sheet, shown)
        with st.container(key="reply-question", gap="small"):
            _question(sheet)


def _told(sheet: Sheetful, question: str) -> str:
    t, mean = sheet.t, sheet.view.means.get(question)
    if mean is None:
        return MISSING
    apart = difference(sheet, question)
    if apart is None:
        return t.number(mean.value)
    return t("reply.mean_apart", mean=t.number(mean.value), apart=t.signed(apart))


def _question(sheet: Sheetful) -> None:
    t, view, question = sheet.t, sheet.view, sheet.current.id
    interview_reply_list.where(sheet)
    mean, own = view.means.get(question), view.self_answers.get(question)
    with st.container(horizontal=True, gap="medium", key="reply-figures"):
        st.metric(t("reply.mean"), t.number(mean.value) if mean else MISSING, width="content")
        st.metric(t("reply.self"), t.integer(own.value) if own and own.value is not None else MISSING, width="content")
        st.metric(t("reply.apart"), t.signed(difference(sheet, question)), width="content")
    if mean is not None:
        st.caption(notice.literal(t("reply.mean_of", count=t.integer(mean.marks))))
    evidence = [one for one in interview_entry_evidence.listed(sheet) if one.layer is Layer.SELF]
    if (own and own.note) or evidence:
        st.caption(t("reply.self_note"))
        if own and own.note:
            st.text(own.note)
        for one in evidence:
            interview_entry_evidence.row(sheet, one, mine=False)
    if sheet.view.entry.stage is Stage.REPLY and is_over(sheet.view.due):
        st.info(notice.literal(t("reply.over", moment=moment(t, sheet.view.due))), icon=":material/lock_clock:")
    note(
        t,
        place=Place.of(sheet.desk.store, sheet.entry, Layer.REPLY, sheet.owner),
        question=question,
        saved=sheet.answer,
        save=partial(put_note, sheet.desk.store, sheet.desk.actor, sheet.entry, Layer.REPLY),
        label=t("reply.reply"),
        placeholder=t("reply.placeholder" if sheet.open else "reply.no_reply_here"),
        rows=6,
        readonly=not sheet.open,
        names={node.id: sheet.name(node.id) for node in sheet.questions},
        slot="reply",
        me=sheet.desk.actor.who,
        told=sheet.told,
        person=sheet.desk.person,
        jump=go,
        top="reply-question",
    )
    answer = view.answers.get(question)
    if answer is not None and answer.note:
        with st.container(border=True, key="reply-answer", gap="small"):
            st.caption(t("reply.answer_of_chair"))
            st.text(answer.note)
    interview_entry_evidence.draw(sheet)
