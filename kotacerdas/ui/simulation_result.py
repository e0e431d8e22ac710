"""The result of a simulation: figures, contributions and shape, official beside simulated, and the table of them all.

Everything here is sent at every move of a slider, so it is few and small: two charts as plain markup, one table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from kotacerdas.i18n import MISSING, Text
from kotacerdas.simulate import Simulation
from kotacerdas.ui import assets, notice, simulation_weights, simulation_words, tables
from kotacerdas.ui.simulation_state import RESULT, Bench
from kotacerdas.ui.simulation_words import FINE


@dataclass(frozen=True)
class Places:
    """Where the parts of the result stand: containers of the panel, so that only what is in them is sent again."""

    head: DeltaGenerator
    figures: DeltaGenerator
    waterfall: DeltaGenerator
    shape: DeltaGenerator
    table: DeltaGenerator


@st.fragment(key=RESULT)
def draw(bench: Bench, places: Places, mode: str) -> None:
    """Everything that follows a move of a control, in its places."""
    with notice.caught(bench.t):
        simulation = bench.now()
        with places.head:
            headline(bench, simulation)
        with places.figures:
            figures(bench, simulation)
        with places.waterfall:
            contributions(bench, simulation)
        with places.shape:
            # Weights leave the scores as they are: in place of their shape stand the weight sets.
            (simulation_weights.sets if mode == "weights" else shape)(bench, simulation)
        with places.table:
            table(bench, simulation)


def headline(bench: Bench, simulation: Simulation) -> None:
    """The finding as title, and the banner that says what a simulation is and what was changed."""
    t = bench.t
    st.title(simulation_words.title(bench, simulation), anchor=False)
    weighted = bool(simulation.scenario.weights)
    banner = t("simulation.banner_weights" if weighted else "simulation.banner")
    if not simulation.scenario.empty:
        banner += "  \n" + notice.literal(simulation_words.changes_said(bench, simulation))
    st.info(banner, icon=":material/science:")


def question(bench: Bench) -> None:
    """The title where the way to a target is sought: it starts from the official figures."""
    t, official = bench.t, bench.stage.baseline
    figures = {
        "final": t.number(official.final),
        "rank": t.integer(official.rank),
        "ranked": t.integer(official.ranked),
    }
    st.title(t("simulation.title_goal", city=bench.name, year=bench.year, **figures), anchor=False)
    st.info(t("simulation.banner"), icon=":material/science:")


def figures(bench: Bench, simulation: Simulation) -> None:
    """Final, rank, level, and the way to the next level."""
    t, before, after = bench.t, simulation.baseline, simulation.outcome
    moved, places = Fraction(after.final) - Fraction(before.final), before.rank - after.rank
    _metric(
        t("simulation.figure_final"),
        t.number(after.final),
        _against(t, t.number(before.final), t.signed(moved) if moved else ""),
        moved,
    )
    _metric(
        t("simulation.figure_rank"),
        t("simulation.of", figure=t.integer(after.rank), of=t.integer(after.ranked)),
        _places(t, t.integer(before.rank), places),
        places,
    )
    _level(bench, simulation)
    _next(bench, simulation)


def _against(t: Text, official: str, moved: str) -> str:
    if not moved:
        return t("simulation.official", figure=official)
    return t("simulation.official_moved", moved=moved, figure=official)


def _places(t: Text, official: str, places: int) -> str:
    if not places:
        return t("simulation.official", figure=official)
    key = "simulation.rank_up" if places > 0 else "simulation.rank_down"
    return t(key, places=t.integer(abs(places)), figure=official)


def _metric(label: str, value: str, beside: str, moved: Fraction | int = 0) -> None:
    colour: Any = "blue" if moved > 0 else "orange" if moved < 0 else "off"
    arrow: Any = "up" if moved > 0 else "down" if moved < 0 else "off"
    st.metric(label, value, beside, delta_color=colour, delta_arrow=arrow)


def _level(bench: Bench, simulation: Simulation) -> None:
    """The level with its badge, a dotted one where it is simulated, and whether it rose or fell.

    The title says from which level: beside the longest name there is no room for it on a phone.
    """
    t, levels = bench.t, bench.data.levels
    before, after = levels[simulation_words.official_level(bench, simulation)], levels[simulation.outcome.level]
    badge = assets.url(f"marks/{'level' if simulation.scenario.empty else 'simulated'}-{after.id}.svg")
    _metric(
        t("simulation.figure_level"),
        t("simulation.of", figure=after.id, of=len(levels.levels)),
        f"![]({badge}) {notice.literal(t.label(after.label))}",
        after.id - before.id,
    )


def _next(bench: Bench, simulation: Simulation) -> None:
    t, levels, after = bench.t, bench.data.levels_of(bench.year), simulation.outcome
    if after.level == len(levels.levels):
        _metric(t("simulation.figure_next"), MISSING, t("simulation.next_none"))
        return
    start = levels.score_range(after.level + 1, simulation.scenario.reading)[0]
    words = t("simulation.next", level=after.level + 1, start=t.number(start))
    _metric(t("simulation.figure_next"), t.number(start - Fraction(after.final)), words)


def contributions(bench: Bench, simulation: Simulation) -> None:
    """The waterfall from the official to the simulated final; without changes, what the official one is made of."""
    from kotacerdas.charts import live
    from kotacerdas.charts.waterfall import Step, alt

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
    decimals = simulation_words.decimals(changes.values())
    st.header(finding, anchor=False)
    form: dict[str, Any] = {"unit": t("simulation.points"), "decimals": decimals, "total_decimals": 2}
    words = alt(finding, steps, float(start), t, **form)
    st.html(live.waterfall(steps, float(start), t, bench.mode, alt=words, parts=empty, **form))


def shape(bench: Bench, simulation: Simulation) -> None:
    """The radar of the components: official, and the simulation dotted over it."""
    from kotacerdas.charts import live, radar

    t, before, after = bench.t, simulation.baseline.components, simulation.outcome.components
    finding = simulation_words.balance(bench, simulation)
    axes = {part: t(f"component.{part}") for part in dict.fromkeys([*after, *before])}

    def values(of: dict[str, Fraction | None]) -> dict[str, float | None]:
        return {part: None if value is None else float(value) for part, value in of.items()}

    shapes = [radar.Shape(t("simulation.official_final"), values(before), "chosen")]
    if not simulation.scenario.empty:
        shapes.append(radar.Shape(t("simulation.simulated"), values(after), "simulated"))
    st.header(finding, anchor=False)
    words = radar.alt(finding, axes, shapes, t)
    st.html(live.radar(axes, shapes, t, bench.mode, bounds=bench.data.bounds(bench.year), alt=words))


def table(bench: Bench, simulation: Simulation) -> None:
    """All figures of both charts, official and, where it moved, new. Four columns: they fit a phone."""
    t, before, after = bench.t, simulation.baseline, simulation.outcome

    def moved(was: Fraction | None, now: Fraction | None, shown: Callable[[object], str]) -> str:
        return shown(was) if was == now else t("simulation.from_to", before=shown(was), after=shown(now))

    def score(part: str) -> Callable[[object], str]:
        """A score that was typed is shown as fine as it counts; a mean of questions has no end of decimals."""
        return t.score if part in simulation.scenario.changes else t.number

    def points(value: object) -> str:
        return t.number(value, FINE)

    def percent(share: object) -> str:
        return t.percent(share, 0 if before.weights == after.weights else 1)

    changed = not simulation.scenario.empty
    rows = []
    for part, gain in simulation_words.gains(simulation).items():
        weight = moved(before.weights.get(part), after.weights.get(part), percent)
        rows.append(
            [
                t("simulation.weighted", name=t(f"component.{part}"), weight=weight),
                moved(before.components.get(part), after.components.get(part), score(part)),
                moved(before.points.get(part), after.points.get(part), points),
                *([t.signed(gain, FINE)] if changed else []),
            ]
        )
    total = [
        t("simulation.sum"),
        "",
        moved(before.value, after.value, points),
        *([t.signed(after.value - before.value, FINE)] if changed else []),
    ]
    columns = ("weighted", "score", "points", *(["gain"] if changed else []))
    heads = [t(f"simulation.column.{name}") for name in columns]
    tables.short(heads, [*rows, total], figures=range(1, len(heads)), total=True)
