"""Keep up to three scenarios, compare them side by side, take them away as files, bring them back, share the address.

A part of its own: it is not drawn again when a slider moves, and reads the scenario of the URL when a button asks for
it. What is kept stands in the URL too (`simulation_slots`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from urllib.parse import urlencode

import streamlit as st

from kotacerdas import export
from kotacerdas.i18n import Text
from kotacerdas.problem import Problem
from kotacerdas.scenario import LIMIT, LONGEST_NAME, Scenario, from_json, to_json
from kotacerdas.simulate import Outcome, Simulation
from kotacerdas.ui import downloads, notice, simulation_slots, simulation_state, simulation_words, state, tables
from kotacerdas.ui.simulation_state import Bench

HEAD = 24
"""Characters of a scenario's name over its column: three columns stand side by side."""

_SAID = "simulation.said"
"""Session key of what the last button has to say: a sentence or a `Refusal`."""

_OPENED = "simulation.upload_open"
"""Session key of whether the popover for a file was open in the last run."""

_UPLOADS = "simulation.uploads"
"""Session key that counts the files brought in: a new count empties the field."""


@dataclass(frozen=True)
class Refusal:
    """A file that holds no scenario that can be computed, and all that is wrong with it."""

    file: str
    problems: tuple[Problem, ...]


@st.fragment
def draw(bench: Bench) -> None:
    """The finding, the controls, the table, and what can be done with each kept scenario."""
    with notice.caught(bench.t):
        kept, faults = simulation_slots.read(bench.data)
        _lost(bench.t, faults)
        here = {slot: each for slot, each in kept.items() if (each.city, each.year) == (bench.city, bench.year)}
        done = {slot: bench.simulate(scenario) for slot, scenario in here.items()}
        _title(bench, kept, done)
        _bar(bench, kept)
        _said(bench.t)
        if done:
            _table(bench, done)
        for slot, scenario in kept.items():
            _row(bench, slot, scenario, done.get(slot))


# ---- above the table -----------------------------------------------------------------------------------------


def _lost(t: Text, faults: dict[str, Problem | None]) -> None:
    """Say which kept scenarios of the address make no sense, once, and leave them out."""
    for slot, fault in faults.items():
        why = t("simulation_kept.unreadable") if fault is None else t.problem(fault)
        st.warning(notice.literal(t("simulation_kept.lost", slot=slot, why=why)), icon=":material/report:")
        simulation_slots.drop(slot)


def _title(bench: Bench, kept: dict[str, Scenario], done: dict[str, Simulation]) -> None:
    """The finding: which kept scenario takes the city furthest."""
    t = bench.t
    if not done:
        st.header(t("simulation_kept.title_elsewhere" if kept else "simulation_kept.title_none"), anchor=False)
    else:
        best = min(done, key=lambda slot: (-done[slot].outcome.final, done[slot].outcome.rank, slot))
        outcome = done[best].outcome
        facts = {"name": kept[best].name, "final": t.number(outcome.final), "rank": t.integer(outcome.rank)}
        key = "simulation_kept.title_best" if len(done) > 1 else "simulation_kept.title_one"
        st.header(notice.literal(t(key, city=bench.name, **facts)), anchor=False)
    full = simulation_slots.free(kept) is None
    st.caption(t("simulation_kept.full" if full else "simulation_kept.about"))


def _bar(bench: Bench, kept: dict[str, Scenario]) -> None:
    """Name and keep the simulation on screen, load one from a file, share the address."""
    t, key = bench.t, state.widget_key("sim-name")
    full = simulation_slots.free(kept) is None
    with st.container(key="sim-kept-bar", horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            t("simulation_kept.name"),
            key=key,
            max_chars=LONGEST_NAME,
            placeholder=t("simulation_kept.name_hint"),
            disabled=full,
            width=260,
        )
        st.button(
            t("simulation_kept.keep"),
            key="sim-keep",
            icon=":material/bookmark_add:",
            disabled=full,
            on_click=_keep,
            args=(bench, key),
        )
        with st.popover(
            t("simulation_kept.upload"),
            icon=":material/upload_file:",
            disabled=full,
            key="sim-upload",
            on_change="rerun",
        ) as popover:
            _opened(bool(popover.open))
            _upload(bench)
        with st.popover(
            t("simulation_kept.share"), icon=":material/link:", key="sim-share", on_change="rerun", width="content"
        ) as share:
            if share.open:
                _address(t)


