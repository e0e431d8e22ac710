"""What must hold across the files of a data folder: nothing points at something that is not there.

Single tables are checked by `schema`, single instruments by `instrument`; here the files are held against each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kotacerdas.bounds import Bounds, widest
from kotacerdas.entries import Note, Round, SourceDocument, Term, Trap, read_entries
from kotacerdas.instrument import Instrument, Node, instrument_ids, load_instrument
from kotacerdas.levels import Levels, load_levels
from kotacerdas.problem import Problem, Reason, span
from kotacerdas.schema import EVALUATED, FIGURES, TABLES, VALUED


@dataclass(frozen=True)
class Parts:
    """The YAML files of a data folder, read."""

    instruments: dict[str, Instrument]
    levels: Levels
    rounds: tuple[Round, ...]
    sources: tuple[SourceDocument, ...]
    notes: tuple[Note, ...]
    glossary: tuple[Term, ...]
    traps: tuple[Trap, ...]


def read_parts(folder: Path) -> Parts:
    """Read every YAML file of a data folder. Raises `Problem` naming the file and the entry that does not hold."""
    named = instrument_ids(folder / "instruments")
    return Parts(
        instruments={name: load_instrument(name, folder / "instruments") for name in named},
        levels=load_levels(folder / "levels.yaml"),
        rounds=read_entries(folder / "rounds.yaml", "rounds", Round),
        sources=read_entries(folder / "sources.yaml", "sources", SourceDocument),
        notes=read_entries(folder / "assessor_notes.yaml", "notes", Note),
        glossary=read_entries(folder / "glossary.yaml", "glossary", Term),
        traps=read_entries(folder / "traps.yaml", "traps", Trap),
    )


def file_bytes(folder: Path, name: str) -> bytes:
    """The content of a file of the folder. Raises `Problem` where it cannot be read."""
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise Problem("file_missing", file=name) from error


def content_problems(folder: Path) -> list[Problem]:
    """Everything that breaks a schema, or points at a city, round, question, instrument or source that is not there."""
    problems: list[Problem] = []
    frames: dict[str, pd.DataFrame] = {}
    for table in TABLES:
        try:
            frames[table.name] = table.read(file_bytes(folder, table.path))
        except Problem as problem:
            problems.append(problem)
            continue
        problems += table.validate(frames[table.name])
    try:
        parts = read_parts(folder)
    except Problem as problem:
        return [*problems, problem]
    problems += round_problems(parts)
    if not problems:
        problems += _row_problems(frames, parts)
    return problems


def round_problems(parts: Parts) -> Iterator[Problem]:
    """Rounds that stand twice, or name an instrument or another round that does not exist."""
    years = [entry.year for entry in parts.rounds]
    for entry in parts.rounds:
        if years.count(entry.year) > 1:
            yield Problem("entry_unknown", file="rounds.yaml", place=str(entry.year), value=str(entry.year))
        for name in entry.instruments.values():
            if name not in parts.instruments:
                yield Problem("entry_unknown", file="rounds.yaml", place=str(entry.year), value=name)
        for other in (entry.base_year, entry.derived_from):
            if other is not None and other not in years:
                yield Problem("entry_unknown", file="rounds.yaml", place=str(entry.year), value=str(other))
    for instrument in parts.instruments.values():
        for node in instrument.nodes:
            for other_id, question in node.comparable.items():
                if question not in parts.instruments.get(other_id, ()):
                    value = f"{other_id}: {question}"
                    yield Problem("entry_unknown", file=instrument.path, place=node.id, value=value)


def _row_problems(frames: Mapping[str, pd.DataFrame], parts: Parts) -> Iterator[Problem]:
    """Rows that point at something that does not exist, and results whose status and value contradict each other."""
    codes = set(frames["cities"]["code"])
    documents = {source.id for source in parts.sources}
    asked = {
        (entry.year, node.id)
        for entry in parts.rounds
        for name in entry.instruments.values()
        for node in parts.instruments[name].leaves
    }
    years = {entry.year for entry in parts.rounds}

    def cells(name: str, bad: pd.Series[bool], column: str) -> Iterator[dict[str, object]]:
        for row in frames[name].index[bad]:
            value = str(frames[name].at[row, column])
            yield {"file": f"{name}.csv", "row": int(row) + 2, "column": column, "value": value}

    results, scores, groups = frames["results"], frames["question_scores"], frames["weight_groups"]
    sets = {(entry.year, group) for entry in parts.rounds for group in entry.instruments}
    no_set = pd.Series([pair not in sets for pair in zip(groups["year"], groups["group"], strict=True)], dtype=bool)
    for cell in cells("weight_groups", ~groups["code"].isin(codes), "code"):
        yield Problem("city_unknown_row", **cell)
    asked_here = pd.Series([pair in asked for pair in zip(scores["year"], scores["question"], strict=True)])
    unknown = [*cells("question_scores", ~asked_here, "question"), *cells("weight_groups", no_set, "group")]
    for name, frame in (("results", results), ("question_scores", scores)):
        for cell in cells(name, ~frame["code"].isin(codes), "code"):
            yield Problem("city_unknown_row", **cell)
        unknown += cells(name, ~frame["source_document"].isin(documents), "source_document")
        unknown += cells(name, ~frame["year"].isin(years), "year")
    measures = {(year, node.id) for year, nodes in _scored(parts).items() for node in nodes}
    pairs = zip(results["year"], results["measure"], strict=True)
    strange = pd.Series([name not in FIGURES and (year, name) not in measures for year, name in pairs], dtype=bool)
    unknown += cells("results", strange, "measure")
    for cell in unknown:
        yield Problem("cell_unknown", **cell)
    figures = results["status"].isin(VALUED), scores["status"].isin(EVALUATED)
    for (name, frame), valued in zip((("results", results), ("question_scores", scores)), figures, strict=True):
        for cell in cells(name, valued != frame["value"].notna(), "status"):
            yield Problem("cell_contradicts", **cell)
    yield from _off_scale(frames, parts)
    final = set(zip(*(results[results["measure"] == "final"][c] for c in ("code", "year")), strict=True))
    for code, year in sorted(set(zip(results["code"], results["year"], strict=True)) - final):
        yield Problem("row_missing", file="results.csv", value=f"{code}, {year}, final")
    for entry in parts.rounds:
        count = results.loc[results["year"] == entry.year, "code"].nunique()
        stated = entry.counts.get("invited", count)
        if count != stated:
            yield Problem("row_count", file="results.csv", year=entry.year, count=count, accepted=stated)


def _scored(parts: Parts) -> dict[int, tuple[Node, ...]]:
    """The parts of every round's instruments, by year."""
    return {
        entry.year: tuple(part for name in entry.instruments.values() for part in parts.instruments[name].parts)
        for entry in parts.rounds
    }


