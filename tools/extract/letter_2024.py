"""Reads the letter of November 2024: the addressees, the national table, the questions of Kota Madiun.

The copy stops after row 140 of the national table, so a city without a row either did not take
part or stands on a missing page. The table is alphabetical (kabupaten, then kota): an addressee
that sorts before its last row would be in it, and did not take part; one that sorts after it may or
may not have. The first is inferred and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from tools.extract.reading import Table, figure, number, split, tables
from tools.extract.records import PAGE_MISSING, Excluded, QuestionScore, Result
from tools.extract.register import Place, Register

DOCUMENT = "000_*.txt"
ID = "letter-2024"
YEAR = 2024
TOOK_PART = 165
"""Cities with a result, as the letter counts them (point 1)."""

MADIUN = "Kota Madiun"
GROUPS = {"REGULER": "regular", "KPPN IKN": "priority"}
COLUMNS = {
    "BASELINE": "baseline",
    "OUTPUT": "output",
    "OUTCOME": "outcome",
    "IMPACT": "impact",
    "QUICK WINS": "quick_win",
    "PROGRAM KOLABORASI": "collaboration",
    "NILAI FINAL": "final",
    "TINGKAT IMPROVEMENT": "improvement",
    "KET": "group",
}

INFERRED = "Inferred: no row in the alphabetical table although the copy reaches past this name."
NOT_IN_COPY = "The copy ends before this name; whether the city took part cannot be told from it."
NO_PROGRAMME = "No collaboration programme; the instrument counts it as 0."
DERIVED_2023 = "Final of 2024 minus its improvement."

_ADDRESSEE = re.compile(r"(\d+)\t((?:Bupati|Walikota) [^\t\n]+)")
_QUESTION = re.compile(r"(\d+)\. ")


def addressees(text: str) -> Iterator[tuple[int, str]]:
    """The addressees of annex I: list number and office with place, in the order of the list."""
    yield from sorted((int(n), name.strip()) for n, name in _ADDRESSEE.findall(text))


def national_table(text: str) -> Table:
    """The national table, its two pages joined (the second one repeats the header)."""
    parts = list(tables(text, "NO\tKAB/KOTA"))
    if len({part.headings for part in parts}) != 1 or set(parts[0].headings) != set(COLUMNS):
        raise ValueError("the columns of the national table of 2024 are not the expected ones")
    return Table(parts[0].headings, tuple(row for part in parts for row in part.rows))


def results(text: str, register: Register) -> Iterator[Result]:
    """Every figure of the national table and the derived finals of 2023.

    An addressee without a row in the table has one row without a figure.
    """
    table = national_table(text)
    measures = [COLUMNS[heading] for heading in table.headings]
    listed: dict[str, Place] = {}
    for row in table.rows:
        if not table.fits(row):
            raise ValueError(f"row {row.number} of the national table does not fit its header")
        place = register.place(row.name)
        listed[place.code] = place
        printed = dict(zip(measures, row.cells, strict=True))
        group = GROUPS[printed.pop("group")]
        yield from _row_results(place.code, group, printed, row.number)
    last = max(listed.values())
    for list_number, name in addressees(text):
        place = register.place(name)
        if place.code in listed:
            continue
        status, note = ("did_not_take_part", INFERRED) if place < last else ("not_in_copy", NOT_IN_COPY)
        yield Result(place.code, YEAR, "final", None, status, ID, "annex-1", list_number, note)


def _row_results(code: str, group: str, printed: dict[str, str], row: int) -> Iterator[Result]:
    """The results of one row. Only the collaboration cell may be empty: no programme, or not a priority city."""
    programme = printed.pop("collaboration")
    figures = {measure: figure(cell) for measure, cell in printed.items()}
    if (value := number(programme)) is not None:
        figures["collaboration"] = value
    elif group == "priority":
        yield Result(code, YEAR, "collaboration", None, "no_programme", ID, "annex-2", row, NO_PROGRAMME)
    for measure, value in figures.items():
        yield Result(code, YEAR, measure, value, "published", ID, "annex-2", row)
    previous = figures["final"] - figures["improvement"]
    yield Result(code, YEAR - 1, "final", previous, "derived", ID, "annex-2", row, DERIVED_2023)


def groups(text: str, register: Register) -> dict[str, str]:
    """City code -> weight group (`regular` or `priority`) for the cities with a row."""
    table = national_table(text)
    column = table.headings.index("KET")
    return {register.place(row.name).code: GROUPS[row.cells[column]] for row in table.rows}


def questions(text: str) -> dict[int, Decimal]:
    """The 115 question scores of the city report, by question number.

    A question is a row with a numbered text and a score in the last cell; a row that only continues
    a text over a page break has neither. Raises ValueError when a number comes twice or is missing.
    """
    scores: dict[int, Decimal] = {}
    for line in text.splitlines():
        cells = split(line)
        found = next((match for cell in cells[:-1] if (match := _QUESTION.match(cell))), None)
        value = number(cells[-1]) if found and cells[-1] else None
        if found is None or value is None:
            continue
        if int(found[1]) in scores:
            raise ValueError(f"question {found[1]} comes twice")
        scores[int(found[1])] = value
    if list(scores) != list(range(1, len(scores) + 1)):
        raise ValueError("the numbers of the questions do not run on")
    return scores


def question_scores(text: str, register: Register) -> Iterator[QuestionScore]:
    """The question scores of Kota Madiun, the only city whose report the letter carries."""
    code = register.place(MADIUN).code
    for question, value in questions(text).items():
        yield QuestionScore(code, YEAR, f"q{question}", value, "published", ID, "madiun-questions", question)


def excluded(text: str) -> Iterator[Excluded]:
    """The rows of the national table that the copy lacks."""
    last = national_table(text).rows[-1].number
    yield Excluded(ID, "annex-2", f"{last + 1}-{TOOK_PART}", TOOK_PART - last, *PAGE_MISSING)