def _address(t: Text) -> None:
    """The address with everything in it, to copy. Made when asked for: sliders elsewhere change it."""
    st.markdown(f"**{t('simulation_kept.share_label')}**")
    st.code(f"{st.context.url or ''}?{urlencode(st.query_params.to_dict())}", language=None, wrap_lines=True)
    st.caption(t("simulation_kept.share_help"))


def _said(t: Text) -> None:
    """What the last button has to say; a refused file lists its problems, one sentence each, until the next try."""
    said = st.session_state.get(_SAID)
    if isinstance(said, Refusal):
        lines = [t("simulation_kept.refused", file=said.file), *(t.problem(each) for each in said.problems)]
        st.warning("\n- ".join(notice.literal(line) for line in lines), icon=":material/report:")
    elif said is not None:
        del st.session_state[_SAID]
        st.info(notice.literal(said), icon=":material/info:")


# ---- keeping -------------------------------------------------------------------------------------------------


def _keep(bench: Bench, key: str) -> None:
    st.session_state.pop(_SAID, None)
    scenario = bench.read()
    if scenario.empty:
        st.session_state[_SAID] = bench.t("simulation_kept.nothing")
        return
    name = "".join(c for c in st.session_state[key] if c.isprintable()).strip()[:LONGEST_NAME]
    _put(bench, replace(scenario, name=name))
    st.session_state[key] = ""


def _put(bench: Bench, scenario: Scenario) -> str | None:
    """Keep a scenario in the first free slot, under a name; the slot, or None where all are taken."""
    slot = simulation_slots.free(simulation_slots.read(bench.data)[0])
    if slot is not None:
        name = scenario.name or bench.t("simulation_kept.default_name", slot=slot)
        simulation_slots.put(slot, replace(scenario, name=name))
    return slot


def _opened(now: bool) -> None:
    """Whoever opens the field for a file has read why the last one was refused."""
    if now and not st.session_state.get(_OPENED):
        st.session_state.pop(_SAID, None)
    st.session_state[_OPENED] = now


