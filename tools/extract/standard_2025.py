"""Reads the rubric tables of the draft 2025 smart-city standard out of the scanned text.

The tables have eight tab-separated columns; the seventh holds the level (1-5), the last the
printed criterion. `read_rows` undoes what the scan did to the layout, `MENDS` what the draft itself
got wrong, and `cut_points` turns five printed criteria into the four bounds of a rubric by one
rule: half-open intervals, and where the print leaves a gap or an overlap the lower level takes it.

The result is a check on the curated file `data/instruments/standard-2025.yaml`, not its source:

    python -m tools.extract.standard_2025 FOLDER     # folder with the source documents
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

DOCUMENT = "003_*.txt"
"""File name pattern of the draft regulation in the folder of source documents."""

LOWER_IS_BETTER = frozenset({9, 21, 25, 30, 56})

MENDS = {
    (18, 3): "0,25%-<0,4%",
    (19, 1): "< 0,1%",
    (27, 2): "30% - <50%",
    (31, 5): "70% - 100%",
    (33, 5): "≥15%",
    (36, 3): "40%-<60%",
    (39, 2): "6 - <8 Tahun",
    (53, 5): "≥2,5%",
    (55, 5): "≥300",
    (72, 5): "≥15%",
    (84, 4): "15-20",
    (91, 1): "0%-<20%",
    (92, 3): "2",
}
"""(indicator, level) -> how a misprinted criterion is read. `undate` undoes spreadsheet dates."""

_MONTHS = {"Apr": "4", "May": "5", "Oct": "10", "Nov": "11"}
"""The months that stand in the tables in place of numbers."""
_NUMBER = r"\d[\d.,]*%{0,2}"
_CRITERION = re.compile(
    rf"tidak ada|\d\d-[A-Z][a-z]{{2}}|[A-Z][a-z]{{2}}-\d\d"
    rf"|(?:Kurang|Lebih) dari\s*{_NUMBER}|[<>≥]\s*{_NUMBER}|{_NUMBER}\s*-\s*<?\s*{_NUMBER}"
)
_BASE = re.compile(r"\s+(dari (layanan|APBD|Jumlah)|luas wilayah|jumlah|rumah tangga|penduduk|laporan)\b.*", re.I)


@dataclass(frozen=True)
class Row:
    """One printed criterion: indicator number, level 1-5, text, and its line in the document."""

    number: int
    level: int
    criterion: str
    line: int


@dataclass(frozen=True)
class Interval:
    """A stretch of raw values; `low_in`, `high_in`: its ends belong to it. Ends may be infinite."""

    low: Fraction | float
    low_in: bool
    high: Fraction | float
    high_in: bool


def _clean(cell: str) -> str:
    return " ".join(re.sub(r"\s*<sup>3</sup>\s*", "³", cell).split())


def _levels(cells: Sequence[str]) -> list[tuple[int, str]]:
    """The (level, criterion) pairs of one table line, in whichever columns the scan put them."""
    cells = [_clean(cell) for cell in cells]
    label, unit, last, criterion = cells[1], cells[2], cells[-2], cells[-1]
    if re.fullmatch(r"[1-5]", last) and criterion:
        return [(int(last), criterion)]
    if re.fullmatch(r"[1-5]( [1-5])+", last):
        levels, parts = last.split(), _CRITERION.findall(criterion)
        if len(levels) != len(parts):
            raise ValueError(f"{len(levels)} levels but {len(parts)} criteria in {criterion!r}")
        return [(int(level), part) for level, part in zip(levels, parts, strict=True)]
    if re.fullmatch(r"[1-5]", cells[0]) and not unit and not criterion:
        return [(int(cells[0]), last or label)]
    return []


def read_rows(text: str) -> list[Row]:
    """Every printed criterion in document order, stray rows included.

    Raises ValueError when a cell that joins several levels cannot be split into as many criteria.
    """
    rows: list[Row] = []
    number = 0
    for line, content in enumerate(text.splitlines(), start=1):
        cells = content.split("\t")
        if len(cells) != 8:
            continue
        if re.fullmatch(r"\d+", cells[0]) and cells[2]:
            number = int(cells[0])
        rows += [Row(number, level, criterion, line) for level, criterion in _levels(cells)]
    return rows


def rubrics(rows: Iterable[Row]) -> tuple[dict[int, list[str]], list[Row]]:
    """Printed criteria of each indicator, level 1 to 5, and the stray rows that repeat a level."""
    found: dict[int, dict[int, str]] = {}
    strays = []
    for row in rows:
        levels = found.setdefault(row.number, {})
        if row.level in levels:
            strays.append(row)
        else:
            levels[row.level] = row.criterion
    printed = {number: [levels[n] for n in range(1, 6)] for number, levels in found.items()}
    return printed, strays


def figures(criterion: str) -> str:
    """A printed criterion without the words behind it that only name the base."""
    return _BASE.sub("", criterion)


def undate(criterion: str) -> str:
    """A range that a spreadsheet took for a date: 01-Apr is 1-4, Nov-20 is 11-20."""
    ends = criterion.split("-")
    if not _MONTHS.keys() & set(ends):
        return criterion
    return "-".join(_MONTHS.get(end, end.lstrip("0")) for end in ends)


def interval(criterion: str) -> Interval:
    """The raw values a criterion describes.

    Decimal comma, thousands point; units and percent signs are ignored. Raises ValueError when it
    is no single value, threshold or range.
    """
    text = re.sub(r"lebih dari sama dengan|>=", "≥", undate(criterion), flags=re.I)
    text = re.sub(r"kurang dari", "<", text, flags=re.I)
    text = re.sub(r"lebih dari", ">", text, flags=re.I)
    text = re.sub(r"^tidak ada$", "0", text, flags=re.I).replace("sampai", "-")
    signs = re.sub(r"[^\d.,<>≥-]", "", re.sub(r"^ada,?( dan)?|m³.*$", "", text))
    match = re.fullmatch(r"([<>≥]?)(\d[\d.]*(?:,\d+)?)(?:-(<?)(\d[\d.]*(?:,\d+)?))?", signs)
    if match is None or (match[4] and match[1] in ("<", ">")):
        raise ValueError(f"cannot read criterion {criterion!r}")
    first = _number(match[2])
    if match[4]:
        return Interval(first, True, _number(match[4]), not match[3])
    return {
        "<": Interval(-math.inf, False, first, False),
        ">": Interval(first, False, math.inf, False),
        "≥": Interval(first, True, math.inf, False),
        "": Interval(first, True, first, True),
    }[match[1]]


def _number(text: str) -> Fraction:
    return Fraction(text.replace(".", "").replace(",", "."))


def printed_intervals(number: int, criteria: Sequence[str]) -> list[Interval]:
    """The intervals of levels 1 to 5, misprints mended, gaps and overlaps still as printed."""
    return [interval(MENDS.get((number, level), text)) for level, text in enumerate(criteria, 1)]


def cut_points(intervals: Sequence[Interval], *, lower_is_better: bool) -> list[str]:
    """Four ascending bounds in the notation of the instrument files.

    A cut lies just below a value (which then belongs to the interval above) or just above it. With
    higher better it is the later of "the lower level ends" and "the higher level begins", with
    lower better the earlier of "the higher level ends" and "the lower level begins": gaps and
    overlaps both fall to the lower level.
    """
    ordered = intervals[::-1] if lower_is_better else intervals
    choose = min if lower_is_better else max
    cuts = []
    for left, right in pairwise(ordered):
        value, above = choose((left.high, left.high_in), (right.low, not right.low_in))
        mark = "" if above == lower_is_better else "-" if lower_is_better else "+"
        cuts.append(f"{float(value):.15g}{mark}")
    return cuts


def read_document(folder: Path) -> str:
    """The text of the draft regulation; FileNotFoundError unless `folder` holds it exactly once."""
    found = sorted(folder.glob(DOCUMENT))
    if len(found) != 1:
        raise FileNotFoundError(f"expected one {DOCUMENT} in {folder}, found {len(found)}")
    return found[0].read_text(encoding="utf-8")


def main(folder: str) -> None:
    """Print every indicator's bounds and printed criteria, then the stray rows."""
    printed, strays = rubrics(read_rows(read_document(Path(folder))))
    for number, criteria in printed.items():
        lower = number in LOWER_IS_BETTER
        bounds = cut_points(printed_intervals(number, criteria), lower_is_better=lower)
        better = "lower" if lower else "higher"
        print(number, better, " ".join(bounds), *map(figures, criteria), sep="\t")
    for row in strays:
        print("stray", row.line, row.number, row.level, row.criterion, sep="\t")


if __name__ == "__main__":
    main(sys.argv[1])
