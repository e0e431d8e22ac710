"""Beside the question: the result as it would be with the own scores so far, the questions to jump to, submission."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from kotacerdas.i18n import MISSING, Text
from kotacerdas.interview import rounds
from kotacerdas.interview.live import Live, Still
from kotacerdas.interview.stages import Layer, Stage
from kotacerdas.problem import Problem
from kotacerdas.ui import notice, state, tables
from kotacerdas.ui.interview_act import main
from kotacerdas.ui.interview_desk import Desk
from kotacerdas.ui.interview_entry_state import LIST, Sheetful, go

FILTERS = ("here", "open", "flagged")
LONGEST = 40
"""Questions the list shows at a time; the rest follow as these are done."""
_FAULT = "kotacerdas.entry-submit-fault"


def draw(
    sheet: Sheetful, heading: str | None = None, submission: Callable[[Sheetful, Problem | None], None] | None = None
) -> None:
    """Draw the side of the screen; `heading` over the result and `submission` where it is not an assessor's."""
    live = sheet.live
    fault: Problem | None = st.session_state.get(_FAULT, {}).get((sheet.entry, sheet.layer))
    ready = sheet.open and not (sheet.unmarked or sheet.flagged)
    if ready:  # then it is what is left to do, and stands where it is seen
        (submission or _submission)(sheet, fault)
    _result(sheet, live, heading or sheet.t("entry.live"))
    _change(sheet, live.still(sheet.current.id))
    _progress(sheet, live)
    _questions(sheet)
    if not ready:
        (submission or _submission)(sheet, fault)


# ---- the result so far -------------------------------------------------------------------------------------------


def _result(sheet: Sheetful, live: Live, heading: str) -> None:
    t = sheet.t
    st.subheader(heading, anchor=False)
    with st.container(horizontal=True, gap="large", key="entry-live"):
        st.metric(t("entry.final"), t.number(live.final), width="content", help=t("entry.final_help"))
        if not live.complete:
            st.metric(t("entry.possible"), _range(t, live), width="content", help=t("entry.possible_help"))
    st.caption(notice.literal(_level(sheet, live)))


def _range(t: Text, live: Live) -> str:
    return t("entry.range", low=t.number(live.low), high=t.number(live.high))


def _level(sheet: Sheetful, live: Live) -> str:
    t = sheet.t
    names = {level.id: t.label(level.label) for level in sheet.desk.data.levels.levels}
    if live.level is None:
        empty = ", ".join(t.label(part.label) for part in live.components if part.value is None)
        return t("entry.level_none", components=empty)
    if live.complete:
        return t("entry.level_done", level=names[live.level])
    if live.level_low == live.level_high:
        return t("entry.level_sure", level=names[live.level])
    return t("entry.level", level=names[live.level], low=names[live.level_low], high=names[live.level_high])


def _change(sheet: Sheetful, still: Still) -> None:
    """What the question on the screen can still do to the final."""
    t = sheet.t
    st.markdown(notice.literal(t("entry.step", points=t.number(still.step, 4))))
    finals = {mark: outlook.final for mark, outlook in still.at.items()}
    if any(final is None for final in finals.values()):
        return
    heads = [t("entry.score_head"), *(t.integer(mark) for mark in finals)]
    row = [t("entry.final_then"), *(t.number(final) for final in finals.values())]
    tables.short(heads, [row], figures=range(1, len(heads)))


def _progress(sheet: Sheetful, live: Live) -> None:
    t = sheet.t
    here = sheet.component(sheet.current.id).id
    rows = []
    for part in live.components:
        name = t.label(part.label)
        rows.append(
            [
                t("entry.here", component=name) if part.id == here else name,
                t("entry.of", done=t.integer(part.answered), all=t.integer(part.questions)),
                t.number(part.value) if part.value is not None else MISSING,
            ]
        )
    heads = [t("entry.component"), t("entry.done_head"), t("entry.score_head")]
    tables.short(heads, rows, figures=(1, 2))


# ---- the questions -----------------------------------------------------------------------------------------------


