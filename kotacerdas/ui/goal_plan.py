"""The answer of goal-seek: the finding, the figures, the plan with its running final, and what could stand for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import streamlit as st

from kotacerdas import action_plan, export, goal
from kotacerdas.goal import Change, Lever, Plan
from kotacerdas.scenario import Scenario
from kotacerdas.ui import downloads, goal_words, notice, simulation_state, state, tables
from kotacerdas.ui.goal_inputs import Ask
from kotacerdas.ui.simulation_state import Bench

SHOWN = 12
"""Lines of the plan before the rest is folded away."""

LONG = 8
"""Lines of a plan that are taller than the picture beside it."""

PAIR = ("first", "second")
"""The two sides of a choice of one out of two."""


def draw(bench: Bench, scenario: Scenario, ask: Ask) -> Plan:
    """Seek, and tell the answer."""
    t = bench.t
    plan = goal.seek(ask.levers, ask.start, ask.target, ask.step, ceiling=ask.ceiling)
    st.header(goal_words.finding(bench, ask, plan), anchor=False)
    step = action_plan.amount(ask.step, t)
    about = [ask.explained, t("goal.about", step=step, top=t.integer(int(ask.levers[0].top)))]
    st.caption(notice.literal(" ".join(filter(None, about))))
    if not plan.reachable:
        locked = any(lever.locked for lever in ask.levers)
        notice.missing(t("goal.unreachable_about" if locked else "goal.unreachable_unlocked"))
    elif plan.changes:
        _figures(bench, scenario, ask, plan)
        _actions(bench, scenario, ask, plan)
        left, right = st.columns([7, 5], gap="large")
        with left:
            _plan(bench, ask, plan)
        with right:
            _path(bench, ask, plan)
        swaps = [_swap(bench, ask, choice) for choice in goal.choices(ask.levers, plan.changes, ask.step)]
        if swaps:
            # Beside a long plan there is room under the picture.
            with right if len(plan.changes) > LONG else st.container():
                _swaps(bench, swaps)
        _others(bench, ask, plan, bool(swaps))
    return plan


# ---- figures and what to do with the plan --------------------------------------------------------------------


def _laid(bench: Bench, scenario: Scenario, plan: Plan) -> Scenario:
    """The plan as a scenario over the official figures; the level reading is kept."""
    changes = {change.id: change.to for change in plan.changes}
    return Scenario(bench.city, bench.year, changes=changes, reading=scenario.reading)


def _figures(bench: Bench, scenario: Scenario, ask: Ask, plan: Plan) -> None:
    """Effort, final, rank and level once the plan is carried out."""
    t, after = bench.t, bench.simulate(_laid(bench, scenario, plan)).outcome
    before = bench.stage.baseline
    levers = len(plan.changes)
    where = t("goal.figure_lever" if levers == 1 else "goal.figure_levers", levers=levers)
    if not ask.even:
        steps = goal_words.steps(bench, sum(change.steps for change in plan.changes))
        where = t("goal.figure_effort_of", steps=steps, levers=where)
    assert plan.cost is not None
    with st.grid(4, min_column_width=150, key="goal-figures"):
        _metric(t("goal.figure_steps" if ask.even else "goal.figure_effort"), action_plan.amount(plan.cost, t), where)
        _metric(t("goal.figure_final"), t.number(after.final), _since(bench, t.number(before.final)), up=True)
        _metric(
            t("goal.figure_rank"),
            t("goal.figure_of", figure=t.integer(after.rank), of=t.integer(after.ranked)),
            _since(bench, t.integer(before.rank), after.rank < before.rank),
            up=after.rank < before.rank,
        )
        levels = bench.data.levels_of(bench.year)
        risen = after.level > (levels.of(before.final, scenario.reading) or 1)
        name = t.label(levels[after.level].label).lower()
        _metric(t("goal.figure_level"), t.integer(after.level), name, up=risen)


def _since(bench: Bench, before: str, moved: bool = True) -> str:
    return bench.t("goal.figure_up" if moved else "goal.figure_same", before=before)


def _metric(label: str, value: str, beside: str, *, up: bool = False) -> None:
    colour: Any = "blue" if up else "off"
    arrow: Any = "up" if up else "off"
    st.metric(label, value, beside, delta_color=colour, delta_arrow=arrow)


def _actions(bench: Bench, scenario: Scenario, ask: Ask, plan: Plan) -> None:
    """The proof in a line, the way into the simulation, and the action plan to take away."""
    t = bench.t
    with st.container(key="goal-actions", horizontal=True, vertical_alignment="center", gap="small"):
        key = "goal.proof" if plan.proven_optimal else "goal.proof_none"
        st.markdown(f":material/verified: {t(key)}", help=t("goal.proof_help"), width="content")
        st.space("stretch")
        opened = st.button(
            t("goal.open"),
            key="goal-open",
            icon=":material/tune:",
            help=t("goal.open_help"),
            on_click=_open,
            args=(bench, _laid(bench, scenario, plan), ask.unit),
        )
        parts = ("kotacerdas", bench.name, bench.year, t("goal.file"))
        downloads.button(
            t("goal.xlsx"),
            export.file_name(parts, "xlsx"),
            lambda: action_plan.workbook(_sheet(bench, ask, plan), t),
            key="goal-xlsx",
            help=t("goal.xlsx_help"),
        )
    if opened:
        st.rerun()


def _open(bench: Bench, scenario: Scenario, unit: str) -> None:
    simulation_state.write(scenario, bench.data)
    state.put("mode", unit, simulation_state.MODES[0])


def _sheet(bench: Bench, ask: Ask, plan: Plan) -> action_plan.Sheet:
    by_id = {lever.id: lever for lever in ask.levers}
    return action_plan.Sheet(
        published=bench.data,
        city=bench.city,
        year=bench.year,
        plan=plan,
        levers=ask.levers,
        step=ask.step,
        names={name: goal_words.long(bench, lever) for name, lever in by_id.items()},
        target=ask.named,
        finding=goal_words.finding(bench, ask, plan),
    )


# ---- the plan ------------------------------------------------------------------------------------------------


def _plan(bench: Bench, ask: Ask, plan: Plan) -> None:
    """The changes in order with the running final; four columns, so that they fit a narrow screen."""
    t, by_id = bench.t, {lever.id: lever for lever in ask.levers}
    st.subheader(t("goal.plan", start=t.number(plan.start, 4), final=t.number(plan.final, 4)), anchor=False)
    heads = ["lever", "value", "steps" if ask.even else "effort_total", "final"]
    rows = []
    for made in plan.changes:
        cells = {
            "lever": goal_words.long(bench, by_id[made.id]),
            "value": goal_words.change(bench, by_id[made.id], made),
            "steps": t.integer(made.steps),
            "effort_total": action_plan.amount(made.effort, t),
            "final": t.number(made.final_after, 4),
        }
        rows.append([cells[head] for head in heads])
    words = [t(f"goal.head.{head}") for head in heads]
    figures = [place for place, head in enumerate(heads) if head != "lever"]
    tables.short(words, rows[:SHOWN], figures=figures)
    if len(rows) > SHOWN:
        with st.expander(t("goal.plan_more", count=len(rows) - SHOWN)):
            tables.short(words, rows[SHOWN:], figures=figures)
    st.caption(t("goal.order_note"))


def _path(bench: Bench, ask: Ask, plan: Plan) -> None:
    from kotacerdas.charts import goal_path
    from kotacerdas.charts.frame import CONFIG

    t, by_id = bench.t, {lever.id: lever for lever in ask.levers}
    assert plan.cost is not None
    key = "goal.path_finding" if ask.even else "goal.path_finding_effort"
    finding = t(key, cost=action_plan.amount(plan.cost, t))
    names = {name: goal_words.short(bench, lever) for name, lever in by_id.items()}
    moves = {made.id: goal_words.change(bench, by_id[made.id], made) for made in plan.changes}
    axis = t("goal.path_axis_steps" if ask.even else "goal.path_axis")
    st.subheader(finding, anchor=False)
    st.plotly_chart(
        goal_path.path(plan, names, moves, axis, t, bench.mode),
        theme=None,
        config=CONFIG,
        key="goal-path",
        alt=goal_path.alt(finding, plan, names, moves, t),
    )


# ---- what could stand for it ---------------------------------------------------------------------------------


def _swaps(bench: Bench, swaps: list[str]) -> None:
    """The freedom within the plan, in words."""
    st.subheader(bench.t("goal.choices"), anchor=False)
    for sentence in swaps:
        st.markdown(f"- {notice.literal(sentence)}")


def _others(bench: Bench, ask: Ask, plan: Plan, swaps: bool) -> None:
    """Plans of the same effort made up of other steps as a table; with `swaps`, beside those of the plan itself.

    The search for them is cut off: only where it ended by itself are they said to be all.
    """
    t, by_id = bench.t, {lever.id: lever for lever in ask.levers}
    if not plan.alternatives:
        none = "goal.others_none_besides" if swaps else "goal.others_none"
        st.caption(t(none if plan.exhaustive else "goal.others_unknown"))
        return
    title = t("goal.others" if plan.exhaustive else "goal.others_least", count=len(plan.alternatives))
    with st.expander(title, icon=":material/alt_route:"):
        st.caption(t("goal.others_about"))
        rows, free = [], [goal.choices(ask.levers, other, ask.step) for other in plan.alternatives]
        for other, choices in zip(plan.alternatives, free, strict=True):
            cells = {
                "dropped": _less(bench, by_id, plan.changes, other),
                "taken": _less(bench, by_id, other, plan.changes),
                "free": "; ".join(_free(bench, by_id, choice) for choice in choices),
                "with": t.number(max(made.final_after for made in other), 4),
            }
            rows.append([words for head, words in cells.items() if head != "free" or any(free)])
        heads = ["dropped", "taken", *(["free"] if any(free) else []), "with"]
        tables.short([t(f"goal.head.{head}") for head in heads], rows, figures=[len(heads) - 1])


def _swap(bench: Bench, ask: Ask, choice: goal.Choice) -> str:
    t, levers = bench.t, [lever for lever in ask.levers if lever.id in choice.ids]
    facts = {"steps": t.integer(choice.steps), "names": goal_words.listed(bench, levers)}
    if choice.most > len(levers) and choice.steps > 1:
        return t("goal.choice_spread", **facts)
    key = "goal.choice_parts" if all(lever.id == lever.component for lever in levers) else "goal.choice_any"
    return t(key, count=t.integer(len(levers)), **facts)


def _free(bench: Bench, by_id: Mapping[str, Lever], choice: goal.Choice) -> str:
    """The freedom within another plan in a few words: `Baseline atau Kolaborasi`, `2 dari Output 7, 12, 13`."""
    t, levers = bench.t, [by_id[name] for name in choice.ids]
    if choice.steps == 1 and len(levers) == len(PAIR):
        return t("goal.either", **dict(zip(PAIR, (goal_words.short(bench, lever) for lever in levers), strict=True)))
    key = "goal.free_steps" if choice.most > len(levers) and choice.steps > 1 else "goal.free_any"
    return t(key, count=choice.steps, names=goal_words.listed(bench, levers))


def _less(bench: Bench, by_id: Mapping[str, Lever], one: tuple[Change, ...], other: tuple[Change, ...]) -> str:
    """What the first plan does more than the second: `12. Output: 1,0 → 4,0`."""
    made: dict[str, Fraction] = {change.id: change.to for change in other}
    found = []
    for change in one:
        if change.to > made.get(change.id, change.start):
            lever = by_id[change.id]
            words = goal_words.change(bench, lever, replace(change, start=made.get(change.id, change.start)))
            found.append(bench.t("goal.steps_of", name=goal_words.short(bench, lever), count=words))
    return "; ".join(found)
