"""The audit trail of a city or of the office: who did what, when, before, after and why; and whether it is unbroken."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from kotacerdas import export
from kotacerdas.i18n import MISSING, Text
from kotacerdas.interview import audit, grants, reading, rounds, standing, trail_export
from kotacerdas.interview.reading import Record
from kotacerdas.interview.roles import Action, Role
from kotacerdas.interview.rounds import Line
from kotacerdas.interview.stages import CHAIR_OWNER, CITY_OWNER, Stage
from kotacerdas.interview.store import now
from kotacerdas.interview.verification import verify
from kotacerdas.ui import downloads, notice, shell, state, tables
from kotacerdas.ui.interview_act import say_done
from kotacerdas.ui.interview_board import choose_round
from kotacerdas.ui.interview_desk import Desk
from kotacerdas.ui.interview_words import CLOCK, DAY, local, moment, stage_name

OFFICE = 0
"""What stands in the address for the trail of rounds, roles and deadlines; entries are counted from one."""
KINDS = ("answers", "steps", "refused")
_STEPS = frozenset({"invite", "move", "seat", "unseat", "schedule", "submit_marks", "withdraw_marks", "open_marks"})
_OF_ROUND = frozenset({"create", "deadline", "invite", "publish", "import"})
_CHECKED = "kotacerdas.trail-checked"
TABLE = "trail-table"
_LONGEST = 90
"""Characters of a cell: three lines of a column of words, which is what a row has room for."""
_SHOWN = 300
Records = Callable[[], list[Record]]


def render(desk: Desk) -> None:
    """Draw the trail of the chosen city."""
    t = desk.t
    say_done()
    title = st.container(key="trail-title")
    controls = st.container(key="trail-controls", horizontal=True, vertical_alignment="bottom", gap="medium")
    with controls:
        chosen = _choose(desk)
    if chosen is None:
        with title:
            st.title(t("trail.title"), anchor=False)
        notice.missing(t("trail.choose"), detail=t("trail.choose_help"))
        return
    questions: Mapping[str, str] = {}
    records = partial(_office, desk) if chosen == OFFICE else partial(reading.trail, desk.store, desk.actor, chosen)
    rows = records()
    if chosen == OFFICE:
        name = t("trail.office")
    else:
        with desk.store.read() as tx:
            entry = rounds.look(tx, chosen)
            instrument = standing.round_of(tx, entry.round_id).instruments[entry.group]
        name, questions = desk.city_name(entry.city), _questions(t, instrument)
    with title:
        count = t.integer(len(rows))
        st.title(notice.literal(t("trail.title_of", name=name, count=count)), anchor=False)
        st.caption(t("trail.context"))
    with controls:
        _verified(desk)
    _table(desk, rows, questions)
    _downloads(desk, records, name, chosen)


# ---- whose trail -------------------------------------------------------------------------------------------------


def _choose(desk: Desk) -> int | None:
    """The entry of the address, or what is chosen here; the office for those who run it."""
    t = desk.t
    with desk.store.read() as tx:
        held = rounds.all_rounds(tx)
    lines: list[Line] = []
    if held:
        around = choose_round(t, held)
        with desk.store.read() as tx:
            lines = rounds.board(tx, desk.actor, around.id)
            if desk.has(Role.CHAIR) and not desk.has(Role.ADMIN):
                mine = {found.entry.id for found in reading.my_entries(tx, desk.actor)}
                lines = [line for line in lines if line.entry_id in mine]
    names = {line.entry_id: desk.city_name(line.city) for line in lines}
    if desk.has(Role.ADMIN):
        names[OFFICE] = t("trail.office")
    asked = state.param("entry") or ""
    if asked.isdecimal() and int(asked) not in names and len(asked) < 10:
        return int(asked)  # the service decides, and logs who asked for what is not theirs
    return state.choose(
        "entry",
        tuple(names),
        label=t("trail.whose"),
        shown=lambda entry: names[entry],
        default=None,
        empty=t("trail.choose_hint"),
        width=420,
    )


def _downloads(desk: Desk, records: Records, name: str, chosen: int) -> None:
    """The whole trail to take along. It is read anew when it is fetched, with what the person may see by then."""
    t, at = desk.t, now()
    part = "office" if chosen == OFFICE else f"{name}-{chosen}"

    def file(ending: str) -> str:
        return export.file_name(["kotacerdas", t("trail.file"), part, at[:10]], ending)

    with st.container(key="trail-downloads", horizontal=True, vertical_alignment="center", gap="small"):
        downloads.button(
            t("trail.csv"), file("csv"), lambda: trail_export.csv(records(), t), key="trail-csv", help=t("trail.take")
        )
        downloads.button(
            t("trail.xlsx"),
            file("xlsx"),
            lambda: trail_export.xlsx(records(), t, name, at),
            key="trail-xlsx",
            help=t("trail.take"),
        )


def _office(desk: Desk) -> list[Record]:
    with desk.store.read() as tx:
        grants.require(tx, desk.actor, Action.MANAGE)
        found = audit.trail(tx, audit.OFFICE)
    return [
        Record(
            row.seq, row.at, row.who, row.action, row.subject, _json(row.before), _json(row.after), row.reason, False
        )
        for row in found
    ]


def _json(text: str | None) -> Any:
    return None if text is None else json.loads(text)


# ---- is it whole -------------------------------------------------------------------------------------------------


def _verified(desk: Desk) -> None:
    """The chains of the whole store, recomputed on demand; the mark says when that was."""
    t = desk.t
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="trail-verified"):
        if st.button(t("trail.verify"), icon=":material/link:", help=t("trail.verify_help"), key="trail-verify"):
            with st.spinner(t("trail.verifying")):
                report = verify(desk.store)
            st.session_state[_CHECKED] = (report, now())
        checked = st.session_state.get(_CHECKED)
        if checked is None:
            return
        report, at = checked
        if report.problems:
            st.badge(t("trail.broken", count=t.integer(len(report.problems))), icon=":material/link_off:", color="red")
        else:
            st.badge(t("trail.whole"), icon=":material/verified:", color="blue")
        st.caption(
            t("trail.checked", rows=t.integer(report.rows), streams=t.integer(report.streams), at=moment(t, at)),
            width="content",
        )
    for problem in report.problems[:10]:
        notice.problem(problem, t)


# ---- the records -------------------------------------------------------------------------------------------------


def _table(desk: Desk, rows: Sequence[Record], questions: Mapping[str, str]) -> None:
    t = desk.t
    kinds = state.choose_many(
        "kind",
        KINDS,
        label=t("trail.kinds"),
        shown=lambda kind: t(f"trail.kind.{kind}"),
        look="pills",
        quiet=True,
    )
    found = [row for row in rows if not kinds or _kind(row) in kinds]
    if not found:
        notice.missing(t("trail.nothing"))
        return
    found = found[::-1]
    if len(found) > _SHOWN and not state.toggle("all", label=t("trail.all", count=t.integer(len(found)))):
        found = found[:_SHOWN]
    of = st.column_config
    frame = pd.DataFrame(
        {
            "seq": [row.seq for row in found],
            "at": [local(row.at).replace(tzinfo=None) for row in found],
            "who": [desk.person(row.who) for row in found],
            "action": [_action(t, row) for row in found],
            "subject": [_subject(desk, row, questions) for row in found],
            "change": [change(desk, row) for row in found],
            "reason": [_reason(t, row) or "" for row in found],
        }
    )
    if shell.on_phone():
        frame = frame[["at", "action", "change", "reason", "subject", "who"]]
    config = {
        "seq": of.NumberColumn(t("trail.head.seq"), width=50),
        "at": of.DatetimeColumn(t("trail.head.at"), format=f"{DAY} {CLOCK[t.lang]}", width=125),
        "who": of.TextColumn(t("trail.head.who"), width=115),
        "action": of.TextColumn(t("trail.head.action"), width=125),
        "change": of.TextColumn(t("trail.head.change"), width=240),
        "reason": of.TextColumn(t("trail.head.reason"), width=230),
        "subject": of.TextColumn(t("trail.head.subject"), width=205),
    }
    tables.room_for_tools()
    chosen = st.dataframe(
        frame,
        key=TABLE,
        on_select="rerun",
        selection_mode="single-cell",
        hide_index=True,
        height=tables.height(len(frame), 600, tables.WRAPPED),
        row_height=tables.WRAPPED,
        placeholder=MISSING,
        column_config={name: config[name] for name in frame.columns},
        alt=t("trail.alt", count=t.integer(len(frame))),
    )
    _whole(desk, found, [row for row, _ in chosen.selection.cells], questions)
    if any(row.hidden for row in found):
        st.caption(t("trail.hidden_help"))


def _whole(desk: Desk, found: Sequence[Record], chosen: Sequence[int], questions: Mapping[str, str]) -> None:
    """The record of the chosen cell as a whole: in its row a long change or reason has no room. Else how to get it."""
    t = desk.t
    if not chosen or chosen[0] >= len(found):
        st.caption(t("trail.whole_hint"))
        return
    row = found[chosen[0]]
    with st.container(border=True, key="trail-record", gap="small"):
        parts = [t("trail.record", seq=t.integer(row.seq)), moment(t, row.at), desk.person(row.who), _action(t, row)]
        st.markdown(f"**{notice.literal(' · '.join(parts))}**")
        for name, words in (
            ("subject", _subject(desk, row, questions)),
            ("change", change(desk, row, longest=None)),
            ("reason", _reason(t, row, longest=None)),
        ):
            if words:
                with st.container(gap=None):
                    st.caption(t(f"trail.head.{name}"))
                    st.text(words)


def _kind(row: Record) -> str:
    if row.action == audit.REFUSED:
        return "refused"
    return "answers" if row.action in (audit.ANSWER, "conflict") or row.action not in _STEPS else "steps"


def _action(t: Text, row: Record) -> str:
    key = f"trail.action.{row.action}"
    return t(key) if key in t else row.action


def _questions(t: Text, instrument: str) -> dict[str, str]:
    """The questions of an instrument with number and short text, as the other views name them."""
    nodes = standing.asked(standing.read_instrument(instrument))
    return {
        node.id: t("entry.numbered", number=place, question=t.label(node.label)) for place, node in enumerate(nodes, 1)
    }


def _subject(desk: Desk, row: Record, questions: Mapping[str, str]) -> str:
    """The city by its name, an answer by layer and question, anything else as it was recorded."""
    t = desk.t
    if row.subject in desk.names:
        return desk.names[row.subject]
    if row.action in _OF_ROUND and row.subject.isdecimal():
        return t("trail.round", year=row.subject)
    layer, _, rest = row.subject.partition(" ")
    key = f"trail.layer.{layer}"
    if row.action in (audit.ANSWER, "conflict") and key in t:
        question, _, owner = rest.partition(" ")
        named = questions.get(question, question)
        if owner in ("", CITY_OWNER, CHAIR_OWNER):  # whose it is goes without saying
            return t("trail.answer", layer=t(key), question=named)
        return t("trail.answer_of", layer=t(key), question=named, owner=_cut(desk.person(owner)))
    return _cut(desk.person(row.subject))


def _reason(t: Text, row: Record, longest: int | None = _LONGEST) -> str | None:
    if row.action == audit.REFUSED and row.reason:
        key = f"trail.refusal.{row.reason}"
        return t(key) if key in t else row.reason
    return None if row.reason is None else _cut(row.reason, longest)


def change(desk: Desk, row: Record, longest: int | None = _LONGEST) -> str | None:
    """What changed, in words: each field that differs, before and after; cut to the `longest`, None: whole."""
    t = desk.t
    if row.hidden:
        return t("trail.hidden")
    before, after = (side if isinstance(side, Mapping) else {"": side} for side in (row.before, row.after))
    parts = []
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if name == "version" or old == new or (not before.get(name) and new in ("", False, [], None)):
            continue
        words = _value(desk, name, new) if old in (None, "", []) else _both(desk, name, old, new)
        parts.append(f"{_field(desk, name)}: {words}" if name else words)
    return _cut(" · ".join(parts), longest) or None


def _both(desk: Desk, name: str, old: Any, new: Any) -> str:
    return f"{_value(desk, name, old)} → {_value(desk, name, new)}"


def _field(desk: Desk, name: str) -> str:
    """What a part of a record is called; an invitation has one for each city, by its code."""
    key = f"trail.field.{name}"
    return desk.t(key) if key in desk.t else desk.names.get(name, name)


def _value(desk: Desk, name: str, value: Any) -> str:
    t = desk.t
    if value is None or value == "":
        return MISSING
    if isinstance(value, bool):
        return t("trail.yes") if value else t("trail.no")
    if name == "stage":
        try:
            return stage_name(t, Stage(value))
        except ValueError:
            return str(value)
    if name in ("due", "meeting_at") and isinstance(value, str):
        return moment(t, value)
    if name in ("seat", "ended"):
        return desk.person(str(value))
    if name == "role" and f"role.{value}" in t:
        return t(f"role.{value}")
    if (name == "group" or name in desk.names) and f"invite.weights.{value}" in t:
        return t(f"invite.weights.{value}")
    if name == "city" and value in desk.names:
        return desk.names[value]
    if isinstance(value, list):
        return ", ".join(_seat(desk, item) for item in value) or MISSING
    if isinstance(value, Mapping):
        return ", ".join(f"{_value(desk, 'group', key)} {_instrument(desk, part)}" for key, part in value.items())
    return str(value)


def _instrument(desk: Desk, name: Any) -> str:
    found = desk.data.data.instruments.get(name) if isinstance(name, str) else None
    return json.dumps(name, ensure_ascii=False) if found is None else desk.t.label(found.title)


def _seat(desk: Desk, item: Any) -> str:
    if isinstance(item, Mapping) and "who" in item:
        who = desk.person(str(item["who"]))
        return desk.t("trail.chair", who=who) if item.get("chair") else who
    return str(item)


def _cut(text: str, longest: int | None = _LONGEST) -> str:
    """Recorded texts come from anywhere and have no end: one line of so many characters, what does not print left out.

    Without a limit the lines stay as they were written.
    """
    kept = "\n" if longest is None else ""
    line = "".join(c if c.isprintable() or c in kept else " " for c in text)
    return line if longest is None or len(line) <= longest else line[: longest - 1] + "…"
