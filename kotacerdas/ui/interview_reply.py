"""The right of reply: the city sees its means and writes replies, the chair answers each before the result is final."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from kotacerdas.i18n import MISSING
from kotacerdas.interview import lateness, standing
from kotacerdas.interview.reading import Mine, View
from kotacerdas.interview.sight import Part
from kotacerdas.interview.stages import LOCKED, Layer, Stage
from kotacerdas.ui import interview_panel_entry, interview_reply_chair, interview_reply_city, notice, shell
from kotacerdas.ui.interview_act import say_done
from kotacerdas.ui.interview_desk import Desk
from kotacerdas.ui.interview_entry_state import Sheetful
from kotacerdas.ui.interview_panel_state import level_name, result_of, sheet_at
from kotacerdas.ui.interview_words import moment, stage_name


def render(desk: Desk) -> None:
    """Draw the replies of the city of the address, from the side of the person at the screen."""
    t = desk.t
    say_done()
    found = interview_panel_entry.opened(
        desk,
        frozenset({Part.CITY, Part.CHAIR}),
        (Stage.REPLY, Stage.FINAL, Stage.PUBLISHED),
        title=t("interview.view.reply"),
        none=t("reply.none"),
        help_=t("reply.none_help"),
    )
    if found is None:
        return
    view, mine = found
    if not view.sight.reached(Stage.REPLY):
        _early(desk, view, mine)
        return
    city = Part.CITY in view.sight.parts
    layer, order = (Layer.REPLY, interview_reply_city.order) if city else (Layer.ANSWER, interview_reply_chair.order)
    sheet = sheet_at(desk, view, layer, order)
    _head(sheet, mine, city=city)
    (interview_reply_city if city else interview_reply_chair).draw(sheet)


def _early(desk: Desk, view: View, mine: Sequence[Mine]) -> None:
    t = desk.t
    city = desk.city_name(view.entry.city)
    st.title(notice.literal(t("reply.title_early", city=city, year=view.round.year)), anchor=False)
    shell.title(t("reply.tab", city=city))
    interview_panel_entry.choose(desk, mine, view.entry.id)
    notice.missing(t("reply.early", stage=stage_name(t, view.entry.stage)), detail=t("reply.early_help"))


def _head(sheet: Sheetful, mine: Sequence[Mine], *, city: bool) -> None:
    t, desk, entry = sheet.t, sheet.desk, sheet.view.entry
    name, year = desk.city_name(entry.city), sheet.view.round.year
    if city:
        live = result_of(sheet)
        level = level_name(sheet, live.level) or MISSING
        key = "panel.title_provisional" if sheet.view.strength.provisional else "panel.title"
        key = "reply.title_final" if entry.stage in LOCKED else key
        sentence = t(key, city=name, year=year, final=t.number(live.final), level=level)
    else:
        found = interview_reply_chair.unanswered(sheet)
        count, open_ = t.integer(len(interview_reply_chair.replied(sheet))), t.integer(len(found))
        sentence = t("reply.title_chair", city=name, year=year, count=count, open=open_)
    st.title(notice.literal(sentence), anchor=False)
    shell.title(t("reply.tab", city=name))
    choice = partial(interview_panel_entry.choose, desk, mine, entry.id)
    interview_panel_entry.context(_context(sheet, city=city), mine, choice)


def _context(sheet: Sheetful, *, city: bool) -> list[str]:
    """Until when one may reply; who locked the result and when."""
    t, view = sheet.t, sheet.view
    with sheet.desk.store.read() as tx:
        due = lateness.due_of(tx, view.entry, Stage.REPLY)
        locked = standing.locked_by(tx, view.entry) if view.entry.stage in LOCKED else None
    if locked is not None:
        return [t("reply.locked", who=sheet.desk.person(locked[0]), moment=moment(t, locked[1]))]
    said = [t("reply.due", moment=moment(t, due)) if due else t("reply.due_none")]
    about = "reply.about_city" if city else "reply.about_chair"
    if lateness.is_over(due):  # whom to ask is said where the city would write
        said = [t("reply.over_short", moment=moment(t, due))]
        about = "reply.about_over" if city else about
    said.append(t(about))
    strength = view.strength
    if strength.provisional:
        said.append(t("panel.provisional", count=t.integer(strength.counted), of=t.integer(strength.size)))
    return said
