"""What stands round the question on the screens of assessors and cities: title, context, the question, its side.

On a phone the question and its score come first: what stands above folds into one line, and the way on stands below
the score, where the thumb is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from kotacerdas.interview.lateness import days_late, due_until
from kotacerdas.interview.reading import Mine
from kotacerdas.interview.stages import Stage
from kotacerdas.ui import interview_entry_question, interview_meeting, interview_panel_entry, notice, shell
from kotacerdas.ui.interview_entry_state import Sheetful, waiting
from kotacerdas.ui.interview_words import moment


@dataclass(frozen=True)
class Head:
    """What stands above the question: the title, the name of the browser's tab, the sentences under the title, until
    when answers are awaited, and the choice among the person's entries."""

    title: str
    tab: str
    context: Sequence[str]
    due: str | None
    mine: Sequence[Mine]
    choice: Callable[[], None]


def draw(sheet: Sheetful, head: Head, side: Callable[[], None]) -> None:
    """Draw the screen; `side` is what stands beside the question."""
    shell.title(head.tab)
    if shell.on_phone():
        _folded(sheet, head)
        interview_entry_question.draw(sheet)
        with st.container(key="entry-side"):
            side()
        return
    st.title(notice.literal(head.title), anchor=False)
    interview_panel_entry.context(head.context, head.mine, head.choice)
    interview_meeting.draw(sheet.t, sheet.view.entry)
    _warnings(sheet, head)
    interview_entry_question.steps(sheet)
    left, right = st.columns([7, 5], gap="large")
    with left:
        interview_entry_question.draw(sheet)
    with right, st.container(key="entry-side"):
        side()


def due(sheet: Sheetful, last: Stage) -> str | None:
    """By when these answers are awaited, while they may be given; `last` is the stage that takes them."""
    if not sheet.open:
        return None
    with sheet.desk.store.read() as tx:
        return due_until(tx, sheet.view.entry, last)


def due_words(sheet: Sheetful, at: str | None) -> list[str]:
    """The deadline for the context; who is late is told so by a line of its own."""
    return [sheet.says("due", moment=moment(sheet.t, at))] if at and not days_late(at) else []


def _folded(sheet: Sheetful, head: Head) -> None:
    done, needed = len(sheet.needed) - len(sheet.unmarked), len(sheet.needed)
    city = sheet.desk.city_name(sheet.view.entry.city)
    line = sheet.says("folded", city=city, done=sheet.t.integer(done), all=sheet.t.integer(needed))
    with st.expander(notice.literal(line), key="entry-head"):
        st.markdown(f"**{notice.literal(head.title)}**")
        interview_panel_entry.context(head.context, head.mine, head.choice)
        interview_meeting.draw(sheet.t, sheet.view.entry)
    _warnings(sheet, head)


def _warnings(sheet: Sheetful, head: Head) -> None:
    t = sheet.t
    if head.due and (days := days_late(head.due)):
        st.markdown(f":orange[{notice.literal(t('entry.late', n=t.integer(days), moment=moment(t, head.due)))}]")
    if stuck := [question for question in waiting(sheet) if question != sheet.current.id]:
        notice.say(t("entry.stuck", questions="; ".join(map(sheet.name, stuck))), icon=":material/warning:")
