"""Changing a mark on behalf of an assessor: with a reason, on the mark that was on the screen, never unseen.

Where somebody was faster nothing is written: both marks are shown, and the chair chooses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.interview.answers import Conflict, marks_of
from kotacerdas.interview.reasons import LIMIT
from kotacerdas.interview.stages import Layer, Stage
from kotacerdas.interview.standing import optional
from kotacerdas.problem import Problem
from kotacerdas.ui import notice
from kotacerdas.ui.interview_act import done, main, turn
from kotacerdas.ui.interview_desk import Desk
from kotacerdas.ui.interview_entry_save import key_of, put
from kotacerdas.ui.interview_panel_state import Table, do, fault, forget
from kotacerdas.ui.note_component import time_of

_STAGES = (Stage.RECONCILIATION, Stage.REPLY)
_PENDING = "kotacerdas.panel-pending"
NONE = "none"
"""Chosen instead of a mark: takes the mark of an optional component away."""


class Shown(NamedTuple):
    """The mark that was on the screen."""

    value: str | None
    version: int


class Wanted(NamedTuple):
    """The change that was asked for; `mark` may be `NONE`."""

    who: str
    mark: str
    reason: str

    @property
    def value(self) -> str | None:
        """The mark as it is stored."""
        return None if self.mark == NONE else self.mark


def draw(table: Table) -> None:
    """The form, where a mark may be changed now."""
    t, question = table.t, table.sheet.current.id
    if table.view.entry.stage not in _STAGES or not table.desk.store.writable:
        return
    seats = [seat for seat in table.seats if seat.counts]
    if not seats:
        return
    place = _place(table.sheet.entry, question)
    shown = {
        who: Shown(found[question].value, found[question].version) if question in found else Shown(None, 0)
        for who, found in ((seat.who, table.view.marks.get(seat.who, {})) for seat in seats)
    }
    problem = fault(place)
    with st.expander(t("panel.change"), icon=":material/edit:", expanded=problem is not None):
        if isinstance(problem, Conflict):
            _conflict(table, place, problem)
            return
        if problem is not None:
            st.warning(notice.literal(t.problem(problem)), icon=":material/report:")
        names = {name: f"panel-change-{name}-{question}-{turn()}" for name in ("who", "mark", "reason")}
        with st.form(f"panel-change-{question}-{turn()}", border=False):
            st.pills(
                t("panel.change_who"),
                [seat.who for seat in seats],
                format_func=lambda who: t(
                    "panel.change_seat", seat=table.label_of(who), mark=t.integer(shown[who].value)
                ),
                key=names["who"],
            )
            given = marks_of(table.sheet.instrument, question)
            st.segmented_control(
                t("panel.change_mark"),
                (*given, NONE) if optional(table.sheet.current) else given,
                format_func=lambda mark: _said(table.t, mark),
                key=names["mark"],
            )
            st.text_area(
                t("panel.change_reason"), key=names["reason"], max_chars=LIMIT, height=90,
                placeholder=t("panel.change_reason_hint"),
            )  # fmt: skip
            st.form_submit_button(
                t("panel.change_save"),
                key=f"panel-change-save-{question}-{turn()}",
                on_click=_change,
                args=(table.desk, table.sheet.entry, question, names, shown),
            )
        st.caption(notice.literal(t("panel.change_help")))


def _conflict(table: Table, place: str, conflict: Conflict) -> None:
    """Both marks side by side, and the choice between them."""
    t, theirs = table.t, conflict.theirs
    wanted: Wanted | None = st.session_state.get(_PENDING, {}).get(place)
    if wanted is None:
        return
    with st.container(border=True, key="panel-conflict", gap="small"):
        st.warning(notice.literal(t.problem(conflict)), icon=":material/sync_problem:")
        left, right = st.columns(2)
        who = t("entry.you") if theirs.by == table.desk.actor.who else theirs.by
        with left:
            st.markdown(f"**{notice.literal(t('entry.conflict_theirs', who=who, time=time_of(t, theirs.at)))}**")
            st.text(t("entry.value_told", value=t.integer(theirs.value)))
        with right:
            st.markdown(f"**{notice.literal(t('entry.conflict_mine'))}**")
            st.text(t("entry.value_told", value=_said(t, wanted.mark)))
            st.text(wanted.reason)
        args = (table.desk, table.sheet.entry, table.sheet.current.id, wanted, Shown(theirs.value, theirs.version))
        with st.container(horizontal=True):
            st.button(
                main(t("entry.conflict_take", value=t("entry.value_told", value=_said(t, wanted.mark)))),
                key="panel-mine",
                type="primary",
                on_click=_save,
                args=args,
            )
            st.button(t("entry.conflict_keep"), key="panel-theirs", on_click=_give_up, args=(place, t("panel.kept")))


def _said(t: Text, mark: str) -> str:
    return t("panel.change_none") if mark == NONE else t.integer(mark)


def _place(entry: int, question: str) -> str:
    return f"change-{entry}-{question}"


# ---- callbacks ---------------------------------------------------------------------------------------------------


def _change(desk: Desk, entry: int, question: str, names: Mapping[str, str], shown: Mapping[str, Shown]) -> None:
    who, mark, reason = (str(st.session_state.get(names[name]) or "") for name in ("who", "mark", "reason"))
    wanted = Wanted(who, mark, reason)
    if who in shown and mark and shown[who].value != wanted.value:
        _save(desk, entry, question, wanted, shown[who])
        return

    def nothing() -> str:
        if who in shown and mark:
            raise Problem("panel_change_same")
        raise Problem("panel_change_incomplete")

    do(_place(entry, question), nothing)


def _save(desk: Desk, entry: int, question: str, wanted: Wanted, seen: Shown) -> None:
    t, place = desk.t, _place(entry, question)
    st.session_state.setdefault(_PENDING, {})[place] = wanted

    def deed() -> str:
        put(
            desk.store,
            desk.actor,
            entry,
            Layer.MARK,
            question,
            "value",
            seen=seen.value,
            new=wanted.value,
            base=seen.version,
            key=key_of(desk.actor.who, entry, question, *wanted, *seen),
            owner=wanted.who,
            reason=wanted.reason,
        )
        return t("panel.change_done", before=t.integer(seen.value), after=_said(t, wanted.mark))

    do(place, deed)


def _give_up(place: str, sentence: str) -> None:
    forget(place)
    done(sentence)
