"""X3 of the fault list: what leaves the house opens as text, numbers stay numbers, nothing is lost on the way back.

The fault list asks for LibreOffice. It is not installed where these tests run (half a gigabyte); they ask instead what
decides how any spreadsheet opens a cell: its type, which openpyxl reads back, must be a string and never a formula.
"""

from __future__ import annotations

import csv
import io
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import openpyxl
import pandas as pd
import pytest

from kotacerdas import export

RISKY = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+62 811",
    "-1+2",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "|cmd",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
]
HARMLESS = [
    "Kota Madiun",
    "'quoted",
    "''twice",
    "a,b",
    'say "halo"',
    "two\nlines",
    "Kota = kota",
    "<img src=x onerror=alert(1)>",
    "{{7*7}} %s",
    "‮abc",
    "🏙️",
    "_x0041_",
    "https://example.org/",
    "0012",
]
NUMBER_TEXTS = ["-5", "+5", "-0.25", "3.80"]


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def book_of(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


# ---- CSV ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", RISKY)
def test_a_formula_in_a_csv_cell_stands_behind_an_apostrophe(text: str) -> None:
    header, row = rows_of(export.to_csv(pd.DataFrame({text: [text]})))
    assert header[0] == row[0] == "'" + text


@pytest.mark.parametrize("text", [*RISKY, *HARMLESS, *NUMBER_TEXTS, "", "'", "'=1+1", "x" * 10_000])
def test_a_text_comes_back_from_csv_as_it_went(text: str) -> None:
    frame = pd.DataFrame({"text": [text], "after": ["end"]})
    header, row = rows_of(export.to_csv(frame))
    assert [export.restore_text(cell) for cell in row] == [text, "end"]
    assert header == ["text", "after"]


@pytest.mark.parametrize("text", [t for t in HARMLESS if not t.startswith("'")] + NUMBER_TEXTS)
def test_a_harmless_text_is_not_touched(text: str) -> None:
    assert export.safe_text(text) == text


def test_negative_numbers_stay_numbers_in_csv() -> None:
    frame = pd.DataFrame({"a": [-0.25, -3], "b": [Decimal("-1.50"), Fraction(-1, 4)], "c": ["-5", "+5"]}, dtype=object)
    assert rows_of(export.to_csv(frame))[1:] == [["-0.25", "-1.50", "-5"], ["-3", "-0.25", "+5"]]


def test_missing_values_are_empty_and_never_zero_in_csv() -> None:
    frame = pd.DataFrame({"a": [None, math.nan, pd.NA, pd.NaT, math.inf]}, dtype=object)
    assert export.to_csv(frame).decode("utf-8-sig").split("\r\n")[1:-1] == ['""'] * 5


def test_csv_is_marked_utf8_with_one_kind_of_line_end() -> None:
    data = export.to_csv(pd.DataFrame({"nama": ["Kota Ambon", "Kabupaten Pulang Pisau"]}))
    assert (
        data.startswith(b"\xef\xbb\xbf") and data.count(b"\r\n") == 3 and data.replace(b"\r\n", b"").count(b"\n") == 0
    )


def test_a_nul_does_not_end_the_file_early() -> None:
    assert rows_of(export.to_csv(pd.DataFrame({"a": ["x\x00y", "z"]})))[1:] == [["xy"], ["z"]]


def test_values_that_are_no_plain_text_are_made_safe_too() -> None:
    class Label:
        def __str__(self) -> str:
            return "=1+1"

    assert rows_of(export.to_csv(pd.DataFrame({"a": [Label()]})))[1] == ["'=1+1"]


# ---- XLSX --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [*RISKY, *HARMLESS, *NUMBER_TEXTS, "'=1+1"])
def test_every_text_is_a_string_cell_and_comes_back(text: str) -> None:
    book = book_of(export.to_xlsx(pd.DataFrame({text: [text]}), "Data", [(text, text)]))
    # A spreadsheet knows one line end: XML readers turn a carriage return into it, and so does openpyxl.
    expected = text.replace("\r", "\n")
    for cell in (book["Data"]["A1"], book["Data"]["A2"], book["Sumber"]["A1"], book["Sumber"]["B1"]):
        assert cell.data_type == "s", cell.coordinate
        assert cell.value.replace("_x000D_", "\n").replace("\r", "\n") == expected
        assert cell.hyperlink is None


def test_numbers_are_number_cells_and_keep_their_sign() -> None:
    values = [-0.25, np.float64(-3.5), np.int64(-2), Decimal("-1.5"), Fraction(-1, 4)]
    sheet = book_of(export.to_xlsx(pd.DataFrame({"a": values}, dtype=object), "Data", []))["Data"]
    cells = [sheet.cell(row, 1) for row in range(2, 7)]
    assert [cell.data_type for cell in cells] == ["n"] * 5
    assert [cell.value for cell in cells] == [-0.25, -3.5, -2, -1.5, -0.25]


def test_truth_values_stay_truth_values() -> None:
    sheet = book_of(export.to_xlsx(pd.DataFrame({"a": [True, np.bool_(False)]}, dtype=object), "Data", []))["Data"]
    assert [(sheet.cell(row, 1).data_type, sheet.cell(row, 1).value) for row in (2, 3)] == [("b", True), ("b", False)]


def test_missing_values_are_empty_cells() -> None:
    frame = pd.DataFrame({"a": [None, math.nan, pd.NA, math.inf, -math.inf], "b": ["x"] * 5}, dtype=object)
    sheet = book_of(export.to_xlsx(frame, "Data", []))["Data"]
    assert [sheet.cell(row, 1).value for row in range(2, 7)] == [None] * 5


def test_a_number_format_changes_the_look_and_not_the_value() -> None:
    data = export.to_xlsx(pd.DataFrame({"final": [3.8], "x": [3.8]}), "Data", [], formats={"final": "0.00"})
    page = book_of(data)["Data"]
    assert page["A2"].value == 3.8
    assert page.column_dimensions["A"].number_format == "0.00"
    assert page.column_dimensions["B"].number_format == "General"


@pytest.mark.parametrize(
    "title",
    [
        "=1+1",
        "+x",
        "@x",
        "|x",
        "'quoted'",
        "a/b\\c:d*e?f[g]",
        "x" * 60,
        "",
        "   ",
        "tab\there",
        "\x00",
        "Sumber",
        "sumber",
        "＝1",
    ],
)
def test_any_title_becomes_a_sheet_name_that_opens(title: str) -> None:
    data = export.to_xlsx(pd.DataFrame({"a": [1, 2]}), title, [("k", "v")], about="Sumber")
    book = book_of(data)
    assert len(book.sheetnames) == 2 and len({name.casefold() for name in book.sheetnames}) == 2
    assert all(0 < len(name) <= 31 for name in book.sheetnames)
    assert book.worksheets[0]["A2"].value == 1 and book.worksheets[1]["B1"].value == "v"
    assert book.worksheets[0]["A2"].data_type == "n"


def test_the_header_stays_in_view_and_filters() -> None:
    page = book_of(export.to_xlsx(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}), "Data", []))["Data"]
    assert page.freeze_panes == "A2" and page.auto_filter.ref == "A1:B3"


