"""The question in hand as the chair sees it: every mark with its note, what the city says, what was changed and why.

What people typed is shown as plain text, never as markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from kotacerdas.i18n import MISSING
from kotacerdas.interview.carry import previous
from kotacerdas.interview.evidence import Evidence
from kotacerdas.interview.reading import Record
from kotacerdas.interview.stages import Layer
from kotacerdas.ui import notice, tables
from kotacerdas.ui.interview_entry_evidence import listed, row
from kotacerdas.ui.interview_panel_state import Table
from kotacerdas.ui.interview_words import moment

_FLAG = "●"


def draw(table: Table) -> None:
    """Draw the question in hand."""
    head(table)
    marks(table)
    city(table)
    changes(table)


def head(table: Table) -> None:
    """Which question it is."""
    t, sheet = table.t, table.sheet
    node = sheet.current
    parts = [t("entry.place", number=sheet.number(node.id), all=len(sheet.questions))]
    parts.append(t.label(sheet.component(node.id).label))
    if node.subdimension:
        parts.append(t.label(node.subdimension))
    st.caption(notice.literal(" · ".join(parts)))
    st.header(notice.literal(t.label(node.label)), anchor=False)


def marks(table: Table) -> None:
    """The mark of each seat, what it was before, and the notes and evidence beside it."""
    t, question = table.t, table.sheet.current.id
    first = _first(table.changes.get(question, ()))
    given = {seat.who: table.view.marks.get(seat.who, {}).get(question) for seat in table.seats}
    mean = table.view.means.get(question)
    said = t("panel.no_mean")
    if mean is not None:
        said = t("panel.mean_is", mean=t.number(mean.value), count=t.integer(mean.marks))
    now = [t.integer(answer.value) if answer else MISSING for answer in given.values()]
    rows = [[t("panel.head.mark"), *now]]
    if first:
        rows.append([t("panel.head.before"), *(t.integer(first[who]) if who in first else "" for who in given)])
    if any(answer and answer.flag for answer in given.values()):
        rows.append([t("panel.head.flag"), *(_FLAG if answer and answer.flag else "" for answer in given.values())])
    numbers = [t.integer(number) for number in range(1, len(given) + 1)]
    tables.short([t("panel.head.assessor"), *numbers], rows, figures=range(1, len(given) + 1))
    st.markdown(notice.literal(said))
    _uncounted(table)
    found = listed(table.sheet)
    for label, seat in zip(table.labels, table.seats, strict=True):
        answer = given[seat.who]
        evidence = [one for one in found if one.layer is Layer.MARK and one.owner == seat.who]
        if (answer and answer.note) or evidence:
            _said(table, t("panel.note_of", seat=label), answer.note if answer else "", evidence)


def _uncounted(table: Table) -> None:
    """Marks that were never submitted, apart: they are in no mean and in no figure about the panel."""
    t, question = table.t, table.sheet.current.id
    left = [
        (label, answer.value)
        for label, seat in zip(table.uncounted_labels, table.uncounted, strict=True)
        if (answer := table.view.marks.get(seat.who, {}).get(question)) is not None and answer.value is not None
    ]
    if left:
        marks = ", ".join(t("panel.change_seat", seat=label, mark=t.integer(value)) for label, value in left)
        st.caption(notice.literal(t("panel.uncounted", marks=marks)))


def city(table: Table) -> None:
    """What the city gave for the question, and its last published score."""
    t, sheet, view = table.t, table.sheet, table.view
    own = view.self_answers.get(sheet.current.id)
    last = previous(sheet.desk.data, view.entry.city, sheet.instrument, view.round.year).get(sheet.current.id)
    with st.container(border=True, key="panel-city", gap="small"):
        with st.container(horizontal=True, gap="small"):
            value = t.integer(own.value) if own and own.value is not None else t("entry.self_none")
            st.markdown(f"{notice.literal(t('entry.self'))} **{notice.literal(value)}**", width="content")
            said = (
                t("entry.last_none") if last is None else t("entry.last_value", value=t.number(last[0]), year=last[1])
            )
            st.markdown(f"{notice.literal(t('entry.last'))} **{notice.literal(said)}**", width="content")
        found = [one for one in listed(sheet) if one.layer is Layer.SELF]
        if (own and own.note) or found:
            _said(table, t("panel.city_says"), own.note if own else "", found)


def changes(table: Table) -> None:
    """What was changed after the marks were seen, by whom and why."""
    t = table.t
    for owner, record in table.changes.get(table.sheet.current.id, ()):
        before, after = (_value(state) for state in (record.before, record.after))
        with st.container(border=True, gap=None):
            line = t(
                "panel.changed",
                seat=table.label_of(owner),
                before=t.integer(before),
                after=t.integer(after),
                who=record.who,
                moment=moment(t, record.at),
            )
            st.caption(notice.literal(line))
            st.text(record.reason or "")


def _said(table: Table, head_: str, note: str, evidence: Sequence[Evidence]) -> None:
    st.caption(notice.literal(head_))
    if note:
        st.text(note)
    for one in evidence:
        row(table.sheet, one, mine=False)


def _first(found: Sequence[tuple[str, Record]]) -> Mapping[str, str | None]:
    """Whose mark was what before the first change."""
    first: dict[str, str | None] = {}
    for owner, record in found:
        first.setdefault(owner, _value(record.before))
    return first


def _value(state: object) -> str | None:
    value = state.get("value") if isinstance(state, Mapping) else None
    return str(value) if value is not None else None
