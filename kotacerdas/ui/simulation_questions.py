"""Questions: what if single answers had been scored otherwise? The grid with its finding, filters and resets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from kotacerdas import profile
from kotacerdas.i18n import MISSING
from kotacerdas.instrument import DIMENSIONS, Instrument
from kotacerdas.published import Published
from kotacerdas.scenario import Scenario
from kotacerdas.simulate import Simulation
from kotacerdas.ui import notice, simulation_dial, simulation_grid, simulation_state, state, tables
from kotacerdas.ui.simulation_state import Bench

NAMED = 8
"""Changed questions with a button of their own; the others are reset in the grid, or all at once."""


def draw(bench: Bench, scenario: Scenario) -> None:
    """The grid with its filters and resets; where questions cannot be changed, why, and what can."""
    method = bench.instrument(scenario)
    asked = method.of_kind("question")
    if not asked or asked[0].id not in bench.stage.ground.under(method):
        _closed(bench, method)
        return
    simulation_dial.fault(bench.t)
    simulation = bench.simulate(scenario)
    rows = _rows(bench.data.data.digest, bench.city, bench.year, bench.data)
    _finding(bench, simulation, rows)
    _overridden(bench, scenario, method)
    shown = _filtered(bench, _open(rows, scenario))
    if shown.empty:
        notice.missing(bench.t("simulation_questions.no_match"))
    else:
        simulation_grid.draw(bench, simulation, method, shown)
    _changed(bench, scenario, rows)


# ---- where questions cannot be changed -----------------------------------------------------------------------


def _closed(bench: Bench, method: Instrument) -> None:
    """Why there is no grid, for whom there is one, and the way to the components."""
    t, own = bench.t, bench.stage.ground.instrument
    situation = profile.situation(bench.data, bench.city, bench.year)
    facts = {"city": bench.name, "year": bench.year}
    unlike = _unlike(bench) if situation == "partial" else ""
    if situation == "questions" and method is not own:
        sentence = t("simulation_questions.other_method", method=t.label(method.title), **facts)
    elif unlike:
        sentence = t("simulation_questions.rounded_only", parts=unlike, **facts)
    elif situation == "partial":
        sentence = t("simulation_questions.partial_only", **facts)
    else:
        sentence = t("simulation_questions.components_only", **facts)
    notice.missing(sentence, detail=t("simulation_questions.where", cities=_complete(bench)))
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.button(
            t("simulation_questions.to_components"),
            key="sim-to-components",
            icon=":material/tune:",
            on_click=state.clear,
            args=(("mode",),),
        )
        if unlike:
            state.page_link(
                "metode",
                t("simulation_questions.to_check"),
                icon=":material/arrow_forward:",
                part="checks",
                check=f"components-{bench.year}",
            )


def _unlike(bench: Bench) -> str:
    """The components whose questions are all published but, being printed rounded, do not give the printed
    component: `Baseline (rata-rata 2,34; diumumkan 2,44)`."""
    t, checked = bench.t, bench.data.component_reconciliation(bench.year)
    own = checked[(checked.index == bench.city) & (checked["difference"] != 0)]
    return ", ".join(
        t(
            "simulation_questions.unlike",
            component=t(f"component.{row['component']}"),
            mean=t.number(row["mean"]),
            published=t.number(row["published"]),
        )
        for row in own.to_dict("records")
    )


def _complete(bench: Bench) -> str:
    """The cities whose questions are all published: `Kota Madiun (2024)`."""
    found = []
    for year in simulation_state.years(bench.data):
        matrix = bench.data.question_matrix(year)
        names = bench.data.cities.loc[matrix.index[matrix.notna().all(axis=1)], "name"]
        found += [f"{name} ({year})" for name in names]
    return ", ".join(found) or MISSING


# ---- above the grid ------------------------------------------------------------------------------------------


@st.cache_resource(max_entries=16, show_spinner=False)
def _rows(digest: str, city: str, year: int, _data: Published) -> pd.DataFrame:
    """The questions of the city's round, in the order of components, dimensions (none last) and numbers."""
    frame = profile.questions(_data, city, year)
    order = {name: place for place, name in enumerate(DIMENSIONS)}
    places = frame["dimension"].map(order).fillna(len(order))
    components = {name: place for place, name in enumerate(frame["component"].unique())}
    by = pd.DataFrame({"part": frame["component"].map(components), "dimension": places, "number": frame["number"]})
    return frame.loc[by.sort_values(["part", "dimension", "number"]).index]