def test_columns_of_the_same_name_are_both_written() -> None:
    frame = pd.DataFrame([[1, 2]], columns=["a", "a"])
    page = book_of(export.to_xlsx(frame, "Data", []))["Data"]
    assert [page["A2"].value, page["B2"].value] == [1, 2]


def test_an_empty_table_is_a_header() -> None:
    frame = pd.DataFrame({"a": [], "b": []})
    page = book_of(export.to_xlsx(frame, "Data", []))["Data"]
    assert [cell.value for cell in page[1]] == ["a", "b"] and page.max_row == 1
    assert rows_of(export.to_csv(frame)) == [["a", "b"]]


def test_a_text_longer_than_a_cell_is_cut_and_not_lost() -> None:
    page = book_of(export.to_xlsx(pd.DataFrame({"a": ["x" * 40_000]}), "Data", []))["Data"]
    assert len(page["A2"].value) == 32_767 and page["A2"].value.endswith("…")


def test_file_names_hold_nothing_but_letters_digits_dots_and_dashes() -> None:
    assert export.file_name(["kotacerdas", "peringkat", 2024, None, ""], "csv") == "kotacerdas-peringkat-2024.csv"
    assert export.file_name(["../../etc/passwd", "=1+1"], "xlsx") == "etc-passwd-1-1.xlsx"
