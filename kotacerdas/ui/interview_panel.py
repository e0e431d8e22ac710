"""The chair's page of a city: who has submitted, where the marks lie apart, the result as it stands, the next step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from kotacerdas.i18n import MISSING
from kotacerdas.interview import standing
from kotacerdas.interview.reading import Mine
from kotacerdas.interview.sight import Part
from kotacerdas.interview.stages import LOCKED, Layer, Stage
from kotacerdas.ui import (
    interview_meeting,
    interview_panel_agreement,
    interview_panel_entry,
    interview_panel_questions,
    interview_panel_result,
    interview_panel_step,
    notice,
    shell,
    state,
)
from kotacerdas.ui.interview_act import say_done
from kotacerdas.ui.interview_desk import Desk
from kotacerdas.ui.interview_entry_state import Sheetful
from kotacerdas.ui.interview_panel_state import Table, level_name, sheet_at
from kotacerdas.ui.interview_words import moment, stage_name

PART = "part"
PARTS: dict[str, Callable[[Table], None]] = {
    "questions": interview_panel_questions.draw,
    "agreement": interview_panel_agreement.draw,
    "result": interview_panel_result.draw,
    "step": interview_panel_step.draw,
}
_FIRST = (Stage.RECONCILIATION, Stage.SCORING, Stage.SCHEDULED, Stage.REPLY)


def render(desk: Desk) -> None:
    """Draw the panel of the city of the address."""
    t = desk.t
    say_done()
    found = interview_panel_entry.opened(
        desk,
        frozenset({Part.CHAIR}),
        _FIRST,
        title=t("interview.view.panel"),
        none=t("panel.none"),
        help_=t("panel.none_help"),
    )
    if found is None:
        return
    view, mine = found
    table = Table(sheet_at(desk, view, Layer.MARK, _order))
    _head(table, mine)
    if view.blind:
        interview_panel_step.draw(table)
        return
    _figures(table)
    part = state.choose(
        PART,
        tuple(PARTS),
        label=t("panel.parts"),
        shown=lambda part: t(f"panel.part.{part}"),
        default="questions",
        look="pills",
        quiet=True,
    )
    PARTS[part](table)


def _order(sheet: Sheetful) -> Sequence[str]:
    """The most disputed question first."""
    return () if sheet.view.blind else [row.question for row in Table(sheet).disputes]


def _head(table: Table, mine: Sequence[Mine]) -> None:
    t, desk, view = table.t, table.desk, table.view
    city, year = desk.city_name(view.entry.city), view.round.year
    if view.blind or table.live.final is None:
        counted, seats = t.integer(view.strength.counted), t.integer(view.strength.seats)
        sentence = t("panel.title_blind", city=city, year=year, count=counted, of=seats)
    else:
        live = table.live
        level = level_name(table.sheet, live.level) or MISSING
        key = "panel.title_provisional" if table.provisional else "panel.title"
        sentence = t(key, city=city, year=year, final=t.number(live.final), level=level)
    st.title(notice.literal(sentence), anchor=False)
    shell.title(t("panel.tab", city=city))
    said = [t("panel.stage", stage=stage_name(t, view.entry.stage), since=moment(t, view.entry.since))]
    if view.entry.stage in LOCKED:
        with desk.store.read() as tx:
            who, at = standing.locked_by(tx, view.entry)
        said.append(t("panel.locked", who=desk.person(who), moment=moment(t, at)))
    if view.due:
        said.append(t("panel.due", moment=moment(t, view.due)))
    if view.blind:
        said.append(t("panel.blind"))
    interview_panel_entry.context(said, mine, partial(interview_panel_entry.choose, desk, mine, view.entry.id))
    interview_meeting.draw(t, view.entry)


def _figures(table: Table) -> None:
    """Final, level, agreement, seats: never a mean without how many gave it."""
    t, strength, live = table.t, table.view.strength, table.live
    alpha = table.alpha
    with st.container(horizontal=True, gap="medium", key="panel-figures"):
        st.metric(t("panel.final"), t.number(live.final), width="content", help=t("panel.final_help"))
        st.metric(t("panel.level"), level_name(table.sheet, live.level) or MISSING, width="content")
        st.metric(t("panel.alpha"), t.number(alpha.value), width="content", help=t("panel.alpha_help"))
        st.metric(
            t("panel.counted"),
            t("panel.of", count=t.integer(strength.counted), of=t.integer(strength.size)),
            width="content",
            help=t("panel.counted_help"),
        )
    if table.provisional:
        words = t("panel.provisional", count=t.integer(strength.counted), of=t.integer(strength.size))
        st.badge(notice.literal(words), color="orange", icon=":material/hourglass_top:")
