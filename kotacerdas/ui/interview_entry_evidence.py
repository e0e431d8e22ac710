"""Evidence on the entry screen: what the city gave for the question, and what the assessor adds.

File names and addresses come from anywhere: they are shown as text, and a link shows its whole address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import PurePath

import streamlit as st

from kotacerdas.interview import evidence
from kotacerdas.interview.evidence import Evidence
from kotacerdas.interview.file_kinds import ACCEPTED, KINDS, LARGEST
from kotacerdas.interview.stages import Layer
from kotacerdas.problem import Problem
from kotacerdas.ui import notice
from kotacerdas.ui.interview_desk import Desk
from kotacerdas.ui.interview_entry_state import Sheetful
from kotacerdas.ui.note_component import time_of

_FAULT = "kotacerdas.entry-evidence-fault"
_ROUND = "kotacerdas.entry-evidence-round"
_DONE = "kotacerdas.entry-evidence-done"
"""Session key of what was last attached, by entry and question: the box stays open and says so."""


def of_city(sheet: Sheetful) -> None:
    """What the city attached to its answer; nothing is drawn where there is none."""
    found = [one for one in listed(sheet) if one.layer is Layer.SELF]
    if found:
        st.caption(sheet.t("entry.evidence_city", count=sheet.t.integer(len(found))))
        for one in found:
            row(sheet, one, mine=False)


def draw(sheet: Sheetful) -> None:
    """The own evidence with the ways to add some."""
    t = sheet.t
    found = [one for one in listed(sheet) if one.layer is sheet.layer and one.owner == sheet.owner]
    label = t("entry.evidence_count", count=t.integer(len(found))) if found else t("entry.evidence")
    faults = st.session_state.get(_FAULT, {})
    fault: Problem | None = faults.get((sheet.entry, sheet.current.id))
    done: Evidence | None = st.session_state.get(_DONE, {}).get((sheet.entry, sheet.current.id))
    with st.expander(
        notice.literal(label),
        icon=":material/attach_file:",
        expanded=fault is not None or done is not None,
        key=f"entry-evidence-{len(found)}-{sheet.current.id}",  # opened anew with each: a browser may have closed it
    ):
        if fault is not None:
            st.warning(notice.literal(sheet.told(fault)), icon=":material/report:")
        elif done is not None and done.id in {one.id for one in found}:
            said = t("entry.evidence_saved", name=done.name, time=time_of(t, done.at))
            st.markdown(f":material/check: {notice.literal(said)}")
        for one in found:
            row(sheet, one, mine=sheet.open)
        if sheet.open:
            _add(sheet)
        elif not found:
            st.caption(t("entry.evidence_none"))


def listed(sheet: Sheetful) -> tuple[Evidence, ...]:
    """The evidence of the question on the screen, as far as the person may see it."""
    with sheet.desk.store.read() as tx:
        return evidence.listing(tx, sheet.desk.actor, sheet.entry, sheet.current.id)


def row(sheet: Sheetful, one: Evidence, *, mine: bool) -> None:
    """A file to open or a link; with `mine` it can be withdrawn."""
    t, desk = sheet.t, sheet.desk
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"evidence-{one.id}"):
        if one.link is not None:
            st.link_button(
                notice.literal(one.name),
                one.link,
                icon=":material/link:",
                type="tertiary",
                help=notice.literal(one.link),
            )
        else:
            # Read only when it is asked for, with the rights of that moment.
            st.download_button(
                notice.literal(one.name),
                partial(_content, desk, one.id),
                file_name=PurePath(one.name).name,
                mime="application/octet-stream",
                icon=":material/description:",
                type="tertiary",
                key=f"evidence-open-{one.id}",
                on_click="ignore",
            )
            st.caption(t("entry.evidence_size", size=t.integer(-(-(one.size or 0) // 1024))), width="content")
        if mine:
            st.button(
                t("entry.evidence_withdraw"),
                key=f"evidence-withdraw-{one.id}",
                type="tertiary",
                icon=":material/close:",
                on_click=_withdraw,
                args=(desk, sheet.entry, sheet.current.id, one.id),
            )


def _content(desk: Desk, evidence_id: int) -> bytes:
    return evidence.open_file(desk.store, desk.actor, evidence_id)[2]


def _add(sheet: Sheetful) -> None:
    t, question = sheet.t, sheet.current.id
    turn = st.session_state.get(_ROUND, 0)  # a new key empties the fields once something has been taken
    link_key, file_key = f"evidence-link-{question}-{turn}", f"evidence-file-{question}-{turn}"
    link = st.text_input(
        t("entry.evidence_link"),
        key=link_key,
        placeholder=t("entry.evidence_link_form"),
        on_change=_attach_link,
        args=(sheet.desk, sheet.entry, sheet.layer, question, link_key),
    )
    upload = st.file_uploader(
        t("entry.evidence_file", accepted=ACCEPTED, size=t.integer(LARGEST // 1024 // 1024)),
        key=file_key,
        max_upload_size=LARGEST // 1024 // 1024,
        type=[ending for kind in KINDS for ending in kind.endings],
        on_change=_attach_file,
        args=(sheet.desk, sheet.entry, sheet.layer, question, file_key),
    )
    faulty = (sheet.entry, question) in st.session_state.get(_FAULT, {})
    if (link.strip() or upload) and not faulty:  # the callback was stopped on its way: see `interview_entry_state`
        _attach_link(sheet.desk, sheet.entry, sheet.layer, question, link_key)
        _attach_file(sheet.desk, sheet.entry, sheet.layer, question, file_key)
        st.rerun()


# ---- callbacks: saved before the page is drawn -------------------------------------------------------------------


def _attach_link(desk: Desk, entry: int, layer: Layer, question: str, key: str) -> None:
    typed = str(st.session_state.get(key, "")).strip()
    if typed:
        with _telling(entry, question) as done:
            done(evidence.attach_link(desk.store, desk.actor, entry, layer, question, typed))


def _attach_file(desk: Desk, entry: int, layer: Layer, question: str, key: str) -> None:
    upload = st.session_state.get(key)
    if upload is not None:
        with _telling(entry, question) as done:
            content = upload.getvalue()
            done(evidence.attach_file(desk.store, desk.actor, entry, layer, question, upload.name, content))


def _withdraw(desk: Desk, entry: int, question: str, evidence_id: int) -> None:
    with _telling(entry, question) as done:
        done(evidence.withdraw(desk.store, desk.actor, evidence_id))


@contextmanager
def _telling(entry: int, question: str) -> Iterator[Callable[[Evidence], None]]:
    """Keep a problem for the page, and empty the fields where there is none. What it yields takes note of what was
    done."""
    faults, last = st.session_state.setdefault(_FAULT, {}), st.session_state.setdefault(_DONE, {})
    faults.pop((entry, question), None)
    try:
        yield partial(last.__setitem__, (entry, question))
    except Problem as problem:
        faults[entry, question] = problem
    else:
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
