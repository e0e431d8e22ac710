"""Last round's results: what a panel compares with, and how results that are not in the official data come in.

`previous` looks up the same question in the newest earlier round; nothing is copied. `import_results` reads a long
table (one score per row: `code, question, value`) and adds it as a round of its own to the data package: all rows or
none, never over a year that is there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from sqlalchemy import select

from kotacerdas.compose import Addition, Row, additions
from kotacerdas.dataset import read_dataset
from kotacerdas.i18n import Text
from kotacerdas.instrument import DATA, Instrument, exact
from kotacerdas.intake import Line, Sent, date_as_range, read_table
from kotacerdas.interview import publication
from kotacerdas.interview import store as stores
from kotacerdas.interview.grants import ask
from kotacerdas.interview.named_package import IMPORT, current_package
from kotacerdas.interview.register import Register, read_register
from kotacerdas.interview.result_rows import check_instruments
from kotacerdas.interview.roles import Action, Actor
from kotacerdas.interview.store import Store
from kotacerdas.interview.tables import rounds
from kotacerdas.problem import Problem, Reason, span
from kotacerdas.published import CARRIED_FINAL, Published
from kotacerdas.scoring import round_half_up, score

IMPORTED = "imported"
NEEDED, KNOWN = ("code", "question", "value"), ("group", "name")
TOLERANCE = 0.02
"""How far an imported final may lie from what its components give: they are printed rounded."""
YEARS = range(2017, 2101)
_TABLE = "file"
_NUMBER = re.compile(r"([+-]?\d{1,2})(?:[.,](\d+))?", flags=re.ASCII)
_COMPUTED = "Computed from the imported scores."


class Refused(Problem):
    """Nothing was imported; `problems` has one sentence for each row that was refused."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        told = Problem("import_refused", count=len(problems))
        super().__init__(told.key, **told.params)
        self.problems = problems


@dataclass(frozen=True)
class Imported:
    """What came in. `repeated`: the same file had been imported before, and nothing has changed."""

    year: int
    cities: int
    rows: int
    package: str
    repeated: bool = False


@dataclass
class _City:
    """The scores of a city as far as the file was read: by measure or question, with the row each stands in."""

    first: int
    group: str
    values: dict[str, tuple[Fraction, int]]


def previous(published: Published, city: str, instrument: Instrument, year: int) -> dict[str, tuple[float, int]]:
    """Question -> its score and round, from the newest round before `year` that has the same question for the city."""
    found = {}
    for node in instrument.of_kind("question"):
        asked, value = published.earlier(city, instrument, node, year)
        if asked is not None and value == value:
            found[node.id] = (value, asked)
    return found


def import_results(
    store: Store,
    actor: Actor | None,
    content: bytes,
    name: str,
    *,
    year: int,
    title: str,
    instruments: Mapping[str, str],
    base: Path = DATA,
) -> Imported:
    """Add the results of a file as the round of a year, under `title` (who published them).

    `instruments`: weight group -> instrument id, `all` where there is one only; with several groups the file has a
    column `group`. Rows name a question, a component, `final` or `improvement`; a component or final that is not there
    is computed where all its questions are. The same file again changes nothing.

    Raises `Problem`: no right to publish (asked before the file is read, and logged), the file as a whole
    (`kotacerdas.intake`), `Refused` with the rows, a year that is there.
    """
    ask(store, actor, Action.PUBLISH, IMPORT, str(year)[:40])
    if year not in YEARS:
        raise Problem("import_year", value=str(year)[:40])
    data = Published(read_dataset(base))
    chosen = _instruments(data, instruments)
    digest = hashlib.sha256(content).hexdigest()
    with store.read() as tx:
        current = current_package(tx)
        in_store = tx.execute(select(rounds.c.id).where(rounds.c.year == year)).first() is not None
    there = {} if current is None else {each.year: each for each in additions(store.packages / current, base)}
    source = f"import-{year}-{digest[:12]}"
    if year in there and there[year].source["id"] == source:
        known = there[year]
        return Imported(year, len({row[0] for row in known.results}), _given(known), str(current), repeated=True)
    if year in there and there[year].round["status"] == IMPORTED:
        raise Problem("import_other_file", year=year, sha256=there[year].source["id"].rsplit("-", 1)[-1])
    if year in there or year in data.rounds or in_store:
        raise Problem("publish_year_taken", year=year)
    sent = read_table(content, name, NEEDED, KNOWN)
    cities = _read(sent, chosen, read_register(base))
    new = _addition(data, cities, chosen, year, title, name, digest)
    after = {"file": name[:200], "sha256": digest, "rows": len(sent.lines)}
    package = publication.add(store, actor, new, after, base=base)
    return Imported(year, len(cities), len(sent.lines), package)


