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
from kotacerdas.ui import simulation_dial, simulation_state, tables
from kotacerdas.ui.simulation_dial import Dial
from kotacerdas.ui.simulation_state import Bench

TOP = 10
STEP = Fraction(1, 10)
_DIALS = "simulation.dials"
"""Session key of the dials as the reader left them, with the weights they gave: shares alone do not tell them."""


def draw(bench: Bench, simulation: Simulation) -> None:
    """One dial per component with the share it comes to, then what that makes of every weight set of the round."""
    t, scenario = bench.t, simulation.scenario
    instrument = bench.instrument(scenario)
    simulation_dial.fault(t)
    with st.container(key="sim-weights", gap="small"):
        for part, raw in dials(instrument, scenario.weights).items():
            official = instrument.weights[part]
            simulation_dial.draw(
                t,
                Dial(f"weight-{part}", t(f"component.{part}"), Fraction(0), Fraction(TOP), STEP, decimals=1),
                raw,
                partial(_commit, bench, part),
                beside=t(
                    "simulation.share",
                    share=t.percent(simulation.outcome.weights[part], 1),
                    official=t.percent(official),
                ),
                moved=raw != official * TOP,
            )
    _sets(bench, simulation)


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
    simulation_state.write(replace(scenario, weights=weights))


def _sets(bench: Bench, simulation: Simulation) -> None:
    """Every weight set of the round, official beside simulated."""
    t, weights = bench.t, simulation.scenario.weights
    names = bench.data.round(bench.year).instruments
    sets = {group: bench.data.data.instruments[name] for group, name in names.items()}
    parts = list(dict.fromkeys(part.id for each in sets.values() for part in each.children[each.root.id]))
    after = {group: shared(each, weights, strict=False) for group, each in sets.items()}
    heads = [t("simulation.column.component")]
    for group in sets:
        name = t("simulation.everybody") if group == "all" else t(f"group.{group}")
        heads += [t("simulation.column.set_official", group=name), t("simulation.column.set_new", group=name)]
    rows = []
    for part in parts:
        cells = [t(f"component.{part}")]
        for group, each in sets.items():
            cells += [t.percent(each.weights.get(part)), t.percent(after[group].get(part), 1)]
        rows.append(cells)
    tables.short(heads, rows, figures=range(1, len(heads)))
    st.caption(t("simulation.weights_note" if len(sets) > 1 else "simulation.weights_note_one"))
