"""Components by slider and exact number: what if the city had scored differently?"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial

import streamlit as st

from kotacerdas.simulate import Simulation
from kotacerdas.ui import simulation_dial, simulation_state, state
from kotacerdas.ui.simulation_dial import Dial
from kotacerdas.ui.simulation_state import Bench

STEP = Fraction(1, 100)
"""Components are printed in hundredths."""


def draw(bench: Bench, simulation: Simulation) -> None:
    """One dial per component of the method, in its order; a switch where the city has no programme for one."""
    t, official = bench.t, simulation.baseline.components
    instrument = bench.instrument(simulation.scenario)
    simulation_dial.fault(t)
    with st.container(key="sim-components", gap="small"):
        for part, value in simulation.outcome.components.items():
            if official.get(part) is None:
                _programme(bench, part, on=value is not None)
            if value is None:
                continue
            scale = instrument.scale(part)
            weight = t.percent(simulation.outcome.weights[part])
            simulation_dial.draw(
                t,
                Dial(part, t(f"component.{part}"), scale.min, scale.max, STEP),
                value,
                partial(_commit, bench),
                beside=t("simulation.official_weight", official=t.number(official.get(part)), weight=weight),
                moved=part in simulation.scenario.changes,
            )


def _programme(bench: Bench, part: str, *, on: bool) -> None:
    key = state.widget_key(f"sim-{part}-programme")
    st.session_state[key] = on
    st.toggle(
        bench.t("simulation.programme", name=bench.t(f"component.{part}")),
        key=key,
        help=bench.t("simulation.programme_help"),
        on_change=_switch,
        args=(bench, key, part),
    )


def _switch(bench: Bench, key: str, part: str) -> None:
    """A new programme starts at the lowest score one can have."""
    lowest = bench.instrument(bench.read()).scale(part).min
    _commit(bench, part, lowest if st.session_state[key] else None)


def _commit(bench: Bench, part: str, value: Fraction | None) -> None:
    """Put a component into the scenario of the URL; it takes the place of changed questions below it."""
    scenario = bench.read()
    below = {node.id for node in bench.instrument(scenario).children[part]}
    changes = {name: given for name, given in scenario.changes.items() if name != part and name not in below}
    if value is not None:
        changes[part] = value
    simulation_state.write(replace(scenario, changes=changes))