def _instruments(data: Published, named: Mapping[str, str]) -> dict[str, Instrument]:
    there = data.data.instruments
    unknown = [name for name in named.values() if name not in there]
    if unknown or not named:
        raise Problem("import_instrument", accepted=", ".join(n for n, i in there.items() if i.root.id == "final"))
    chosen = {group: there[name] for group, name in named.items()}
    check_instruments(tuple(chosen.values()))
    return chosen


def _given(addition: Addition) -> int:
    """How many rows of an addition the file had; the others were computed."""
    return len(addition.scores) + sum(row[8] != _COMPUTED for row in addition.results)


# ---- rows -------------------------------------------------------------------------------------------------------


def _read(sent: Sent, instruments: Mapping[str, Instrument], register: Register) -> dict[str, _City]:
    """The cities of the file. Raises `Refused` with one problem per row that cannot stand."""
    cities: dict[str, _City] = {}
    faults: list[Problem] = []
    for line in sent.lines:
        try:
            _take(line, cities, instruments, register)
        except Problem as problem:
            faults.append(problem)
    if faults:
        raise Refused(tuple(faults))
    return cities


def _take(line: Line, cities: dict[str, _City], instruments: Mapping[str, Instrument], register: Register) -> None:
    code = _code(line, register)
    group = _group(line, instruments)
    city = cities.setdefault(code, _City(line.number, group, {}))
    if city.group != group:
        raise _fault(line, "group", Reason("import_group_other", {"accepted": city.group, "row": city.first}))
    instrument = instruments[group]
    measure = line.cells["question"].casefold()
    names = _measures(instrument)
    if measure not in names:
        raise _fault(line, "question", Reason("import_question", {"accepted": f"q1, q2 …, {', '.join(names[:8])}"}))
    if measure in city.values:
        raise _fault(line, "question", Reason("import_twice", {"row": city.values[measure][1]}))
    city.values[measure] = (_value(line, measure, instrument), line.number)


def _measures(instrument: Instrument) -> tuple[str, ...]:
    """What a row may name: the final, components, the improvement, and the questions."""
    parts = _parts(instrument)
    return ("final", *parts, "improvement", *(node.id for node in instrument.of_kind("question")))


def _code(line: Line, register: Register) -> str:
    code = line.cells["code"]
    if line.kinds.get("code") == "number":  # 11.10 has become 11.1: which of the two it was cannot be told
        whole, _, tail = code.partition(".")
        near = ", ".join(c for c in (f"{whole}.{tail:0<2}",) if c in register.names) or "11.10"
        raise _fault(line, "code", Reason("import_code_number", {"near": near}))
    if code not in register.names:
        near = "; ".join(f"{found} {register.names[found]}" for found in register.near(code)) or "–"
        raise _fault(line, "code", Reason("import_code", {"near": near}))
    given = line.cells.get("name", "")
    if given and given.casefold() != register.names[code].casefold():
        raise _fault(line, "name", Reason("import_name", {"accepted": f"{code} {register.names[code]}"}))
    return code


def _group(line: Line, instruments: Mapping[str, Instrument]) -> str:
    given = line.cells.get("group", "")
    if not given and len(instruments) == 1:
        return next(iter(instruments))
    if given not in instruments:
        raise _fault(line, "group", Reason("one_of", {"accepted": ", ".join(instruments)}))
    return given


def _value(line: Line, measure: str, instrument: Instrument) -> Fraction:
    """The score of a row: on its scale, with two decimals at most, comma or point. Nothing else is a number here."""
    text, kind = line.cells["value"], line.kinds.get("value", "")
    if not text:
        raise _fault(line, "value", Reason("required"))
    offered = date_as_range(text, kind)
    if offered is not None or kind == "date":
        raise _fault(line, "value", Reason("import_date", {"near": offered or "–"}))
    if kind == "number" and abs(float(text) * 100 - round(float(text) * 100)) < 1e-7:
        text = f"{float(text):.2f}"  # what a spreadsheet stores of 3.4 may end in a 4 at the sixteenth place
    number = _NUMBER.fullmatch(text)
    if number is None or kind == "truth":
        raise _fault(line, "value", Reason("number"))
    if len(number[2] or "") > 2:
        raise _fault(line, "value", Reason("import_decimals"))
    value = exact(text.replace(",", "."))
    scale = instrument.scale(measure if measure in instrument else instrument.root.id)
    low, high = (-scale.max, scale.max) if measure == "improvement" else (scale.min, scale.max)
    if not low <= value <= high:
        raise _fault(line, "value", Reason("between", {"accepted": span(low, high)}))
    return value


