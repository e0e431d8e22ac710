"""The grid of questions: an editor that keeps its own edits for as long as the frame under it stays the same.

So the frame holds the scores as they stood when the reader began (a `Sheet`), every edit goes straight into the
scenario of the URL, and a new sheet is begun only when something else changed them: a reset, a filter, another part of
the page, the Back button.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pandas as pd
import streamlit as st

from kotacerdas.i18n import MISSING
from kotacerdas.instrument import Instrument
from kotacerdas.problem import Problem
from kotacerdas.scenario import problems, read_number
from kotacerdas.simulate import Simulation
from kotacerdas.ui import simulation_dial, simulation_state, tables
from kotacerdas.ui.simulation_state import Bench

HEIGHT = 458
"""Twelve rows and the head."""

_SHEET = "simulation.sheet"


@dataclass(frozen=True)
class Sheet:
    """The grid as the reader began to edit it.

    `shape` is all the frame is made of beside the scores `start`; `expected` are the changes of the shown questions
    that the URL must hold for the sheet to go on (None: begin a new one).
    """

    number: int
    shape: tuple[object, ...]
    start: Mapping[str, Fraction]
    expected: Mapping[str, Fraction] | None

    @property
    def key(self) -> str:
        """The Streamlit key of the editor."""
        return f"sim-questions-{self.number}"


def draw(bench: Bench, simulation: Simulation, method: Instrument, rows: pd.DataFrame) -> None:
    """The questions of `rows` with an editable score each."""
    t = bench.t
    ids = tuple(str(name) for name in rows.index)
    weights = simulation.outcome.weights
    sheet = _sheet((bench.city, bench.year, t.lang, bench.phone, method.id, ids, tuple(weights.items())), simulation)
    scores = {**bench.stage.ground.answers, **sheet.start}
    places = tables.places([*rows["value"], *rows["previous"]])
    frame = pd.DataFrame(
        {
            "number": rows["number"],
            "question": [t.label(method[name].label) for name in ids],
            "component": [t(f"component.{name}") for name in rows["component"]],
            "dimension": [t(f"dimension.{name}") if isinstance(name, str) else MISSING for name in rows["dimension"]],
            "official": [t.number(value, places) for value in rows["value"]],
            "previous": [t.number(value, places) for value in rows["previous"]],
            "scenario": [float(scores[name]) for name in ids],
            "points": [
                t.number(weights[part] / len(method.children[part]) * method.scale(name).step, 4)
                if bench.stage.ground.answers[name] < method.scale(name).max
                else MISSING
                for name, part in zip(ids, rows["component"], strict=True)
            ],
        },
        index=list(ids),
    )
    order = ["number", "question", "component", "dimension", "official", "previous", "scenario", "points"]
    if bench.phone:  # the score must be seen and changed without scrolling sideways
        order = ["number", "official", "scenario", "question", "previous", "points", "component", "dimension"]
    absent = {
        "component": len(set(rows["component"])) == 1,
        "dimension": bool(rows["dimension"].isna().all()),
        "previous": bool(rows["previous"].isna().all()),
    }
    st.data_editor(
        frame,
        key=sheet.key,
        hide_index=True,
        height=tables.height(len(frame), HEIGHT),
        column_order=[name for name in order if not absent.get(name)],
        column_config=_columns(bench, method, rows),
        disabled=[name for name in frame.columns if name != "scenario"],
        num_rows="fixed",
        alt=t("simulation_questions.alt", count=len(frame), city=bench.name, year=bench.year),
        on_change=_edited,
        args=(bench, ids, sheet.key),
    )


def _columns(bench: Bench, method: Instrument, rows: pd.DataFrame) -> dict[str, Any]:
    """Heads, widths, and the scores that may be chosen: every step of the scale, and the official ones."""
    t, phone, config = bench.t, bench.phone, st.column_config
    steps: set[Fraction] = {bench.stage.ground.answers[str(name)] for name in rows.index}
    for scale in {method.scale(str(name)) for name in rows.index}:
        steps |= {scale.min + k * scale.step for k in range(int((scale.max - scale.min) / scale.step) + 1)}
    places = tables.places(float(value) for value in steps)
    earlier = rows["previous_year"].dropna()
    year = int(earlier.iloc[0]) if len(earlier) else None
    step = t.number(method.scale(str(rows.index[0])).step, 1)

    def head(name: str) -> str:
        return t(f"simulation_questions.head.{name}")

    return {
        "number": config.NumberColumn(head("number"), width=44 if phone else 52),
        "question": config.TextColumn(head("question"), width=220 if phone else "large"),
        "component": config.TextColumn(head("component"), width=96),
        "dimension": config.TextColumn(head("dimension"), width=110),
        "official": config.TextColumn(head("official"), width=58 if phone else 72, alignment="right"),
        "previous": config.TextColumn(
            str(year), width=64, alignment="right", help=t("simulation_questions.previous_help", year=year)
        ),
        "scenario": config.SelectboxColumn(
            head("scenario"),
            width=88,
            options=[float(value) for value in sorted(steps)],
            format_func=lambda value: t.number(value, places),
            help=t("simulation_questions.scenario_help"),
        ),
        "points": config.TextColumn(
            head("points"), width=132, alignment="right", help=t("simulation_questions.points_help", step=step)
        ),
    }


def _sheet(shape: tuple[object, ...], simulation: Simulation) -> Sheet:
    """The sheet the reader is at, or a new one where the frame or the scores changed from elsewhere."""
    ids: Any = shape[5]
    now = {name: value for name, value in simulation.scenario.changes.items() if name in ids}
    old: Sheet | None = st.session_state.get(_SHEET)
    if old is not None and old.shape == shape and old.expected == now:
        return old
    sheet = Sheet((old.number if old else 0) + 1, shape, now, now)
    st.session_state[_SHEET] = sheet
    return sheet


def _edited(bench: Bench, ids: Sequence[str], key: str) -> None:
    """Put the edited scores into the scenario; an emptied cell, or the official score, takes the change back.

    The browser offers only scores of the scale; what else arrives is said and dropped.
    """
    scenario, answers = bench.read(), bench.stage.ground.answers
    changes, whole = dict(scenario.changes), True
    try:
        for row, cells in st.session_state[key]["edited_rows"].items():
            name, raw = ids[int(row)], cells.get("scenario")
            value = answers[name] if raw is None else read_number(name, raw)
            whole &= raw is not None
            changes.pop(name, None)
            if value != answers[name]:
                changes[name] = value
        edited = replace(scenario, changes=changes)
        for problem in problems(bench.data, edited, bench.stage.ground):
            raise problem
    except Problem as problem:
        simulation_dial.refuse(problem)
        edited, whole = scenario, False
    simulation_state.write(edited, bench.data)
    expected = {name: value for name, value in edited.changes.items() if name in ids}
    st.session_state[_SHEET] = replace(st.session_state[_SHEET], expected=expected if whole else None)
