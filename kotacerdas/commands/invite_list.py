"""Whom a round invites: codes on the command line, a CSV file, or everybody of an earlier round."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from kotacerdas.problem import Problem
from kotacerdas.published import load

LIMIT = 256 * 1024
"""Bytes of an invitation file: 514 lines need a tenth of it."""
_CODE, _GROUP = ("code", "kode"), ("group", "kelompok")
_SHOWN = 8

Wanted = list[tuple[str, str | None]]
"""Code and weight group, None where the list does not say."""


def from_options(given: Iterable[str]) -> Wanted:
    """`35.77` or `35.77=regular`."""
    pairs = (option.partition("=") for option in given)
    return [(code.strip(), group.strip() or None) for code, _, group in pairs]


def from_file(path: Path) -> Wanted:
    """A CSV file with a column `code` and maybe `group`; comma, semicolon or tab. Raises `Problem` naming the row."""
    text = _text(path)
    lines = text.splitlines()
    mark = next((mark for mark in (";", "\t") if lines and mark in lines[0]), ",")
    if lines and lines[0].lower().startswith("sep="):
        mark = lines.pop(0)[4:5] or ","
        lines.insert(0, "")  # so that a row keeps its number
    try:
        rows = [
            (number, [cell.strip() for cell in row])
            for number, row in enumerate(csv.reader(lines, delimiter=mark, strict=True), start=1)
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise Problem("invite_file_text", file=path.name) from error
    head = [cell.casefold() for cell in rows[0][1]] if rows else []
    code, group = (next((head.index(name) for name in names if name in head), None) for names in (_CODE, _GROUP))
    if code is None or len(set(head)) < len(head):
        raise Problem("invite_file_columns", file=path.name)
    wanted: Wanted = []
    for number, cells in rows[1:]:
        if len(cells) != len(head) or not cells[code]:
            raise Problem("invite_file_row", file=path.name, row=number)
        wanted.append((cells[code], cells[group] or None if group is not None else None))
    return wanted


def from_round(data: Path, year: int) -> Wanted:
    """The cities of a published round with the weight group they had in it, where that is known."""
    results = load(data).results(year)
    return [(str(code), None if pd.isna(group) else str(group)) for code, group in results["group"].items()]


def settled(wanted: Wanted, instruments: Mapping[str, str], group: str | None) -> list[tuple[str, str]]:
    """The list with a group for everybody: its own, else `group`, else the round's only one.

    Raises `Problem` naming those whose group is not known: it is never guessed.
    """
    only = next(iter(instruments)) if len(instruments) == 1 else None
    default = group or only
    unknown = [code for code, own in wanted if own is None]
    if unknown and default is None:
        raise Problem(
            "invite_group_needed", count=len(unknown), shown=_some(unknown), accepted=", ".join(sorted(instruments))
        )
    return [(code, own or str(default)) for code, own in wanted]


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LIMIT + 1)
    except OSError as error:
        raise Problem("invite_file", file=path.name) from error
    if len(content) > LIMIT:
        raise Problem("invite_file_size", file=path.name, limit=LIMIT // 1024)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem("invite_file_text", file=path.name) from error
    if "\0" in text:
        raise Problem("invite_file_text", file=path.name)
    return text


def _some(codes: Sequence[str]) -> str:
    return ", ".join(codes[:_SHOWN]) + (" …" if len(codes) > _SHOWN else "")
