"""What a step is worth: the marginal value of every score that can rise, as bars and as tables."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kotacerdas import goal
from kotacerdas.charts.goal_worth import Bar
from kotacerdas.goal import Lever, Marginal, Plan
from kotacerdas.ui import goal_words, tables
from kotacerdas.ui.goal_inputs import Ask
from kotacerdas.ui.simulation_state import Bench

SHOWN = 12
"""Bars; the table holds them all."""


def draw(bench: Bench, ask: Ask, plan: Plan) -> None:
    """The finding, the bars of what can still rise, and the figures behind them."""
    t = bench.t
    worth = {each.id: each for each in goal.marginal(ask.levers, ask.step)}
    usable = [lever for lever in ask.levers if lever.value < lever.top and not lever.locked]
    usable.sort(key=lambda lever: -worth[lever.id].per_effort)
    if not usable:
        return
    finding = _finding(bench, usable, worth)
    st.header(finding, anchor=False)
    asked = any(lever.id != lever.component for lever in ask.levers)
    st.caption(t("goal.worth_about" if asked else "goal.worth_about_parts"))
    left, right = st.columns([6, 6], gap="large") if asked else (st.container(), None)
    with left:
        _bars(bench, usable[:SHOWN], worth, plan, finding)
    if right is not None:
        with right:
            _parts(bench, ask, worth)
    with st.expander(t("goal.as_table"), icon=":material/table:"):
        _table(bench, usable, worth)


def _finding(bench: Bench, usable: Sequence[Lever], worth: dict[str, Marginal]) -> str:
    t, best = bench.t, worth[usable[0].id].per_effort
    equal = [lever for lever in usable if worth[lever.id].per_effort == best]
    points = t.number(best, 4)
    parts = {lever.component for lever in equal}
    if len(equal) > 1 and len(parts) == 1:
        part = t(f"component.{parts.pop()}")
        return t("goal.worth_finding_tie", count=t.integer(len(equal)), component=part, points=points)
    key = "goal.worth_finding_each" if len(equal) > 1 else "goal.worth_finding"
    return t(key, name=goal_words.listed(bench, equal), points=points)


def _bars(bench: Bench, usable: Sequence[Lever], worth: dict[str, Marginal], plan: Plan, finding: str) -> None:
    from kotacerdas.charts import goal_worth
    from kotacerdas.charts.frame import CONFIG

    planned = {change.id for change in plan.changes}
    bars = [
        Bar(goal_words.short(bench, lever), float(worth[lever.id].per_effort), lever.id in planned) for lever in usable
    ]
    st.plotly_chart(
        goal_worth.worth(bars, bench.t, bench.mode),
        theme=None,
        config=CONFIG,
        key="goal-worth",
        alt=goal_worth.alt(finding, bars, bench.t),
    )


def _parts(bench: Bench, ask: Ask, worth: dict[str, Marginal]) -> None:
    """Weight over number of questions, component by component."""
    t = bench.t
    parts: dict[str, list[Lever]] = {}
    for lever in ask.levers:
        parts.setdefault(lever.component, []).append(lever)
    st.markdown(f"**{t('goal.parts_table')}**")
    rows = [
        [
            t(
                "city.component_weight",
                name=t(f"component.{part}"),
                weight=t.percent(sum(lever.gain for lever in levers)),
            ),
            t.integer(len(levers)),
            t.integer(sum(lever.value < lever.top for lever in levers)),
            t.number(worth[levers[0].id].per_step, 4),
        ]
        for part, levers in parts.items()
    ]
    heads = [
        t("goal.head.component"),
        t("goal.parts_count"),
        t("goal.parts_open"),
        t("goal.worth_per_step"),
    ]
    tables.short(heads, rows, figures=range(1, len(heads)))


def _table(bench: Bench, usable: Sequence[Lever], worth: dict[str, Marginal]) -> None:
    t = bench.t
    top = t.integer(int(usable[0].top))
    heads = [
        t("goal.head.lever"),
        t("goal.worth_next"),
        t("goal.worth_room", top=top),
    ]
    rows = [
        [
            goal_words.long(bench, lever),
            t.number(worth[lever.id].next_step, 4),
            t.number(worth[lever.id].room, 4),
        ]
        for lever in usable
    ]
    tables.short(heads, rows, figures=range(1, len(heads)))
