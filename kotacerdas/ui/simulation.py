"""The page `simulasi`: what if a city had scored otherwise, the components weighed otherwise, another method ruled?

Above, the city and the round. Below, the panel: a fragment for all that follows the scenario, with a fragment for the
result in it, so that a move of a slider sends its own row and the result again, and nothing else. The nation under
other weights is a part of its own, computed when asked for.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from kotacerdas import profile
from kotacerdas.i18n import Text
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.ui import (
    cache,
    city_places,
    goal,
    notice,
    shell,
    simulation_components,
    simulation_kept,
    simulation_method,
    simulation_nation,
    simulation_questions,
    simulation_result,
    simulation_state,
    simulation_weights,
    state,
)
from kotacerdas.ui.simulation_state import Bench

TOP = 6
"""How many of the highest ranks are offered where no city is chosen."""


def render() -> None:
    """Draw the page for the city, year and scenario of the URL."""
    t = state.text()
    data = cache.published()
    shell.title(t("room.simulasi"))
    code = state.param("city")
    if code is not None and code not in data.cities.index:
        notice.say(t.problem(Problem("city_unknown", value=code)))
        code = None
    year = _bar(t, data, code)
    if code is None:
        _invitation(t, data, year)
        return
    if not _simulable(data, code, year):
        _absent(t, data, code, year)
        return
    bench = simulation_state.bench(t, data, code, year)
    shell.title(t("simulation.tab", city=bench.name))
    simulation_state.read(t, data)
    _panel(bench)
    simulation_kept.draw(bench)


def _simulable(data: Published, code: str, year: int) -> bool:
    return profile.situation(data, code, year) in profile.PUBLISHED


# ---- above the panel -----------------------------------------------------------------------------------------


def _bar(t: Text, data: Published, code: str | None) -> int:
    """The quiet row above the title: back to the profile, another city, the round."""
    with st.container(key="sim-bar", horizontal=True, vertical_alignment="center", gap="small"):
        if code is not None:
            state.page_link("kota", t("simulation.to_profile"), icon=":material/arrow_back:", city=code)
        year = simulation_state.year(data)
        names = _names(data.data.digest, year, data)
        key = state.widget_key("sim-city")
        st.session_state[key] = code if code in names else None
        st.selectbox(
            t("simulation.city"),
            list(names),
            index=None,
            format_func=names.__getitem__,
            key=key,
            placeholder=t("simulation.city_choose"),
            label_visibility="collapsed",
            on_change=_go,
            args=(key,),
            width=320,
        )
        st.space("stretch")
        return state.choose_year(simulation_state.years(data), quiet=True)


@st.cache_resource(max_entries=4, show_spinner=False)
def _names(digest: str, year: int, _data: Published) -> dict[str, str]:
    """The cities that can be simulated in a round, by short name."""
    frame = _data.results(year)
    known = frame[frame["recomputed"].notna()].sort_values(["short_name", "kind"])
    return dict(zip(known.index, known["name"], strict=True))


def _go(key: str) -> None:
    """Another city starts from its own scores; weights and reading stay."""
    if st.session_state[key] is not None:
        state.clear(("set", "method"))
        state.put("city", st.session_state[key])


# ---- without a result ----------------------------------------------------------------------------------------


def _invitation(t: Text, data: Published, year: int) -> None:
    """No city yet: what can be tried here, and a few to begin with."""
    frame = data.national(year)
    st.title(t("simulation.pick_title"), anchor=False)
    st.markdown(t("simulation.pick_about", cities=t.integer(int(frame["recomputed"].notna().sum())), year=year))
    _begin(t, data, year)


def _begin(t: Text, data: Published, year: int) -> None:
    """The highest ranks of the round, to begin with."""
    st.header(t("simulation.pick_top", year=year), anchor=False)
    city_places.links(t, city_places.best(data.national(year), TOP), key="sim-top")


def _absent(t: Text, data: Published, code: str, year: int) -> None:
    """A city without a result of this round: why, and which round has one."""
    name = data.city(code)["name"]
    others = [each for each in simulation_state.years(data) if each != year and _simulable(data, code, each)]
    st.title(t("simulation.absent_title", city=name, year=year), anchor=False)
    notice.missing(
        t(f"simulation.absent.{profile.situation(data, code, year)}", city=name, year=year),
        detail=t("simulation.absent_detail"),
    )
    for other in others:
        state.step(
            t("simulation.absent_other", city=name, year=other),
            key=f"sim-year-{other}",
            icon=":material/arrow_forward:",
            city=code,
            year=other,
        )
    _begin(t, data, year)


# ---- the panel -----------------------------------------------------------------------------------------------


@st.fragment(key=simulation_state.PANEL)
def _panel(bench: Bench) -> None:
    """All that follows the scenario: title, what to change, and the result in its places."""
    with notice.caught(bench.t):
        head = st.container(key="sim-head", gap="small")
        mode = _bar_of_modes(bench.t)
        if mode == "goal":
            with head:
                simulation_result.question(bench)
            goal.draw(bench, bench.read())
            return
        figures = st.grid(4, min_column_width=150, gap=("small", "medium"), key="sim-figures")
        if mode == "questions":
            simulation_questions.draw(bench, bench.read())
            left, shape = st.columns(2, gap="large")
            with left:  # the table fills the room under the waterfall, which is half as tall as the radar
                waterfall, table = st.container(), st.container()
        else:
            left, right = st.columns([5, 6], gap="large")
            with left:
                CONTROLS[mode](bench)
                shape = st.container()
            with right:
                waterfall, table = st.container(), st.container()
            if bench.phone:  # one column: what moved the final comes before the shape
                shape, table = st.container(), st.container()
        places = simulation_result.Places(head, figures, waterfall, shape, table)
        simulation_result.draw(bench, places, mode)
        if mode == "weights":
            simulation_nation.draw(bench)


def _bar_of_modes(t: Text) -> str:
    """What to change, and the way back to the official figures."""
    with st.container(key="sim-modes", horizontal=True, vertical_alignment="center", gap="small"):
        mode = state.choose(
            "mode",
            simulation_state.MODES,
            label=t("simulation.mode"),
            shown=lambda name: t(f"simulation.modes.{name}"),
            default=simulation_state.MODES[0],
            look="segmented",
            quiet=True,
            wrap=True,
        )
        _reset(t)
    return mode


@st.fragment(key=simulation_state.RESET)
def _reset(t: Text) -> None:
    """The way back: a fragment of its own, so that it wakes with the first move of a slider."""
    st.button(
        t("simulation.reset"),
        key="sim-reset",
        type="tertiary",
        icon=":material/undo:",
        disabled=not simulation_state.drawn(simulation_state.awake()),
        on_click=_back,
    )


def _back() -> None:
    simulation_state.clear()
    st.rerun([simulation_state.PANEL])


CONTROLS: dict[str, Callable[[Bench], None]] = {
    "components": simulation_components.draw,
    "weights": simulation_weights.draw,
    "method": simulation_method.draw,
}
"""What is changed beside the result; the grid of questions stands over it, the search for a target by itself."""
