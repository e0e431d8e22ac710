"""Tab-separated tables out of scanned text: cells, numbers, header rows, numbered data rows.

A scan keeps the figures and loses the layout: headings stand in one to three rows above the data,
pages carry empty trailing columns, decimals have a comma in one table and a point in the next. What
does not fit is reported to the caller, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

_NUMBER = re.compile(r"-?\d+([.,]\d+)?")
_MARKUP = re.compile(r"</?b>|\*\*")


@dataclass(frozen=True)
class Row:
    """A numbered data row as printed: number, place named, cells after the name (tail trimmed)."""

    number: int
    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One table, or one page of it: the named columns after number and name, and the rows."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]

    def fits(self, row: Row) -> bool:
        """Whether a row has exactly as many filled cells as the table has named columns."""
        return len(row.cells) == len(self.headings)


def document(folder: Path, pattern: str) -> str:
    """The text of the one document in `folder` whose file name matches.

    Raises FileNotFoundError when there is none, or more than one.
    """
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise FileNotFoundError(f"expected one source document {pattern}, found {len(found)}")
    return found[0].read_text(encoding="utf-8")


def split(line: str) -> list[str]:
    """The cells of a line, without blanks and bold marks."""
    return [_MARKUP.sub("", cell).strip() for cell in line.split("\t")]


def number(text: str) -> Decimal | None:
    """A printed figure with decimal comma or point; None for an empty cell or a dash.

    >>> number("3,56"), number("-0.5"), number("-")
    (Decimal('3.56'), Decimal('-0.5'), None)

    Raises ValueError for anything else, so that a damaged cell stops the extraction.
    """
    text = text.strip()
    if text in ("", "-"):
        return None
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"not a figure: {text!r}")
    return Decimal(text.replace(",", "."))


def figure(text: str) -> Decimal:
    """As `number`, where there has to be one. Raises ValueError for an empty cell too."""
    value = number(text)
    if value is None:
        raise ValueError("a figure is missing")
    return value


def tables(text: str, opening: str) -> Iterator[Table]:
    """The tables whose header line starts with `opening` (titles of the number and name columns).

    A heading is the lowest filled header cell above its column; columns without one are not named,
    and empty cells at the end of a row do not count. Lines that are neither header nor numbered row
    end nothing: page breaks fall anywhere.
    """
    lines = text.splitlines()
    starts = [i for i, line in enumerate(lines) if line.startswith(opening)]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        body = [split(line) for line in lines[start:end]]
        first = next((i for i, cells in enumerate(body) if cells[0].isdigit()), len(body))
        rows = [_row(cells) for cells in body[first:] if cells[0].isdigit() and len(cells) > 2]
        yield Table(_headings(body[:first]), tuple(_run(rows)))


def _headings(header: list[list[str]]) -> tuple[str, ...]:
    named: dict[int, str] = {}
    for cells in header:
        named |= {column: cell for column, cell in enumerate(cells) if cell and column > 1}
    return tuple(named[column] for column in sorted(named))


def _row(cells: list[str]) -> Row:
    values = cells[2:]
    while values and not values[-1]:
        values.pop()
    return Row(int(cells[0]), cells[1], tuple(values))


def _run(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows while their numbers run on; a jump means that another table began."""
    previous: int | None = None
    for row in rows:
        if previous is not None and row.number != previous + 1:
            return
        previous = row.number
        yield row
