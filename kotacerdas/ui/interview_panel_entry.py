"""Which city a view of the interview is about: the one of the address, as far as the person may see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from kotacerdas.interview.reading import Mine, View, entry_view, my_entries
from kotacerdas.interview.sight import Part
from kotacerdas.interview.stages import Stage
from kotacerdas.problem import Problem, Reason
from kotacerdas.ui import notice, state
from kotacerdas.ui.interview_desk import Desk
from kotacerdas.ui.interview_words import named, stage_name

ENTRY = "entry"


def opened(
    desk: Desk, parts: frozenset[Part], stages: Sequence[Stage], *, title: str, none: str, help_: str
) -> tuple[View, list[Mine]] | None:
    """The entry of the address, else the first at one of the stages, else the first; with the person's others.

    None where there is nothing to show; that has been said by then, under `title`: `none` with `help_`, or the problem.
    """
    with desk.store.read() as tx:
        mine = [one for one in my_entries(tx, desk.actor) if one.parts & parts]
    wanted = _wanted(mine, stages)
    if wanted is None:
        st.title(title, anchor=False)
        notice.missing(none, detail=help_)
        return None
    try:
        view = entry_view(desk.store, desk.actor, wanted)
        if not view.sight.parts & parts:
            city = view.entry.city
            raise (
                Problem("refused_chair", city=city)
                if Part.CHAIR in parts
                else Problem("refused_city", what=Reason("may_self_assess"), city=city)
            )
    except Problem as problem:
        st.title(title, anchor=False)
        notice.problem(named(desk, problem), desk.t)
        choose(desk, mine, None)
        return None
    return view, mine


def context(sentences: Sequence[str], mine: Sequence[Mine], choice: Callable[[], None]) -> None:
    """The line under a title, with the choice among several entries beside it."""
    said = notice.literal(" ".join(sentences))
    if len(mine) < 2:
        st.caption(said)
        choice()
        return
    left, right = st.columns([2, 1], gap="medium", vertical_alignment="center")
    with left:
        st.caption(said)
    with right:
        choice()


def choose(desk: Desk, mine: Sequence[Mine], current: int | None) -> None:
    """The person's entries to choose from; nothing where there is no other one."""
    by_id = {one.entry.id: one for one in mine}
    if not by_id or (current is not None and len(by_id) < 2):
        return
    if current not in by_id and state.param(ENTRY):
        state.clear([ENTRY])
    state.choose(
        ENTRY,
        tuple(by_id),
        label=desk.t("panel.city"),
        shown=lambda one: desk.t(
            "panel.city_in",
            city=desk.city_name(by_id[one].entry.city),
            year=by_id[one].year,
            stage=stage_name(desk.t, by_id[one].entry.stage),
        ),
        default=current,
        empty=desk.t("entry.choose_city"),
        quiet=current is not None,
        width="stretch" if current is not None else 360,
    )


def _wanted(mine: Sequence[Mine], stages: Sequence[Stage]) -> int | None:
    raw = state.param(ENTRY)
    if raw is not None and raw.isascii() and raw.isdecimal() and len(raw) < 10:
        return int(raw)
    return next((one.entry.id for one in [*(one for one in mine if one.entry.stage in stages), *mine]), None)
