"""The self-assessment of a city: question by question as the panel will ask them, until the city submits it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from kotacerdas.interview import rounds, standing
from kotacerdas.interview.reading import Mine
from kotacerdas.interview.sight import Part
from kotacerdas.interview.stages import Layer, Stage
from kotacerdas.problem import Problem
from kotacerdas.ui import interview_entry_side, interview_panel_entry, notice
from kotacerdas.ui.interview_act import main
from kotacerdas.ui.interview_desk import Desk
from kotacerdas.ui.interview_entry_frame import Head, draw, due, due_words
from kotacerdas.ui.interview_entry_side import refused, told
from kotacerdas.ui.interview_entry_state import Sheetful, catch_up, sheetful
from kotacerdas.ui.interview_words import moment, stage_name
from kotacerdas.ui.note_component import time_of

_FILLING = (Stage.INVITED, Stage.SELF_ASSESSMENT)


def render(desk: Desk) -> None:
    """Draw the self-assessment of the city of the address."""
    t = desk.t
    catch_up(desk)
    found = interview_panel_entry.opened(
        desk,
        frozenset({Part.CITY}),
        _FILLING,
        title=t("interview.view.self"),
        none=t("self.none"),
        help_=t("self.none_help"),
    )
    if found is None:
        return
    view, mine = found
    sheet = sheetful(desk, view, Layer.SELF)
    draw(sheet, _head(sheet, mine), partial(_side, sheet))


def _side(sheet: Sheetful) -> None:
    st.badge(sheet.t("self.unofficial"), color="gray", icon=":material/person_edit:")
    interview_entry_side.draw(sheet, heading=sheet.t("self.live"), submission=_submission)


def _head(sheet: Sheetful, mine: Sequence[Mine]) -> Head:
    t, desk, entry = sheet.t, sheet.desk, sheet.view.entry
    city, year = desk.city_name(entry.city), sheet.view.round.year
    done = t.integer(len(sheet.needed) - len(sheet.unmarked))
    key = "self.title_submitted" if sheet.submitted else "self.title"
    by_when = due(sheet, Stage.SELF_ASSESSMENT)
    return Head(
        title=t(key, city=city, year=year, done=done, all=t.integer(len(sheet.needed))),
        tab=t("self.tab", city=city),
        context=_context(sheet, by_when),
        due=by_when,
        mine=mine,
        choice=partial(interview_panel_entry.choose, desk, mine, entry.id),
    )


def _context(sheet: Sheetful, by_when: str | None) -> list[str]:
    """Until when, or since when not any more; and when the store last took something."""
    t, view = sheet.t, sheet.view
    if sheet.submitted:
        return [_submitted(sheet), t("self.stage_now", stage=stage_name(t, view.entry.stage))]
    said = [t("self.open"), *due_words(sheet, by_when)]
    latest = max((answer.at for answer in sheet.own.values()), default=None)
    said.append(t("self.saved_last", time=time_of(t, latest)) if latest else t("self.saved_none"))
    return said


def _submitted(sheet: Sheetful) -> str:
    """Who submitted it and when, as far as the trail says."""
    t, entry = sheet.t, sheet.view.entry
    with sheet.desk.store.read() as tx:
        found = standing.entered(tx, entry, Stage.SUBMITTED)
    if found is not None:
        return t("self.submitted", who=sheet.desk.person(found[0]), moment=moment(t, found[1]))
    return t("self.submitted_plain")


def _submission(sheet: Sheetful, fault: Problem | None) -> None:
    t, desk, entry = sheet.t, sheet.desk, sheet.view.entry
    with st.container(border=True, key="self-submit", gap="small"):
        if not sheet.open:
            st.markdown(notice.literal(_submitted(sheet) if sheet.submitted else t("self.read_only")))
            if sheet.submitted:
                st.caption(notice.literal(t("self.reopen")))
        elif sheet.unmarked or sheet.flagged:
            st.markdown(
                notice.literal(
                    t("self.left", open=t.integer(len(sheet.unmarked)), flagged=t.integer(len(sheet.flagged)))
                )
            )
            _button(sheet, desk, t("self.submit"), disabled=entry.stage is Stage.INVITED)
        else:
            st.markdown(notice.literal(t("self.ready")))
            with st.popover(main(t("self.submit")), icon=":material/send:", type="primary"):
                st.markdown(notice.literal(t("self.confirm")))
                _button(sheet, desk, t("self.submit_now"), primary=True)
        if fault is not None and sheet.open:
            refused(sheet, fault)


def _button(sheet: Sheetful, desk: Desk, label: str, *, primary: bool = False, disabled: bool = False) -> None:
    st.button(
        main(label) if primary else label,
        key="self-submit-button",
        type="primary" if primary else "secondary",
        icon=":material/send:",
        disabled=disabled,
        on_click=_submit,
        args=(desk, sheet.entry, sheet.view.entry.version),
    )


def _submit(desk: Desk, entry: int, base: int) -> None:
    told(entry, Layer.SELF, lambda: rounds.submit_self(desk.store, desk.actor, entry, base))
