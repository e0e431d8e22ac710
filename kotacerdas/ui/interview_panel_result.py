"""The result of a panel as it stands: component by component, with what each adds to the final."""

from __future__ import annotations

import streamlit as st

from kotacerdas.i18n import MISSING
from kotacerdas.interview.live import Live
from kotacerdas.ui import notice, shell, tables
from kotacerdas.ui.interview_entry_state import Sheetful, sheet_of
from kotacerdas.ui.interview_panel_state import Table, level_name

_HEADS = ("component", "panel", "self", "weight", "points", "questions")


def draw(table: Table) -> None:
    """Draw the result as it stands."""
    t = table.t
    st.header(t("panel.result"), anchor=False)
    strength = table.view.strength
    key = "panel.result_provisional" if table.provisional else "panel.result_full"
    st.caption(notice.literal(t(key, count=t.integer(strength.counted), of=t.integer(strength.size))))
    components(table.sheet, table.live)
    told = outlook(table.sheet, table.live)
    st.markdown(notice.literal(told))
    short = [question for question, mean in table.view.means.items() if mean.marks < strength.size]
    if short and not strength.provisional:
        st.caption(notice.literal(t("panel.short", questions="; ".join(table.names[q] for q in short[:8]))))
    st.caption(notice.literal(t("panel.result_rule")))


def components(sheet: Sheetful, live: Live, *, brief: bool = False) -> None:
    """Each component: the panel beside the city's own assessment; its weight and the points it adds unless `brief`."""
    t = sheet.t
    own = {q: a.value for q, a in sheet.view.self_answers.items() if a.value is not None}
    known = {node.id for node in sheet.instrument.leaves}
    mine = sheet_of(sheet.instrument, sheet.desk.data.levels).live({q: v for q, v in own.items() if q in known})
    by_id = {part.id: part for part in mine.components}
    rows = [
        [
            t.label(part.label),
            t.number(part.value),
            t.number(by_id[part.id].value),
            t.percent(part.weight),
            t.number(part.points, 4) if part.points is not None else MISSING,
            t("entry.of", done=t.integer(part.answered), all=t.integer(part.questions)),
        ]
        for part in live.components
    ]
    rows.append(
        [t("panel.final"), t.number(live.final), t.number(mine.final), t.percent(1), t.number(live.value, 4), ""]
    )
    heads = [t(f"panel.head.{name}") for name in _HEADS]
    width = 3 if brief else 4 if shell.on_phone() else len(heads)
    tables.short(heads[:width], [row[:width] for row in rows], figures=range(1, width), total=True)


def outlook(sheet: Sheetful, live: Live) -> str:
    """The level, and what is still open, in a sentence."""
    t = sheet.t
    if live.final is None:
        empty = ", ".join(t.label(part.label) for part in live.components if part.value is None)
        return t("panel.no_final", components=empty)
    level = level_name(sheet, live.level) or MISSING
    if live.complete:
        return t("panel.complete", final=t.number(live.final), level=level)
    return t(
        "panel.incomplete",
        final=t.number(live.final),
        level=level,
        open=t.integer(len(live.open)),
        low=t.number(live.low),
        high=t.number(live.high),
    )
