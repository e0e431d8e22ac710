"""Weights from 0 to 10 per component: what if the components counted differently, for everybody?

A dial starts at ten times the official share. What was moved is named in the URL by its share of the sum of all dials;
the others share the remainder in official proportion (`field.shared`), which is their share of that sum too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial

import streamlit as st

from kotacerdas.field import shared
from kotacerdas.instrument import Instrument
from kotacerdas.problem import Problem
from kotacerdas.scenario import changes_text
from kotacerdas.simulate import Simulation
from kotacerdas.ui import filters, notice, simulation_dial, simulation_nation, simulation_state, tables
from kotacerdas.ui.simulation_dial import Dial
from kotacerdas.ui.simulation_state import Bench

TOP = 10
STEP = Fraction(1, 10)
KEY = "sim-weights"
"""Key of the fragment of the dials."""

_DIALS = "simulation.dials"
"""Session key of the dials as the reader left them, with the weights they gave: shares alone do not tell them."""


@st.fragment(key=KEY)
def draw(bench: Bench) -> None:
    """One dial per component with the share it comes to. All of them follow a move: every share changes."""
    with notice.caught(bench.t):
        t, now = bench.t, bench.now()
        instrument = bench.instrument(now.scenario)
        for part, raw in dials(instrument, now.scenario.weights).items():
            official = instrument.weights[part]
            simulation_dial.draw(
                t,
                Dial(f"weight-{part}", t(f"component.{part}"), Fraction(0), Fraction(TOP), STEP, exact=False),
                raw,
                partial(_commit, bench, part),
                beside=t.percent(now.outcome.weights[part], 1),
                official=t("simulation.official", figure=t.percent(official)),
                moved=raw != official * TOP,
            )
        simulation_dial.fault(t)
        note = t("simulation.weights_note")
        if len(bench.data.round(bench.year).instruments) > 1:
            note += " " + t("simulation.weights_groups")
        st.caption(note)


def dials(instrument: Instrument, weights: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Where the dials stand for the weights of a scenario: as the reader left them, else as the shares tell.

    Dials that were not moved stand at ten times their official share; where they would leave the scale, all dials are
    brought back to it in proportion.
    """
    left = st.session_state.get(_DIALS)
    if left is not None and left[0] == (instrument.id, changes_text(weights)):
        return dict(left[1])
    parts = [part.id for part in instrument.children[instrument.root.id]]
    named = {part: weight for part, weight in weights.items() if part in parts}
    shares = shared(instrument, named, strict=False)
    rest = sum((instrument.weights[part] for part in parts if part not in named), start=Fraction(0))
    free = sum((shares[part] for part in parts if part not in named), start=Fraction(0))
    scale = TOP * (rest / free if free and rest else 1)
    scale = min(scale, TOP / max(shares.values()))
    return {part: share * scale for part, share in shares.items()}


def _commit(bench: Bench, part: str, dial: str, value: Fraction | None) -> None:
    """Move one dial and name the shares of all that are moved."""
    scenario = bench.read()
    instrument = bench.instrument(scenario)
    raws = dials(instrument, scenario.weights)
    raws[part] = instrument.weights[part] * TOP if value is None else value
    total = sum(raws.values())
    if not total:
        simulation_dial.refuse(Problem("weights_none"))
        return
    weights = {name: raw / total for name, raw in raws.items() if raw != instrument.weights[name] * TOP}
    st.session_state[_DIALS] = ((instrument.id, changes_text(weights)), raws)
    simulation_state.write(replace(scenario, weights=weights), bench.data)
    simulation_state.follow(KEY, *([simulation_nation.LATE] if simulation_nation.on() else []))


def sets(bench: Bench, simulation: Simulation) -> None:
    """Every weight set of the round, official and simulated, and how many cities that moves."""
    t, weights = bench.t, simulation.scenario.weights
    names = bench.data.round(bench.year).instruments
    official = {group: bench.data.data.instruments[name] for group, name in names.items()}
    parts = dict.fromkeys(part.id for each in official.values() for part in each.children[each.root.id])
    after = {group: shared(each, weights, strict=False) for group, each in official.items()}
    heads = [t("simulation.column.component")]
    heads += [t("simulation.everybody") if group == "all" else filters.group_name(group, t) for group in official]
    rows = []
    for part in parts:
        cells = [t(f"component.{part}")]
        for group, each in official.items():
            before, now = each.weights.get(part), after[group].get(part)
            same = before == now
            figures = {"before": t.percent(before), "after": t.percent(now, 1)}
            cells.append(t.percent(before) if same else t("simulation.from_to", **figures))
        rows.append(cells)
    tables.short(heads, rows, figures=range(1, len(heads)))
    if weights:
        st.caption(notice.literal(simulation_nation.finding(t, simulation.moved)) + ".")
