"""The entry screen of an assessor: one question at a time, what a score means, and whether the work is saved.

Everything is saved at once and read back from the store at every run: a reload, a second tab or a restarted server
show what is saved and nothing else. Notes survive in the browser until then (`note_component`).
"""

from __future__ import annotations

from functools import partial

import streamlit as st

from kotacerdas.interview.reading import Mine, View, entry_view, my_entries
from kotacerdas.interview.sight import Part
from kotacerdas.interview.stages import Stage
from kotacerdas.problem import Problem
from kotacerdas.ui import interview_entry_side, notice, state
from kotacerdas.ui.interview_desk import Desk
from kotacerdas.ui.interview_entry_frame import Head, draw, due, due_words
from kotacerdas.ui.interview_entry_state import Sheetful, catch_up, sheetful
from kotacerdas.ui.interview_words import moment, named, stage_name
from kotacerdas.ui.note_component import time_of

ENTRY = "entry"


def render(desk: Desk) -> None:
    """Draw the marks of the person at the screen in the city of the address."""
    t = desk.t
    catch_up(desk)
    with desk.store.read() as tx:
        mine = [one for one in my_entries(tx, desk.actor) if one.parts & {Part.PANEL, Part.CHAIR}]
    wanted = _wanted(mine)
    if wanted is None:
        st.title(t("interview.view.entry"), anchor=False)
        notice.missing(t("entry.none"), detail=t("entry.none_help"))
        return
    try:
        view = entry_view(desk.store, desk.actor, wanted)
        sheet = _sheet_of(desk, view)
    except Problem as problem:
        st.title(t("interview.view.entry"), anchor=False)
        notice.problem(named(desk, problem), t)
        if mine:
            _choose(desk, mine, None)
        return
    draw(sheet, _head(sheet, mine), partial(interview_entry_side.draw, sheet))


def _wanted(mine: list[Mine]) -> int | None:
    """The entry of the address, else the first one that is being scored, else the first."""
    raw = state.param(ENTRY)
    if raw is not None and raw.isascii() and raw.isdecimal() and len(raw) < 10:
        return int(raw)
    scoring = [one for one in mine if one.entry.stage in (Stage.SCHEDULED, Stage.SCORING)]
    return next((one.entry.id for one in [*scoring, *mine]), None)


def _sheet_of(desk: Desk, view: View) -> Sheetful:
    """Raises `Problem` for who sees the entry without a seat in its panel."""
    if not any(seat.who == desk.actor.who and seat.active for seat in view.panel):
        raise Problem("refused_seat", city=view.entry.city)
    return sheetful(desk, view)


def _choose(desk: Desk, mine: list[Mine], current: int | None) -> None:
    by_id = {one.entry.id: one for one in mine}
    if current is not None and len(by_id) < 2:
        return
    if current not in by_id and state.param(ENTRY):
        state.clear([ENTRY])
    state.choose(
        ENTRY,
        tuple(by_id),
        label=desk.t("entry.city"),
        shown=lambda one: desk.t(
            "entry.city_in",
            city=desk.city_name(by_id[one].entry.city),
            year=by_id[one].year,
            stage=stage_name(desk.t, by_id[one].entry.stage),
        ),
        default=current,
        empty=desk.t("entry.choose_city"),
        quiet=current is not None,
        width="stretch" if current is not None else 360,
    )


def _head(sheet: Sheetful, mine: list[Mine]) -> Head:
    t, entry = sheet.t, sheet.view.entry
    done, needed = t.integer(len(sheet.needed) - len(sheet.unmarked)), t.integer(len(sheet.needed))
    city = sheet.desk.city_name(entry.city)
    key = "entry.title_submitted" if sheet.submitted else "entry.title"
    by_when = due(sheet, Stage.SCORING)
    return Head(
        title=t(key, city=city, year=sheet.view.round.year, done=done, all=needed),
        tab=t("entry.tab", city=city),
        context=_context(sheet, by_when),
        due=by_when,
        mine=mine,
        choice=partial(_choose, sheet.desk, mine, entry.id),
    )


def _context(sheet: Sheetful, by_when: str | None) -> list[str]:
    """Why one may or may not score here, until when, who sees it, and when the store last took something."""
    t, view = sheet.t, sheet.view
    said = []
    if sheet.open:
        said.append(t("entry.blind") if view.blind else t("entry.not_blind"))
        said += due_words(sheet, by_when)
    elif sheet.seat.submitted_at is not None:
        key = "entry.submitted_open" if view.entry.stage is Stage.SCORING else "entry.submitted"
        said.append(t(key, moment=moment(t, sheet.seat.submitted_at)))
    else:
        said.append(t("entry.closed", stage=stage_name(t, view.entry.stage)))
    latest = max((answer.at for answer in sheet.own.values()), default=None)
    said.append(t("entry.saved_last", time=time_of(t, latest)) if latest else t("entry.saved_none"))
    return said
