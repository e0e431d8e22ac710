"""The scenarios kept for comparison: up to three, each whole in one parameter of the URL.

`keep_a=35.77~2024~outcome:3.9~~~~Name`: city, round, changes, weights, method, reading, and the name last, for it may
hold any printable character.
"""

from __future__ import annotations

from fractions import Fraction

from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.scenario import LONGEST_NAME, Scenario, changes_text, problems, read_changes
from kotacerdas.ui import state

SLOTS = ("A", "B", "C")
_MARK = "~"
_PARTS = 7


def param(slot: str) -> str:
    """The URL parameter of a slot: `keep_a`."""
    return f"keep_{slot.lower()}"


PARAMS = tuple(param(slot) for slot in SLOTS)


def read(data: Published) -> tuple[dict[str, Scenario], dict[str, Problem | None]]:
    """The kept scenarios by slot, and what is wrong with those that cannot be read (None: not even their form)."""
    kept: dict[str, Scenario] = {}
    faults: dict[str, Problem | None] = {}
    for slot in SLOTS:
        raw = state.param(param(slot))
        if raw is None:
            continue
        try:
            scenario = _parsed(raw)
            fault = next(iter(problems(data, scenario)), None) if scenario else None
        except Problem as problem:
            scenario, fault = None, problem
        if scenario is None or fault is not None:
            faults[slot] = fault
        else:
            kept[slot] = scenario
    return kept, faults


def put(slot: str, scenario: Scenario) -> None:
    """Keep a scenario in a slot (inside a callback)."""
    state.put(param(slot), written(scenario))


def drop(slot: str) -> None:
    """Empty a slot (inside a callback)."""
    state.clear((param(slot),))


def free(kept: dict[str, Scenario]) -> str | None:
    """The first empty slot."""
    return next((slot for slot in SLOTS if slot not in kept), None)


def written(scenario: Scenario) -> str:
    """A scenario as the value of a URL parameter."""
    parts = (
        scenario.city,
        str(scenario.year),
        changes_text(scenario.changes),
        changes_text(scenario.weights),
        scenario.instrument or "",
        scenario.reading or "",
        scenario.name,
    )
    return _MARK.join(parts)


def _parsed(raw: str) -> Scenario | None:
    """What `written` wrote; None where the form is another. Raises `Problem` for numbers that are none."""
    parts = raw.split(_MARK, _PARTS - 1)
    if len(parts) != _PARTS:
        return None
    city, year, changes, weights, method, reading, name = parts
    if not (year.isascii() and year.isdigit() and len(year) == len("2024")):
        return None
    if not name.isprintable() or len(name) > LONGEST_NAME:
        raise Problem("scenario_name", limit=LONGEST_NAME)
    scores: dict[str, Fraction] = read_changes(changes)
    return Scenario(city, int(year), name, scores, read_changes(weights), method or None, reading or None)
