"""Who has submitted, and the steps that are the chair's: open the marks, go on, open again with a reason."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from kotacerdas.interview import lateness, rounds, standing
from kotacerdas.interview import store as stores
from kotacerdas.interview.missing import unanswered_replies
from kotacerdas.interview.reasons import LIMIT
from kotacerdas.interview.stages import LOCKED, Move, Stage, before
from kotacerdas.problem import Problem
from kotacerdas.ui import notice, state, tables
from kotacerdas.ui.interview_act import main, turn
from kotacerdas.ui.interview_desk import Desk
from kotacerdas.ui.interview_panel_state import Table, do, fault
from kotacerdas.ui.interview_words import moment, stage_name

_WIDE = 760
_NAMED = 5
"""Replies without an answer that are named as a way to them."""


@dataclass(frozen=True)
class Ahead:
    """What stands before a step: what to know, what forbids it, what has to be answered first, and whether it takes a
    reason (the same questions `moves.move` asks when the step is taken)."""

    said: tuple[str, ...]
    barred: Problem | None
    unanswered: tuple[str, ...]
    reason: bool

    @property
    def open(self) -> bool:
        """Whether the step can be taken now, with a reason or without."""
        return self.barred is None and not self.unanswered


def draw(table: Table) -> None:
    """Draw the seats and the steps: first who is missing while the marks come in, after that what comes next."""
    t = table.t
    if not table.view.blind:
        steps(table)
        st.header(t("panel.seats"), anchor=False)
        seats(table)
        return
    st.header(t("panel.seats"), anchor=False)
    seats(table)
    if table.view.entry.stage is Stage.SCORING:
        _open(table)
    steps(table)


def seats(table: Table) -> None:
    """Who sits, and since when their marks are submitted."""
    t = table.t
    if not (table.seats or table.uncounted):
        notice.missing(t("panel.no_seats"), detail=t("panel.no_seats_help"))
        return
    rows = [
        [label, seat.who, moment(t, seat.submitted_at) if seat.submitted_at else t("panel.not_submitted")]
        for label, seat in zip(table.labels, table.seats, strict=True)
    ]
    rows += [
        [label, seat.who, t("panel.not_counted")]
        for label, seat in zip(table.uncounted_labels, table.uncounted, strict=True)
    ]
    tables.short([t("panel.head.seat"), t("panel.head.who"), t("panel.head.submitted")], rows)
    strength = table.view.strength
    if strength.seats < strength.size:
        st.caption(notice.literal(t("panel.few_seats", count=t.integer(strength.seats), of=t.integer(strength.size))))


def steps(table: Table) -> None:
    """Where it can go from here; a locked result says who locked it and when."""
    t, desk, entry = table.t, table.desk, table.view.entry
    with desk.store.read() as tx:
        open_ = rounds.possible(tx, desk.actor, entry)
        locked = standing.locked_by(tx, entry) if entry.stage in LOCKED else None
    if locked is not None:
        with st.container(border=True, key="panel-locked", width=_WIDE):
            said = t("panel.locked", who=desk.person(locked[0]), moment=moment(t, locked[1]))
            st.markdown(f":material/lock: {notice.literal(said)}")
            st.caption(notice.literal(t(f"panel.locked_next.{entry.stage}")))
    for to, rule in open_.items():
        if before(entry.stage, to):
            _forward(table, to, rule)
    back = {to: rule for to, rule in open_.items() if before(to, entry.stage)}
    if back:
        _reopen(table, tuple(back))


def _open(table: Table) -> None:
    """Show the marks before all have submitted; a second press confirms it."""
    t, desk, entry = table.t, table.desk, table.view.entry
    strength, place = table.view.strength, _place(entry.id, "open")
    with st.container(border=True, key="panel-open", gap="small", width=_WIDE):
        st.markdown(f"**{notice.literal(t('panel.open'))}**")
        waiting = strength.seats - strength.counted
        st.caption(notice.literal(t("panel.open_about", count=t.integer(waiting), of=t.integer(strength.seats))))
        with st.popover(t("panel.open_do"), icon=":material/visibility:", disabled=not desk.store.writable):
            st.markdown(notice.literal(t("panel.open_confirm")))
            key = f"panel-open-reason-{turn()}"
            st.text_area(t("panel.reason_optional"), key=key, max_chars=LIMIT, height=90)
            st.button(
                main(t("panel.open_now")),
                key="panel-open-now",
                type="primary",
                on_click=_open_marks,
                args=(desk, entry.id, key),
            )
        _fault(table, place)


def _forward(table: Table, to: Stage, rule: Move) -> None:
    t, desk, entry = table.t, table.desk, table.view.entry
    place, ahead = _place(entry.id, to), _ahead(table, to, rule)
    with st.container(border=True, key=f"panel-to-{to}", gap="small", width=_WIDE):
        st.markdown(f"**{notice.literal(t('panel.next', stage=stage_name(t, to)))}**")
        for sentence in ahead.said:
            st.caption(notice.literal(sentence))
        label, able = t(f"panel.go.{to}"), ahead.open and desk.store.writable
        if not able:
            st.button(label, key=f"panel-barred-{to}", icon=":material/arrow_forward:", disabled=True)
            _first(table, ahead.unanswered)
            return
        ready = not ahead.reason
        with st.popover(
            main(label) if ready else label,
            icon=":material/arrow_forward:",
            type="primary" if ready else "secondary",
        ):
            st.markdown(notice.literal(t(f"panel.confirm.{to}")))
            key = f"panel-reason-{to}-{turn()}"
            if ahead.reason:
                st.text_area(t("panel.reason"), key=key, max_chars=LIMIT, height=90)
            st.button(
                main(t("panel.confirm_do")),
                key=f"panel-go-{to}",
                type="primary",
                on_click=_move,
                args=(desk, entry.id, to, entry.version, key, place),
            )
        _fault(table, place)


def _first(table: Table, questions: tuple[str, ...]) -> None:
    """What has to be answered before the step, each a way there."""
    t, entry = table.t, table.view.entry.id
    for question in questions[:_NAMED]:
        state.step(
            notice.literal(t("panel.answer_first", question=table.names[question])),
            key=f"panel-answer-{question}",
            icon=":material/reply:",
            view="reply",
            entry=entry,
            q=question,
        )


def _ahead(table: Table, to: Stage, rule: Move) -> Ahead:
    t, view, strength = table.t, table.view, table.view.strength
    waiting = strength.seats - strength.counted
    with table.desk.store.read() as tx:
        due = lateness.due_of(tx, view.entry, Stage.REPLY)
        open_ = unanswered_replies(tx, view.entry) if to is Stage.FINAL else ()
    said, barred, reason = [t(f"panel.about.{to}")], None, rule.reason
    if not strength.seats:
        barred = Problem("panel_none", city=view.entry.city)
    elif not strength.counted and to is not Stage.SCORING:
        barred = Problem("panel_unsubmitted", city=view.entry.city)
    elif to in (Stage.REPLY, Stage.FINAL):
        barred = strength.barred
    elif to is Stage.RECONCILIATION and waiting:
        said.append(t("panel.without", count=t.integer(waiting)))
        reason = True
    if to in (Stage.REPLY, Stage.FINAL):
        if strength.provisional and not barred:
            said.append(t("panel.provisional", count=t.integer(strength.counted), of=t.integer(strength.size)))
        said.append(t("panel.reply_due", moment=moment(t, due)) if due else t("panel.reply_due_none"))
    if to is Stage.FINAL:
        reason = reason or strength.provisional or (due is not None and stores.now() < due)
    if barred is not None:
        said.append(t.problem(barred))
    if open_:
        said.append(t("panel.reply_open", count=t.integer(len(open_))))
    return Ahead(tuple(said), barred, tuple(question for question in table.questions if question in open_), reason)


def _reopen(table: Table, stages: tuple[Stage, ...]) -> None:
    """Back to an earlier stage: chosen, with a reason, and told what it does."""
    t, desk, entry = table.t, table.desk, table.view.entry
    place = _place(entry.id, "back")
    problem = fault(place)
    with st.expander(t("panel.reopen"), icon=":material/lock_open:", expanded=problem is not None, width=_WIDE):
        st.caption(notice.literal(t("panel.reopen_about")))
        chosen, reason = f"panel-back-to-{turn()}@{t.lang}", f"panel-back-reason-{turn()}"
        with st.form(f"panel-back-{turn()}", border=False):
            st.selectbox(t("panel.reopen_to"), stages[::-1], format_func=lambda stage: stage_name(t, stage), key=chosen)
            st.text_area(t("panel.reason"), key=reason, max_chars=LIMIT, height=90)
            st.form_submit_button(
                t("panel.reopen_do"),
                key="panel-back-do",
                on_click=_reopen_to,
                args=(desk, entry.id, entry.version, chosen, reason, place),
                disabled=not desk.store.writable,
            )
        _fault(table, place)


def _fault(table: Table, place: str) -> None:
    problem = fault(place)
    if problem is not None:
        st.warning(notice.literal(table.t.problem(problem)), icon=":material/report:")


def _place(entry: int, step: str) -> str:
    return f"step-{entry}-{step}"


# ---- callbacks ---------------------------------------------------------------------------------------------------


def _reason(key: str) -> str | None:
    return str(st.session_state.get(key) or "").strip() or None


def _open_marks(desk: Desk, entry: int, key: str) -> None:
    def deed() -> str:
        rounds.open_marks(desk.store, desk.actor, entry, _reason(key))
        return desk.t("panel.opened")

    do(_place(entry, "open"), deed)


def _move(desk: Desk, entry: int, to: Stage, base: int, key: str, place: str) -> None:
    def deed() -> str:
        rounds.move(desk.store, desk.actor, entry, to, base=base, reason=_reason(key))
        return desk.t("panel.moved", stage=stage_name(desk.t, to))

    do(place, deed)


def _reopen_to(desk: Desk, entry: int, base: int, chosen: str, key: str, place: str) -> None:
    to = st.session_state.get(chosen)
    if to is not None:
        _move(desk, entry, Stage(to), base, key, place)