def _questions(sheet: Sheetful) -> None:
    t = sheet.t
    counts = {"open": len(sheet.unmarked), "flagged": len(sheet.flagged)}
    component = t.label(sheet.component(sheet.current.id).label)
    shown = state.choose(
        LIST,
        FILTERS,
        label=t("entry.list"),
        shown=lambda name: component if name == "here" else t(f"entry.filter.{name}", count=t.integer(counts[name])),
        named=lambda name: component if name == "here" else t(f"entry.filter.{name}", count=t.integer(counts[name])),
        default=FILTERS[0],
        look="segmented",
        quiet=True,
    )
    here = sheet.component(sheet.current.id).id
    chosen = {
        "here": [node.id for node in sheet.questions if sheet.component(node.id).id == here],
        "open": list(sheet.unmarked),
        "flagged": list(sheet.flagged),
    }[shown]
    if not chosen:
        st.caption(t(f"entry.filter_empty.{shown}"))
        return
    with st.container(height=min(340, 44 * len(chosen) + 32), key="entry-list", gap=None):
        for question in chosen[:LONGEST]:
            _jump(sheet, question)
        if len(chosen) > LONGEST:
            st.caption(t("entry.list_more", count=t.integer(len(chosen) - LONGEST)))


def _jump(sheet: Sheetful, question: str, place: str = "list") -> None:
    t = sheet.t
    answer = sheet.own.get(question)
    mark = answer.value if answer and answer.value is not None else MISSING
    flag = f" · {t('entry.flag_short')}" if answer and answer.flag else ""
    words = f"{sheet.name(question)} · {mark}{flag}"
    current = question == sheet.current.id
    st.button(
        f"**{notice.literal(words)}**" if current else notice.literal(words),
        key=f"entry-{place}-{question}",
        type="tertiary",
        on_click=go,
        args=(question,),
    )


# ---- submission --------------------------------------------------------------------------------------------------


def _submission(sheet: Sheetful, fault: Problem | None) -> None:
    t, desk = sheet.t, sheet.desk
    with st.container(border=True, key="entry-submit", gap="small"):
        if sheet.seat.submitted_at is not None:
            st.markdown(notice.literal(t("entry.submitted_done")))
            if sheet.view.entry.stage is Stage.SCORING and not sheet.view.entry.opened:
                _withdrawal(sheet)
        elif sheet.open:
            left = dict.fromkeys([*sheet.unmarked, *sheet.flagged])
            if left:
                sentence = t("entry.left", open=t.integer(len(sheet.unmarked)), flagged=t.integer(len(sheet.flagged)))
                st.markdown(notice.literal(sentence))
            else:
                st.markdown(notice.literal(t("entry.ready")))
            st.button(
                t("entry.submit") if left else main(t("entry.submit")),
                key="entry-submit-button",
                type="secondary" if left else "primary",
                icon=":material/send:",
                on_click=_submit,
                args=(desk, sheet.entry),
            )
        else:
            st.markdown(notice.literal(t("entry.not_now")))
        if fault is not None:
            refused(sheet, fault)


def refused(sheet: Sheetful, fault: Problem) -> None:
    """Why the store did not take it, and where to go; what has been done since is left out."""
    t = sheet.t
    asked = fault.params.get("questions")
    if not isinstance(asked, tuple):
        st.warning(notice.literal(t.problem(fault)), icon=":material/report:")
        return
    left = [question for question in asked if question in sheet.unmarked or question in sheet.flagged]
    if left:
        st.warning(notice.literal(t("entry.blocked")), icon=":material/report:")
        for question in left[:12]:
            _jump(sheet, question, "left")
        if len(left) > 12:
            st.caption(t("entry.list_more", count=t.integer(len(left) - 12)))


def _withdrawal(sheet: Sheetful) -> None:
    """Only while the marks are blind: after that the chair changes a mark, with a reason."""
    st.button(
        sheet.t("entry.withdraw"),
        key="entry-withdraw",
        icon=":material/undo:",
        on_click=_withdraw,
        args=(sheet.desk, sheet.entry),
    )


def _submit(desk: Desk, entry: int) -> None:
    told(entry, Layer.MARK, lambda: rounds.submit_marks(desk.store, desk.actor, entry))


def _withdraw(desk: Desk, entry: int) -> None:
    told(entry, Layer.MARK, lambda: rounds.withdraw_marks(desk.store, desk.actor, entry))


def told(entry: int, layer: Layer, act: Callable[[], object]) -> None:
    """Do it (in a callback); a problem is kept for the page, which shows it with the submission."""
    faults = st.session_state.setdefault(_FAULT, {})
    faults.pop((entry, layer), None)
    try:
        act()
    except Problem as problem:
        faults[entry, layer] = problem
