"""The action plan: a workbook in full precision, room to fill in, and a second sheet that says what it is."""

from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction

import openpyxl
import pytest

from kotacerdas import action_plan
from kotacerdas.action_plan import Sheet
from kotacerdas.goal import levers, seek, settled, start
from kotacerdas.i18n import Text
from kotacerdas.published import Published

MADIUN = "35.77"
F = Fraction


@pytest.fixture(scope="module")
def sheet(published: Published) -> Sheet:
    found = settled(levers(published, MADIUN, 2024), ["outcome"], {"q12": F(2)})
    plan = seek(found, start(published, MADIUN, 2024), F("3.87"), F(1))
    names = {lever.id: f"question {lever.id}" for lever in found}
    return Sheet(published, MADIUN, 2024, plan, found, F(1), names, "a final score of 3.87", "Kota Madiun reaches it")


def read(sheet: Sheet, lang: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(action_plan.workbook(sheet, Text(lang))))  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_change_is_a_row_with_empty_places_to_fill_in(sheet: Sheet, lang: str) -> None:
    t, book = Text(lang), read(sheet, lang)  # type: ignore[arg-type]
    rows = list(book[t("goal.sheet.plan")].iter_rows(values_only=True))
    order = [
        "order",
        "id",
        "lever",
        "component",
        "from",
        "to",
        "steps",
        "effort",
        "gain",
        "final",
        "unit",
        "due",
        "evidence",
    ]
    assert rows[0] == tuple(t(f"goal.column.{name}") for name in order)
    assert len(rows) == 1 + len(sheet.plan.changes) > 3
    for number, (row, change) in enumerate(zip(rows[1:], sheet.plan.changes, strict=True), start=1):
        assert row[:4] == (number, change.id, f"question {change.id}", t(f"component.{_part(sheet, change.id)}"))
        figures = change.start, change.to, change.steps, change.effort, change.gain, change.final_after
        assert row[4:10] == pytest.approx([float(each) for each in figures], abs=1e-15)
        assert row[10:] == (None, None, None)


def _part(sheet: Sheet, name: str) -> str:
    return next(lever.component for lever in sheet.levers if lever.id == name)


def test_the_second_sheet_says_what_it_is_and_rests_on(sheet: Sheet) -> None:
    rows = [row[:2] for row in read(sheet, "en")["About"].iter_rows(values_only=True)]
    about = dict(rows)
    assert about["Status"] == "Simulation, not an official result."
    assert about["Place"] == "Kota Madiun (35.77), 2024"
    assert about["Target"] == "a final score of 3.87"
    assert about["Start"] == "3.80 published; 3.8012 before rounding"
    assert about["Result"].startswith("Kota Madiun reaches it. ") and about["Result"].endswith("before rounding")
    assert about["Proof"].startswith("Proven cheapest.")
    assert about["Own efforts"] == "question q12: 2"
    assert about["Locked"].count("question q") == 33
    assert "held constant" in about["Assumptions"] and about["Step size"] == "1"
    assert [words for label, words in rows if label == "Source"], "the documents that print the scores"


def test_a_plan_without_proof_says_so(sheet: Sheet) -> None:
    unproven = replace(sheet, plan=replace(sheet.plan, proven_optimal=False))
    about = dict(row[:2] for row in read(unproven, "en")["About"].iter_rows(values_only=True))
    assert about["Proof"].startswith("Not proven cheapest")


def test_a_name_that_looks_like_a_formula_stays_text(sheet: Sheet) -> None:
    names = dict(sheet.names) | {sheet.plan.changes[0].id: "=HYPERLINK(1)"}
    page = read(replace(sheet, names=names), "id")["Rencana aksi"]
    assert page["C2"].value == "=HYPERLINK(1)" and page["C2"].data_type == "s"
