"""Beside the question: the result as it would be with the own scores so far, the questions to jump to, submission."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from kotacerdas.i18n import MISSING, Text
from kotacerdas.interview import rounds
from kotacerdas.interview.live import Live, Outlook, Still
from kotacerdas.interview.stages import Layer, Stage
from kotacerdas.problem import Problem
from kotacerdas.ui import notice, shell, state, tables
from kotacerdas.ui.interview_act import main
from kotacerdas.ui.interview_desk import Desk
from kotacerdas.ui.interview_entry_state import LIST, Sheetful, go

FILTERS = ("here", "open", "flagged")
WINDOW, BEFORE = 8, 3
"""How many questions a list shows round the one on the screen, and how many of them before it."""
_WHOLE = "kotacerdas.entry-list-whole"
"""Session key of the list that the reader has asked to see as a whole."""
_FAULT = "kotacerdas.entry-submit-fault"


def draw(
    sheet: Sheetful, heading: str | None = None, submission: Callable[[Sheetful, Problem | None], None] | None = None
) -> None:
    """Draw the side of the screen; `heading` over the result and `submission` where it is not an assessor's."""
    live = sheet.live
    fault: Problem | None = st.session_state.get(_FAULT, {}).get((sheet.entry, sheet.layer))
    # Nothing left to do but to submit, or submitted: then that stands where it is seen.
    first = not sheet.open or not (sheet.unmarked or sheet.flagged)
    if first:
        (submission or _submission)(sheet, fault)
    _result(sheet, live, heading or sheet.t("entry.live" if sheet.open else "entry.live_closed"))
    if sheet.open:
        _change(sheet, live.still(sheet.current.id))
    _progress(sheet, live)
    _questions(sheet)
    if not first:
        (submission or _submission)(sheet, fault)


# ---- the result so far -------------------------------------------------------------------------------------------


def _result(sheet: Sheetful, live: Live, heading: str) -> None:
    t = sheet.t
    (st.header if shell.on_phone() else st.subheader)(heading, anchor=False)
    with st.container(horizontal=True, gap="large", key="entry-live"):
        if live.final is not None:
            st.metric(t("entry.final"), t.number(live.final), width="content", help=sheet.says("final_help"))
        if not live.complete:
            st.metric(t("entry.possible"), _range(t, live), width="content", help=sheet.says("possible_help"))
    st.caption(notice.literal(_level(sheet, live)))


def _range(t: Text, live: Outlook) -> str:
    return t("entry.range", low=t.number(live.low), high=t.number(live.high))


def _level(sheet: Sheetful, live: Live) -> str:
    t = sheet.t
    names = {level.id: t.label(level.label) for level in sheet.desk.data.levels.levels}
    low, high = names[live.level_low], names[live.level_high]
    if live.level is not None and live.complete:
        return t("entry.level_done", level=names[live.level])
    if low == high:
        return sheet.says("level_sure", level=low)
    if live.level is None:
        return t("entry.level_possible", low=low, high=high)
    return t("entry.level", level=names[live.level], low=low, high=high)


def _change(sheet: Sheetful, still: Still) -> None:
    """What the question on the screen can still do to the final."""
    t = sheet.t
    st.markdown(notice.literal(t("entry.step", points=t.number(still.step, 4))))
    marks = [t.integer(mark) for mark in still.at]
    if all(outlook.low == outlook.high for outlook in still.at.values()):
        row = [t("entry.final_then"), *(t.number(outlook.low) for outlook in still.at.values())]
        tables.short([t("entry.score_head"), *marks], [row], figures=range(1, len(row)))
        return
    names = {level.id: t.label(level.label) for level in sheet.desk.data.levels.levels}
    st.caption(t("entry.each"))
    rows = [
        [mark, _range(t, outlook), _levels(t, names[outlook.level_low], names[outlook.level_high])]
        for mark, outlook in zip(marks, still.at.values(), strict=True)
    ]
    tables.short([t("entry.score_head"), t("entry.final_then"), t("entry.level_head")], rows)


def _levels(t: Text, low: str, high: str) -> str:
    return low if low == high else t("entry.level_span", low=low, high=high)


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
    heads = [t("entry.component"), sheet.says("done_head"), t("entry.score_head")]
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
        shown=lambda name: component if name == "here" else sheet.says(f"filter.{name}", count=t.integer(counts[name])),
        default=FILTERS[0],
        look="pills",
        quiet=True,
    )
    here, here_number = sheet.component(sheet.current.id).id, sheet.number(sheet.current.id)
    chosen = {
        "here": [node.id for node in sheet.questions if sheet.component(node.id).id == here],
        "open": list(sheet.unmarked),
        "flagged": list(sheet.flagged),
    }[shown]
    if not chosen:
        st.caption(sheet.says(f"filter_empty.{shown}"))
        return
    around = next((place for place, q in enumerate(chosen) if sheet.number(q) >= here_number), len(chosen) - 1)
    start = max(0, min(around - BEFORE, len(chosen) - WINDOW))
    with st.container(key="entry-list", gap=None):
        _jumps(sheet, chosen, "list", start=start)


def _jumps(sheet: Sheetful, questions: Sequence[str], place: str, *, start: int = 0) -> None:
    """Questions to jump to: a window of them from `start` on, and the way to all."""
    whole = (sheet.entry, sheet.layer, place, state.param(LIST))
    if len(questions) <= WINDOW + 1 or st.session_state.get(_WHOLE) == whole:
        with st.container(height=340 if len(questions) > WINDOW + 1 else "content", gap=None, border=False):
            for question in questions:
                _jump(sheet, question, place)
        return
    with st.container(gap=None):
        for question in questions[start : start + WINDOW]:
            _jump(sheet, question, place)
    st.button(
        sheet.t("entry.show_all", n=sheet.t.integer(len(questions))),
        key=f"entry-{place}-all",
        icon=":material/unfold_more:",
        on_click=_show_whole,
        args=(whole,),
    )


def _show_whole(whole: tuple[object, ...]) -> None:
    st.session_state[_WHOLE] = whole


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
        st.warning(notice.literal(sheet.told(fault)), icon=":material/report:")
        return
    left = [question for question in asked if question in sheet.unmarked or question in sheet.flagged]
    if left:
        st.warning(notice.literal(t("entry.blocked")), icon=":material/report:")
        left.sort(key=lambda question: question not in sheet.flagged)  # what was put aside on purpose comes first
        _jumps(sheet, left, "left")


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
