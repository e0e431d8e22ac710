"""The published rounds: results, status, ranks, trends, summaries and their reconciliation with the instruments.

Everything a screen or a command shows about official figures comes from here, as frames indexed by city code.
Printed figures are never changed; recomputed ones stand beside them. Ranks use the printed final (competition
ranking), levels the printed final under a reading of `levels`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kotacerdas.bounds import Bounds, widest
from kotacerdas.dataset import Dataset, read_dataset
from kotacerdas.entries import Note, Round, SourceDocument
from kotacerdas.instrument import DATA, DIMENSIONS, Instrument, Label, Node, SourceRef, exact
from kotacerdas.levels import Levels
from kotacerdas.problem import Problem
from kotacerdas.scoring import Scorecard, competition_ranks, round_half_up, score

OUTSIDE = "outside_programme"
"""Status of the kabupaten and kota that a round did not invite."""

CARRIED_FINAL = re.compile(r"final_(\d{4})")
"""A leaf that is another round's final."""

RADAR_COMPONENTS = ("outcome", "impact")
"""The two components of the evaluations whose questions carry smart dimensions (`Instrument.dimensioned`); the sources
give no rule for merging them."""


@dataclass(frozen=True)
class Summary:
    """Headline figures of a selection of a round: mean and median of printed finals, None where there are none."""

    invited: int
    took_part: int | None
    published: int
    mean: float | None
    median: float | None
    levels: dict[int, int]


