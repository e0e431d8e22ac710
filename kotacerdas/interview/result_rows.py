"""The result of an interview round as rows of the data folder: question means, components, finals, source.

Pure: marks in, an `Addition` out. A question is the mean of the panel's marks; a component the mean of its questions
and the final their weighted mean, all from exact fractions by `scoring.score` and only then rounded half-up to two
decimals, as officially done. Because the final comes from unrounded components, it may lie a hundredth beside what
the printed components give (`TOLERANCE`); the method page shows that difference like any other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kotacerdas.compose import Addition, Row
from kotacerdas.i18n import Text
from kotacerdas.instrument import Instrument, exact
from kotacerdas.interview.completeness import Completeness, completeness
from kotacerdas.problem import Problem
from kotacerdas.published import CARRIED_FINAL, Published
from kotacerdas.schema import FIGURES, MEASURE
from kotacerdas.scoring import Scorecard, round_half_up, score

PANEL, PROVISIONAL = "panel", "panel_provisional"
TOLERANCE = 0.01
"""Components are rounded by at most 0.005, so their weighted mean moves by at most that, and its rounding by one step
of 0.01."""
RESULTS_TABLE, QUESTIONS_TABLE = "results", "questions"
_QUESTION = re.compile(r"q\d+")


@dataclass(frozen=True)
class PanelCity:
    """A city of a round: its weight group and, per leaf of its instrument, the marks that count.

    `marks` holds those of submitted seats; `seats` is how many these are; `final` whether the city's result is final
    (`published`: and has been published before).
    """

    code: str
    group: str
    marks: Mapping[str, Sequence[Fraction]]
    seats: int
    final: bool
    published: bool = False

    def completeness(self, instrument: Instrument) -> Completeness:
        """How far the marks carry a result."""
        return completeness(instrument, self.seats, {question: len(marks) for question, marks in self.marks.items()})


@dataclass(frozen=True)
class PanelRound:
    """A round to publish. `day` is the date of publication, `provisional` publishes results of too few assessors too
    (each is then marked with their number)."""

    year: int
    name: str
    day: str
    instruments: Mapping[str, str]
    panel_size: int
    cities: Sequence[PanelCity]
    provisional: bool = False


def addition(base: Published, panel: PanelRound, earlier: Addition | None = None) -> Addition:
    """The rows and entries of a round beside the official data.

    A city that has no result to publish (`held_back`) keeps the rows it has in `earlier`, the last publication of the
    round; where there are none it gets a row that says why there is no figure. Raises `Problem` where the instruments
    cannot stand in the national tables, and where no result can be published at all.
    """
    instruments = {name: base.data.instruments[name] for name in panel.instruments.values()}
    check_instruments(tuple(instruments.values()))
    before = _base_year(base, panel.year)
    held = held_back(panel, instruments)
    if all(held.values()):
        raise Problem("publish_nothing_final", year=panel.year)
    results: list[Row] = []
    scores: list[Row] = []
    groups: list[Row] = []
    published = 0
    for number, city in enumerate(sorted(panel.cities, key=lambda each: each.code), start=1):
        source = (f"{PANEL}-{panel.year}", RESULTS_TABLE, str(number))
        if city.group in panel.instruments:
            groups.append((city.code, str(panel.year), city.group))
        why = held[city.code]
        if why is not None:
            old = _last_rows(earlier, city.code, source[2])
            published += bool(old[0])
            results += old[0] or [(city.code, str(panel.year), "final", "", "not_final", *source, _note(why))]
            scores += old[1]
            continue
        published += 1
        instrument = instruments[_instrument(panel, city)]
        means = {leaf: sum(marks, start=Fraction(0)) / len(marks) for leaf, marks in city.marks.items() if marks}
        card = score(means | carried(base, city.code, instrument), instrument)
        fewest = city.completeness(instrument).fewest
        note = "" if fewest >= panel.panel_size else f"Provisional: {fewest} of {panel.panel_size} assessors."
        results += _results(base, panel.year, city.code, card, before, source, note)
        for leaf in instrument.leaves:
            if leaf.kind == "question" and leaf.id in means:
                place = (source[0], QUESTIONS_TABLE, source[2])
                scores.append((city.code, str(panel.year), leaf.id, _printed(means[leaf.id]), _status(note), *place))
    counts = {"invited": len(panel.cities)}
    if published == len(panel.cities):
        counts["took_part"] = published
    entry: dict[str, Any] = {
        "year": panel.year,
        "status": PANEL,
        "instruments": dict(panel.instruments),
        **({} if before is None else {"base_year": before}),
        "tolerance": TOLERANCE,
        "counts": counts,
        "source": {"document": f"{PANEL}-{panel.year}", "section": panel.name},
    }
    return Addition(entry, _source(panel, published), tuple(results), tuple(scores), tuple(groups))


def held_back(panel: PanelRound, instruments: Mapping[str, Instrument]) -> dict[str, Problem | None]:
    """Code of every city -> why it has no result to publish now; None where it has one."""
    found: dict[str, Problem | None] = {}
    for city in panel.cities:
        instrument = instruments[_instrument(panel, city)]
        found[city.code] = why_held(
            city.completeness(instrument) if city.final else None, panel.panel_size, provisional=panel.provisional
        )
    return found


def why_held(done: Completeness | None, size: int, *, provisional: bool) -> Problem | None:
    """Why a result with these marks (None: it is not final) is not published; None where it is.

    `provisional`: results of fewer assessors than `size` are published too.
    """
    if done is None:
        return Problem("publish_not_final")
    if done.open:
        return Problem("publish_open", count=len(done.open))
    for one in done.uneven:
        return Problem("publish_uneven", component=one.node.label, count=one.marks, accepted=done.seats)
    if done.fewest < size and not provisional:
        return Problem("publish_few", count=done.fewest, accepted=size)
    return None


def with_figures(earlier: Addition | None) -> frozenset[str]:
    """The cities that have a final in an earlier publication of a round."""
    rows = () if earlier is None else earlier.results
    return frozenset(row[0] for row in rows if row[2] == "final" and row[3])


def _last_rows(earlier: Addition | None, code: str, number: str) -> tuple[list[Row], list[Row]]:
    """The result and question rows of a city as they were last published, under the row `number` it has now."""
    if earlier is None or code not in with_figures(earlier):
        return [], []
    results = [(*row[:7], number, *row[8:]) for row in earlier.results if row[0] == code]
    return results, [(*row[:7], number, *row[8:]) for row in earlier.scores if row[0] == code]


def _instrument(panel: PanelRound, city: PanelCity) -> str:
    name = panel.instruments.get(city.group) or panel.instruments.get("all")
    if name is None:
        raise Problem("publish_group", city=city.code, value=city.group, accepted=", ".join(panel.instruments))
    return name


def _note(why: Problem) -> str:
    """The reason as the data say it, in English."""
    return Text("en").problem(why)


def check_instruments(instruments: Sequence[Instrument]) -> None:
    """Raise where the national tables cannot hold a result: they have components over numbered questions, the same
    ones for every weight group of a round."""
    for instrument in instruments:
        strange = [part.id for part in instrument.parts if part.id in FIGURES or not re.match(MEASURE, part.id)]
        strange += [
            leaf.id
            for leaf in instrument.leaves
            if leaf.id not in strange
            and leaf.kind != "component"
            and not _QUESTION.fullmatch(leaf.id)
            and not CARRIED_FINAL.fullmatch(leaf.id)
        ]
        if strange or instrument.root.id != "final":
            raise Problem(
                "publish_instrument_tables", instrument=instrument.id, value=", ".join(strange[:5]) or "final"
            )
    asked = [[node.id for node in instrument.of_kind("question")] for instrument in instruments]
    if any(questions != asked[0] for questions in asked):
        names = ", ".join(instrument.id for instrument in instruments)
        raise Problem("publish_instruments_differ", value=names)


def _base_year(base: Published, year: int) -> int | None:
    """The newest earlier round with finals: what an improvement counts from."""
    return next((other for other in base.years if other < year and base.finals[other].notna().any()), None)


def carried(base: Published, code: str, instrument: Instrument) -> dict[str, Fraction]:
    """An earlier round's final where the instrument counts it (2021 counts that of 2020 under Baseline)."""
    found = {}
    for leaf in instrument.leaves:
        if carried := CARRIED_FINAL.fullmatch(leaf.id):
            year = int(carried[1])
            value = base.finals.at[code, year] if year in base.finals.columns else float("nan")
            if value == value:
                found[leaf.id] = exact(float(value))
    return found