def _upload(bench: Bench) -> None:
    t = bench.t
    key = f"sim-file-{st.session_state.get(_UPLOADS, 0)}"
    label = t("simulation_kept.upload_label", limit=LIMIT // 1024)
    st.file_uploader(label, type=["json"], key=key, on_change=_loaded, args=(bench, key))


def _loaded(bench: Bench, key: str) -> None:
    """Read the file brought in. The page keeps its state whatever is in the file."""
    file = st.session_state.get(key)
    if file is None:
        return
    scenario, faults = from_json(file.read(LIMIT + 1), bench.data)
    slot = None if scenario is None else _put(bench, scenario)
    if scenario is None:
        st.session_state[_SAID] = Refusal(file.name, faults)
    elif slot is None:
        st.session_state[_SAID] = bench.t("simulation_kept.full")
    else:
        name = scenario.name or bench.t("simulation_kept.default_name", slot=slot)
        st.session_state[_SAID] = bench.t("simulation_kept.uploaded", name=name, slot=slot)
    st.session_state[_UPLOADS] = st.session_state.get(_UPLOADS, 0) + 1


# ---- the table and its rows ----------------------------------------------------------------------------------


def _table(bench: Bench, done: dict[str, Simulation]) -> None:
    """Official beside every kept scenario of this city and round: each figure with what it differs."""
    t = bench.t
    official = next(iter(done.values())).baseline
    outcomes = [each.outcome for each in done.values()]
    heads = ["", t("simulation_kept.official")]
    heads += [
        slot if bench.phone else t("simulation_kept.column", slot=slot, name=_cut(each.scenario.name))
        for slot, each in done.items()
    ]
    parts = dict.fromkeys(part for outcome in (official, *outcomes) for part in outcome.components)
    rows = [
        [t("simulation_kept.row.final"), t.number(official.final)]
        + [_figure(t, Fraction(each.final), Fraction(official.final)) for each in outcomes],
        [t("simulation_kept.row.rank"), t.integer(official.rank)] + [_rank(t, each, official) for each in outcomes],
        [t("simulation_kept.row.level"), _level(bench, official), *(_level(bench, each) for each in outcomes)],
    ]
    for part in parts:
        before = official.components.get(part)
        if before is None and all(each.components.get(part) is None for each in outcomes):
            continue
        rows.append(
            [t(f"component.{part}"), t.number(before)]
            + [
                _figure(t, each.outcome.components.get(part), before, exact=part in each.scenario.changes)
                for each in done.values()
            ]
        )
    if bench.phone:  # no room for five columns: the official figure stands under the name of its row
        heads = ["", *heads[2:]]
        rows = [[t("simulation_kept.row_official", name=name, figure=own), *cells] for name, own, *cells in rows]
    tables.short(heads, rows, figures=range(1, len(heads)))
    st.caption(t("simulation_kept.note"))


def _cut(name: str) -> str:
    """A name as the head of a column; the rows below the table have it whole."""
    return name if len(name) <= HEAD else name[: HEAD - 1].rstrip() + "…"


def _figure(t: Text, after: Fraction | None, before: Fraction | None, *, exact: bool = False) -> str:
    """A figure and what it differs; with `exact`, as fine as it was given."""
    moved = None if after is None or before is None else after - before
    if exact:
        return _moved(t, t.score(after), t.score(moved, sign=True) if moved else None)
    return _moved(t, t.number(after), t.signed(moved) if moved else None)


def _rank(t: Text, after: Outcome, before: Outcome) -> str:
    """`2 (▲ 1)`: a better rank is a smaller number, so an arrow says the way."""
    places = before.rank - after.rank
    arrow = "▲" if places > 0 else "▼"
    return _moved(t, t.integer(after.rank), f"{arrow}\N{NO-BREAK SPACE}{t.integer(abs(places))}" if places else None)


def _moved(t: Text, figure: str, moved: str | None) -> str:
    """`3,84 (+0,04)`; the figure alone where nothing moved or there is nothing to compare with."""
    return figure if moved is None else t("simulation_kept.moved", figure=figure, moved=moved)


def _level(bench: Bench, outcome: Outcome) -> str:
    """`4 Integrated`; a phone has room for the number."""
    level = bench.data.levels[outcome.level]
    return str(level.id) if bench.phone else f"{level.id} {bench.t.label(level.label)}"


def _row(bench: Bench, slot: str, scenario: Scenario, simulation: Simulation | None) -> None:
    """One kept scenario, what it changes, and its buttons; one of another city or round says so."""
    t, name = bench.t, scenario.name
    city = str(bench.data.city(scenario.city)["name"])
    words = t("simulation_kept.column", slot=slot, name=name)
    if simulation is not None:
        changed = simulation_words.changes_short(bench, simulation)
    else:
        changed = t("simulation_kept.belongs", city=city, year=scenario.year)
    with st.container(key=f"sim-kept-{slot}", horizontal=not bench.phone, vertical_alignment="center", gap="small"):
        st.markdown(f"**{notice.literal(words)}**  \n:small[:gray[{notice.literal(changed)}]]", width="stretch")
        # The buttons stay together: on a phone in a line of their own, or each row would break elsewhere.
        buttons = st.container(horizontal=True, vertical_alignment="center", gap="small", width="content")
    with buttons:
        opened = st.button(
            t("simulation_kept.open"),
            key=f"sim-open-{slot}",
            icon=":material/visibility:",
            type="tertiary",
            help=notice.literal(t("simulation_kept.open_named", name=name)),
            on_click=simulation_state.write,
            args=(scenario, bench.data),
        )
        downloads.button(
            t("simulation_kept.download"),
            export.file_name(["kotacerdas", t("simulation_kept.file"), city, scenario.year, name], "json"),
            lambda: to_json(scenario),
            key=f"sim-json-{slot}",
        )
        st.button(
            t("simulation_kept.drop"),
            key=f"sim-drop-{slot}",
            icon=":material/delete:",
            type="tertiary",
            help=notice.literal(t("simulation_kept.drop_named", name=name)),
            on_click=simulation_slots.drop,
            args=(slot,),
        )
    if opened:
        st.rerun()