class Published:
    """The published rounds over one verified data folder. Frames are built on first use and must not be changed."""

    def __init__(self, data: Dataset) -> None:
        self.data = data
        self.cities = data.tables["cities"].set_index("code", drop=False)
        self.rounds = {entry.year: entry for entry in data.rounds}
        self._results: dict[int, pd.DataFrame] = {}
        self._national: dict[int, pd.DataFrame] = {}
        self._dimensions: dict[int, pd.DataFrame] = {}
        self._questions: dict[int, pd.DataFrame] = {}
        self._levels: dict[int, Levels] = {}

    # -- what there is ------------------------------------------------------------------------------------------

    @property
    def version(self) -> str:
        """Version of the data package."""
        return self.data.version

    @property
    def created(self) -> str:
        """Date of the data package (ISO)."""
        return self.data.created

    @property
    def levels(self) -> Levels:
        """The maturity levels with their readings, for their names; `levels_of` places the scores of a round."""
        return self.data.levels

    def bounds(self, year: int) -> Bounds:
        """The ends of the scale a round is scored on; a derived round has those of the round it is derived from.

        Without any instrument (a derived round alone) the scale the level readings are written for.
        """
        instruments = self._instruments(year)
        return widest(each.bounds for each in instruments) if instruments else self.levels.bounds

    @cached_property
    def scales(self) -> dict[int, Bounds]:
        """The ends of the scale of every round, by year."""
        return {year: self.bounds(year) for year in self.years}

    def levels_of(self, year: int) -> Levels:
        """The maturity levels for scores of a round: its scale is set on that of the readings first."""
        if year not in self._levels:
            self._levels[year] = self.levels.over(self.bounds(year))
        return self._levels[year]

    @cached_property
    def components(self) -> tuple[str, ...]:
        """The ids of the components of all rounds, those of the newest first, each in its instrument's order."""
        instruments = [each for year in self.years for each in self._instruments(year)]
        return tuple(dict.fromkeys(part.id for instrument in instruments for part in instrument.parts))

    @cached_property
    def component_labels(self) -> dict[str, Label]:
        """What the instruments call their components, by id; the newest round that has one names it."""
        instruments = [each for year in reversed(self.years) for each in reversed(self._instruments(year))]
        return {part.id: part.label for instrument in instruments for part in instrument.parts}

    @property
    def sources(self) -> dict[str, SourceDocument]:
        """The source documents by id."""
        return {source.id: source for source in self.data.sources}

    @property
    def years(self) -> tuple[int, ...]:
        """The rounds with figures, newest first (derived ones hold a final only)."""
        return tuple(sorted(self.rounds, reverse=True))

    @cached_property
    def current(self) -> int:
        """The round that stands for the nation: the newest evaluated one with at least half as many finals as the
        evaluated round before it. A round of which the first results are out does not replace the nation's picture.
        """
        finals = self.data.tables["results"].query("measure == 'final' and value.notna()")["year"].value_counts()
        evaluated = [year for year in self.years if year not in self.derived]
        for year, before in zip(evaluated, [*evaluated[1:], None], strict=True):
            if before is None or 2 * finals.get(year, 0) >= finals.get(before, 0):
                return year
        return self.years[0]

    def standard_year(self, options: Sequence[int]) -> int:
        """The year among these that is meant where none is said: the current round, or the first without it."""
        return self.current if self.current in options else options[0]

    @property
    def derived(self) -> frozenset[int]:
        """The rounds that hold inferred finals only."""
        return frozenset(year for year, entry in self.rounds.items() if not entry.evaluated)

    def round(self, year: int) -> Round:
        """The round of a year. Raises `Problem` that lists the years there are."""
        if year not in self.rounds:
            raise Problem("year_unknown", value=str(year)[:40], accepted=", ".join(map(str, self.years)))
        return self.rounds[year]

    def city(self, code: str) -> pd.Series[Any]:
        """The register row of a city. Raises `Problem` for an unknown code."""
        if code not in self.cities.index:
            raise Problem("city_unknown", value=str(code)[:40])
        return self.cities.loc[code]

    def _instruments(self, year: int) -> tuple[Instrument, ...]:
        """The instruments of a round, for a derived one those of the round it is derived from."""
        entry = self.round(year)
        names = entry.instruments or (self.round(entry.derived_from).instruments if entry.derived_from else {})
        return tuple(self.data.instruments[name] for name in names.values())

    def instrument_of(self, year: int, group: object = None) -> Instrument:
        """The instrument that scores a group of cities in a round (`regular`, `priority`; any where there is one)."""
        names = self.round(year).instruments
        name = names.get(str(group)) or names.get("all")
        if name is None:
            raise Problem("instrument_none", year=year)
        return self.data.instruments[name]

    # -- results ------------------------------------------------------------------------------------------------

    def results(self, year: int) -> pd.DataFrame:
        """One row per programme city of the round, indexed and sorted by code.

        Columns: register columns (`name`, `kind`, `province`, `island`, `cohort` ...), `group` (the weight set; missing
        where the round had one for all, or the copy does not say), `status`, every one of `components`, `final` (as
        printed), `improvement`, `base_final` (printed or derived final of the base year), `recomputed` (unrounded),
        `difference` (printed minus recomputed rounded half-up), `rank` and `ranked` (of how many), `rank_change`
        (places gained since the base year among cities with both finals), `level` and `level_literal`,
        `source_document`, `source_table`, `source_row`.
        """
        if year not in self._results:
            self._results[year] = self._build_results(self.round(year))
        return self._results[year]

    def _build_results(self, entry: Round) -> pd.DataFrame:
        long = self._rows(entry.year)
        values = long.pivot(index="code", columns="measure", values="value")
        values = values.reindex(columns=[*self.components, "final", "improvement"])
        final = long[long["measure"] == "final"].set_index("code")
        frame = self.cities.loc[values.index].join(values)
        frame["group"] = self._groups(entry)
        for name in ("status", "source_document", "source_table", "source_row", "note"):
            frame[name] = final[name]
        frame["recomputed"] = [self._recomputed(entry, row) for row in frame.to_dict("records")]
        rounded = [float("nan") if pd.isna(x) else float(round_half_up(x)) for x in frame["recomputed"]]
        frame["difference"] = (frame["final"] - rounded).round(9)
        frame["base_final"] = self._finals(entry.base_year) if entry.base_year else np.nan
        frame["rank"] = competition_ranks(frame["final"])
        frame["ranked"] = int(frame["final"].notna().sum())
        both = frame["final"].notna() & frame["base_final"].notna()
        frame["rank_change"] = competition_ranks(frame["base_final"].where(both)) - competition_ranks(
            frame["final"].where(both)
        )
        levels = self.levels_of(entry.year)
        frame["level"] = levels.of_many(frame["final"])
        frame["level_literal"] = levels.of_many(frame["final"], "literal")
        return frame.sort_index()

    def _groups(self, entry: Round) -> pd.Series[str] | None:
        """The weight group of each city of a round; a derived round has those of the round it is derived from."""
        rows = self.data.tables["weight_groups"]
        for year in (entry.year, entry.derived_from):
            here = rows[rows["year"] == year]
            if len(here):
                return here.set_index("code")["group"]
        return None

    def _rows(self, year: int) -> pd.DataFrame:
        results = self.data.tables["results"]
        return results[results["year"] == year]

    def _finals(self, year: int) -> pd.Series[float]:
        rows = self._rows(year)
        return rows[rows["measure"] == "final"].set_index("code")["value"]

    def _recomputed(self, entry: Round, row: dict[str, Any]) -> float:
        """The weighted sum of the printed components, unrounded; NaN where there are none.

        Raises `Problem` naming the city and the row of the file where a component is outside its scale.
        """
        answers = {name: row[name] for name in self.components if not pd.isna(row[name])}
        if not answers or not entry.instruments:
            return float("nan")
        try:
            value = score(answers, self.instrument_of(entry.year, row["group"])).value
        except Problem as problem:
            if problem.key != "answer_scale":
                raise
            raise self._located(problem, entry.year, row) from problem
        return float("nan") if value is None else float(value)

    def _located(self, problem: Problem, year: int, row: dict[str, Any]) -> Problem:
        """A component outside its scale, as a fault of the file it stands in."""
        long = self.data.tables["results"]
        cell = (long["code"] == row["code"]) & (long["year"] == year) & (long["measure"] == problem.params["node"])
        line = int(long.index[cell][0]) + 2
        return Problem("result_scale", file="results.csv", row=line, city=row["name"], **problem.params)

    def national(self, year: int) -> pd.DataFrame:
        """All 514 kabupaten and kota with their result columns; `status` is `outside_programme` where not invited."""
        if year in self._national:
            return self._national[year]
        results = self.results(year)
        extra = results.columns.difference(self.cities.columns.difference(["status"]))
        frame = self.cities.drop(columns="status").join(results[extra])
        frame["status"] = frame["status"].fillna(OUTSIDE)
        self._national[year] = frame
        return frame

    def summary(self, year: int, selection: pd.DataFrame | None = None) -> Summary:
        """Headline figures of a round, or of a selection of its rows (then `took_part` counts what is known)."""
        entry = self.round(year)
        frame = self.results(year) if selection is None else selection
        final = frame["final"].dropna()
        counts = frame["level"].dropna().astype(int).value_counts()
        took_part = (
            entry.counts.get("took_part") if selection is None or len(frame) == len(self.results(year)) else None
        )
        return Summary(
            invited=len(frame) if entry.evaluated else len(final),
            took_part=took_part,
            published=len(final),
            mean=float(final.mean()) if len(final) else None,
            median=float(final.median()) if len(final) else None,
            levels={level.id: int(counts.get(level.id, 0)) for level in self.levels.levels},
        )

    def movers(
        self, year: int, count: int = 5, selection: pd.DataFrame | None = None
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The cities that rose and fell most by their printed improvement: two frames, largest change first."""
        frame = self.results(year) if selection is None else selection
        by = ["improvement", "final", "name"]
        changed = frame[by]  # sorting the three columns alone is a tenth of sorting all of them
        risers = changed[changed["improvement"] > 0].sort_values(by, ascending=[False, False, True])
        fallers = changed[changed["improvement"] < 0].sort_values(by, ascending=[True, True, True])
        return frame.loc[risers.index[:count]], frame.loc[fallers.index[:count]]

    def provinces(self, year: int, selection: pd.DataFrame | None = None) -> pd.DataFrame:
        """Plain means per province with coverage: `province`, `island`, `mean`, `published`, `invited`, `cities`.

        `selection` is a part of `national(year)`; means and counts are then those of the part.
        """
        frame = self.national(year) if selection is None else selection
        grouped = frame.groupby("province_code")
        table = grouped.agg(
            province=("province", "first"),
            island=("island", "first"),
            lat=("lat", "mean"),
            lon=("lon", "mean"),
            mean=("final", "mean"),
            published=("final", "count"),
            cities=("name", "size"),
        )
        table["invited"] = grouped["status"].agg(lambda status: int((status != OUTSIDE).sum()))
        table["level"] = self.levels_of(year).of_many(table["mean"])
        return table

    # -- through the years --------------------------------------------------------------------------------------

    @cached_property
    def finals(self) -> pd.DataFrame:
        """Finals of every city (rows) in every round (columns, oldest first); missing where there is none."""
        return pd.DataFrame({year: self._finals(year) for year in sorted(self.rounds)}).reindex(self.cities.index)

    def trend(self, code: str) -> pd.DataFrame:
        """The rounds in which a city has a final, oldest first: `year`, `final`, `status`, `rank`, `ranked`."""
        self.city(code)
        rows = []
        for year in sorted(self.rounds):
            results = self.results(year)
            if code in results.index and pd.notna(results.at[code, "final"]):
                row = results.loc[code]
                rows.append({"year": year, **row[["final", "status", "rank", "ranked"]].to_dict()})
        return pd.DataFrame(rows, columns=["year", "final", "status", "rank", "ranked"])

    @cached_property
    def national_band(self) -> pd.DataFrame:
        """The middle half of the finals per round: `year`, `low` (25 %), `median`, `high` (75 %), `cities`."""
        finals = self.finals
        return pd.DataFrame(
            {
                "year": list(finals.columns),
                "low": finals.quantile(0.25).to_numpy(),
                "median": finals.median().to_numpy(),
                "high": finals.quantile(0.75).to_numpy(),
                "cities": finals.notna().sum().to_numpy(),
            }
        )

    # -- questions ----------------------------------------------------------------------------------------------

    def question_matrix(self, year: int) -> pd.DataFrame:
        """Published scores of the leaves of a round: cities x questions, in the instrument's order.

        A leaf `final_<year>` (2021 counts the final of 2020 as a sixth Baseline figure) is that round's final. Empty
        for a derived round.
        """
        if year not in self._questions:
            rows = self.data.tables["question_scores"]
            wide = rows[rows["year"] == year].pivot(index="code", columns="question", values="value")
            instrument = self._any_instrument(year)
            if instrument is not None:
                under = [node for part in instrument.parts for node in instrument.below(part.id)]
                leaves = [node.id for node in under if not instrument.children[node.id] and node.kind != "component"]
                wide = wide.reindex(columns=leaves)
                for leaf in leaves:
                    if carried := CARRIED_FINAL.fullmatch(leaf):
                        wide[leaf] = self._finals(int(carried[1])).reindex(wide.index)
            self._questions[year] = wide
        return self._questions[year]

    def asked_in(self, year: int) -> Instrument:
        """An instrument of the round for its questions, which its weight groups share.

        Raises `Problem` for a derived round.
        """
        instrument = self._any_instrument(year)
        if instrument is None:
            raise Problem("instrument_none", year=year)
        return instrument

    def _any_instrument(self, year: int) -> Instrument | None:
        names = self.round(year).instruments
        return self.data.instruments[next(iter(names.values()))] if names else None

    def questions(self, code: str, year: int) -> pd.DataFrame:
        """The questions of a city's round with their published scores, one row per question of the instrument.

        Columns: `question`, `component`, `dimension`, `value`, `national_median` and `cities` (how many cities have
        the question published; the median is given for five or more), `previous_year`, `previous` and `change` where
        an earlier round asked the same question, `points` (what one step of 1 adds to the final), `source_row`.
        """
        matrix = self.question_matrix(year)
        instrument = self.instrument_of(year, self._group(code, year))
        nodes = instrument.of_kind("question")
        scores = matrix.loc[code] if code in matrix.index else pd.Series(np.nan, index=matrix.columns)
        counts = matrix.notna().sum()
        medians = matrix.median().where(counts >= 5)
        rows = []
        for node in nodes:
            earlier_year, earlier = self.earlier(code, instrument, node, year)
            rows.append(
                {
                    "question": node.id,
                    "component": node.parent,
                    "dimension": node.dimension,
                    "value": scores[node.id],
                    "national_median": medians[node.id],
                    "cities": int(counts[node.id]),
                    "previous_year": earlier_year,
                    "previous": earlier,
                    "change": scores[node.id] - earlier,
                    "points": float(instrument.effective_weight(node.id)),
                }
            )
        return pd.DataFrame(rows).set_index("question", drop=False)

    def earlier(self, code: str, instrument: Instrument, node: Node, year: int) -> tuple[int | None, float]:
        """The newest round before `year` that asked a city the same question, and its score there.

        The same question is the question itself in a round with the same questions, or one the instrument names as
        comparable. A round that has the score goes before a newer one that asked and has none; without any round:
        None and NaN.
        """
        asked = None
        for other in self.years:
            if other >= year:
                continue
            question = self._counterpart(instrument, node, other)
            matrix = self.question_matrix(other)
            if question in matrix.columns and code in matrix.index:
                value = float(matrix.at[code, question])
                if not np.isnan(value):
                    return other, value
                asked = asked or other
        return asked, float("nan")

    def _counterpart(self, instrument: Instrument, node: Node, year: int) -> str | None:
        for name in self.round(year).instruments.values():
            if name in node.comparable:
                return node.comparable[name]
            other = self.data.instruments[name]
            if node.id in other and (other is instrument or other[node.id] == node):
                return node.id
        return None

    def _group(self, code: str, year: int) -> object:
        results = self.results(year)
        return results.at[code, "group"] if code in results.index else None

    def dimension_scores(self, year: int) -> pd.DataFrame:
        """Smart-dimension scores of every city with question results: the mean of a block within one component.

        Index `code`; columns are pairs (component, dimension). A score needs every question of its block (action
        plans and other untagged questions belong to none); otherwise it is missing.
        """
        if year in self._dimensions:
            return self._dimensions[year]
        matrix = self.question_matrix(year)
        blocks: dict[tuple[str, str], pd.Series[float]] = {}
        instrument = self._any_instrument(year)
        if instrument is not None:
            for component in instrument.dimensioned:
                for dimension in DIMENSIONS:
                    ids = [node.id for node in instrument.block(component, dimension)]
                    if ids:
                        blocks[component, dimension] = matrix[ids].mean(axis=1, skipna=False)
        self._dimensions[year] = pd.DataFrame(blocks, index=matrix.index).dropna(how="all")
        return self._dimensions[year]

    def coverage(self, year: int) -> pd.DataFrame:
        """Question coverage of a round: `component`, `questions`, `cities`, `complete`, `cells` (published scores)."""
        matrix = self.question_matrix(year)
        instrument = self._any_instrument(year)
        columns = ["component", "questions", "cities", "complete", "cells"]
        if instrument is None:
            return pd.DataFrame(columns=columns)
        rows = []
        for component in instrument.parts:
            ids = [node.id for node in instrument.below(component.id) if node.kind == "question"]
            part = matrix[ids]
            rows.append(
                {
                    "component": component.id,
                    "questions": len(ids),
                    "cities": int(part.notna().any(axis=1).sum()),
                    "complete": int(part.notna().all(axis=1).sum()) if ids else 0,
                    "cells": int(part.notna().to_numpy().sum()),
                }
            )
        return pd.DataFrame(rows, columns=columns)

    def notes(self, code: str, year: int) -> tuple[Note, ...]:
        """The assessors' notes of a city's round, by theme; empty where the copy holds none."""
        return tuple(note for note in self.data.notes if note.code == code and note.year == year)

    # -- explained ----------------------------------------------------------------------------------------------

    def card(self, code: str, year: int) -> Scorecard:
        """The explained score of a city: from its question scores where all are published, else from its components.

        Official figures stand beside the computed ones. Raises `Problem` where the city has no result to explain.
        """
        answers = self.answers(code, year)
        row = self.results(year).loc[code]
        instrument = self.instrument_of(year, row["group"])
        measures = [name for name in (*self.components, "final") if name in instrument]
        official = {name: row[name] for name in measures if pd.notna(row[name])}
        origin = SourceRef(document=row["source_document"], section=_section(row["source_table"], row["source_row"]))
        origins = dict.fromkeys(official, origin)
        if self.round(year).status == "panel":  # asked with the instrument of a letter, but answered here
            origins |= {part: origin for part in answers if part not in origins}
            origins |= self._question_origins(code, year)
        return score(answers, instrument, official | answers, origins)

    def _question_origins(self, code: str, year: int) -> dict[str, SourceRef]:
        """Where each question score of a city stands."""
        rows = self.data.tables["question_scores"]
        own = rows[(rows["code"] == code) & (rows["year"] == year)]
        return {
            row["question"]: SourceRef(
                document=row["source_document"], section=_section(row["source_table"], row["source_row"])
            )
            for row in own.to_dict("records")
        }

    def answers(self, code: str, year: int) -> dict[str, Fraction]:
        """The finest published answers of a city: its questions where all of them are published, else its components.

        Components without questions below them stand beside the questions. Raises `Problem` where the city has no
        result.
        """
        name = self.city(code)["name"]
        results = self.results(year)
        if code not in results.index or results.loc[code, list(self.components)].isna().all():
            raise Problem("card_none", city=name, year=year)
        row = results.loc[code].to_dict()
        instrument = self.instrument_of(year, row["group"])
        parts = {part: exact(row[part]) for part in self.components if part in instrument and pd.notna(row[part])}
        matrix = self.question_matrix(year)
        if code not in matrix.index or not matrix.loc[code].notna().all():
            return parts
        questions = {question: exact(value) for question, value in matrix.loc[code].items()}
        return questions | {part: value for part, value in parts.items() if not instrument.children[part]}

    def reconciliation(self, year: int) -> pd.DataFrame:
        """Printed beside recomputed finals of a round: `name`, `final`, `recomputed`, `rounded`, `difference`."""
        frame = self.results(year).dropna(subset=["recomputed"])[["name", "final", "recomputed", "difference"]].copy()
        frame.insert(3, "rounded", [float(round_half_up(value)) for value in frame["recomputed"]])
        return frame

    def binary_rounding(self, year: int) -> pd.DataFrame:
        """What rounding in binary floating point makes of a round's finals, beside the printed ones.

        Columns: `name`, `final`, `tie` (the exact sum ends in a 5 at the third decimal), and the results of three
        common ways to add: `forward` and `backward` (component by component) and `nearest` (the double nearest to the
        exact sum), each then rounded with Python's `round`. A way that differs from `final` misses the official figure.
        """
        rows = {}
        for row in self.results(year).dropna(subset=["recomputed"]).to_dict("records"):
            instrument = self.instrument_of(year, row["group"])
            parts = [n for n in instrument.of_kind("component") if pd.notna(row[n.id])]
            products = [float(instrument.weights[n.id]) * float(row[n.id]) for n in parts]
            total = sum((instrument.weights[n.id] * exact(row[n.id]) for n in parts), start=Fraction(0))
            rows[row["code"]] = {
                "name": row["name"],
                "final": row["final"],
                "tie": (total * 1000) % 10 == 5,
                "forward": round(sum(products), 2),
                "backward": round(sum(reversed(products)), 2),
                "nearest": round(float(total), 2),
            }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("code")

    def base_reconciliation(self) -> pd.DataFrame:
        """Printed 2020 finals beside those the 2021 improvement implies: `name`, `printed`, `implied`, `difference`."""
        rows = self._rows(2020).pivot(index="code", columns="measure", values="value")
        frame = pd.DataFrame({"printed": rows["final"], "implied": rows["final_implied"]})
        frame.insert(0, "name", self.cities["name"].reindex(frame.index))
        frame["difference"] = (frame["printed"] - frame["implied"]).round(9)
        return frame

    def component_reconciliation(self, year: int) -> pd.DataFrame:
        """Means of fully published question blocks beside the printed component, one row per city and component."""
        matrix = self.question_matrix(year)
        results = self.results(year)
        instrument = self.asked_in(year)
        parts = []
        for component in instrument.of_kind("component"):
            ids = [node.id for node in instrument.children[component.id]]
            if not ids:
                continue
            block = matrix[ids].dropna()
            part = pd.DataFrame({"component": component.id, "mean": _exact_means(block)}, index=block.index)
            part["published"] = results[component.id].reindex(block.index)
            parts.append(part)
        frame = pd.concat(parts)
        frame["difference"] = (frame["published"] - frame["mean"]).round(9)
        return frame


def _exact_means(block: pd.DataFrame) -> list[float]:
    """Row means rounded half-up to two decimals, decided on exact fractions."""
    return [
        float(round_half_up(sum((exact(v) for v in row), start=Fraction(0)) / len(row)))
        for row in block.to_numpy().tolist()
    ]


def _section(table: object, row: object) -> str:
    """`annex-2, 130`: a table and row as one reference; empty parts fall away."""
    return ", ".join(str(part) for part in (table, row) if not pd.isna(part))


def medians(frame: pd.DataFrame, columns: Sequence[str]) -> pd.Series[float]:
    """Medians of some columns over the rows that have a value."""
    return frame[list(columns)].median()


def load(folder: Path = DATA) -> Published:
    """The published rounds of a data folder, verified. Raises `Problem` naming the file that is missing or damaged."""
    return Published(read_dataset(folder))
