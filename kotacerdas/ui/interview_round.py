"""The secretariat's desk for a round: make it, invite, seat the panels, set times, move cities, publish."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from kotacerdas.interview import rounds
from kotacerdas.interview.rounds import Line, Round
from kotacerdas.ui import (
    interview_round_invite,
    interview_round_new,
    interview_round_panel,
    interview_round_publish,
    interview_round_times,
    notice,
    state,
)
from kotacerdas.ui.interview_act import say_done
from kotacerdas.ui.interview_board import choose_round
from kotacerdas.ui.interview_desk import Desk

Part = Callable[[Desk, Round, list[Line]], None]

PARTS: dict[str, Part] = {
    "invite": interview_round_invite.render,
    "panel": interview_round_panel.render,
    "times": interview_round_times.render,
    "publish": interview_round_publish.render,
    "new": interview_round_new.render,
}
"""The steps of a round in the order they are done; a new round comes last, for it is made once a year."""


def render(desk: Desk) -> None:
    """Draw the round that is being run."""
    t = desk.t
    say_done()
    with desk.store.read() as tx:
        held = rounds.all_rounds(tx)
    if not held:
        st.title(t("round.first"), anchor=False)
        st.caption(t("round.first_help"))
        interview_round_new.form(desk, held)
        return
    title, control = st.container(key="round-title"), st.container(key="round-round")
    with control:
        around = choose_round(t, held)
    with desk.store.read() as tx:
        lines = rounds.board(tx, desk.actor, around.id)
    with title:
        st.title(t("round.title", year=around.year, cities=t.integer(len(lines))), anchor=False)
        st.caption(notice.literal(around.name))
    part = state.choose(
        "part",
        tuple(PARTS),
        label=t("round.parts"),
        shown=lambda part: t(f"round.part.{part}"),
        default="invite" if not lines else "panel",
        look="pills",
        quiet=True,
    )
    PARTS[part](desk, around, lines)
