"""The result of a simulation: figures, contributions and shape, official beside simulated, and the table of them all.

Everything here is sent at every move of a slider, so it is few and small: two figures made in one piece, one table.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import streamlit as st

from kotacerdas.charts.ladder import WIDTH, ladder
from kotacerdas.levels import Level
from kotacerdas.simulate import Simulation
from kotacerdas.ui import notice, simulation_words, tables
from kotacerdas.ui.simulation_state import Bench

Colour = Any


def headline(bench: Bench, simulation: Simulation) -> None:
    """The finding as title, and the banner that says what a simulation is and what was changed."""
    t = bench.t
    st.title(simulation_words.title(bench, simulation), anchor=False)
    weighted = bool(simulation.scenario.weights)
    banner = t("simulation.banner_weights" if weighted else "simulation.banner")
    if not simulation.scenario.empty:
        banner += "  \n" + notice.literal(simulation_words.changes_said(bench, simulation))
    st.info(banner, icon=":material/science:")


def figures(bench: Bench, simulation: Simulation) -> None:
    """Final, rank, level, and the way to the next level."""
    t, before, after = bench.t, simulation.baseline, simulation.outcome
    with st.grid(4, min_column_width=150, gap=("small", "medium"), key="sim-figures"):
        moved = Fraction(after.final) - Fraction(before.final)
        _metric(
            t("simulation.figure_final"),
            t.number(after.final),
            t("simulation.official", figure=t.number(before.final))
            if not moved
            else t("simulation.official_moved", moved=t.signed(moved), figure=t.number(before.final)),
            moved,
        )
        places = before.rank - after.rank
        _metric(
            t("simulation.figure_rank"),
            t("simulation.rank_of", rank=t.integer(after.rank), ranked=t.integer(after.ranked)),
            t("simulation.official", figure=t.integer(before.rank))
            if not places
            else t("simulation.official_moved", moved=t.signed(places, 0), figure=t.integer(before.rank)),
            places,
        )
        _level(bench, simulation)
        _next(bench, simulation)


def _metric(label: str, value: str, beside: str, moved: Fraction | int) -> None:
    colour: Colour = "blue" if moved > 0 else "orange" if moved < 0 else "off"
    arrow: Any = "up" if moved > 0 else "down" if moved < 0 else "off"
    st.metric(label, value, beside, delta_color=colour, delta_arrow=arrow)


def _level(bench: Bench, simulation: Simulation) -> None:
    """The level on the ladder, dotted where it is simulated, and the official one."""
    t, before, after = bench.t, simulation.baseline, simulation.outcome
    with st.container(gap="xsmall"):
        st.markdown(f":small[{t('simulation.figure_level')}]")
        words = _named(bench, bench.data.levels[after.level])
        st.image(ladder(after.level, bench.mode, simulated=not simulation.scenario.empty), alt=words, width=WIDTH)
        st.caption(
            notice.literal(t("simulation.level", level=words, official=_named(bench, bench.data.levels[before.level])))
        )


def _named(bench: Bench, level: Level) -> str:
    return f"{level.id} {bench.t.label(level.label)}"


def _next(bench: Bench, simulation: Simulation) -> None:
    t, levels, after = bench.t, bench.data.levels, simulation.outcome
    if after.level == len(levels.levels):
        st.metric(t("simulation.figure_next"), "–", t("simulation.next_none"), delta_color="off", delta_arrow="off")
        return
    start = levels.score_range(after.level + 1, simulation.scenario.reading)[0]
    above = levels[after.level + 1]
    _metric(
        t("simulation.figure_next"),
        t.number(start - Fraction(after.final)),
        t("simulation.next", level=_named(bench, above), start=t.number(start)),
        0,
    )


def contributions(bench: Bench, simulation: Simulation) -> None:
    """The waterfall from the official to the simulated final; without changes, what the official one is made of."""
    from kotacerdas.charts.frame import CONFIG
    from kotacerdas.charts.waterfall import Step, alt, waterfall

    t = bench.t
    finding = simulation_words.contribution(bench, simulation)
    empty = simulation.scenario.empty
    changes = simulation.baseline.points if empty else simulation_words.gains(simulation)
    steps = [Step(t(f"component.{part}"), float(gain)) for part, gain in changes.items()]
    start = simulation_words.residue(simulation) + (0 if empty else simulation.baseline.value)
    if empty:
        steps.append(Step(t("simulation.official_final")))
    else:
        steps = [Step(t("simulation.official_final")), *steps, Step(t("simulation.simulated"), status="simulated")]
    st.header(finding, anchor=False)
    unit = t("simulation.points")
    st.plotly_chart(
        waterfall(steps, float(start), t, bench.mode, unit=unit),
        theme=None,
        config=CONFIG,
        key="sim-waterfall",
        alt=alt(finding, steps, float(start), t, unit=unit),
    )


def shape(bench: Bench, simulation: Simulation) -> None:
    """The radar of the components: official, and the simulation dotted over it."""
    from kotacerdas.charts import radar
    from kotacerdas.charts.frame import CONFIG

    t, before, after = bench.t, simulation.baseline.components, simulation.outcome.components
    finding = simulation_words.balance(bench, simulation)
    axes = {part: t(f"component.{part}") for part in dict.fromkeys([*after, *before])}

    def values(of: dict[str, Fraction | None]) -> dict[str, float | None]:
        return {part: None if value is None else float(value) for part, value in of.items()}

    shapes = [radar.Shape(t("simulation.official_final"), values(before), "chosen")]
    if not simulation.scenario.empty:
        shapes.append(radar.Shape(t("simulation.simulated"), values(after), "simulated"))
    st.header(finding, anchor=False)
    st.plotly_chart(
        radar.radar(axes, shapes, t, bench.mode, height=400),
        theme=None,
        config=CONFIG,
        key="sim-radar",
        alt=radar.alt(finding, axes, shapes, t),
    )


def table(bench: Bench, simulation: Simulation) -> None:
    """All figures of both charts: scores, weights and points of every component, official and simulated."""
    t, before, after = bench.t, simulation.baseline, simulation.outcome
    gained = simulation_words.gains(simulation)
    heads = [t(f"simulation.column.{name}") for name in COLUMNS]
    rows = [
        [
            t(f"component.{part}"),
            t.number(before.components.get(part)),
            t.number(after.components.get(part)),
            t.percent(before.weights.get(part)),
            t.percent(after.weights.get(part), 1),
            t.number(before.points.get(part), 4),
            t.number(after.points.get(part), 4),
            t.signed(gain, 4),
        ]
        for part, gain in gained.items()
    ]
    total = [t("simulation.sum"), "", "", t.percent(1), t.percent(1, 1)]
    total += [t.number(before.value, 4), t.number(after.value, 4), t.signed(after.value - before.value, 4)]
    with st.expander(t("simulation.as_table"), icon=":material/table:"):
        tables.short(heads, [*rows, total], figures=range(1, len(heads)), total=True)
        st.caption(t("simulation.table_note"))


COLUMNS = (
    "component", "official", "simulated", "weight_official", "weight", "points_official", "points", "gain",
)  # fmt: skip