def _off_scale(frames: Mapping[str, pd.DataFrame], parts: Parts) -> Iterator[Problem]:
    """Finals, changes of finals and question scores beyond every scale that the instruments of their round have for
    them. (A component is held to the scale of its city's own instrument where it is recomputed.)"""
    used = {
        entry.year: [parts.instruments[name] for name in (entry.instruments or _base(entry, parts)).values()]
        for entry in parts.rounds
    }
    for name, column in (("results", "measure"), ("question_scores", "question")):
        frame = frames[name]
        for (year, node), rows in frame[frame["value"].notna()].groupby(["year", column]):
            bounds = _bounds(used.get(int(str(year)), []), str(node))
            if bounds is None:
                continue
            low, high = float(bounds.low), float(bounds.high)
            for row in rows.index[~rows["value"].between(low, high)]:
                rule, value = Reason("between", {"accepted": span(bounds.low, bounds.high)}), str(rows.at[row, "value"])
                yield Problem(
                    "cell_invalid", file=f"{name}.csv", row=int(row) + 2, column="value", value=value, rule=rule
                )


def _base(entry: Round, parts: Parts) -> dict[str, str]:
    """The instruments of the round that a derived one is derived from."""
    return next((other.instruments for other in parts.rounds if other.year == entry.derived_from), {})


def _bounds(instruments: Sequence[Instrument], name: str) -> Bounds | None:
    """What a figure may be: None where no instrument says so, or where that is looked at elsewhere."""
    if not instruments:
        return None
    if name in FIGURES:
        finals = widest(each.scale(each.root.id).bounds for each in instruments)
        return Bounds(-finals.high, finals.high) if name == "improvement" else finals
    leaves = [each.scale(name).bounds for each in instruments if name in each and each[name].kind == "question"]
    return widest(leaves) if leaves else None
