"""Another method: the same components under another round's or group's weights, and the other reading of the level.

All methods at once as a table, so that the choice is a comparison and not a search.
"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from kotacerdas.i18n import MISSING
from kotacerdas.overlay import methods
from kotacerdas.problem import Problem
from kotacerdas.scenario import Scenario
from kotacerdas.simulate import Simulation
from kotacerdas.ui import notice, scale_words, state, tables
from kotacerdas.ui.simulation_state import Bench


def draw(bench: Bench) -> None:
    """The two choices, then what each method would give."""
    t, levels, simulation = bench.t, bench.data.levels, bench.now()
    own = bench.stage.ground.instrument.id
    known = methods(bench.data, bench.stage.ground.instrument)
    state.choose(
        "method",
        tuple(known),
        label=t("simulation.method"),
        shown=lambda name: t("simulation.method_own" if name == own else "simulation.method_other",
                             title=t.label(known[name].title)),
        default=own,
        help=t("simulation.method_help"),
    )  # fmt: skip
    state.choose(
        "reading",
        tuple(levels.readings),
        label=t("simulation.reading"),
        shown=lambda name: t.label(levels.readings[name].label),
        default=levels.default_reading,
        look="segmented",
        help=t("simulation.reading_help", **scale_words.ends(t, levels.bounds)),
    )
    _table(bench, simulation)


def _table(bench: Bench, simulation: Simulation) -> None:
    """The scenario under every method: final, rank, and the level under the chosen reading. The one used is marked."""
    t, levels = bench.t, bench.data.levels_of(bench.year)
    used = bench.instrument(simulation.scenario).id
    rows, lost = [], False
    missing: dict[str, None] = {}
    for name, method in methods(bench.data, bench.stage.ground.instrument).items():
        title = t.label(method.title)
        cells = [t("simulation.method_chosen", title=title) if name == used else title]
        try:
            outcome = bench.simulate(_under(bench, simulation, name)).outcome
        except Problem:
            lost = True
            rows.append([*cells, MISSING, MISSING, MISSING])
            continue
        missing |= dict.fromkeys(part for part, value in outcome.components.items() if value is None)
        level = levels.of(outcome.final, simulation.scenario.reading)
        rows.append([*cells, t.number(outcome.final), t.integer(outcome.rank), t.integer(level)])
    heads = [t("simulation.column.method"), t("measure.final"), t("measure.rank"), t("measure.level")]
    tables.short(heads, rows, figures=range(1, len(heads)))
    if missing:
        parts = ", ".join(t(f"component.{part}") for part in missing)
        st.caption(notice.literal(t("simulation.method_missing", city=bench.name, components=parts)))
    st.caption(notice.literal(t("simulation.method_note")))
    if lost:
        st.caption(notice.literal(t("simulation.method_lost")))


def _under(bench: Bench, simulation: Simulation, name: str) -> Scenario:
    """The scenario with another method; the city's own is no change."""
    own = bench.stage.ground.instrument.id
    return replace(simulation.scenario, instrument=None if name == own else name)
