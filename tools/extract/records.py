"""The rows of the extracted tables and how they are written (columns as in `kotacerdas.schema`)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

MEASURES = (
    "baseline", "output", "outcome", "impact", "quick_win", "collaboration",
    "final", "improvement", "final_implied",
)  # fmt: skip

PAGE_MISSING = (
    "page_missing",
    "The page is missing in the copy.",
    "Halaman ini tidak ada dalam salinan.",
)
CELLS_MISFIT = (
    "cells_misfit",
    "Rows carry more values than the page has headings; which one is too many cannot be told.",
    "Baris memuat lebih banyak nilai daripada judul kolom; nilai yang berlebih tidak dapat ditentukan.",
)
"""Why a page is left out: short code, reason in English, reason in Indonesian."""


@dataclass(frozen=True)
class Result:
    """One figure of a city's result in a round, or the one row that says why there is none."""

    code: str
    year: int
    measure: str
    value: Decimal | None
    status: str
    source_document: str
    source_table: str
    source_row: int
    note: str = ""

    @property
    def order(self) -> tuple[str, int, int]:
        """The sort key of the file."""
        return self.code, self.year, MEASURES.index(self.measure)


@dataclass(frozen=True)
class QuestionScore:
    """The published score of one question."""

    code: str
    year: int
    question: str
    value: Decimal | None
    status: str
    source_document: str
    source_table: str
    source_row: int

    @property
    def order(self) -> tuple[str, int, int]:
        """The sort key of the file."""
        return self.code, self.year, int(self.question[1:])


@dataclass(frozen=True)
class Excluded:
    """A page of a source, for one block of rows, that is not in the tables, and why."""

    source_document: str
    page: str
    block: str
    rows: int
    reason_id: str
    reason_en: str
    reason_in: str

    @property
    def order(self) -> tuple[str, int, str]:
        """The sort key of the file."""
        return self.source_document, int(self.block.partition("-")[0]), self.page


Record = Result | QuestionScore | Excluded


def write(path: Path, kind: type[Record], records: Iterable[Record]) -> None:
    """Write records in their order as CSV: figures with two decimals, missing ones empty."""
    rows: Sequence[Record] = sorted(records, key=lambda record: record.order)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(field.name for field in fields(kind))
        writer.writerows([_cell(value) for value in astuple(row)] for row in rows)


def _cell(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return "" if value is None else value
