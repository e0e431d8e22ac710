"""A dial: one number by slider and by exact figure, kept in step, with a way back to where it started.

Both controls show the same value of the URL; whichever is moved writes it there. The slider keeps its own state while
it is dragged: it is only set from here when the value came from somewhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.problem import Problem, span
from kotacerdas.scenario import read_number
from kotacerdas.ui import notice, simulation_state, state

_FAULT = "simulation.fault"
_BOX, _BACK = 76, 128
"""Pixels of the box for the exact figure and of the way back."""


@dataclass(frozen=True)
class Dial:
    """What a dial moves: `id` in the URL, `name` in words, the scale; `exact` adds the box for a typed figure."""

    id: str
    name: str
    low: Fraction
    high: Fraction
    step: Fraction
    exact: bool = True


Commit = Callable[[str, Fraction | None], None]
"""What is done with the new value of a dial (None: back to the official one), in a callback."""


def draw(t: Text, dial: Dial, value: Fraction, commit: Commit, *, beside: str, official: str, moved: bool) -> None:
    """One row: the slider named `dial.name` with `beside` in small type, the exact figure, the way back.

    The way back shows the `official` value it leads to.
    """
    slider, text = slider_key(dial), t.score(value)
    _set(slider, float(value))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        st.slider(
            t("simulation.dial", name=dial.name, beside=beside),
            float(dial.low),
            float(dial.high),
            step=float(dial.step),
            format="localized",
            key=slider,
            on_change=_slid,
            args=(dial, commit),
        )
        if dial.exact:
            _set(box_key(dial, text), text)
            st.text_input(
                t("simulation.dial_exact", name=dial.name),
                key=box_key(dial, text),
                max_chars=12,
                label_visibility="collapsed",
                width=_BOX,
                on_change=_typed,
                args=(dial, text, commit),
            )
        st.button(
            official,
            key=f"{slider}-reset",
            type="tertiary",
            icon=":material/undo:",
            disabled=not moved,
            on_click=commit,
            args=(dial.id, None),
            width=_BACK,
        )


def slider_key(dial: Dial) -> str:
    """The Streamlit key of the slider, as tests need it."""
    return state.widget_key(f"sim-{dial.id}")


def box_key(dial: Dial, text: str) -> str:
    """The Streamlit key of the box while it shows `text`.

    A new text is a new box: while a slider is dragged, the browser's next event still carries the box as it was before
    the last answer arrived. Under the same key that would count as typed and take the move back; like this it is known
    for what it is, the text of its own key.
    """
    return state.widget_key(f"sim-{dial.id}-exact-{text}")


def fault(t: Text) -> None:
    """Say what was wrong with the last typed figure; the scenario stayed as it was."""
    problem = st.session_state.pop(_FAULT, None)
    if problem is not None:
        notice.problem(problem, t)


def refuse(problem: Problem) -> None:
    """Note, in a callback, what is wrong; `fault` says it in the run that follows."""
    st.session_state[_FAULT] = problem


def _set(key: str, value: object) -> None:
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def _slid(dial: Dial, commit: Commit) -> None:
    raw = st.session_state[slider_key(dial)]
    commit(dial.id, read_number(dial.id, round(raw, 2)))


def _typed(dial: Dial, shown: str, commit: Commit) -> None:
    """An emptied box goes back to the official figure; what is no number, or not on the scale, is said and dropped."""
    raw = st.session_state[box_key(dial, shown)]
    if raw == shown:  # an echo, see `box_key`
        simulation_state.follow()
    if not raw.strip():
        commit(dial.id, None)
        return
    try:
        value = read_number(dial.name, raw)
        if not dial.low <= value <= dial.high:
            raise Problem("answer_scale", node=dial.name, value=value, accepted=span(dial.low, dial.high))
    except Problem as problem:
        refuse(problem)
    else:
        commit(dial.id, value)