def _finding(bench: Bench, simulation: Simulation, rows: pd.DataFrame) -> None:
    """How many questions are changed and what that brings; before that, where there is most to gain."""
    t = bench.t
    changed = sum(name in rows.index for name in simulation.scenario.changes)
    room = rows.groupby("component")["room"].sum()
    part = str(room.idxmax())
    if changed:
        gained = t.signed(simulation.outcome.value - simulation.baseline.value, 4)
        alone = replace(simulation.scenario, changes={}).empty and changed == len(simulation.scenario.changes)
        key = "simulation_questions.changed" if alone else "simulation_questions.changed_too"
        title = t(key, count=changed, asked=len(rows), points=gained)
    elif room[part] > 0:
        title = t("simulation_questions.room", component=t(f"component.{part}"), points=t.number(room[part], 4))
    else:
        title = t("simulation_questions.full")
    st.header(title, anchor=False)
    scale = bench.instrument(simulation.scenario).scale(str(rows.index[0]))
    low, high = t.number(scale.min, 0), t.number(scale.max, 0)
    st.caption(t("simulation_questions.how", low=low, high=high, step=t.number(scale.step, 1)))


def _overridden(bench: Bench, scenario: Scenario, method: Instrument) -> None:
    """Components that are changed as such: their questions wait until the change is taken back."""
    t = bench.t
    for part in method.of_kind("component"):
        if part.id in scenario.changes and method.children[part.id]:
            name = t(f"component.{part.id}")
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(t("simulation_questions.overridden", component=name), width="content")
                st.button(
                    t("simulation_questions.release", component=name),
                    key=f"sim-release-{part.id}",
                    type="tertiary",
                    icon=":material/undo:",
                    on_click=_reset,
                    args=(bench, (part.id,)),
                )


def _open(rows: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """The questions below components that are not changed as such."""
    return rows[~rows["component"].isin(list(scenario.changes))]


def _filtered(bench: Bench, rows: pd.DataFrame) -> pd.DataFrame:
    """Pills by component, and by smart dimension where the rows have any."""
    t = bench.t
    with st.container(key="sim-questions-filters", gap="small"):
        component = state.choose(
            "component",
            list(rows["component"].unique()),
            label=t("simulation_questions.component"),
            shown=lambda name: t(f"component.{name}"),
            look="pills",
            quiet=True,
        )
        if component:
            rows = rows[rows["component"] == component]
        dimensions = [name for name in DIMENSIONS if (rows["dimension"] == name).any()]
        if not dimensions:
            return rows
        dimension = state.choose(
            "dimension",
            dimensions,
            label=t("simulation_questions.dimension"),
            shown=lambda name: t(f"dimension.{name}"),
            look="pills",
            quiet=True,
        )
    return rows[rows["dimension"] == dimension] if dimension else rows


# ---- resets --------------------------------------------------------------------------------------------------


def _changed(bench: Bench, scenario: Scenario, rows: pd.DataFrame) -> None:
    """A button for every changed question that takes it back, and one for all."""
    t = bench.t
    changed = [name for name in rows.index if name in scenario.changes]
    if not changed:
        return
    places = tables.places(rows["value"])
    with st.container(key="sim-questions-changed", horizontal=True, vertical_alignment="center", gap="small"):
        for name in changed[:NAMED]:
            st.button(
                t(
                    "simulation_questions.take_back",
                    number=int(rows.at[name, "number"]),
                    before=t.number(rows.at[name, "value"], places),
                    after=t.number(scenario.changes[name], places),
                ),
                key=f"sim-take-back-{name}",
                icon=":material/undo:",
                help=notice.literal(t.label(bench.instrument(scenario)[name].label)),
                on_click=_reset,
                args=(bench, (name,)),
            )
        if len(changed) > NAMED:
            st.caption(t("simulation_questions.more", count=len(changed) - NAMED), width="content")
        st.button(
            t("simulation_questions.take_back_all"),
            key="sim-take-back-all",
            type="tertiary",
            on_click=_reset,
            args=(bench, tuple(changed)),
        )


def _reset(bench: Bench, names: Sequence[str]) -> None:
    scenario = bench.read()
    kept = {name: value for name, value in scenario.changes.items() if name not in names}
    simulation_state.write(replace(scenario, changes=kept), bench.data)
