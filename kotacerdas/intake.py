"""A table that somebody sends (CSV or XLSX), read with suspicion: its cells as text, or the reason why not.

A workbook of one kilobyte can ask for gigabytes, and one interpreter serves all readers: so the file is read in a
process of its own with a limit of memory and time (`read_table`), after its zip directory was checked. Nothing is
guessed: a formula, a date where a number should be, a hidden row or a second table are refused with their place, so
that whoever sent the file mends it. What the cells mean is for the caller to decide, row by row.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kotacerdas.problem import Problem, Reason, Unfit
from kotacerdas.zip_directory import Limits, opened

LARGEST = 10 * 1024 * 1024
"""Bytes of a file (the server takes no more either)."""
ROWS, COLUMNS, CELL = 20_000, 300, 10_000
"""The most rows, columns, and characters of a cell."""
SECONDS, MEMORY = 20, 1024**3
"""What the reading process may use."""
ZIP = Limits(members=2_000, size=50 * 1024 * 1024, ratio=100)
_TEXT = 40 * 1024 * 1024
"""Characters of all cells together: shared strings can repeat one long text many times."""
_SEPARATORS = (",", ";", "\t")
_OLE = b"\xd0\xcf\x11\xe0"
_ROW_TAG = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_CELL_TAG = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_HIDDEN = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']")
_MONTHS = (
    ("jan",), ("feb", "peb"), ("mar",), ("apr",), ("mei", "may"), ("jun",), ("jul",), ("agu", "agt", "ags", "aug"),
    ("sep",), ("okt", "oct"), ("nov", "nop"), ("des", "dec"),
)  # fmt: skip
_WRITTEN_DATE = re.compile(r"(\d{1,2})[-/ .]([A-Za-z]{3,9})\.?|([A-Za-z]{3,9})[-/ .](\d{1,2})")
_ISO_DATE = re.compile(r"\d{4}-(\d{2})-(\d{2})([ T]00:00(:00)?)?")
_SERIALS = range(36_526, 73_051)
"""Serial numbers of days from 2000 to 2099, as a spreadsheet stores them."""


@dataclass(frozen=True)
class Line:
    """A row of the table: its number in the file, and its cells as text, by column name (empty: missing).

    `kinds` names the columns whose cell is no plain text in a workbook: `number`, `date` or `truth`.
    """

    number: int
    cells: Mapping[str, str]
    kinds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sent:
    """A table as it was sent: the sheet it stands in (None: CSV), its columns in their order, its lines."""

    sheet: str | None
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def read_table(content: bytes, name: str, needed: Sequence[str], known: Sequence[str] = ()) -> Sent:
    """The table of a file whose first row names the columns: all of `needed`, and any of `known` besides.

    Column names do not depend on case, order or spaces round them. Lines that are empty throughout are left out.
    Raises `Problem` where the file is refused: too large, no CSV or XLSX, encrypted, with macros, damaged, beyond the
    limits, no such columns, a column twice or unknown, the names not in the first row, formulae, hidden rows, a broken
    quotation mark, no UTF-8.
    """
    if len(content) > LARGEST:
        raise Problem("intake_large", file=_short(name), accepted=LARGEST // 1024**2)
    kind = _kind(content, name)
    if kind == "xlsx":
        _check_zip(content, name)
    order = json.dumps({"name": name, "kind": kind, "needed": list(needed), "known": [*needed, *known]})
    # the child gets nothing of this process but the file: no environment beyond what Python needs to start
    environment = {"PYTHONPATH": str(Path(__file__).resolve().parent.parent), "PYTHONIOENCODING": "utf-8"}
    environment |= {key: os.environ[key] for key in ("PATH", "SYSTEMROOT", "LANG", "TMPDIR") if key in os.environ}
    try:
        child = subprocess.run(  # noqa: S603 - our own module, the file comes by standard input
            [sys.executable, "-m", "kotacerdas.intake", order],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Problem("intake_slow", file=_short(name), accepted=SECONDS) from error
    if child.returncode != 0:
        raise Problem("intake_limits", file=_short(name))
    answer = json.loads(child.stdout)
    if "problem" in answer:
        raise _problem(answer["problem"])
    lines = tuple(Line(number, cells, kinds) for number, cells, kinds in answer["lines"])
    return Sent(answer["sheet"], tuple(answer["columns"]), lines)


def date_as_range(text: str, kind: str = "") -> str | None:
    """`1-4` for a cell that a spreadsheet made a date of (`01-Apr`, `Apr-01`, `2025-04-01`, 45748); else None.

    Only ever offered back to whoever sent the file, never taken.

    >>> [date_as_range(text) for text in ("01-Apr", "1-Agu", "2025-04-01", "45748", "3,25")]
    ['1-4', '1-8', '1-4', '1-4', None]
    """
    plain = text.strip()
    if iso := _ISO_DATE.fullmatch(plain):
        return f"{int(iso[2])}-{int(iso[1])}"
    if written := _WRITTEN_DATE.fullmatch(plain):
        day, word = (written[1], written[2]) if written[1] else (written[4], written[3])
        month = next((at for at, names in enumerate(_MONTHS, start=1) if word.casefold().startswith(names)), None)
        return None if month is None else f"{int(day)}-{month}"
    if plain.isascii() and plain.isdigit() and int(plain) in _SERIALS and kind != "text":
        day_ = dt.date(1899, 12, 30) + dt.timedelta(days=int(plain))
        return f"{day_.day}-{day_.month}"
    return None


# ---- before anything is read -----------------------------------------------------------------------------------


def _kind(content: bytes, name: str) -> str:
    """CSV or XLSX, by content and name together. Raises `Problem` for anything else, saying what it is."""
    ending = name.rsplit(".", 1)[-1].casefold() if "." in name else ""
    if content.startswith(_OLE):  # the old XLS, and every encrypted workbook
        raise Problem("intake_kind", file=_short(name), what=Reason("intake_xls"))
    if ending in ("xlsm", "xltm", "xlsb", "xls"):
        raise Problem(
            "intake_kind", file=_short(name), what=Reason("intake_macro" if ending != "xls" else "intake_xls")
        )
    zipped = content.startswith(b"PK\x03\x04")
    if zipped and ending == "xlsx":
        return "xlsx"
    if not zipped and ending in ("csv", "txt", "tsv") and not content.startswith((b"MZ", b"\x7fELF", b"%PDF")):
        return "csv"
    raise Problem("intake_kind", file=_short(name), what=Reason("intake_other"))


def _check_zip(content: bytes, name: str) -> None:
    try:
        with opened(io.BytesIO(content), ZIP) as archive:
            names = {member.casefold() for member in archive.namelist()}
    except Unfit as unfit:
        raise Problem("intake_zip", file=_short(name), what=unfit.reason) from unfit
    if any(member.endswith("vbaproject.bin") for member in names):
        raise Problem("intake_kind", file=_short(name), what=Reason("intake_macro"))
    if "xl/workbook.xml" not in names:
        raise Problem("intake_kind", file=_short(name), what=Reason("intake_other"))


# ---- in the reading process ------------------------------------------------------------------------------------


def _child(order: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    name = str(order["name"])
    try:
        tables = _workbook(content, name, order) if order["kind"] == "xlsx" else _csv(content, name)
        sheet, columns, lines = _chosen(tables, name, order)
    except Problem as problem:
        return {"problem": _plain(problem)}
    return {"sheet": sheet, "columns": columns, "lines": lines}


Cells = list[tuple[str, str]]
"""The cells of a row as text with their kind."""


def _chosen(
    tables: list[tuple[str | None, list[tuple[int, Cells]]]], name: str, order: Mapping[str, Any]
) -> tuple[str | None, list[str], list[tuple[int, dict[str, str], dict[str, str]]]]:
    """The one table that has the columns, as lines."""
    filled = [(sheet, rows) for sheet, rows in tables if rows]
    if not filled:
        raise Problem("intake_empty", file=_short(name))
    fitting = [each for each in filled if set(order["needed"]) <= set(_names(each[1][0][1]))]
    if len(fitting) > 1:
        raise Problem("intake_sheets", file=_short(name), value=", ".join(str(sheet) for sheet, _ in fitting))
    if not fitting:
        for sheet, rows in filled:
            for number, cells in rows[1:20]:
                if set(order["needed"]) <= set(_names(cells)):
                    raise Problem("intake_header", file=_short(name), place=_place(sheet), row=number)
        missing = [column for column in order["needed"] if column not in _names(filled[0][1][0][1])]
        raise Problem("intake_columns", file=_short(name), value=", ".join(missing), accepted=", ".join(order["known"]))
    sheet, rows = fitting[0]
    columns = _names(rows[0][1])
    while columns and not columns[-1]:
        columns.pop()
    for column in columns:
        if column not in order["known"]:
            value = column or "–"
            raise Problem("intake_column", file=_short(name), value=value, accepted=", ".join(order["known"]))
        if columns.count(column) > 1:
            raise Problem("intake_column_twice", file=_short(name), value=column)
    lines = []
    for number, cells in rows[1:]:
        if not any(text for text, _ in cells):
            continue
        if any(text for text, _ in cells[len(columns) :]) or (sheet is None and len(cells) > len(columns)):
            value = ", ".join(text for text, _ in cells[:8])
            raise Problem("intake_width", file=_short(name), row=number, value=value, accepted=len(columns))
        texts = {column: cells[at][0] if at < len(cells) else "" for at, column in enumerate(columns)}
        kinds = {column: cells[at][1] for at, column in enumerate(columns) if at < len(cells) and cells[at][1]}
        lines.append((number, texts, kinds))
    if not lines:
        raise Problem("intake_empty", file=_short(name))
    return sheet, columns, lines


def _names(cells: Cells) -> list[str]:
    return [text.casefold() for text, _ in cells]


def _trimmed(text: str) -> str:
    """Without spaces at the ends, non-breaking and invisible ones included, and with single ones inside."""
    return " ".join(text.replace("\ufeff", "").replace("\u200b", "").split())


def _csv(content: bytes, name: str) -> list[tuple[str | None, list[tuple[int, Cells]]]]:
    text = _decoded(content, name)
    first, _, rest = text.partition("\n")
    skipped = 0
    separator = None
    if said := re.fullmatch(r"sep=(.)\r?", first.strip("\r")):
        separator, text, skipped = said[1], rest, 1
        first = rest.partition("\n")[0]
    if separator is None:
        separator = max(_SEPARATORS, key=first.count)
    csv.field_size_limit(CELL)
    rows: list[tuple[int, Cells]] = []
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=separator, strict=True)
    try:
        for row in reader:
            if len(row) > COLUMNS:
                raise Problem("intake_columns_many", file=_short(name), accepted=COLUMNS)
            if len(rows) > ROWS:
                raise Problem("intake_rows_many", file=_short(name), accepted=ROWS)
            rows.append((reader.line_num + skipped, [(_trimmed(cell), "") for cell in row]))
    except csv.Error as error:
        raise Problem("intake_quote", file=_short(name), row=reader.line_num + skipped) from error
    while rows and not any(cell for cell, _ in rows[0][1]):
        rows.pop(0)
    return [(None, rows)]


def _decoded(content: bytes, name: str) -> str:
    """UTF-8 with or without mark, UTF-16 with one. Another encoding is refused: guessing would change names."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise Problem("intake_encoding", file=_short(name), row=row) from error
    if "\x00" in text:
        raise Problem("intake_encoding", file=_short(name), row=text[: text.index("\x00")].count("\n") + 1)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _workbook(content: bytes, name: str, order: Mapping[str, Any]) -> list[tuple[str | None, list[tuple[int, Cells]]]]:
    import openpyxl

    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("defusedxml is not installed: workbooks are not read without it")
    _scan(content, name)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # a damaged workbook makes openpyxl raise nearly anything
        raise Problem("intake_damaged", file=_short(name)) from error
    found: list[tuple[str | None, list[tuple[int, Cells]]]] = []
    room = _TEXT
    for sheet in book.worksheets:
        rows: list[tuple[int, Cells]] = []
        formulas: list[tuple[int, str, str]] = []
        try:
            # one more than is allowed: what lies beyond was found by `_scan`, this only keeps the loop short
            for row in sheet.iter_rows(max_row=ROWS + 1, max_col=COLUMNS + 1):
                cells: Cells = []
                number = 0
                for cell in row:
                    number = getattr(cell, "row", number) or number
                    if cell.data_type == "f":
                        formulas.append((number, cell.column_letter, str(cell.value)))
                    cells.append(_cell(cell))
                while cells and not cells[-1][0]:
                    cells.pop()
                if not cells:
                    continue
                room -= sum(len(text) for text, _ in cells)
                if room < 0 or any(len(text) > CELL for text, _ in cells):
                    raise Problem("intake_text", file=_short(name), place=_place(sheet.title), row=number)
                rows.append((number, cells))
        except Problem:
            raise
        except Exception as error:
            raise Problem("intake_damaged", file=_short(name)) from error
        if formulas and rows and set(order["needed"]) <= set(_names(rows[0][1])):
            number, column, value = formulas[0]
            raise Problem(
                "intake_formula", file=_short(name), place=_place(sheet.title), row=number, column=column, value=value
            )
        found.append((sheet.title, rows))
    return found


