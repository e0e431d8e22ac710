"""Doing something from a form: one call of a service, then its sentence; what stands against it is said in place."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st

from kotacerdas.i18n import Text
from kotacerdas.problem import Problem
from kotacerdas.ui import notice

_SAID = "kotacerdas.interview-said"
_LEFT = "kotacerdas.interview-left"
_TURN = "kotacerdas.interview-turn"


def turn() -> int:
    """A number that changes with every success: forms carry it in their keys, so that a sent form is empty again."""
    return int(st.session_state.get(_TURN, 0))


def main(label: str) -> str:
    """The label of a primary button. Streamlit writes it in white, which is too faint on the primary colour of the dark
    theme; the themes keep the ink for it under a colour that nothing else uses."""
    return f":violet[{notice.literal(label)}]"


def act(t: Text, deed: Callable[[], str]) -> None:
    """Do it and begin the page anew with the sentence it returns; a `Problem` is said in place and the form kept."""
    try:
        sentence = deed()
    except Problem as problem:
        notice.problem(problem, t)
        return
    done(sentence)
    st.rerun()


def done(sentence: str) -> None:
    """Note a success: its sentence is said at the next run, and forms are empty then."""
    st.session_state[_SAID] = sentence
    st.session_state[_TURN] = turn() + 1


def say_done() -> None:
    """The sentence of the last success, once and over the page, which does not move; what failed stays to be read."""
    sentence = st.session_state.pop(_SAID, None)
    if sentence:
        st.toast(notice.literal(sentence[:400]), icon=":material/check:", duration="long")
    left = st.session_state.pop(_LEFT, None)
    if left:
        notice.say(left, icon=":material/report:")


def each(t: Text, names: Iterable[tuple[str, Callable[[], object]]], *, done: Callable[[int], str]) -> str:
    """Do the same for several, each on its own: how many went well.

    Raises the problem itself where it reached nobody and there was one only. Whom it did not reach is said in place.
    """
    failed: list[tuple[str, Problem]] = []
    count = 0
    for name, deed in names:
        try:
            deed()
            count += 1
        except Problem as problem:
            failed.append((name, problem))
    if failed and not count and len(failed) == 1:
        raise failed[0][1]
    if failed:
        st.session_state[_LEFT] = " ".join(f"{name}: {t.problem(problem)}" for name, problem in failed)
    return done(count) if count else ""
