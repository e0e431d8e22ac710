"""A scenario: what if some scores, weights, the method or the level reading of one city's round were different?

A scenario is a frozen value that names only what differs from the published round; the published figures stay where
they are. `problems` says everything that is wrong with one, `from_json` and `read_changes` read one from a file and
from an address without ever trusting it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from kotacerdas.instrument import Instrument, exact
from kotacerdas.overlay import Ground, change_problems, ground, methods, weight_problems
from kotacerdas.problem import Problem, Reason
from kotacerdas.published import Published

LIMIT = 64 * 1024
"""Bytes of a scenario file. Every question and weight of an instrument changed takes about 4 KB."""

LONGEST_NAME = 60
LONGEST_LIST = 20
"""Problems shown of one file; the rest is counted."""

_LONGEST_TEXT = 4096
_PLACES = 12
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_KEYS = ("city", "year", "name", "changes", "weights", "method", "reading")


@dataclass(frozen=True)
class Scenario:
    """What differs from the published round of a city.

    `changes` maps components or questions to scores, `weights` components to fixed shares of the final (0..1; the
    others share the remainder in official proportion), `instrument` names another method than the city's own,
    `reading` another level reading than the default. Both mappings are read-only.
    """

    city: str
    year: int
    name: str = ""
    changes: Mapping[str, Fraction] = field(default_factory=dict)
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    instrument: str | None = None
    reading: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "changes", MappingProxyType(dict(self.changes)))
        object.__setattr__(self, "weights", MappingProxyType(dict(self.weights)))

    def __hash__(self) -> int:
        return hash((self.city, self.year, self.name, frozenset(self.changes.items()),
                     frozenset(self.weights.items()), self.instrument, self.reading))  # fmt: skip

    @property
    def empty(self) -> bool:
        """Whether nothing differs from the published round."""
        return not (self.changes or self.weights or self.instrument or self.reading)


# ---- what is wrong with it -----------------------------------------------------------------------------------


def used_instrument(published: Published, scenario: Scenario, own: Instrument) -> Instrument:
    """The scenario's method, or else the city's `own`.

    Raises `Problem` for an unknown method and for one on another scale than the city was scored on.
    """
    if scenario.instrument is None:
        return own
    known = methods(published, own)
    if scenario.instrument not in known:
        facts = {"value": scenario.instrument, "accepted": ", ".join(known)}
        if scenario.instrument in methods(published):
            raise Problem("method_scale", **facts)
        raise Problem("method_unknown", **facts)
    return known[scenario.instrument]


def problems(published: Published, scenario: Scenario, prepared: Ground | None = None) -> tuple[Problem, ...]:
    """Everything that keeps a scenario from being computed, one `Problem` per fault; empty when all is well.

    `prepared` is the `overlay.ground` of the same city and round, where the caller has it.
    """
    try:
        standing = prepared or ground(published, scenario.city, scenario.year)
    except Problem as problem:
        return (problem,)
    found = []
    instrument = standing.instrument
    try:
        instrument = used_instrument(published, scenario, instrument)
    except Problem as problem:
        found.append(problem)
    try:
        published.levels.reading(scenario.reading)
    except Problem as problem:
        found.append(problem)
    found += change_problems(published, standing, instrument, scenario.changes)
    found += weight_problems(published, standing, instrument, scenario.weights)
    return tuple(found)


# ---- as text -------------------------------------------------------------------------------------------------


def read_number(node: str, raw: object) -> Fraction:
    """A typed score or weight, with decimal point or comma, up to 12 decimals. Raises `Problem` for anything else."""
    try:
        number = exact(raw.strip().replace(",", ".") if isinstance(raw, str) else raw)
    except ValueError as error:
        raise Problem("answer_number", node=node, value=str(raw)[:40]) from error
    if number.denominator > 10**_PLACES:
        raise Problem("number_fine", node=node, value=str(raw)[:40], places=_PLACES)
    return number


def written(number: Fraction) -> str:
    """`3.9`, or `1/3` where no short decimal is exact; `read_number` gives the same number back."""
    scaled = number * 10**_PLACES
    if scaled.denominator != 1 or abs(number) >= 10**_PLACES:
        return str(number)
    return f"{Decimal(scaled.numerator).scaleb(-_PLACES).normalize():f}"


def changes_text(values: Mapping[str, Fraction]) -> str:
    """Scores or weights for an address: `outcome:3.9,q12:3`."""
    return ",".join(f"{name}:{written(value)}" for name, value in values.items())


def read_changes(text: str) -> dict[str, Fraction]:
    """What `changes_text` wrote. Raises `Problem` for anything else."""
    found: dict[str, Fraction] = {}
    if len(text) > _LONGEST_TEXT:
        raise Problem("changes_text", value=text[:40])
    for part in filter(None, text.split(",")):
        name, colon, value = part.partition(":")
        if not colon or not _ID.fullmatch(name):
            raise Problem("changes_text", value=part)
        if name in found:
            raise Problem("change_repeated", node=name)
        found[name] = read_number(name, value)
    return found


# ---- as a file -----------------------------------------------------------------------------------------------


class _Number(str):
    """A JSON number as it was written: never through a binary float, never expanded."""


def to_json(scenario: Scenario) -> bytes:
    """A scenario as a small readable file; `from_json` gives the same scenario back."""
    content: dict[str, Any] = {
        "city": scenario.city,
        "year": scenario.year,
        "name": scenario.name,
        "changes": {name: _json_number(value) for name, value in scenario.changes.items()},
        "weights": {name: _json_number(value) for name, value in scenario.weights.items()},
        "method": scenario.instrument,
        "reading": scenario.reading,
    }
    kept = {key: value for key, value in content.items() if value}
    return (json.dumps(kept, ensure_ascii=False, indent=1) + "\n").encode()


def _json_number(value: Fraction) -> Any:
    text = written(value)
    return text if "/" in text else json.loads(text)


def from_json(raw: bytes, published: Published) -> tuple[Scenario | None, tuple[Problem, ...]]:
    """A scenario from a file of unknown origin, or everything that is wrong with it; never raises.

    Files beyond 64 KB are not even parsed. Numbers may also be written as text (`"3,9"`, `"1/3"`).
    """
    scenario, found = _parsed(raw)
    if scenario is not None:
        found += problems(published, scenario)
    if len(found) > LONGEST_LIST:
        found = [*found[: LONGEST_LIST - 1], Problem("problems_more", count=len(found) - LONGEST_LIST + 1)]
    return (None, tuple(found)) if found else (scenario, ())


def _parsed(raw: bytes) -> tuple[Scenario | None, list[Problem]]:
    """The scenario as far as it can be read (None where city or year cannot) and the faults of the file itself."""
    if len(raw) > LIMIT:
        return None, [Problem("scenario_size", limit=LIMIT // 1024)]
    repeated: list[str] = []

    def once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        counts = Counter(name for name, _ in pairs)
        repeated.extend(name for name, count in counts.items() if count > 1)
        return dict(pairs)

    try:
        data = json.loads(raw.decode("utf-8-sig"), parse_int=_Number, parse_float=_Number, parse_constant=_Number,
                          object_pairs_hook=once)  # fmt: skip
    except json.JSONDecodeError as error:
        return None, [Problem("scenario_json", row=error.lineno)]
    except UnicodeDecodeError as error:
        return None, [Problem("scenario_json", row=raw[: error.start].count(b"\n") + 1)]
    except RecursionError:
        return None, [Problem("scenario_shape")]
    if not isinstance(data, dict):
        return None, [Problem("scenario_shape")]
    found = [Problem("change_repeated", node=name) for name in repeated]
    found += [Problem("scenario_key", value=key, accepted=", ".join(_KEYS)) for key in data if key not in _KEYS]
    city, year = _text(data, "city", found, required=True), _year(data, found)
    scenario = Scenario(
        city=city or "",
        year=year or 0,
        name=_name(data, found),
        changes=_numbers(data, "changes", found),
        weights=_numbers(data, "weights", found),
        instrument=_text(data, "method", found),
        reading=_text(data, "reading", found),
    )
    return (scenario if city and year else None), found


def _unfit(place: str, what: str) -> Problem:
    return Problem("scenario_field", place=place, what=Reason(what))


def _text(data: Mapping[str, Any], key: str, found: list[Problem], *, required: bool = False) -> str | None:
    value = data.get(key)
    if value is None and not required:
        return None
    if not isinstance(value, str) or isinstance(value, _Number) or not value:
        found.append(_unfit(key, "required" if value is None else "text"))
        return None
    return value


def _name(data: Mapping[str, Any], found: list[Problem]) -> str:
    value = data.get("name", "")
    if isinstance(value, str) and not isinstance(value, _Number) and value.isprintable() and len(value) <= LONGEST_NAME:
        return value
    found.append(Problem("scenario_name", limit=LONGEST_NAME))
    return ""


def _year(data: Mapping[str, Any], found: list[Problem]) -> int | None:
    value = data.get("year")
    if isinstance(value, _Number) and re.fullmatch(r"[0-9]{4}", value):
        return int(value)
    found.append(_unfit("year", "required" if value is None else "whole_number"))
    return None


def _numbers(data: Mapping[str, Any], key: str, found: list[Problem]) -> dict[str, Fraction]:
    values = data.get(key, {})
    if not isinstance(values, dict):
        found.append(_unfit(key, "mapping"))
        return {}
    numbers = {}
    for name, value in values.items():
        try:
            numbers[name] = read_number(name, value)
        except Problem as problem:
            found.append(problem)
    return numbers
