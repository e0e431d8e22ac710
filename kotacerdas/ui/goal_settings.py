"""Locks and efforts of goal-seek: components by a press, every score that can rise in an editable table.

A data editor keeps its own edits for as long as the frame under it stays the same. So the frame holds locks and
efforts as they stood when the reader began, every edit goes straight into the URL, and a new frame is begun only when
something else changed them: a reset, the Back button, another city.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pandas as pd
import streamlit as st

from kotacerdas import goal
from kotacerdas.goal import Lever
from kotacerdas.problem import Problem
from kotacerdas.scenario import changes_text, read_number
from kotacerdas.ui import goal_faults, goal_inputs, goal_words, simulation_dial, state, tables
from kotacerdas.ui.goal_inputs import SETTINGS, Ask
from kotacerdas.ui.simulation_state import Bench

HEIGHT = 388
"""Ten rows and the head."""

_SHEET = "goal.sheet"


@dataclass(frozen=True)
class Sheet:
    """The table as the reader began to edit it.

    `expected` is what the URL must say for it to go on (None: begin a new one).
    """

    number: int
    shape: tuple[object, ...]
    locks: tuple[str, ...]
    efforts: Mapping[str, Fraction]
    expected: tuple[str, str] | None

    @property
    def key(self) -> str:
        """The Streamlit key of the editor."""
        return f"goal-settings-{self.number}"


def draw(bench: Bench, ask: Ask) -> None:
    """Folded away: pills for whole components, the table, and a way back to none."""
    t = bench.t
    parts = list(dict.fromkeys(lever.component for lever in ask.levers))
    with st.expander(t("goal.settings"), icon=":material/lock:", key="goal-settings"):
        st.caption(t("goal.settings_about"))
        kept = state.choose_many(
            "keep", parts, label=t("goal.lock_parts"), shown=lambda name: t(f"component.{name}"), look="pills"
        )
        rows = [lever for lever in ask.levers if lever.value < lever.top and lever.component not in kept]
        if rows:
            _table(bench, rows, ask.step)
        full = sum(lever.value >= lever.top for lever in ask.levers)
        if full and ask.unit == "questions":
            st.caption(t("goal.settings_full", count=t.integer(full)))
        state.reset(SETTINGS, label=t("goal.settings_reset"))


def _table(bench: Bench, levers: Sequence[Lever], step: Fraction) -> None:
    """The scores that can still rise, outside the components locked as a whole."""
    t = bench.t
    ids = tuple(lever.id for lever in levers)
    sheet = _sheet((bench.city, bench.year, t.lang, bench.phone, ids, step), ids, levers)
    worth = {each.id: each for each in goal.marginal(levers, step)}
    frame = pd.DataFrame(
        {
            "lock": [name in sheet.locks for name in ids],
            "effort": [float(sheet.efforts.get(name, 1)) for name in ids],
            "lever": [goal_words.long(bench, lever) for lever in levers],
            "value": [goal_words.score(bench, lever, lever.value) for lever in levers],
            "worth": [t.number(worth[name].next_step, 4) for name in ids],
        },
        index=list(ids),
    )
    config, phone = st.column_config, bench.phone
    st.data_editor(
        frame,
        key=sheet.key,
        hide_index=True,
        height=tables.height(len(frame), HEIGHT),
        disabled=["lever", "value", "worth"],
        num_rows="fixed",
        column_config={
            "lock": config.CheckboxColumn(t("goal.head.lock"), width=84),
            "effort": config.NumberColumn(
                t("goal.head.effort"), min_value=0.01, max_value=1000, width=140,
                help=t("goal.effort_help"),
            ),
            "lever": config.TextColumn(t("goal.head.lever"), width=240 if phone else "large"),
            "value": config.TextColumn(t("goal.head.value"), width=70, alignment="right"),
            "worth": config.TextColumn(
                t("goal.head.worth"), width=150, alignment="right", help=t("goal.worth_help")
            ),
        },
        alt=t("goal.settings_alt", count=t.integer(len(frame))),
        on_change=_edited,
        args=({name: goal_faults.name(bench, name) for name in ids}, sheet.key),
    )  # fmt: skip


def _sheet(shape: tuple[object, ...], ids: Sequence[str], levers: Sequence[Lever]) -> Sheet:
    """The sheet the reader is at, or a new one where locks or efforts changed from elsewhere."""
    said = _said()
    old: Sheet | None = st.session_state.get(_SHEET)
    if old is not None and old.shape == shape and old.expected == said:
        return old
    locked = tuple(name for name in said[0].split(",") if name in ids)
    efforts = {lever.id: lever.effort for lever in levers if lever.effort != 1}
    sheet = Sheet((old.number if old else 0) + 1, shape, locked, efforts, said)
    st.session_state[_SHEET] = sheet
    return sheet


def _said() -> tuple[str, str]:
    return state.param("lock") or "", state.param("effort") or ""


def _edited(names: Mapping[str, str], key: str) -> None:
    """Put locks and efforts into the URL; an effort that is no positive number is said and dropped.

    `names` are the rows: id -> what a sentence calls it. What the URL holds for scores that are not in the table stays.
    """
    ids = tuple(names)
    sheet: Sheet = st.session_state[_SHEET]
    locks, efforts, whole = dict.fromkeys(sheet.locks, True), dict(sheet.efforts), True
    for row, cells in st.session_state[key]["edited_rows"].items():
        name = ids[int(row)]
        locks[name] = bool(cells.get("lock", locks.get(name, False)))
        try:
            if "effort" in cells:
                efforts[name] = _effort(names[name], cells["effort"])
        except Problem as problem:
            simulation_dial.refuse(problem)
            whole = False
    elsewhere = goal_inputs.read_settings()
    kept = [name for name in elsewhere.locks if name not in ids]
    state.put("lock", [*kept, *(name for name in ids if locks.get(name))])
    efforts = {name: effort for name, effort in elsewhere.efforts.items() if name not in ids} | efforts
    state.put("effort", changes_text({name: effort for name, effort in efforts.items() if effort != 1}))
    st.session_state[_SHEET] = replace(sheet, expected=_said() if whole else None)


def _effort(name: str, raw: Any) -> Fraction:
    effort = Fraction(1) if raw is None else read_number(name, raw)
    if (problem := goal.effort_problem(name, effort)) is not None:
        raise problem
    return effort