def _cell(cell: Any) -> tuple[str, str]:
    value = cell.value
    if value is None:
        return "", ""
    if isinstance(value, bool):
        return str(value).upper(), "truth"
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return (value.isoformat(" ") if isinstance(value, dt.datetime) else value.isoformat()), "date"
    if isinstance(value, int | float):
        return (str(int(value)) if float(value).is_integer() and abs(value) < 2**53 else repr(float(value))), "number"
    return _trimmed(str(value)), ""


def _scan(content: bytes, name: str) -> None:
    """Rows and columns beyond the limits and hidden rows, from the sheets' own text.

    A cell in the last row and column of a sheet costs a kilobyte in the file and six gigabytes in a frame.
    """
    with opened(io.BytesIO(content), ZIP) as archive:
        for member in archive.namelist():
            if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", member, flags=re.IGNORECASE):
                continue
            text = archive.read(member)
            if b"<!ENTITY" in text or b"<!DOCTYPE" in text:
                raise Problem("intake_damaged", file=_short(name))
            for number, tag in enumerate(_ROW_TAG.finditer(text), start=1):
                if _HIDDEN.search(tag[0]):
                    at = re.search(rb"\br=[\"'](\d{1,7})[\"']", tag[0])
                    place = _place(Path(member).stem)
                    raise Problem("intake_hidden", file=_short(name), place=place, row=int(at[1]) if at else number)
            for cell in _CELL_TAG.finditer(text):
                if int(cell[2]) > ROWS + 1:
                    raise Problem("intake_rows_many", file=_short(name), accepted=ROWS)
                if _column(cell[1]) > COLUMNS:
                    raise Problem("intake_columns_many", file=_short(name), accepted=COLUMNS)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _place(sheet: str | None) -> str:
    return sheet or "CSV"


def _short(name: str) -> str:
    """A file's name for a sentence: no path, nothing unprintable."""
    plain = re.split(r"[/\\]", name)[-1]
    return "".join(c if c.isprintable() else " " for c in plain)[:80]


# ---- a problem on its way between the processes ----------------------------------------------------------------


def _plain(problem: Problem) -> dict[str, Any]:
    params = {
        key: {"reason": value.key, "params": dict(value.params)} if isinstance(value, Reason) else value
        for key, value in problem.params.items()
    }
    return {"key": problem.key, "params": params}


def _problem(plain: Mapping[str, Any]) -> Problem:
    params = {
        key: Reason(value["reason"], value["params"]) if isinstance(value, dict) else value
        for key, value in plain["params"].items()
    }
    return Problem(str(plain["key"]), **params)


def _limit() -> None:
    """The limits of this process. Windows has none of the kind; the time limit of the caller holds there."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main(arguments: Sequence[str]) -> int:
    _limit()
    answer = _child(json.loads(arguments[0]), sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(answer, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(_main(sys.argv[1:]))
