"""The scenario of the page `simulasi` is its URL: city, round, changes, weights, method and reading as plain ids.

`read` makes a `Scenario` of the address, `write` puts one back. What an address says wrongly is dropped with one
sentence each, and the rest is kept, so that a damaged link still shows what it can.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import NoReturn, cast

import streamlit as st

from kotacerdas import simulate
from kotacerdas.charts.palette import Theme
from kotacerdas.i18n import Text
from kotacerdas.instrument import Instrument
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.scenario import Scenario, changes_text, problems, read_changes, used_instrument
from kotacerdas.simulate import Simulation, Stage
from kotacerdas.ui import notice, shell, state

MODES = ("components", "questions", "weights", "method", "goal")
"""The parts of the page, in the order of its control; the first is the default. URL parameter `mode`."""

SCENARIO = ("set", "weight", "method", "reading")
"""The URL parameters that make the scenario of a city and year."""

RESULT = "sim-result"
"""Key of the fragment that holds the result: what a slider draws again, and all that it does."""

PANEL, RESET = "sim-panel", "sim-back"
"""Keys of the fragment of all that follows the scenario, and of the way back in it, which knows when there is none."""

_AWAKE = "simulation.awake"
"""Session key of whether the way back was drawn as one that leads somewhere."""

_NOW = "simulation.now"
"""Session key of the last simulation: the parts of one run ask for the same one."""

_LAST = "simulation.read"
"""Session key of the last address with the scenario it says."""

_LONGEST = 2000
"""Characters of `set` or `weight` that are read; every question of an instrument changed is well below it."""

_MOST = 5
"""Sentences about one address; the faults beyond are counted in the last of them."""


@dataclass(frozen=True)
class Bench:
    """What every part of the page needs: words, data, the city and round at work, the theme, the kind of screen."""

    t: Text
    data: Published
    city: str
    year: int
    mode: Theme
    phone: bool

    @cached_property
    def name(self) -> str:
        """The name of the city."""
        return str(self.data.city(self.city)["name"])

    @cached_property
    def stage(self) -> Stage:
        """The prepared round of the city, shared by all sessions."""
        return _stage(self.data.data.digest, self.city, self.year, self.data)

    def read(self) -> Scenario:
        """The scenario of the URL as it is now; what is wrong there is dropped without a word."""
        return read(self.t, self.data, quiet=True)

    def simulate(self, scenario: Scenario) -> Simulation:
        """The scenario beside the official figures. Raises the first of its problems."""
        return simulate.simulate(self.data, scenario, self.stage)

    def now(self) -> Simulation:
        """The scenario of the URL, simulated; computed once for all parts of a run."""
        scenario, on = self.read(), self.stage
        last = st.session_state.get(_NOW)
        if last is None or last[0] is not on or last[1].scenario != scenario:
            # What `read` gives can be computed.
            last = st.session_state[_NOW] = (on, simulate.simulated(self.data, scenario, on))
        return cast(Simulation, last[1])

    def instrument(self, scenario: Scenario) -> Instrument:
        """The method a scenario is computed with."""
        return used_instrument(self.data, scenario, self.stage.ground.instrument)


def bench(t: Text, data: Published, city: str, year: int) -> Bench:
    """The bench of a city and round that can be simulated."""
    return Bench(t, data, city, year, shell.theme_mode(), shell.on_phone())


@st.cache_resource(max_entries=64, show_spinner=False)
def _stage(digest: str, city: str, year: int, _data: Published) -> Stage:
    return simulate.stage(_data, city, year)


def years(data: Published) -> tuple[int, ...]:
    """The rounds that can be simulated, newest first: those with components."""
    return tuple(year for year in data.years if data.round(year).instruments)


def year(data: Published) -> int:
    """The round of the URL, the one that stands for the nation unless it names another that can be simulated."""
    return state.year_among(data, years(data))


def read(t: Text, data: Published, *, quiet: bool = False) -> Scenario:
    """The scenario of the URL, which can be computed; `quiet` drops what is wrong there without a word.

    Else each fault is one sentence to the reader, and the URL is mended. The URL must name a city with components in
    the round (`year`).
    """
    scenario, faults = _read(data)
    if faults and not quiet:
        for fault in told(faults):
            notice.say(t.problem(fault))
        write(scenario, data)
    return scenario


def told(faults: Sequence[Problem]) -> list[Problem]:
    """The faults of an address as at most `_MOST` sentences."""
    if len(faults) <= _MOST:
        return list(faults)
    return [*faults[: _MOST - 1], Problem("problems_more", count=len(faults) - _MOST + 1)]


def write(scenario: Scenario, data: Published) -> None:
    """Put a scenario of these data into the URL (inside a callback). Its name is not part of the address."""
    state.put("city", scenario.city)
    state.put("year", scenario.year, data.standard_year(years(data)))
    state.put("set", changes_text(scenario.changes))
    state.put("weight", changes_text(scenario.weights))
    state.put("method", scenario.instrument)
    state.put("reading", scenario.reading)


def clear() -> None:
    """Take the scenario out of the URL (inside a callback): back to the official figures."""
    state.clear(SCENARIO)


def awake() -> bool:
    """Whether the URL changes anything, so that there is a way back."""
    return any(state.param(name) for name in SCENARIO)


def drawn(leads: bool) -> bool:
    """Note how the way back is drawn; `leads` itself."""
    st.session_state[_AWAKE] = leads
    return leads


def follow(*parts: str) -> NoReturn:
    """End a callback: draw the result again, these keyed fragments, the way back where it wakes, and nothing else."""
    woken = [RESET] if st.session_state.get(_AWAKE) != awake() else []
    st.rerun([RESULT, *woken, *parts])


def _read(data: Published) -> tuple[Scenario, list[Problem]]:
    """The scenario of the URL and what was wrong in it; read once, however many parts of a run ask."""
    asked = tuple(map(state.param, ("city", "year", *SCENARIO)))
    last = st.session_state.get(_LAST)
    if last is None or last[:2] != (data.data.digest, asked):
        last = st.session_state[_LAST] = (data.data.digest, asked, _understood(data))
    scenario, faults = last[2]
    return scenario, list(faults)


def _understood(data: Published) -> tuple[Scenario, list[Problem]]:
    empty = Scenario(city=state.param("city") or "", year=year(data))
    (changes, faults), (weights, weight_faults) = read_pairs("set"), read_pairs("weight")
    faults += weight_faults
    asked = replace(
        empty,
        changes=changes,
        weights=weights,
        instrument=state.param("method"),
        reading=state.param("reading"),
    )
    ground = _stage(data.data.digest, empty.city, empty.year, data).ground
    if asked.instrument == ground.instrument.id:
        asked = replace(asked, instrument=None)
    if asked.reading == data.levels.default_reading:
        asked = replace(asked, reading=None)
    if not problems(data, asked, ground):
        return asked, faults

    def fits(scenario: Scenario) -> bool:
        unfit = problems(data, scenario, ground)
        faults.extend(unfit[:1])
        return not unfit

    return _fitting(empty, asked, fits), faults


def read_pairs(name: str) -> tuple[Mapping[str, Fraction], list[Problem]]:
    """A parameter such as `outcome:3.9,q12:3` part by part, and its faults; of a node named twice the first counts."""
    found: dict[str, Fraction] = {}
    faults: list[Problem] = []
    for part in (state.param(name) or "")[:_LONGEST].split(","):
        try:
            pair = read_changes(part) if part.strip() else {}
            for node in pair.keys() & found.keys():
                raise Problem("change_repeated", node=node)
            found |= pair
        except Problem as problem:
            faults.append(problem)
    return found, faults


def _fitting(scenario: Scenario, asked: Scenario, fits: Callable[[Scenario], bool]) -> Scenario:
    """As much of what is asked as fits together, part by part in the order of the URL."""
    steps: list[Callable[[Scenario], Scenario]] = [
        lambda kept: replace(kept, instrument=asked.instrument),
        lambda kept: replace(kept, reading=asked.reading),
        *(lambda kept, pair=pair: replace(kept, changes=dict([*kept.changes.items(), pair]))
          for pair in asked.changes.items()),
        *(lambda kept, pair=pair: replace(kept, weights=dict([*kept.weights.items(), pair]))
          for pair in asked.weights.items()),
    ]  # fmt: skip
    for step in steps:
        wider = step(scenario)
        if fits(wider):
            scenario = wider
    return scenario