def _fault(line: Line, column: str, what: Reason) -> Problem:
    return Problem("import_row", row=line.number, column=column, value=line.cells.get(column, ""), what=what)


# ---- what becomes of them -----------------------------------------------------------------------------------------


def _addition(
    data: Published,
    cities: Mapping[str, _City],
    instruments: Mapping[str, Instrument],
    year: int,
    title: str,
    name: str,
    digest: str,
) -> Addition:
    source = f"import-{year}-{digest[:12]}"
    results: list[Row] = []
    scores: list[Row] = []
    faults: list[Problem] = []
    for code in sorted(cities):
        city = cities[code]
        try:
            found = _completed(city, instruments[city.group], str(data.city(code)["name"]), year)
        except Problem as problem:
            faults.append(problem)
            continue
        for measure in (*_parts(instruments[city.group]), "final", "improvement"):
            if measure in found:
                value, row = found[measure]
                tail = (source, _TABLE, str(row), "") if row else (source, _TABLE, "", _COMPUTED)
                status = "no_programme" if value is None else "published"
                results.append((code, str(year), measure, _printed(value), status, *tail))
        for node in instruments[city.group].of_kind("question"):
            if node.id in city.values:
                value, row = city.values[node.id]
                scores.append((code, str(year), node.id, _printed(value), "published", source, _TABLE, str(row)))
    if faults:
        raise Refused(tuple(faults))
    groups = tuple((code, str(year), cities[code].group) for code in sorted(cities) if cities[code].group != "all")
    before = next((other for other in data.years if other < year and data.finals[other].notna().any()), None)
    entry: dict[str, Any] = {
        "year": year,
        "status": IMPORTED,
        "instruments": {group: instrument.id for group, instrument in instruments.items()},
        **({} if before is None else {"base_year": before}),
        "tolerance": TOLERANCE,
        "counts": {"invited": len(cities)},
        "source": {"document": source, "section": ""},
    }
    rows = sum(len(city.values) for city in cities.values())
    document = _source(source, year, title, name, digest, len(cities), rows)
    return Addition(entry, document, tuple(results), tuple(scores), groups)


def _parts(instrument: Instrument) -> list[str]:
    return [part.id for part in instrument.parts]


def _completed(
    city: _City, instrument: Instrument, name: str, year: int
) -> dict[str, tuple[Fraction | None, int | None]]:
    """The components and the final of a city, as printed (with their row) or else computed (without one).

    Raises `Problem` where one is neither there nor computable, or the final does not follow from the components.
    """
    found: dict[str, tuple[Fraction | None, int | None]] = {
        measure: city.values[measure]
        for measure in (*_parts(instrument), "final", "improvement")
        if measure in city.values
    }
    answers: dict[str, object] = {}
    missing = []
    for part in instrument.parts:
        questions = [node for node in instrument.below(part.id) if not instrument.children[node.id]]
        questions = [node for node in questions if not CARRIED_FINAL.fullmatch(node.id)]
        if part.id in city.values:
            answers[part.id] = city.values[part.id][0]
        elif questions and all(node.id in city.values for node in questions):
            answers |= {node.id: city.values[node.id][0] for node in questions}
        elif part.missing == "zero":
            found[part.id] = (None, None)
        else:
            missing.append(part.id)
    if missing:
        raise Problem("import_incomplete", city=name, missing=", ".join(missing))
    card = score(answers, instrument)
    if card.value is None:
        raise Problem("import_incomplete", city=name, missing="final")
    for scored in card.children:
        if scored.id not in found and scored.value is not None:
            found[scored.id] = (scored.value, None)
    final = round_half_up(card.value)
    if "final" not in found:
        found["final"] = (card.value, None)
    elif abs(exact(final) - (found["final"][0] or 0)) > exact(TOLERANCE):
        raise Problem("final_differs", city=name, year=year, final=float(found["final"][0] or 0), rounded=float(final))
    return found


def _printed(value: Fraction | None) -> str:
    return "" if value is None else f"{round_half_up(value):.2f}"


def _source(source: str, year: int, title: str, name: str, digest: str, cities: int, rows: int) -> dict[str, Any]:
    params = {"year": year, "name": title, "file": name[:200], "sha256": digest, "cities": cities, "rows": rows}

    def label(key: str) -> dict[str, str]:
        return {"id": Text("id")(f"carry.{key}", **params), "en": Text("en")(f"carry.{key}", **params)}

    return {
        "id": source,
        "title": label("title"),
        "publisher": label("publisher"),
        "date": stores.now()[:10],
        "status": IMPORTED,
        "terms": label("terms"),
        "used": label("used"),
        "tables": [{"id": _TABLE, "title": label("table")}],
    }
