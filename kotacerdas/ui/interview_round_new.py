"""A new round: year, name, the instrument of each weight group, the size of the panels."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kotacerdas.interview import rounds
from kotacerdas.interview.rounds import PANEL, YEARS, Line, Round
from kotacerdas.ui import state
from kotacerdas.ui.interview_act import act, main, turn
from kotacerdas.ui.interview_desk import Desk

ALL = "all"


def render(desk: Desk, around: Round, lines: list[Line]) -> None:
    """The form below the tabs of an existing round."""
    del around, lines
    with desk.store.read() as tx:
        held = rounds.all_rounds(tx)
    form(desk, held)


def form(desk: Desk, held: Sequence[Round]) -> None:
    """The form itself."""
    t, data = desk.t, desk.data
    last = data.round(max(year for year in data.years if data.round(year).instruments))
    usable = [name for name, instrument in data.data.instruments.items() if rounds.asked(instrument)]
    weights: dict[str, str] = dict(last.instruments)
    year = max([last.year, *(each.year for each in held)]) + 1
    with st.form(f"round-new-{turn()}"):
        with st.container(horizontal=True):
            chosen_year = st.number_input(
                t("round.year"), min_value=YEARS.start, max_value=YEARS.stop - 1, value=year, step=1, width=140
            )
            size = st.number_input(
                t("round.size"), min_value=PANEL.start, max_value=PANEL.stop - 1, value=5, width=180,
                help=t("round.size_help"),
            )  # fmt: skip
        name = st.text_input(t("round.name"), value=t("round.name_default", year=year), max_chars=200)
        instruments = {
            group: st.selectbox(
                t(f"round.instrument.{group}"),
                usable,
                index=usable.index(weights[group]) if weights[group] in usable else 0,
                format_func=lambda key: t.label(data.data.instruments[key].title),
                key=f"round-instrument-{group}-{turn()}",
            )
            for group in weights
        }
        sent = st.form_submit_button(main(t("round.create")), type="primary")
    if sent:

        def deed() -> str:
            rounds.create(desk.store, desk.actor, int(chosen_year), name, instruments, int(size))
            state.put("round", int(chosen_year))
            state.clear(["part"])
            return t("round.created", year=int(chosen_year))

        act(t, deed)
