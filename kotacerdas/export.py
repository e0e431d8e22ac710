"""Tables out of the house: CSV and XLSX of exactly what is shown, safe to open in a spreadsheet.

A text that a spreadsheet would run as a formula is written as text: in CSV behind an apostrophe (`restore_text`
takes it off again on the way in), in XLSX as a string cell. Numbers stay numbers; a missing value, and what is no
finite number, stays an empty cell. Every workbook carries a sheet that says where the figures come from.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

_FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "＝", "＋", "－", "＠")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_SHEET_FORBIDDEN = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_LONGEST_CELL = 32_767
"""Characters a spreadsheet keeps in one cell; a longer text is cut and says so with an ellipsis."""


def safe_text(text: str) -> str:
    """`text` as a CSV cell that no spreadsheet runs; control characters that would break the file are dropped."""
    clean = text.replace("\x00", "")
    risky = clean.startswith(_FORMULA_START) and not _PLAIN_NUMBER.fullmatch(clean)
    return f"'{clean}" if risky or clean.startswith("'") else clean


def restore_text(cell: str) -> str:
    """What `safe_text` was given."""
    return cell[1:] if cell.startswith("'") else cell


def to_csv(frame: pd.DataFrame) -> bytes:
    """The frame as CSV for spreadsheets: UTF-8 with a byte-order mark, comma, decimal point, no index."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([safe_text(str(name)) for name in frame.columns])
    for row in frame.itertuples(index=False):
        writer.writerow([_csv_cell(value) for value in row])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8")


def to_xlsx(
    frame: pd.DataFrame,
    sheet: str,
    provenance: Sequence[tuple[str, str]],
    about: str = "Sumber",
    formats: Mapping[str, str] | None = None,
) -> bytes:
    """The frame as a workbook with a header row that stays in view, and a sheet `about` of provenance lines.

    `formats` gives the spreadsheet number format of a column (`{"final": "0.00"}`); the value itself stays whole.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    first, second = _sheet_names(sheet, about)
    with xlsxwriter.Workbook(buffer, options) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        page = book.add_worksheet(first)
        for column, name in enumerate(frame.columns):
            shown = (formats or {}).get(str(name))
            page.write_string(0, column, _cell_text(name), head)
            page.set_column(
                column,
                column,
                _width(name, frame.iloc[:, column]),
                book.add_format({"num_format": shown}) if shown else None,
            )
        for number, row in enumerate(frame.itertuples(index=False), start=1):
            for column, value in enumerate(row):
                _xlsx_cell(page, number, column, value)
        page.freeze_panes(1, 0)
        if len(frame):
            page.autofilter(0, 0, len(frame), len(frame.columns) - 1)
        notes = book.add_worksheet(second)
        notes.set_column(0, 0, 28)
        notes.set_column(1, 1, 100)
        label_format = book.add_format({"bold": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for number, (label, text) in enumerate(provenance):
            notes.write_string(number, 0, _cell_text(label), label_format)
            notes.write_string(number, 1, _cell_text(text), wrapped)
    return buffer.getvalue()


def sheet_name(title: str) -> str:
    """A worksheet name a spreadsheet accepts: at most 31 characters, none of the forbidden ones."""
    return _SHEET_FORBIDDEN.sub(" ", title).strip()[:31] or "Data"


def file_name(parts: Iterable[object], suffix: str) -> str:
    """A download's name from ids and words: lower case, nothing but letters, digits, dots and dashes."""
    words = "-".join(str(part) for part in parts if part not in (None, ""))
    return re.sub(r"[^a-z0-9.]+", "-", words.lower()).strip("-.") + f".{suffix}"


def _sheet_names(sheet: str, about: str) -> tuple[str, str]:
    """Both names as a spreadsheet accepts them, told apart where they would be the same."""
    first, second = sheet_name(sheet), sheet_name(about)
    return (first, second) if first.casefold() != second.casefold() else (first, f"{second[:29]} 2")


def _csv_cell(value: Any) -> Any:
    if _missing(value):
        return ""
    if _is_truth(value):
        return str(bool(value)).upper()
    if isinstance(value, Fraction):
        return float(value)
    return value if _is_number(value) else safe_text(str(value))


def _xlsx_cell(page: Any, row: int, column: int, value: Any) -> None:
    if _missing(value):
        return
    if _is_truth(value):
        page.write_boolean(row, column, bool(value))
    elif _is_number(value):
        page.write_number(row, column, float(value))
    else:
        page.write_string(row, column, _cell_text(value))


def _is_truth(value: object) -> bool:
    return isinstance(value, bool | np.bool_)


def _is_number(value: object) -> bool:
    return isinstance(value, Real | Decimal)


def _cell_text(value: object) -> str:
    text = str(value).replace("\x00", "")
    return text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - 1] + "…"


def _missing(value: Any) -> bool:
    if isinstance(value, str | list | tuple):
        return False
    return bool(pd.isna(value)) or (_is_number(value) and not math.isfinite(value))


def _width(name: object, column: pd.Series[Any]) -> int:
    longest = max((len(str(value)) for value in column.dropna().head(300)), default=0)
    return min(60, max(10, len(str(name)) + 2, longest + 2))
