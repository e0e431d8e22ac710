"""Components by slider and exact number: what if the city had scored differently?

Every component is a fragment of its own: moving it draws its row and the result again, not the other rows.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial

import streamlit as st

from kotacerdas.ui import notice, simulation_dial, simulation_state, state
from kotacerdas.ui.simulation_dial import Dial
from kotacerdas.ui.simulation_state import Bench

STEP = Fraction(1, 100)
"""Components are printed in hundredths."""


def draw(bench: Bench) -> None:
    """One row per component of the method, in its order; a switch where the city has no programme for one."""
    now = bench.now()
    with st.container(key="sim-components", gap="small"):
        for part, value in now.outcome.components.items():
            if now.baseline.components.get(part) is None:
                _programme(bench, part, on=value is not None)
            if value is not None:
                st.fragment(_row, key=_key(part))(bench, part)


def _key(part: str) -> str:
    return f"sim-row-{part}"


def _row(bench: Bench, part: str) -> None:
    with notice.caught(bench.t):
        t, now = bench.t, bench.now()
        value, official = now.outcome.components[part], now.baseline.components.get(part)
        if value is None:
            return
        scale = bench.instrument(now.scenario).scale(part)
        simulation_dial.draw(
            t,
            Dial(part, t(f"component.{part}"), scale.min, scale.max, STEP),
            value,
            partial(_commit, bench),
            beside=t("simulation.weight", weight=t.percent(now.outcome.weights[part])),
            official=t("simulation.none") if official is None else t("simulation.official", figure=t.number(official)),
            moved=part in now.scenario.changes,
        )
        simulation_dial.fault(t)


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
    """A new programme starts at the lowest score one can have; without it, the row goes too."""
    lowest = bench.instrument(bench.read()).scale(part).min
    _put(bench, part, lowest if st.session_state[key] else None)


def _commit(bench: Bench, part: str, value: Fraction | None) -> None:
    _put(bench, part, value)
    if value is None and bench.stage.baseline.components.get(part) is None:
        st.rerun()  # without the programme its row goes, and the switch turns off
    simulation_state.follow(_key(part))


def _put(bench: Bench, part: str, value: Fraction | None) -> None:
    """Put a component into the scenario of the URL; it takes the place of changed questions below it."""
    scenario = bench.read()
    below = {node.id for node in bench.instrument(scenario).children[part]}
    changes = {name: given for name, given in scenario.changes.items() if name != part and name not in below}
    if value is not None:
        changes[part] = value
    simulation_state.write(replace(scenario, changes=changes), bench.data)
