"""What the reader asks of goal-seek: the target, the step, the unit, what is locked and what a step costs.

Everything stands in the URL: `target` (score, level, rank or the peers' median) with its value, `step`, `unit`,
`keep` (locked components), `lock` (locked scores) and `effort` (`q12:3`). What an address says wrongly is dropped with
one sentence.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import streamlit as st

from kotacerdas import goal, goal_targets, peers
from kotacerdas.action_plan import amount
from kotacerdas.goal import Lever, Unit
from kotacerdas.instrument import Scale
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.scenario import Scenario, changes_text, read_number, written
from kotacerdas.simulate import changeable
from kotacerdas.ui import goal_faults, notice, simulation_dial, simulation_state, state
from kotacerdas.ui.simulation_state import Bench

KINDS = ("final", "level", "rank", "peers")
STEPS = ("1", "0.2")
SETTINGS = ("keep", "lock", "effort")
"""The URL parameters of locks and efforts."""

TOP_RANKS = (10, 1)
"""Ranks offered as a quick choice."""


@dataclass(frozen=True)
class Ask:
    """A question to goal-seek, ready to be answered.

    `target` is the threshold on the exact final, `named` what it is called in a sentence, `explained` how the
    threshold follows from it (empty where it is the target itself); `levers` carry locks and efforts.
    """

    named: str
    explained: str
    target: Fraction
    step: Fraction
    unit: Unit
    levers: tuple[Lever, ...]
    start: Fraction
    ceiling: Fraction

    @property
    def even(self) -> bool:
        """Whether every step costs 1, so that effort is the number of steps."""
        return all(lever.effort == 1 for lever in self.levers)


def draw(bench: Bench, scenario: Scenario) -> Ask:
    """The row of controls, where the city stands now, and quick choices."""
    t = bench.t
    where = bench.data, bench.city, bench.year
    scale = goal_targets.final_scale(*where)
    with st.container(key="goal-target", horizontal=True, vertical_alignment="top", gap="medium"):
        kind = state.choose(
            "target",
            KINDS,
            label=t("goal.kind"),
            shown=lambda name: t(f"goal.kinds.{name}"),
            default=KINDS[0],
            look="segmented",
        )
        named, explained, target = _TARGETS[kind](bench, scenario, scale)
        step = read_number("step", state.choose(
            "step", STEPS, label=t("goal.step"), shown=lambda step: amount(Fraction(step), t), default=STEPS[0],
            look="segmented", help=t("goal.step_help"),
        ))  # fmt: skip
        unit = _unit(bench)
    simulation_dial.fault(t)
    _presets(bench, scenario)
    _now(bench, scenario)
    levers = _settled(bench, goal.levers(*where, unit=unit, step=step))
    return Ask(named, explained, target, step, unit, levers, goal.start(*where), scale.max)


def _unit(bench: Bench) -> Unit:
    """Questions or components, where both can be raised."""
    t, finest = bench.t, changeable(bench.data, bench.city, bench.year)
    if finest == "components":
        state.clear(("unit",))
        return finest
    chosen = state.choose(
        "unit",
        ("questions", "components"),
        label=t("goal.unit"),
        shown=lambda name: t(f"goal.units.{name}"),
        default="questions",
        look="segmented",
    )
    return cast(Unit, chosen)


# ---- the four kinds of target --------------------------------------------------------------------------------


def _score(bench: Bench, scenario: Scenario, scale: Scale) -> tuple[str, str, Fraction]:
    t, key = bench.t, state.widget_key("goal-score")
    printed = Fraction(bench.stage.baseline.final)
    default = min(scale.max, Fraction(math.floor(printed * 10) + 1, 10))
    score = default
    raw = state.param("score")
    if raw is not None:
        try:
            read = read_number(t("goal.score"), raw)
            score = goal_targets.target_final(bench.data, bench.city, bench.year, read)
        except Problem as problem:
            notice.say(t.problem(problem))
            state.clear(("score",))
    st.session_state[key] = t.score(score)
    st.text_input(t("goal.score"), key=key, max_chars=12, width=110, on_change=_typed, args=(bench, key, default))
    return t("goal.target_final", value=t.score(score)), "", score


def _typed(bench: Bench, key: str, default: Fraction) -> None:
    """A typed score; an emptied box is the first target again, what is no score is said and dropped."""
    raw = st.session_state[key]
    if not raw.strip():
        state.clear(("score",))
        return
    try:
        score = read_number(bench.t("goal.score"), raw)
        goal_targets.target_final(bench.data, bench.city, bench.year, score)
    except Problem as problem:
        simulation_dial.refuse(problem)
    else:
        state.put("score", written(score), written(default))


def _level(bench: Bench, scenario: Scenario, scale: Scale) -> tuple[str, str, Fraction]:
    t, levels = bench.t, bench.data.levels_of(bench.year)
    options = _levels(bench, scenario, scale)
    now = levels.of(bench.stage.baseline.final, scenario.reading) or options[0]
    level = state.choose(
        "level",
        options,
        label=t("goal.level"),
        shown=lambda level: t("goal.level_shown", level=level, name=t.label(levels[level].label)),
        default=min(now + 1, options[-1]),
        width=210,
    )
    needed = goal_targets.needed_for_level(bench.data, bench.city, bench.year, level, scenario.reading)
    target = goal_targets.target_level(bench.data, bench.city, bench.year, level, scenario.reading)
    name = t.label(levels[level].label).lower()
    facts = {"needed": t.number(needed), "exact": t.number(target, 3)}
    return t("goal.target_level", level=level, name=name), t("goal.needs_level", level=level, **facts), target


def _levels(bench: Bench, scenario: Scenario, scale: Scale) -> list[int]:
    """The levels that begin on the scale under the reading."""
    levels = bench.data.levels_of(bench.year)
    return [each.id for each in levels.levels if levels.score_range(each.id, scenario.reading)[0] <= scale.max]


def _rank(bench: Bench, scenario: Scenario, scale: Scale) -> tuple[str, str, Fraction]:
    t, now = bench.t, bench.stage.baseline
    ranks = range(1, now.ranked + 1)
    default = next((rank for rank in TOP_RANKS if rank < now.rank), 1)
    rank = state.choose("rank", ranks, label=t("goal.rank"), shown=t.integer, default=default, width=110)
    needed = goal_targets.needed_for_rank(bench.data, bench.city, bench.year, rank)
    target = goal_targets.target_rank(bench.data, bench.city, bench.year, rank)
    facts = {"needed": t.number(needed), "exact": t.number(target, 3), "rank": t.integer(rank)}
    return t("goal.target_rank", rank=t.integer(rank)), t("goal.needs_rank", **facts), target


def _peers(bench: Bench, scenario: Scenario, scale: Scale) -> tuple[str, str, Fraction]:
    t, found = bench.t, _medians(bench.data.data.digest, bench.city, bench.year, bench.data)
    strategy = state.choose(
        "peers",
        list(found),
        label=t("goal.peers"),
        shown=lambda name: t("goal.peers_shown", peers=t(f"city.peers_by.{name}"), median=_fine(bench, found[name])),
        named=lambda name: t(f"city.peers_by.{name}"),
        default=peers.DEFAULT if peers.DEFAULT in found else next(iter(found)),
        width=250,
    )
    name, median = t(f"city.peers_by.{strategy}").lower(), found[strategy]
    return t("goal.target_peers", peers=name, value=_fine(bench, median)), "", median


def _fine(bench: Bench, value: Fraction) -> str:
    """Two decimals, or three where a median lies between two finals."""
    return bench.t.number(value, 2 if (value * 100).denominator == 1 else 3)


_TARGETS: dict[str, Callable[[Bench, Scenario, Scale], tuple[str, str, Fraction]]] = {
    "final": _score,
    "level": _level,
    "rank": _rank,
    "peers": _peers,
}
"""Each draws the control of its value and returns what the target is called, how it is reached, and the threshold."""


@st.cache_resource(max_entries=256, show_spinner=False)
def _medians(digest: str, city: str, year: int, _data: Published) -> dict[str, Fraction]:
    """The median of every peer group that has one."""
    found = {}
    for strategy in peers.STRATEGIES:
        try:
            found[strategy] = goal_targets.target_peers(_data, city, year, strategy)
        except Problem:
            continue
    return found


# ---- quick choices and the situation -------------------------------------------------------------------------


def _presets(bench: Bench, scenario: Scenario) -> None:
    """At most four targets that are not reached yet, one button each."""
    t, now = bench.t, bench.stage.baseline
    offered: list[tuple[str, dict[str, object]]] = []
    scale = goal_targets.final_scale(bench.data, bench.city, bench.year)
    level = bench.data.levels_of(bench.year).of(now.final, scenario.reading)
    if level is not None and level + 1 in _levels(bench, scenario, scale):
        name = t.label(bench.data.levels[level + 1].label).lower()
        offered.append((t("goal.preset_level", level=level + 1, name=name), {"target": "level", "level": level + 1}))
    for rank in TOP_RANKS:
        if now.rank > rank:
            offered.append((t("goal.preset_rank", rank=rank), {"target": "rank", "rank": rank}))
    medians = _medians(bench.data.data.digest, bench.city, bench.year, bench.data)
    for strategy, median in medians.items():
        if median > Fraction(now.final) and len(offered) < 4:
            name = t(f"city.peers_by.{strategy}").lower()
            offered.append((t("goal.preset_peers", peers=name), {"target": "peers", "peers": strategy}))
    if not offered:
        return
    with st.container(key="goal-presets", horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(t("goal.presets"), width="content")
        for number, (label, params) in enumerate(offered):
            st.button(label, key=f"goal-preset-{number}", type="secondary", on_click=_aim, args=(params,))


def _aim(params: dict[str, object]) -> None:
    for name, value in params.items():
        state.put(name, value)


def _now(bench: Bench, scenario: Scenario) -> None:
    """Where the city stands beside what the title says, and that the search starts there."""
    t, now = bench.t, bench.stage.baseline
    level = bench.data.levels_of(bench.year).of(now.final, scenario.reading)
    sentence = t(
        "goal.now",
        exact=t.number(now.value, 4),
        level=t.label(bench.data.levels[level].label).lower() if level else "",
    )
    if scenario.changes or scenario.weights or scenario.instrument:
        sentence += " " + t("goal.from_official")
    st.caption(notice.literal(sentence))


# ---- locks and efforts ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Settings:
    """Locks and efforts as the URL says them, whatever they name; `faults` are what cannot be read there."""

    parts: tuple[str, ...]
    locks: tuple[str, ...]
    efforts: dict[str, Fraction]
    faults: tuple[Problem, ...] = ()


def read_settings() -> Settings:
    """The settings of the URL."""
    parts, locks = (tuple(filter(None, (state.param(name) or "").split(","))) for name in ("keep", "lock"))
    efforts, faults = simulation_state.read_pairs("effort")
    return Settings(parts, locks, dict(efforts), tuple(faults))


def _settled(bench: Bench, levers: tuple[Lever, ...]) -> tuple[Lever, ...]:
    """The levers with the locks and efforts of the URL; what belongs to the other unit waits there.

    Each fault is one sentence; the URL keeps what is good.
    """
    said, tree = read_settings(), bench.stage.ground.instrument
    known = {lever.id for lever in levers} | {lever.component for lever in levers}
    strange = [name for name in (*said.locks, *said.efforts) if name not in tree]
    efforts = {name: effort for name, effort in said.efforts.items() if name in tree}
    wrong = {name: fault for name, effort in efforts.items() if (fault := goal.effort_problem(name, effort))}
    efforts = {name: effort for name, effort in efforts.items() if name not in wrong}
    faults = [*said.faults, *goal.setting_problems(levers, strange), *wrong.values()]
    if faults:
        for fault in simulation_state.told(faults):
            notice.say(bench.t.problem(goal_faults.named(bench, levers, fault)))
        state.put("lock", [name for name in said.locks if name in tree])
        state.put("effort", changes_text(efforts))
    efforts = {name: effort for name, effort in efforts.items() if name in known}
    return goal.settled(levers, [name for name in (*said.parts, *said.locks) if name in known], efforts)