def _results(
    base: Published, year: int, code: str, card: Scorecard, before: int | None, source: Row, note: str
) -> list[Row]:
    def row(measure: str, value: str, status: str | None = None) -> Row:
        return (code, str(year), measure, value, status or _status(note), *source, note)

    if card.value is None:
        raise Problem("card_none", city=code, year=year)
    found = []
    for part in card.children:
        found.append(row(part.id, "", "no_programme") if part.value is None else row(part.id, _printed(part.value)))
    final = round_half_up(card.value)
    found.append(row("final", f"{final:.2f}"))
    earlier = float("nan") if before is None else float(base.finals.at[code, before])
    if earlier == earlier:
        found.append(row("improvement", _printed(exact(final) - exact(earlier))))
    return found


def _status(note: str) -> str:
    """The status of a city's figures: a result with a note is one of too few assessors."""
    return PROVISIONAL if note else PANEL


def _printed(value: Fraction) -> str:
    return f"{round_half_up(value):.2f}"


def _source(panel: PanelRound, published: int) -> dict[str, Any]:
    sizes = Counter(city.seats for city in panel.cities if city.final)
    params = {
        "year": panel.year,
        "name": panel.name,
        "published": published,
        "invited": len(panel.cities),
        "size": max([panel.panel_size, *sizes]),
    }

    def label(key: str) -> dict[str, str]:
        return {"id": Text("id")(f"publication.{key}", **params), "en": Text("en")(f"publication.{key}", **params)}

    return {
        "id": f"{PANEL}-{panel.year}",
        "title": label("title"),
        "publisher": label("publisher"),
        "date": panel.day,
        "status": PANEL,
        "terms": label("terms"),
        "used": label("used"),
        "tables": [
            {"id": RESULTS_TABLE, "title": label("table_results")},
            {"id": QUESTIONS_TABLE, "title": label("table_questions")},
        ],
    }
