"""What a simulation says: its title, what was changed, and the sentence over the contributions."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from kotacerdas.i18n import Text
from kotacerdas.overlay import methods
from kotacerdas.scoring import round_half_up
from kotacerdas.simulate import Simulation
from kotacerdas.ui.simulation_state import Bench

SHOWN = 5
"""Changes named one by one; more are counted. So many that all weights of a round fit, and who weighs the rest."""

COARSE, FINE = 2, 4
"""Decimals of points."""


def title(bench: Bench, simulation: Simulation) -> str:
    """The finding: where final, rank and, if it changes, level go."""
    t, before, after = bench.t, simulation.baseline, simulation.outcome
    city = {"city": bench.name, "year": bench.year}
    if simulation.scenario.empty:
        rank, ranked = t.integer(before.rank), t.integer(before.ranked)
        return t("simulation.title_empty", final=t.number(before.final), rank=rank, ranked=ranked, **city)
    final = _way(t, "final", before.final, after.final, t.number)
    rank = _way(t, "rank", -before.rank, -after.rank, lambda rank: t.integer(-rank))
    sentence = t("simulation.title", final=final, rank=rank, **city)
    official = official_level(bench, simulation)
    if official == after.level:
        return sentence
    return sentence + t("simulation.title_level", before=_level(bench, official), after=_level(bench, after.level))


def official_level(bench: Bench, simulation: Simulation) -> int:
    """The level of the official final under the reading of the scenario: another reading alone moves nothing."""
    levels, before = bench.data.levels_of(bench.year), simulation.baseline
    return levels.of(before.final, simulation.scenario.reading) or before.level


def _way(t: Text, what: str, before: object, after: object, shown: object) -> str:
    key = "up" if after > before else "down" if after < before else "same"  # type: ignore[operator]
    return t(f"simulation.way.{what}_{key}", before=shown(before), after=shown(after))  # type: ignore[operator]


def _level(bench: Bench, level: int) -> str:
    return bench.t.label(bench.data.levels[level].label).lower()


def changes(bench: Bench, simulation: Simulation) -> list[str]:
    """What the scenario changes, official figure first: `Outcome 3,78 → 3,90`."""
    t, scenario = bench.t, simulation.scenario
    instrument = bench.instrument(scenario)
    said = []
    for node, value in scenario.changes.items():
        official = simulation.baseline.components.get(node, bench.stage.ground.answers.get(node))
        name = t(f"component.{node}") if instrument[node].kind == "component" else question(t, node)
        before = t("simulation.none") if official is None else t.number(official)
        said.append(t("simulation.change", name=name, before=before, after=t.score(value)))
    for node, weight in scenario.weights.items():
        own = instrument.weights.get(node)
        name = t("simulation.weight_of", name=t(f"component.{node}"))
        said.append(t("simulation.change", name=name, before=t.percent(own), after=t.percent(weight, 1)))
    if scenario.weights:
        left = [part for part in simulation.outcome.weights if part not in scenario.weights]
        if len(left) == 1:  # it carries whatever the others leave, and nobody moved it
            name = t("simulation.weight_rest", name=t(f"component.{left[0]}"))
            own, rest = instrument.weights[left[0]], simulation.outcome.weights[left[0]]
            said.append(t("simulation.change", name=name, before=t.percent(own), after=t.percent(rest, 1)))
    if scenario.instrument is not None:
        said.append(t("simulation.by_method", method=t.label(methods(bench.data)[scenario.instrument].title)))
    if scenario.reading is not None:
        reading = t.label(bench.data.levels.readings[scenario.reading].label).lower()
        said.append(t("simulation.by_reading", reading=reading))
    return said


def question(t: Text, node: str) -> str:
    """`pertanyaan 12:`."""
    return t("simulation.question", number=node.removeprefix("q"))


def changes_said(bench: Bench, simulation: Simulation) -> str:
    """The changes as one line."""
    return bench.t("simulation.changed", what=changes_short(bench, simulation))


def changes_short(bench: Bench, simulation: Simulation) -> str:
    """The first changes one by one, the others counted."""
    said = changes(bench, simulation)
    shown = "; ".join(said[:SHOWN])
    if len(said) > SHOWN:
        shown = bench.t("simulation.and_more", shown=shown, more=len(said) - SHOWN)
    return shown


def gains(simulation: Simulation) -> dict[str, Fraction]:
    """Points of the final that each component gains, in the order of the method; they add up to the exact change."""
    before, after = simulation.baseline.points, simulation.outcome.points
    parts = dict.fromkeys([*after, *before])
    return {part: after.get(part, Fraction(0)) - before.get(part, Fraction(0)) for part in parts}


def residue(simulation: Simulation) -> Fraction:
    """What the official final differs from its rounded recomputed one."""
    before = simulation.baseline
    return Fraction(before.final) - Fraction(round_half_up(before.value))


def contribution(bench: Bench, simulation: Simulation) -> str:
    """The finding over the waterfall: which component moves the final most, or makes the official one."""
    t = bench.t
    if simulation.scenario.empty:
        points = simulation.baseline.points
        most = max(points, key=lambda part: points[part])
        figures = {"points": t.number(points[most]), "final": t.number(simulation.baseline.final)}
        return t("simulation.makes", name=t(f"component.{most}"), **figures)
    gained = gains(simulation)
    most = max(gained, key=lambda part: abs(gained[part]))
    if not round_half_up(gained[most], FINE):
        return t("simulation.moves_none")
    key = "simulation.moves_up" if gained[most] > 0 else "simulation.moves_down"
    return t(key, name=t(f"component.{most}"), points=t.signed(gained[most], decimals(gained.values())))


def decimals(points: Iterable[Fraction]) -> int:
    """Two, or four where there are points, but so few that two would show nothing."""
    known = list(points)
    return COARSE if any(round_half_up(each, COARSE) for each in known) or not any(known) else FINE


def balance(bench: Bench, simulation: Simulation) -> str:
    """The finding over the radar: the highest and the lowest component, after the changes where there are any."""
    t = bench.t
    known = {part: value for part, value in simulation.outcome.components.items() if value is not None}
    high, low = max(known.values()), min(known.values())

    def named(value: Fraction) -> str:
        names = [t(f"component.{part}") for part, each in known.items() if each == value]
        listed = names[0] if len(names) == 1 else t("simulation.and", first=", ".join(names[:-1]), last=names[-1])
        return t("simulation.named", name=listed, value=t.number(value))

    if high == low:
        return t("simulation.balance_even", value=t.number(high))
    key = "simulation.balance_official" if simulation.scenario.empty else "simulation.balance"
    return t(key, high=named(high), low=named(low))
